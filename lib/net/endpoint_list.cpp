#include "net/endpoint_list.hpp"

#include "base/secret.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace net {

EndpointList::EndpointList(Settings settings, LedgerWatch& ledgers, const base::Clock& clock, base::Log& log)
    : settings_(std::move(settings)), ledgers_(ledgers), clock_(clock), log_(log) {
    begin_probe();
}

void EndpointList::follow(const EndpointList& first) {
    network_ = first.network_;
    learnt_ = first.learnt_;
    begin_probe();
}

std::string EndpointList::name() const {
    return base::mask_url(url());
}

std::vector<std::string> EndpointList::others() const {
    std::vector<std::string> urls(settings_.urls.begin() + static_cast<std::ptrdiff_t>(index_) + 1,
                                  settings_.urls.end());
    std::erase(urls, url()); // listed twice, it is still the same
    return urls;
}

void EndpointList::begin_probe() {
    state_ = State::probing;
    probe_.emplace(network_.empty() ? settings_.passphrase : network_, settings_.max_ledger_age, ledgers_.start(),
                   learnt_);
    probe_retries_ = base::RetryBudget(settings_.retry);
    probe_due_ = clock_.now();
}

std::string EndpointList::ask(RequestId request) {
    question_in_flight_ = true;
    return probe_->request(request);
}

std::optional<Failure> EndpointList::answered(RequestId request, HttpOutcome& outcome, AnswerReader& reader) {
    question_in_flight_ = false;
    ProbeStep step = probe_->answered(request, outcome, reader, clock_.wall_now());
    if (probe_->latest()) node_ledger_ = probe_->latest();
    if (auto* failure = std::get_if<Failure>(&step)) return std::move(*failure);
    if (const auto* accepted = std::get_if<EndpointAccepted>(&step)) accept(*accepted);
    if (auto* rejected = std::get_if<EndpointRejected>(&step)) pass_over(std::move(*rejected));
    return std::nullopt;
}

void EndpointList::probe_failed(const Failure& failure) {
    const bool unauthorized = failure.kind == FailureKind::unauthorized;
    const bool older = failure.kind == FailureKind::older_ledger;
    if (!unauthorized && !older && probe_->skip_health(failure.text)) return probe_retries_.restart();
    const Rejection rejection = unauthorized ? Rejection::unauthorized
                                : older      ? Rejection::stale
                                             : Rejection::unreachable;
    pass_over({rejection, fmt::format("{}: {}", net::name(probe_->method()), failure.text)});
}

void EndpointList::accept(const EndpointAccepted& accepted) {
    network_ = accepted.passphrase;
    state_ = State::serving;
    const bool health = probe_->method() == RpcMethod::get_health; // not so if something learnt was asked for last
    ledgers_.serve(accepted.ledger, health ? RpcMethod::get_health : RpcMethod::get_latest_ledger);
    base::Event event{
        base::Level::info,
        "RPC_ENDPOINT",
        "an RPC endpoint has said who it is and is fresh",
        {{"endpoint", name()}, {"network", accepted.passphrase}, {"ledger", std::uint64_t{accepted.ledger}}}};
    if (accepted.ledger_age) {
        event.fields.push_back(
            {"ledgerAgeMs", std::chrono::round<std::chrono::milliseconds>(*accepted.ledger_age).count()});
    }
    log_.write(event);
}

void EndpointList::pass_over(EndpointRejected rejected) {
    log_.write({base::Level::warn,
                "RPC_ENDPOINT_PASSED_OVER",
                fmt::format("an RPC endpoint is not used: {}", rejected.text),
                {{"endpoint", name()}, {"more", any_left()}}});
    rejections_.push_back(std::move(rejected));
    if (any_left()) {
        ++index_;
        begin_probe();
    } else {
        state_ = State::exhausted;
    }
}

} // namespace net
