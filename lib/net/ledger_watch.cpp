#include "net/ledger_watch.hpp"

#include <fmt/format.h>

#include <limits>

namespace net {

void LedgerWatch::start_from(const LedgerWatch& first) {
    start_ = first.start_;
    start_seen_ = first.start_seen_;
}

void LedgerWatch::serve(std::uint32_t sequence, RpcMethod method) {
    // An answer from before this ledger comes from a node that lags; the mark does not go back with a failover.
    if (sequence >= start_) {
        start_ = sequence;
        start_seen_ = clock_.now();
    }
    serving_since_ = clock_.now();
    latest_ = 0;
    seen(sequence);
    poll_method_ = method;
    poll_due_ = clock_.now();
}

void LedgerWatch::seen(std::uint32_t sequence) {
    polls_failed_ = 0;
    reported_ = clock_.now();
    if (sequence <= latest_) return;
    latest_ = sequence;
    latest_since_ = reported_;
}

/// Two networks' ledgers are millions apart: an answer from further ahead than any clock explains is another network's,
/// which a load balancer may mix in, and would tell nothing of our entries.
std::uint32_t LedgerWatch::latest_possible() const {
    constexpr std::int64_t slack = 1000;
    constexpr std::int64_t ledgers_a_second = 2; // they close every 5 s, on test networks as often as each second
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - start_seen_);
    const std::int64_t latest = start_ + slack + ledgers_a_second * passed.count();
    return static_cast<std::uint32_t>(std::min<std::int64_t>(latest, std::numeric_limits<std::uint32_t>::max()));
}

std::optional<Failure> LedgerWatch::fault(std::uint32_t sequence, std::uint32_t least) const {
    least = std::max(start_, least);
    if (sequence > latest_possible()) {
        return Failure{FailureKind::ledger_ahead,
                       fmt::format("answered from ledger {}, which cannot have closed yet: {} was seen at the start",
                                   sequence, start_),
                       std::nullopt};
    }
    if (sequence < least) {
        return Failure{FailureKind::older_ledger,
                       fmt::format("answered from ledger {}, older than {} seen before", sequence, least),
                       std::nullopt};
    }
    return std::nullopt;
}

std::string LedgerWatch::poll(RequestId request) {
    poll_in_flight_ = true;
    return poll_method_ == RpcMethod::get_health ? get_health_request(request) : get_latest_ledger_request(request);
}

std::optional<Failure> LedgerWatch::poll_answered(RequestId request, RpcMethod method, HttpOutcome& outcome,
                                                  AnswerReader& reader) {
    poll_in_flight_ = false;
    poll_due_ = clock_.now() + settings_.poll_interval;
    std::optional<Failure> failure = transport_failure(outcome);
    if (!failure) {
        const bool health = method == RpcMethod::get_health;
        const Answer<LatestLedger> answer =
            health ? reader.health(request, outcome.body) : reader.latest_ledger(request, outcome.body);
        if (const auto* latest = std::get_if<LatestLedger>(&answer)) {
            polls_failed_ = 0;
            if (latest->sequence <= latest_possible()) seen(latest->sequence);
        } else if (const auto* error = std::get_if<RpcError>(&answer)) {
            failure = rpc_failure(*error);
            if (health) { // it calls itself unhealthy, or has no such method: its latest ledger is asked for
                poll_method_ = RpcMethod::get_latest_ledger;
                poll_due_ = clock_.now();
            }
        } else {
            failure = not_an_answer(std::get<NotAnAnswer>(answer));
        }
    }
    if (failure && failure->retry_after) poll_due_ = std::max(poll_due_, clock_.now() + *failure->retry_after);
    return failure;
}

} // namespace net
