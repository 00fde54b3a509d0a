// The dispatcher's endpoints: probing one, giving one up, going on to the next.
#include "net/dispatcher.hpp"

#include "base/secret.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace net {

void Dispatcher::begin_probe() {
    state_ = State::probing;
    probe_.emplace(network_.empty() ? settings_.passphrase : network_, settings_.max_ledger_age, start_ledger_,
                   learnt_);
    probe_retries_ = base::RetryBudget(settings_.retry);
    probe_due_ = clock_.now();
}

void Dispatcher::probe_ended(RequestId request, HttpOutcome& outcome) {
    probe_in_flight_ = false;
    const RpcMethod method = probe_->method();
    ProbeStep step = probe_->answered(request, outcome, reader_, clock_.wall_now());
    if (probe_->latest()) node_ledger_ = probe_->latest();
    const auto* failed = std::get_if<Failure>(&step);
    traffic_->statistics.ended(method, failed == nullptr ? nullptr : &failed->kind, outcome.elapsed);
    if (const auto* accepted = std::get_if<EndpointAccepted>(&step)) return accept(*accepted);
    if (auto* rejected = std::get_if<EndpointRejected>(&step)) return pass_over(std::move(*rejected));
    const auto* failure = std::get_if<Failure>(&step);
    if (failure == nullptr) return; // the next question
    if (worth_retrying(failure->kind)) {
        if (const auto retry = take_retry(probe_retries_, method, *failure)) {
            probe_due_ = retry->due;
            return;
        }
    }
    const bool health_fails = failure->kind != FailureKind::unauthorized && failure->kind != FailureKind::older_ledger;
    if (health_fails && probe_->skip_health(failure->text)) {
        probe_retries_.restart();
        return;
    }
    const Rejection rejection = failure->kind == FailureKind::unauthorized   ? Rejection::unauthorized
                                : failure->kind == FailureKind::older_ledger ? Rejection::stale
                                                                             : Rejection::unreachable;
    pass_over({rejection, fmt::format("{}: {}", name(method), failure->text)});
}

void Dispatcher::accept(const EndpointAccepted& accepted) {
    network_ = accepted.passphrase;
    // An answer from before this ledger comes from a node that lags; the mark does not go back with a failover.
    if (accepted.ledger >= start_ledger_) {
        start_ledger_ = accepted.ledger;
        start_ledger_seen_ = clock_.now();
    }
    state_ = State::serving;
    serving_since_ = clock_.now();
    latest_ledger_ = 0;
    seen_ledger(accepted.ledger);
    poll_method_ = probe_->method(); // that it has answered
    poll_due_ = clock_.now();
    polls_failed_ = 0;
    base::Event event{
        base::Level::info,
        "RPC_ENDPOINT",
        "an RPC endpoint has said who it is and is fresh",
        {{"endpoint", endpoint_name()}, {"network", accepted.passphrase}, {"ledger", std::uint64_t{accepted.ledger}}}};
    if (accepted.ledger_age) {
        event.fields.push_back(
            {"ledgerAgeMs", std::chrono::round<std::chrono::milliseconds>(*accepted.ledger_age).count()});
    }
    log_.write(event);
}

void Dispatcher::pass_over(EndpointRejected rejected) {
    const bool more = endpoint_ + 1 < settings_.endpoints.size();
    log_.write({base::Level::warn,
                "RPC_ENDPOINT_PASSED_OVER",
                fmt::format("an RPC endpoint is not used: {}", rejected.text),
                {{"endpoint", endpoint_name()}, {"more", more}}});
    rejections_.push_back(std::move(rejected));
    if (more) {
        ++endpoint_;
        begin_probe();
    } else {
        state_ = State::exhausted;
        give_up_all();
    }
}

EndpointRejected Dispatcher::failed_in_a_row() const {
    const std::string& last = parked_.back()->failed.back().failure.text;
    return {Rejection::unreachable,
            fmt::format("{} calls in a row failed for good, the last one with: {}", parked_.size(), last)};
}

void Dispatcher::give_up_endpoint(EndpointRejected rejected) {
    // What was under way, waiting or failed goes to the next endpoint as if it had never been asked.
    cancel_in_flight();
    for (auto& [transfer, flight] : in_flight_) {
        if (flight.piece) ready_.push_front(std::move(*flight.piece));
    }
    in_flight_.clear();
    poll_in_flight_ = false;
    for (Piece& piece : waiting_) ready_.push_front(std::move(piece));
    waiting_.clear();
    const auto take_back = [this](Family& family) {
        for (Piece& piece : family.failed) {
            ++family.open_parts;
            ready_.push_front(std::move(piece));
        }
        family.failed.clear();
    };
    for (const std::shared_ptr<Family>& family : parked_) take_back(*family);
    parked_.clear();
    // Families that were being split hold failed parts too; taken from a copy, for the queue grows meanwhile.
    std::vector<std::shared_ptr<Family>> queued;
    for (const Piece& piece : ready_) queued.push_back(piece.family);
    for (const std::shared_ptr<Family>& family : queued) take_back(*family);
    for (Piece& piece : ready_) {
        piece.retries.restart();
        piece.family->unanswered_parts = 0;
        piece.family->failed_parts = 0;
        piece.family->item_failed = false;
    }
    failures_in_a_row_ = 0;
    pass_over(std::move(rejected));
}

void Dispatcher::give_up_all() {
    for (const Piece& piece : ready_) finished_.push_back({piece.call, piece.first, piece.last, GivenUp{}, endpoint_});
    ready_.clear();
}

} // namespace net
