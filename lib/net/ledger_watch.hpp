// How far the serving endpoint is: every answer tells, and so do polls while a later ledger is awaited. Also judges by
// its ledger whether an answer can be used.
#pragma once

#include "base/clock.hpp"
#include "net/failure.hpp"
#include "net/rpc.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace net {

class LedgerWatch {
  public:
    struct Settings {
        base::Duration max_age{};       // how long an endpoint may stay at one ledger
        base::Duration poll_interval{}; // between polls
        unsigned max_failed_polls = 0;  // in a row
    };

    /// `clock` must outlive this.
    LedgerWatch(Settings settings, const base::Clock& clock) : settings_(settings), clock_(clock) {}

    /// The endpoints that follow must not be behind what `first` started with.
    void start_from(const LedgerWatch& first);
    /// An endpoint starts to serve, at `sequence`. It has answered `method`, which polls therefore begin with.
    void serve(std::uint32_t sequence, RpcMethod method);
    /// The serving endpoint has reported its latest ledger.
    void seen(std::uint32_t sequence);
    /// Why an answer from this ledger is not used; nullopt if it is. `least` as LeastLedger::sequence.
    std::optional<Failure> fault(std::uint32_t sequence, std::uint32_t least) const;

    /// The latest ledger of the first endpoint when it was accepted, or a later one's; 0 before that.
    std::uint32_t start() const { return start_; }
    /// The latest ledger that the serving endpoint has reported; 0 before any.
    std::uint32_t latest() const { return latest_; }
    /// When latest() was first reported.
    base::TimePoint latest_since() const { return latest_since_; }
    base::TimePoint serving_since() const { return serving_since_; }
    /// The endpoint has been at one ledger for max_age, and has said so since: that nobody has asked it for so long
    /// does not mean that it has not moved on.
    bool stalled() const { return reported_ >= latest_since_ + settings_.max_age; }

    /// Polls are wanted until latest() is `sequence` or later; 0 stops them.
    void await(std::uint32_t sequence) { awaited_ = sequence; }
    /// base::never if none is wanted, or one is in flight.
    base::TimePoint poll_due() const { return awaited_ > latest_ && !poll_in_flight_ ? poll_due_ : base::never; }
    RpcMethod poll_method() const { return poll_method_; }
    /// Begins a poll; returns its request.
    std::string poll(RequestId request);
    /// Ends the poll that asked `method`; returns why it failed.
    std::optional<Failure> poll_answered(RequestId request, RpcMethod method, HttpOutcome& outcome,
                                         AnswerReader& reader);
    /// Counts a failed poll. True if that was one too many in a row.
    bool too_many_failed_polls() { return ++polls_failed_ > settings_.max_failed_polls; }
    void cancel_poll() { poll_in_flight_ = false; }

  private:
    std::uint32_t latest_possible() const;

    Settings settings_;
    const base::Clock& clock_;

    std::uint32_t start_ = 0;
    base::TimePoint start_seen_{};

    // Of the serving endpoint.
    base::TimePoint serving_since_{};
    std::uint32_t latest_ = 0;
    base::TimePoint latest_since_{};
    base::TimePoint reported_{}; // when it last reported a ledger, the same one or a later one

    std::uint32_t awaited_ = 0;
    RpcMethod poll_method_ = RpcMethod::get_health;
    base::TimePoint poll_due_{};
    bool poll_in_flight_ = false;
    unsigned polls_failed_ = 0; // in a row
};

} // namespace net
