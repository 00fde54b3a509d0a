// JSON-RPC answers, from their bytes to the findings. The first byte chooses the method and the read mode. Bodies come
// as they are, or are built around raw XDR, so that the fuzzer need not find base64 and JSON: then it is known what
// must come out of them.
#include "checks.hpp"
#include "fuzz/rig.hpp"
#include "net/rpc.hpp"
#include "stellar/base64.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "verify/compare.hpp"
#include "verify/reading.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

namespace {

constexpr net::RequestId request = 5;
constexpr std::string_view market_id = "00000000000000000000000000000000000000000000000000000000000000aa";

/// The items that are asked about: a pool, an outcome, an account's and a contract's balance.
struct Items {
    explicit Items(verify::ReadMode mode) {
        target.mode = mode;
        target.amm = stellar::Hash{1};
        target.market_contract = stellar::Hash{2};
        target.token.contract = stellar::Hash{3};
        target.token.asset = stellar::Asset{"USDC", stellar::Hash{4}};
        claims = {*verify::claim_odds({"m", market_id, "t", "12.5", "37.5", "1"}),
                  *verify::claim_outcome({"m", market, "t", "1", "1", "1"}, target),
                  *verify::claim_balance({"u", account, "25"}, target),
                  *verify::claim_balance({"v", contract, "25"}, target)};
        for (const verify::Claim& claim : claims) {
            verify::Keys of_claim;
            verify::keys_of(claim, target, of_claim);
            std::vector<std::string_view> views;
            for (std::size_t i = 0; i < of_claim.size(); ++i) views.push_back(of_claim[i]);
            keys.add(views, net::max_keys_per_call);
        }
    }

    verify::Target target;
    const std::string market = stellar::to_strkey({stellar::Address::Kind::contract, stellar::Hash{5}});
    const std::string account = stellar::to_strkey({stellar::Address::Kind::account, stellar::Hash{6}});
    const std::string contract = stellar::to_strkey({stellar::Address::Kind::contract, stellar::Hash{7}});
    std::vector<verify::Claim> claims; // with views of these
    net::KeyGroups keys;
};

/// A finding is the comparison of what was read: the fuzzer sees that it never fails, and never differs from itself.
void find(const verify::Claim& claim, const verify::Reading& reading) {
    if (const auto* why = std::get_if<verify::Unverifiable>(&reading))
        return require(!why->text.empty(), "what cannot be verified says why");
    const auto* value = std::get_if<verify::ChainValue>(&reading);
    if (value == nullptr) return;
    const verify::Difference measured = verify::measure(claim, *value);
    const auto found = verify::compare(claim, *value, {});
    require(found.has_value() == verify::differs(measured, {}), "a finding is what differs");
    require(verify::says_the_same(claim, measured), "the row's side is the row's");
    if (claim.check == Kind::balances)
        require(found.has_value() == (measured.size > 10), "balances differ by more than ten stroops");
}

std::vector<verify::Stored> stored(const Items& items, std::size_t group, const net::LedgerEntries& answer) {
    std::vector<verify::Stored> out;
    for (const net::KeyGroups::Slot slot : items.keys.slots(group)) {
        const auto& entry = answer.by_slot[slot];
        out.push_back({items.keys.key(slot), std::nullopt, std::nullopt, false});
        if (!entry) continue;
        out.back().entry = entry->entry;
        out.back().last_modified_ledger = entry->last_modified_ledger;
        out.back().archived = entry->live_until_ledger && *entry->live_until_ledger < answer.ledger;
    }
    return out;
}

/// The value of the entry, where it is a sound one of this key.
template <class Entry>
std::optional<Entry> decoded(const verify::Stored& one) {
    if (!one.entry) return std::nullopt;
    auto entry = stellar::decode_ledger_entry(*one.entry);
    if (!entry || !std::holds_alternative<Entry>(*entry)) return std::nullopt;
    return std::get<Entry>(*std::move(entry));
}

/// What storage says, by the decoder, which the readers do not use.
void check_value(const verify::Claim& claim, const verify::ChainValue& value,
                 const std::vector<verify::Stored>& entries) {
    if (const auto* reserves = value.content.get_if<verify::Reserves>()) {
        const auto expected = [&](std::size_t i) {
            const auto data = decoded<stellar::ContractDataEntry>(entries[i]);
            require(data ? data->value.as_u128() != nullptr : !entries[i].entry, "a reserve is a u128, or absent");
            return data ? *data->value.as_u128() : 0;
        };
        require(reserves->yes == expected(0) && reserves->no == expected(1), "reserves are those in storage");
    } else if (const auto* chain = value.content.get_if<verify::ChainOutcome>()) {
        const auto state = decoded<stellar::ContractDataEntry>(entries[0]);
        require(state && state->value.as_u32() != nullptr && *state->value.as_u32() == chain->status,
                "a market has a state");
        if (chain->outcome) require(chain->status == 2, "a market with an outcome is resolved");
    } else if (entries[0].entry) {
        const base::i128 balance = value.content.get<base::i128>();
        require(balance >= 0, "no balance is negative");
        const bool account = claim.content.get<verify::BalanceClaim>().holder.kind == stellar::Address::Kind::account;
        if (account) {
            const auto line = decoded<stellar::TrustLineEntry>(entries[0]);
            require(line && line->balance == balance, "a balance is the trust line's");
        } else {
            require(decoded<stellar::ContractDataEntry>(entries[0]).has_value(),
                    "a contract's balance is contract data");
        }
    } else {
        require(value.content.get<base::i128>() == 0, "no entry is no balance");
    }
}

void find_all(const Items& items, const net::LedgerEntries& answer) {
    require(answer.by_slot.size() == items.keys.keys(), "there is a place for each key");
    for (std::size_t group = 0; group < items.claims.size(); ++group) {
        const std::vector<verify::Stored> entries = stored(items, group, answer);
        const verify::Reading reading = verify::read_storage(items.claims[group], items.target, entries, answer.ledger);
        find(items.claims[group], reading);
        if (const auto* value = std::get_if<verify::ChainValue>(&reading))
            check_value(items.claims[group], *value, entries);
    }
}

/// An entry with the header that its key asks for, and these bytes behind it; or these bytes as they are.
std::string entry_of(unsigned char how, std::string_view key, std::string_view content) {
    if (how % 4 == 1) return std::string(content);
    const bool data = key.starts_with(std::string_view("\0\0\0\6", 4));
    if (!data) return std::string(key) + std::string(content);
    return std::string(key.substr(0, 4)) + std::string(4, '\0') + std::string(key.substr(4)) + std::string(content);
}

/// For each key: a byte that says how (0: no entry), and the bytes.
void built_entries(const Items& items, std::string_view input) {
    std::vector<std::string> given;
    std::string list;
    for (net::KeyGroups::Slot slot = 0; slot < items.keys.keys(); ++slot) {
        const unsigned char how = take_byte(input);
        const std::string_view content = take_piece(input);
        given.push_back(how % 4 == 0 ? "" : entry_of(how, items.keys.key(slot), content));
        if (how % 4 == 0) continue;
        const std::string one =
            fmt::format(R"({{"key":"{}","xdr":"{}","lastModifiedLedgerSeq":7,"liveUntilLedgerSeq":{}}})",
                        items.keys.base64(slot), stellar::to_base64(given.back()), how);
        for (int times = 0; times < (how % 4 == 3 ? 2 : 1); ++times) list += (list.empty() ? "" : ",") + one;
    }
    std::string body =
        fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{{"entries":[{}],"latestLedger":99}}}})", request, list);
    net::AnswerReader reader;
    const auto answer = reader.ledger_entries(request, body, items.keys, 0, items.keys.groups());
    const auto* entries = std::get_if<net::LedgerEntries>(&answer);
    require(entries != nullptr && entries->ledger == 99, "a sound answer is an answer");
    for (std::size_t slot = 0; slot < given.size(); ++slot) {
        const auto& entry = entries->by_slot[slot];
        require(entry ? entry->entry == given[slot] : given[slot].empty(), "an entry comes as it was sent");
    }
    find_all(items, *entries);
}

void simulated(const Items& items, const net::Answer<net::Simulation>& answer) {
    const auto* simulation = std::get_if<net::Simulation>(&answer);
    if (simulation == nullptr) return;
    for (const verify::Claim& claim : items.claims)
        find(claim, verify::read_call(claim, simulation->error, simulation->result, simulation->ledger));
}

void built_simulation(const Items& items, std::string_view result) {
    std::string body = fmt::format(
        R"({{"jsonrpc":"2.0","id":{},"result":{{"results":[{{"auth":[],"xdr":"{}"}}],"latestLedger":99}}}})", request,
        stellar::to_base64(result));
    net::AnswerReader reader;
    const auto answer = reader.simulation(request, body);
    const auto* simulation = std::get_if<net::Simulation>(&answer);
    require(simulation != nullptr && simulation->result == result, "a result comes as it was sent");
    simulated(items, answer);
}

template <class T>
void check_answer(const net::Answer<T>& answer, std::string_view body) {
    if (const auto* wrong = std::get_if<net::NotAnAnswer>(&answer))
        require(!wrong->why.empty(), "what is no answer says why");
    if (const auto* error = std::get_if<net::RpcError>(&answer)) {
        require(error->message.size() <= 400, "a server's words are short");
        require(error->message.find("S3CRET") == std::string::npos, "a secret that comes back is masked");
    }
    require(std::holds_alternative<net::NotAnAnswer>(answer) || body.find("2.0") != body.npos, "an answer says 2.0");
}

} // namespace

void fuzz_one(std::string_view input) {
    const unsigned char choice = take_byte(input);
    const Items items(verify::ReadMode{choice / 8 % 3});
    std::string body(input);
    net::AnswerReader reader({"S3CRET"});
    switch (choice % 8) {
    case 0:
        return check_answer(reader.network(request, body), input);
    case 1:
        return check_answer(reader.health(request, body), input);
    case 2:
        return check_answer(reader.latest_ledger(request, body), input);
    case 3: {
        const auto answer = reader.simulation(request, body);
        check_answer(answer, input);
        return simulated(items, answer);
    }
    case 4:
        return built_simulation(items, input);
    case 5: {
        const auto answer = reader.ledger_entries(request, body, items.keys, 0, items.keys.groups());
        check_answer(answer, input);
        if (const auto* entries = std::get_if<net::LedgerEntries>(&answer)) find_all(items, *entries);
        return;
    }
    default:
        return built_entries(items, input);
    }
}
