#include "reconcile/shared_market.hpp"

#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace reconcile {

std::optional<std::string> shared_market_key(const Selection& selection, const check::Target& target) {
    const auto& kinds = selection.kinds;
    const bool outcomes = std::find(kinds.begin(), kinds.end(), check::Kind::outcomes) != kinds.end();
    if (!outcomes || !target.market_contract) return std::nullopt;
    std::string key;
    stellar::append_market_id_key(key, *target.market_contract);
    return key;
}

void read_shared_market(std::string_view key, std::optional<std::string_view> entry, check::Target& target) {
    target.shared_market_id.reset();
    target.shared_market_fault.clear();
    if (!entry) return;
    const auto held = stellar::read_market_id(key, *entry);
    if (held) {
        target.shared_market_id = *held;
    } else {
        target.shared_market_fault = "the market contract's market_id cannot be read: " + held.error().text;
    }
}

bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, check::Target& target) {
    const std::optional<std::string> key = shared_market_key(selection, target);
    if (!key) return true;
    auto keys = std::make_shared<net::KeyGroups>();
    const std::string_view view = *key;
    keys->add({&view, 1}, net::max_keys_per_call);
    loop.dispatcher().read_entries(keys);
    std::vector<net::Finished> finished;
    while (finished.empty()) {
        if (loop.cut()) return false;
        loop.dispatcher().advance({});
        loop.dispatcher().settle();
        finished = loop.dispatcher().take_finished();
        if (finished.empty()) loop.turn();
    }
    const auto* entries = std::get_if<net::LedgerEntries>(&finished.front().outcome);
    if (entries == nullptr) {
        const auto* failure = std::get_if<net::Failure>(&finished.front().outcome);
        findings.failure("rpc", "", check::Reason::rpc,
                         fmt::format("the market_id of MARKET_CONTRACT_ADDRESS could not be read: {}",
                                     failure != nullptr ? failure->text : "no RPC endpoint is left"));
        findings.summary().unavailable = true;
        return false;
    }
    findings.summary().answered_from(entries->ledger);
    const auto& answer = entries->by_slot[0];
    read_shared_market(*key, answer ? std::optional(answer->entry) : std::nullopt, target);
    return true;
}

} // namespace reconcile
