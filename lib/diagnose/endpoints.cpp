#include "diagnose/endpoints.hpp"

#include "base/digest.hpp"
#include "base/secret.hpp"
#include "stellar/ledger_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace diagnose {
namespace {

using diagnose::Mark;
using diagnose::Part;

std::int64_t in_milliseconds(base::Duration duration) {
    return std::chrono::round<std::chrono::milliseconds>(duration).count();
}

std::string in_words(base::Duration duration) {
    const std::int64_t ms = in_milliseconds(duration);
    return ms == 0 ? "under 1 ms" : fmt::format("{} ms", ms);
}

/// As many keys as a cycle ever asks for at once. None is in any ledger, which makes no difference to the limit.
std::shared_ptr<net::KeyGroups> full_batch() {
    auto keys = std::make_shared<net::KeyGroups>();
    for (std::size_t i = 0; i < net::max_keys_per_call; ++i) {
        std::string key;
        stellar::append_contract_instance_key(key, base::sha256(fmt::format("stellar-sync check {}", i)));
        const std::string_view view = key;
        keys->add({&view, 1}, net::max_keys_per_call);
    }
    return keys;
}

std::string advice_for(net::Rejection rejection) {
    switch (rejection) {
    case net::Rejection::wrong_network:
        return "an endpoint of the right network in SOROBAN_RPC_URL, or another STELLAR_NETWORK_PASSPHRASE";
    case net::Rejection::unauthorized:
        return "correct the key in SOROBAN_RPC_URL";
    case net::Rejection::stale:
        return "ask the node's operator; SYNC_MAX_LEDGER_AGE_MS says what is too old";
    case net::Rejection::contradicts:
    case net::Rejection::unreachable:
        break;
    }
    return "is the node up, the URL right, and is the way to it open?";
}

bool hopeless(net::Rejection rejection) {
    return rejection == net::Rejection::wrong_network || rejection == net::Rejection::unauthorized;
}

} // namespace

std::vector<net::HttpOutcome> TimedChannel::wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) {
    std::vector<net::HttpOutcome> ended = channel_.wait(descriptors, until);
    if (!ended.empty()) last_ = ended.back().elapsed;
    return ended;
}

Endpoints::Endpoints(net::Dispatcher::Settings settings, net::Channel& channel, const base::Clock& clock,
                     base::Log& log, std::function<double()> random)
    : settings_(std::move(settings)), channel_(channel), clock_(clock), log_(log), random_(std::move(random)) {
    add_dispatcher(settings_.endpoints.front());
}

void Endpoints::add_dispatcher(const std::string& url) {
    net::Dispatcher::Settings settings = settings_;
    settings.endpoints = {url};
    dispatchers_.push_back(std::make_unique<net::Dispatcher>(std::move(settings), channel_, clock_, log_, random_));
}

void Endpoints::examine(std::size_t i, const std::function<cycle::Loop(net::Dispatcher&)>& open_loop) {
    if (i > 0) {
        // As in a cycle: without a setting the first endpoint that can be used says which network is meant.
        if (const net::Dispatcher* known = usable(); known && settings_.passphrase.empty())
            settings_.passphrase = known->network();
        add_dispatcher(settings_.endpoints[i]);
    }
    net::Dispatcher& dispatcher = *dispatchers_[i];
    cycle::Loop loop = open_loop(dispatcher);
    Seen seen{base::mask_url(settings_.endpoints[i]), std::nullopt, {}, std::nullopt, {}, {}};
    if (!loop.await_endpoint())
        seen.rejection = {net::Rejection::unreachable, "it has not said who it is within the time left"};
    else if (!dispatcher.serving())
        seen.rejection = dispatcher.rejections().back();
    seen.latency = channel_.last();
    if (!seen.rejection) measure_keys(loop, seen);
    seen_.push_back(std::move(seen));
}

void Endpoints::measure_keys(cycle::Loop& loop, Seen& seen) {
    net::Dispatcher& dispatcher = loop.dispatcher();
    const std::shared_ptr<net::KeyGroups> keys = full_batch();
    const auto parts = loop.read_entries(keys);
    if (!parts) {
        seen.keys_fault = "there was no time left for it";
        return dispatcher.abandon();
    }
    std::size_t answered = 0;
    for (const net::Finished& part : *parts) {
        if (std::holds_alternative<net::LedgerEntries>(part.outcome)) answered += part.last - part.first;
        if (const auto* failure = std::get_if<net::Failure>(&part.outcome)) seen.keys_fault = failure->text;
    }
    seen.keys_latency = channel_.last();
    if (answered == keys->groups())
        seen.keys = dispatcher.key_limit();
    else if (seen.keys_fault.empty())
        seen.keys_fault = dispatcher.rejections().empty() ? "no answer" : dispatcher.rejections().back().text;
}

net::Dispatcher* Endpoints::usable() const {
    for (std::size_t i = 0; i < seen_.size(); ++i)
        if (!seen_[i].rejection && !dispatchers_[i]->exhausted()) return dispatchers_[i].get();
    return nullptr;
}

void Endpoints::report(diagnose::Checklist& list) const {
    // Which of exit codes 2 and 4 a cycle would end with, if it had none of them.
    const bool all_hopeless = std::all_of(seen_.begin(), seen_.end(), [](const Seen& seen) {
        return seen.rejection && hopeless(seen.rejection->rejection);
    });
    const Mark mark = usable() != nullptr ? Mark::warning : all_hopeless ? Mark::failed : Mark::unavailable;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
        list.add(point(i, mark));
        if (!seen_[i].rejection) list.add(key_point(seen_[i]));
    }
}

diagnose::Point Endpoints::point(std::size_t i, Mark mark_of_faults) const {
    const Seen& seen = seen_[i];
    const net::Dispatcher& dispatcher = *dispatchers_[i];
    if (seen.rejection)
        return {Part::rpc, seen.label, mark_of_faults, seen.rejection->text, advice_for(seen.rejection->rejection)};
    const std::uint32_t ledger = dispatcher.start_ledger();
    const auto& node = dispatcher.node_ledger();
    const bool told = node && node->age;
    const base::Duration age = told ? *node->age : base::Duration::zero();
    const std::string closed =
        told ? fmt::format("closed {} s ago", std::chrono::duration_cast<std::chrono::seconds>(age).count())
             : "of an age that the node does not tell";
    diagnose::Point point{Part::rpc,
                          seen.label,
                          told ? Mark::ok : Mark::warning,
                          fmt::format("network \"{}\", ledger {} {}, answers in {}", dispatcher.network(), ledger,
                                      closed, in_words(seen.latency)),
                          told ? "" : "a node of version 25 or newer: a stale one cannot be told otherwise",
                          {{"network", dispatcher.network()},
                           {"ledger", std::uint64_t{ledger}},
                           {"latencyMs", in_milliseconds(seen.latency)}}};
    if (told) point.details.push_back({"ledgerAgeMs", in_milliseconds(age)});
    return point;
}

diagnose::Point Endpoints::key_point(const Seen& seen) const {
    const std::string what = "keys in one call";
    if (!seen.keys)
        return {Part::rpc, what, Mark::warning,
                fmt::format("{} keys at once came to nothing: {}", net::max_keys_per_call, seen.keys_fault),
                "try again; a cycle would ask for fewer, and for longer"};
    const bool full = *seen.keys >= net::max_keys_per_call;
    return {Part::rpc,
            what,
            full ? Mark::ok : Mark::warning,
            full ? fmt::format("{}, answered in {}", *seen.keys, in_words(seen.keys_latency))
                 : fmt::format("{} at most, of {} that a call may hold: so many more requests", *seen.keys,
                               net::max_keys_per_call),
            full ? "" : "another provider, if the cycles take too long",
            {{"keys", std::uint64_t{*seen.keys}}, {"latencyMs", in_milliseconds(seen.keys_latency)}}};
}

} // namespace diagnose
