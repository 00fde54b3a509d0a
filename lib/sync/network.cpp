#include "sync/network.hpp"

#include "base/errors.hpp"
#include "stellar/ledger_key.hpp"
#include "sync/preparation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace cycle {
namespace {

std::string why_no_endpoint(const net::Dispatcher& dispatcher) {
    std::string texts;
    for (const net::EndpointRejected& rejected : dispatcher.rejections()) {
        texts += (texts.empty() ? "" : "; ") + rejected.text;
    }
    return fmt::format("no RPC endpoint can be used: {}", texts);
}

std::shared_ptr<const net::KeyGroups> one_key(std::string_view key) {
    auto keys = std::make_shared<net::KeyGroups>();
    keys->add({&key, 1}, net::max_keys_per_call);
    return keys;
}

/// Puts into the target what the entry under `key` says.
void read_shared_market(const std::string& key, const net::LedgerEntries& entries, verify::Target& target) {
    target.shared_market_id.reset();
    target.shared_market_fault.clear();
    if (!entries.by_slot[0]) return;
    const auto held = stellar::read_market_id(key, entries.by_slot[0]->entry);
    if (held) {
        target.shared_market_id = *held;
    } else {
        target.shared_market_fault = "the market contract's market_id cannot be read: " + held.error().text;
    }
}

} // namespace

void refuse_if_hopeless(const net::Dispatcher& dispatcher) {
    const auto& rejections = dispatcher.rejections();
    const bool hopeless = std::all_of(rejections.begin(), rejections.end(), [](const net::EndpointRejected& rejected) {
        return rejected.rejection == net::Rejection::wrong_network ||
               rejected.rejection == net::Rejection::unauthorized;
    });
    if (dispatcher.exhausted() && hopeless) throw base::Misconfigured("SOROBAN_RPC_URL", why_no_endpoint(dispatcher));
}

bool find_network(Loop& loop, Findings& findings) {
    if (!loop.await_endpoint()) return false;
    const net::Dispatcher& dispatcher = loop.dispatcher();
    if (dispatcher.serving()) return true;
    refuse_if_hopeless(dispatcher);
    findings.unavailable("rpc", verify::Reason::rpc, why_no_endpoint(dispatcher));
    return false;
}

std::optional<base::Result<net::LedgerEntries>> ask_entry(Loop& loop, Findings& findings, std::string_view key) {
    auto parts = loop.read_entries(one_key(key));
    if (!parts) return std::nullopt;
    if (auto* entries = std::get_if<net::LedgerEntries>(&parts->front().outcome)) {
        findings.summary().answered_from(entries->ledger);
        return std::move(*entries);
    }
    const auto* failure = std::get_if<net::Failure>(&parts->front().outcome);
    return base::fail(failure != nullptr ? failure->text : "no RPC endpoint is left");
}

std::optional<net::LedgerEntries> read_entry(Loop& loop, Findings& findings, std::string_view key,
                                             const std::string& what) {
    auto entries = ask_entry(loop, findings, key);
    if (!entries) return std::nullopt;
    if (*entries) return std::move(**entries);
    refuse_if_hopeless(loop.dispatcher());
    findings.unavailable("rpc", verify::Reason::rpc, fmt::format("{} could not be read: {}", what, entries->error()));
    return std::nullopt;
}

void must_agree(Loop& loop, std::string_view key,
                std::function<std::optional<std::string>(const net::LedgerEntries&)> contradiction) {
    loop.dispatcher().learnt({one_key(key), std::move(contradiction)});
}

bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, verify::Target& target) {
    const bool wanted = std::any_of(selection.checks.begin(), selection.checks.end(),
                                    [](verify::Check check) { return check->profile().needs.market_contract; });
    if (!wanted || !target.market_contract) return true;
    std::string key;
    stellar::append_market_id_key(key, *target.market_contract);
    const auto entries = read_entry(loop, findings, key, "the market_id of MARKET_CONTRACT_ADDRESS");
    if (!entries) return false;
    read_shared_market(key, *entries, target);
    must_agree(loop, key, [key, learnt = target](const net::LedgerEntries& now) {
        verify::Target seen = learnt;
        read_shared_market(key, now, seen);
        const bool same = seen.shared_market_id == learnt.shared_market_id &&
                          seen.shared_market_fault.empty() == learnt.shared_market_fault.empty();
        return same ? std::nullopt
                    : std::optional<std::string>("the contract at MARKET_CONTRACT_ADDRESS holds another market_id");
    });
    return true;
}

} // namespace cycle
