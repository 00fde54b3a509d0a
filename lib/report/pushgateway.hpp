// A Pushgateway, which keeps what a job that has ended has to say: https://github.com/prometheus/pushgateway
#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "base/secret.hpp"
#include "report/metrics_store.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace net {
class Channel;
struct HttpOutcome;
struct HttpRequest;
} // namespace net

namespace report {

/// The group /metrics/job/stellar_sync/shard/<K>-<N>. It is read back from <base>/metrics, where all groups stand in
/// the text format: the gateway answers for no group alone, and its JSON (/api/v1/metrics) holds as many. Requests
/// are tried again as calls to the RPC are. Blocks, but for a signal, which shortens what is left of the time.
class Pushgateway final : public MetricsStore {
  public:
    struct Settings {
        base::Secret url;
        std::string shard; // "0-1"
        base::Duration timeout{};
        base::RetryPolicy retry;
        base::Interrupt* interrupt = nullptr;
        std::function<base::TimePoint()> give_up_at; // asked again whenever something has happened
    };

    /// All outlive this. `random` gives numbers in [0, 1] for the jitter.
    Pushgateway(Settings settings, net::Channel& channel, const base::Clock& clock, base::Log& log,
                std::function<double()> random);

    std::string name() const override { return base::mask_url(settings_.url.reveal()); }
    Labels group() const override { return {{"job", "stellar_sync"}, {"shard", settings_.shard}}; }
    base::Result<std::string> read() override;
    Stored replace(std::string_view text) override;

  private:
    base::Result<std::string> exchange(net::HttpRequest request);
    net::HttpOutcome await(net::HttpRequest request);
    void pause(base::TimePoint until);

    Settings settings_;
    net::Channel& channel_;
    const base::Clock& clock_;
    base::Log& log_;
    std::function<double()> random_;
};

} // namespace report
