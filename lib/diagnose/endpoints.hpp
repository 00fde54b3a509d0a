// The RPC endpoints' part of the checklist: each is asked for itself, whatever became of those before it.
#pragma once

#include "diagnose/checklist.hpp"
#include "net/dispatcher.hpp"
#include "sync/loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace diagnose {

/// A channel that remembers how long the last answer took.
class TimedChannel final : public net::Channel {
  public:
    explicit TimedChannel(net::Channel& channel) : channel_(channel) {}

    net::TransferId start(net::HttpRequest request) override { return channel_.start(std::move(request)); }
    net::TransferId send_mail(net::Mail mail) override { return channel_.send_mail(std::move(mail)); }
    void cancel(net::TransferId id) override { channel_.cancel(id); }
    std::vector<net::HttpOutcome> wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) override;

    base::Duration last() const { return last_; }

  private:
    net::Channel& channel_;
    base::Duration last_{};
};

class Endpoints {
  public:
    /// `settings` are a cycle's, with all endpoints. The rest outlives this.
    Endpoints(net::Dispatcher::Settings settings, net::Channel& channel, const base::Clock& clock, base::Log& log,
              std::function<double()> random);

    std::size_t size() const { return settings_.endpoints.size(); }
    /// Serves the first endpoint, or will.
    net::Dispatcher& first() { return *dispatchers_.front(); }

    /// Asks number `i`, which must come in order, who it is and how many keys it takes. `open_loop(dispatcher)` gives
    /// the loop to do it in.
    void examine(std::size_t i, const std::function<cycle::Loop(net::Dispatcher&)>& open_loop);
    /// Once all are examined: a point for each. An endpoint that a cycle would pass over is a fault only where it is
    /// left with none.
    void report(diagnose::Checklist& list) const;
    /// The first that a cycle could use; null: none.
    net::Dispatcher* usable() const;

  private:
    struct Seen {
        std::string label;                              // the URL, masked
        std::optional<net::EndpointRejected> rejection; // nullopt: usable
        base::Duration latency{};
        std::optional<std::size_t> keys; // in one call; nullopt: not found out
        std::string keys_fault;
        base::Duration keys_latency{};
    };

    void add_dispatcher(const std::string& url);
    void measure_keys(cycle::Loop& loop, Seen& seen);
    diagnose::Point point(std::size_t i, diagnose::Mark mark_of_faults) const;
    diagnose::Point key_point(const Seen& seen) const;

    net::Dispatcher::Settings settings_;
    TimedChannel channel_;
    const base::Clock& clock_;
    base::Log& log_;
    std::function<double()> random_;
    std::vector<std::unique_ptr<net::Dispatcher>> dispatchers_;
    std::vector<Seen> seen_;
};

} // namespace diagnose
