#include "net/endpoint_probe.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace net {
namespace {

/// What is the same for every question: an error of JSON-RPC or of the form.
std::optional<Failure> failure_of(const auto& answer) {
    if (const auto* error = std::get_if<RpcError>(&answer)) return rpc_failure(*error);
    if (const auto* garbage = std::get_if<NotAnAnswer>(&answer)) return not_an_answer(*garbage);
    return std::nullopt;
}

} // namespace

EndpointProbe::EndpointProbe(std::string passphrase, base::Duration max_ledger_age, std::uint32_t least_ledger,
                             std::vector<Acquaintance> learnt)
    : passphrase_(std::move(passphrase)), max_ledger_age_(max_ledger_age), least_ledger_(least_ledger),
      learnt_(std::move(learnt)) {}

RpcMethod EndpointProbe::method() const {
    switch (question_) {
    case Question::network:
        return RpcMethod::get_network;
    case Question::health:
        return RpcMethod::get_health;
    case Question::learnt:
        return RpcMethod::get_ledger_entries;
    case Question::latest_ledger:
        break;
    }
    return RpcMethod::get_latest_ledger;
}

std::string EndpointProbe::request(RequestId id) const {
    switch (question_) {
    case Question::network:
        return get_network_request(id);
    case Question::health:
        return get_health_request(id);
    case Question::learnt: {
        const KeyGroups& keys = *learnt_[learnt_confirmed_].keys;
        return get_ledger_entries_request(id, keys, 0, keys.groups());
    }
    case Question::latest_ledger:
        break;
    }
    return get_latest_ledger_request(id);
}

ProbeStep EndpointProbe::answered(RequestId id, HttpOutcome& outcome, AnswerReader& reader, base::WallTime now) {
    if (std::optional<Failure> failure = transport_failure(outcome)) return std::move(*failure);
    switch (question_) {
    case Question::network:
        return network_answered(reader.network(id, outcome.body));
    case Question::health:
        return health_answered(reader.health(id, outcome.body), now);
    case Question::learnt: {
        const KeyGroups& keys = *learnt_[learnt_confirmed_].keys;
        return learnt_answered(reader.ledger_entries(id, outcome.body, keys, 0, keys.groups()));
    }
    case Question::latest_ledger:
        break;
    }
    return latest_ledger_answered(reader.latest_ledger(id, outcome.body), now);
}

ProbeStep EndpointProbe::network_answered(Answer<Network> answer) {
    if (std::optional<Failure> failure = failure_of(answer)) return std::move(*failure);
    found_passphrase_ = std::move(std::get<Network>(answer).passphrase);
    if (!passphrase_.empty() && found_passphrase_ != passphrase_) {
        return EndpointRejected{
            Rejection::wrong_network,
            fmt::format("the node is of the network \"{}\", not of \"{}\"", found_passphrase_, passphrase_)};
    }
    question_ = Question::health;
    return AskNext{};
}

ProbeStep EndpointProbe::health_answered(Answer<LatestLedger> answer, base::WallTime now) {
    // A server without getHealth, and one that calls itself unhealthy (its own limit may be stricter than ours), is
    // asked for the age of its latest ledger.
    if (const auto* error = std::get_if<RpcError>(&answer)) {
        constexpr std::int64_t method_not_found = -32601;
        if (error->code != method_not_found) unhealthy_ = error->message;
        question_ = Question::latest_ledger;
        return AskNext{};
    }
    if (const auto* garbage = std::get_if<NotAnAnswer>(&answer)) return not_an_answer(*garbage);
    const LatestLedger& latest = std::get<LatestLedger>(answer);
    if (!latest.close_time) {
        question_ = Question::latest_ledger;
        return AskNext{};
    }
    return judge(latest, now);
}

ProbeStep EndpointProbe::latest_ledger_answered(Answer<LatestLedger> answer, base::WallTime now) {
    if (std::optional<Failure> failure = failure_of(answer)) return std::move(*failure);
    return judge(std::get<LatestLedger>(answer), now);
}

bool EndpointProbe::skip_health(const std::string& why) {
    if (question_ != Question::health) return false;
    unhealthy_ = why;
    question_ = Question::latest_ledger;
    return true;
}

ProbeStep EndpointProbe::judge(const LatestLedger& latest, base::WallTime now) {
    latest_ = NodeLedger{latest.sequence, std::nullopt};
    if (!latest.close_time) {
        if (!unhealthy_.empty()) {
            return EndpointRejected{Rejection::stale, fmt::format("the node is unhealthy: {}", unhealthy_)};
        }
        return fresh({found_passphrase_, latest.sequence, std::nullopt});
    }
    const base::Duration age = std::max<base::Duration>(now - *latest.close_time, base::Duration::zero());
    latest_->age = age;
    if (age > max_ledger_age_) {
        return EndpointRejected{Rejection::stale,
                                fmt::format("the node's latest ledger, {}, closed {} s ago", latest.sequence,
                                            std::chrono::duration_cast<std::chrono::seconds>(age).count())};
    }
    return fresh({found_passphrase_, latest.sequence, age});
}

ProbeStep EndpointProbe::fresh(EndpointAccepted accepted) {
    if (accepted.ledger < least_ledger_) {
        // Fresh enough by its age, but behind what was seen: its answers would all be refused.
        return Failure{FailureKind::older_ledger,
                       fmt::format("the node's latest ledger, {}, is older than {} seen at the start", accepted.ledger,
                                   least_ledger_),
                       std::nullopt};
    }
    accepted_ = std::move(accepted);
    return ask_learnt();
}

ProbeStep EndpointProbe::ask_learnt() {
    if (learnt_confirmed_ == learnt_.size()) return accepted_;
    question_ = Question::learnt;
    return AskNext{};
}

ProbeStep EndpointProbe::learnt_answered(Answer<LedgerEntries> answer) {
    if (std::optional<Failure> failure = failure_of(answer)) return std::move(*failure);
    const LedgerEntries& entries = std::get<LedgerEntries>(answer);
    if (entries.ledger < accepted_.ledger) {
        return Failure{
            FailureKind::older_ledger,
            fmt::format("answered from ledger {}, older than {} seen before", entries.ledger, accepted_.ledger),
            std::nullopt};
    }
    if (std::optional<std::string> contradiction = learnt_[learnt_confirmed_].contradiction(entries)) {
        return EndpointRejected{Rejection::contradicts,
                                fmt::format("it contradicts what was learnt at the start: {}", *contradiction)};
    }
    ++learnt_confirmed_;
    return ask_learnt();
}

} // namespace net
