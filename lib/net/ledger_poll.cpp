// The dispatcher's view of how far the serving endpoint is: every answer tells, and polls do while nothing else is
// asked.
#include "net/dispatcher.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace net {

void Dispatcher::seen_ledger(std::uint32_t sequence) {
    ledger_told_ = clock_.now();
    if (sequence <= latest_ledger_) return;
    latest_ledger_ = sequence;
    latest_ledger_since_ = ledger_told_;
}

bool Dispatcher::poll_wanted() const {
    return state_ == State::serving && awaited_ledger_ > latest_ledger_ && !poll_in_flight_;
}

void Dispatcher::poll(base::TimePoint now) {
    const RequestId request = ++last_request_;
    poll_in_flight_ = true;
    std::string body =
        poll_method_ == RpcMethod::get_health ? get_health_request(request) : get_latest_ledger_request(request);
    send(now, std::move(body), {request, std::nullopt, poll_method_, true});
}

void Dispatcher::poll_ended(const InFlight& flight, HttpOutcome& outcome) {
    poll_in_flight_ = false;
    poll_due_ = clock_.now() + settings_.poll_interval;
    std::optional<Failure> failure = transport_failure(outcome);
    if (!failure) {
        const bool health = flight.method == RpcMethod::get_health;
        const Answer<LatestLedger> answer =
            health ? reader_.health(flight.request, outcome.body) : reader_.latest_ledger(flight.request, outcome.body);
        if (const auto* latest = std::get_if<LatestLedger>(&answer)) {
            if (latest->sequence <= latest_possible_ledger()) seen_ledger(latest->sequence);
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
    traffic_->statistics.ended(flight.method, failure ? &failure->kind : nullptr, outcome.elapsed);
    if (!failure) {
        polls_failed_ = 0;
        return;
    }
    if (failure->retry_after) poll_due_ = std::max(poll_due_, clock_.now() + *failure->retry_after);
    if (failure->kind == FailureKind::busy) return slow_down();
    std::string text = fmt::format("{}: {}", name(flight.method), failure->text);
    if (failure->kind == FailureKind::unauthorized) return give_up_endpoint({Rejection::unauthorized, std::move(text)});
    if (++polls_failed_ > settings_.retry.max_retries) {
        give_up_endpoint({Rejection::unreachable, std::move(text)});
    }
}

void Dispatcher::give_up_stalled() {
    give_up_endpoint({Rejection::stale,
                      fmt::format("the node has been at ledger {} for more than {} s", latest_ledger_,
                                  std::chrono::duration_cast<std::chrono::seconds>(settings_.max_ledger_age).count())});
}

} // namespace net
