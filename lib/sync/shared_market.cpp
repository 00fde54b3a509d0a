#include "sync/shared_market.hpp"

#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace cycle {

std::optional<std::string> shared_market_key(const Selection& selection, const verify::Target& target) {
    const bool wanted = std::any_of(selection.checks.begin(), selection.checks.end(),
                                    [](verify::Check check) { return check->profile().needs.market_contract; });
    if (!wanted || !target.market_contract) return std::nullopt;
    std::string key;
    stellar::append_market_id_key(key, *target.market_contract);
    return key;
}

void read_shared_market(std::string_view key, std::optional<std::string_view> entry, verify::Target& target) {
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

bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, verify::Target& target) {
    const std::optional<std::string> key = shared_market_key(selection, target);
    if (!key) return true;
    auto keys = std::make_shared<net::KeyGroups>();
    const std::string_view view = *key;
    keys->add({&view, 1}, net::max_keys_per_call);
    const auto entries = read_entries(loop, findings, keys, "the market_id of MARKET_CONTRACT_ADDRESS");
    if (!entries) return false;
    const auto& answer = entries->by_slot[0];
    read_shared_market(*key, answer ? std::optional(answer->entry) : std::nullopt, target);
    const auto contradiction = [key = *key, learnt = target](const net::LedgerEntries& now) {
        verify::Target seen = learnt;
        const auto& entry = now.by_slot[0];
        read_shared_market(key, entry ? std::optional(entry->entry) : std::nullopt, seen);
        const bool same = seen.shared_market_id == learnt.shared_market_id &&
                          seen.shared_market_fault.empty() == learnt.shared_market_fault.empty();
        return same ? std::nullopt
                    : std::optional<std::string>("the contract at MARKET_CONTRACT_ADDRESS holds another market_id");
    };
    loop.dispatcher().learnt({keys, contradiction});
    return true;
}

} // namespace cycle
