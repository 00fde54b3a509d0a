// The RPC endpoints in order of preference: which one serves, the probe of the next one, and why those before it were
// passed over. It only goes forward: an endpoint that was passed over is not used again.
#pragma once

#include "base/event.hpp"
#include "base/retry_budget.hpp"
#include "net/endpoint_probe.hpp"
#include "net/ledger_watch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace net {

class EndpointList {
  public:
    struct Settings {
        std::vector<std::string> urls; // at least one
        std::string passphrase;        // empty: the first endpoint's network
        base::Duration max_ledger_age{};
        base::RetryPolicy retry; // of a probe
    };

    /// Begins with the first endpoint's probe. Notifies `ledgers` of who serves; it, `clock` and `log` outlive this.
    EndpointList(Settings settings, LedgerWatch& ledgers, const base::Clock& clock, base::Log& log);

    /// The network of `first` and what was learnt of its endpoint hold for these, too, from their first probe on.
    void follow(const EndpointList& first);
    /// Whoever takes over must confirm this first.
    void learnt(Acquaintance acquaintance) { learnt_.push_back(std::move(acquaintance)); }

    bool serving() const { return state_ == State::serving; }
    bool exhausted() const { return state_ == State::exhausted; }
    /// Number of the endpoint that serves or is probed, from 0.
    std::size_t index() const { return index_; }
    std::size_t size() const { return settings_.urls.size(); }
    bool any_left() const { return index_ + 1 < size(); }
    const std::string& url() const { return settings_.urls[index_]; }
    /// For a person: without login, path secrets and keys.
    std::string name() const;
    /// Those after it that are not the same.
    std::vector<std::string> others() const;
    /// In the order of the list.
    const std::vector<EndpointRejected>& rejections() const { return rejections_; }
    /// Passphrase; empty until an endpoint has been accepted.
    const std::string& network() const { return network_; }
    /// Of the node that was probed last; nullopt before any has answered.
    const std::optional<NodeLedger>& node_ledger() const { return node_ledger_; }

    /// When the probe's next question is to be asked; base::never unless one is.
    base::TimePoint probe_due() const {
        return state_ == State::probing && !question_in_flight_ ? probe_due_ : base::never;
    }
    RpcMethod probe_method() const { return probe_->method(); }
    /// Begins a question; returns its request.
    std::string ask(RequestId request);
    /// Ends it. A Failure decides nothing yet: either ask_again() or probe_failed() does.
    std::optional<Failure> answered(RequestId request, HttpOutcome& outcome, AnswerReader& reader);
    base::RetryBudget& probe_retries() { return probe_retries_; }
    void ask_again(base::TimePoint due) { probe_due_ = due; }
    void probe_failed(const Failure& failure);
    void cancel_question() { question_in_flight_ = false; }

    /// The endpoint does not serve, or no longer: the next one is probed, if there is one.
    void pass_over(EndpointRejected rejected);

  private:
    enum class State { probing, serving, exhausted };

    void begin_probe();
    void accept(const EndpointAccepted& accepted);

    Settings settings_;
    LedgerWatch& ledgers_;
    const base::Clock& clock_;
    base::Log& log_;

    State state_ = State::probing;
    std::size_t index_ = 0;
    std::vector<EndpointRejected> rejections_;
    std::string network_;
    std::vector<Acquaintance> learnt_;
    std::optional<NodeLedger> node_ledger_;

    std::optional<EndpointProbe> probe_;
    base::RetryBudget probe_retries_;
    base::TimePoint probe_due_{};
    bool question_in_flight_ = false;
};

} // namespace net
