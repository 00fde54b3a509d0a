#include "check/reading.hpp"

#include "stellar/contract_call.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace check {
namespace {

using stellar::EntryFault;

Unverifiable undecodable(std::string_view what, std::string_view why) {
    return {Reason::decode, fmt::format("the {} cannot be read: {}", what, why)};
}

Sighting sighting(std::span<const Stored> entries, std::uint32_t ledger) {
    Sighting seen{ledger, std::nullopt, false};
    for (const Stored& stored : entries) {
        if (!stored.entry) continue;
        seen.last_modified_ledger = std::max(seen.last_modified_ledger, stored.last_modified_ledger);
        seen.archived = seen.archived || stored.archived;
    }
    return seen;
}

/// An entry's value, read by one of the readers of stellar/ledger_entry.hpp; nullopt where it is absent.
template <class Reader>
auto read_entry(const Stored& stored, Reader reader)
    -> base::Result<std::optional<std::decay_t<decltype(*reader({}, {}))>>, EntryFault> {
    using Content = std::decay_t<decltype(*reader({}, {}))>;
    if (!stored.entry) return std::optional<Content>();
    auto value = reader(stored.key, *stored.entry);
    if (!value) return base::Fail<EntryFault>{value.error()};
    return std::optional<Content>(*value);
}

/// A sound entry, but of another type than expected.
template <class T>
bool is_unexpected(const base::Result<T, EntryFault>& result) {
    return !result && result.error().kind == EntryFault::Kind::unexpected_type;
}

/// Unless only storage may be read, the contract is asked if a market's entry has another type than expected.
Reading market_fault(const EntryFault& fault, const Target& target, std::string_view what) {
    if (target.mode != ReadMode::storage && fault.kind == EntryFault::Kind::unexpected_type) return Question::contract;
    return undecodable(what, fault.text);
}

Reading read_reserves(const Target& target, std::span<const Stored> entries, std::uint32_t ledger) {
    const auto yes = read_entry(entries[0], stellar::read_pool_reserve);
    if (!yes) return market_fault(yes.error(), target, "pool's YES reserve");
    const auto no = read_entry(entries[1], stellar::read_pool_reserve);
    if (!no) return market_fault(no.error(), target, "pool's NO reserve");
    if (target.mode == ReadMode::automatic && (!*yes || !*no)) return Question::contract;
    return ChainValue{Reserves{(*yes).value_or(0), (*no).value_or(0)}, sighting(entries, ledger)};
}

/// Which market the contract holds, or why it cannot speak for the row; nullopt: it holds none.
base::Result<std::optional<stellar::Hash>, Unverifiable> read_held_market(const OutcomeClaim& claim,
                                                                          const Stored& stored) {
    const auto held = read_entry(stored, stellar::read_market_id);
    if (!held) return base::Fail<Unverifiable>{undecodable("contract's market_id", held.error().text)};
    if (*held && claim.id_from_row && **held != claim.market_id) {
        return base::Fail<Unverifiable>{{Reason::contract, holds_another_market(**held)}};
    }
    return *held;
}

/// Neither the row nor the contract says which market it is: the address's own bytes may be its id, if the AMM has a
/// pool under them. Without an AMM nobody can tell, and the contract is taken at its word.
bool needs_proof(const OutcomeClaim& claim, const Target& target) {
    return !claim.id_from_row && !claim.id_proven && target.has_amm();
}

/// Of a market that has a state. `entries` are of keys_of().
Reading read_winner(std::span<const Stored> entries, std::uint32_t status, std::uint32_t ledger) {
    // Any state but one is an answer: there is no outcome, whatever the other entry says.
    if (status != stellar::market_resolved) {
        return ChainValue{ChainOutcome{std::nullopt, status}, sighting(entries.first(1), ledger)};
    }
    const auto outcome = read_entry(entries[1], stellar::read_winning_outcome);
    if (!outcome) return undecodable("market's outcome", outcome.error().text);
    return ChainValue{ChainOutcome{*outcome, status}, sighting(entries.first(2), ledger)};
}

/// `entries` are of keys_of().
Reading read_outcome(const OutcomeClaim& claim, const Target& target, std::span<const Stored> entries,
                     std::uint32_t ledger) {
    const bool may_call = target.mode != ReadMode::storage;
    const auto held = read_held_market(claim, entries[2]);
    if (!held) return held.error();
    if (claim.shared && !*held)
        return Unverifiable{Reason::contract, "the market contract no longer holds a market_id"};
    if (!*held && needs_proof(claim, target)) return Question::proof;
    const Reading by_call = *held ? Reading(Identified{**held, Question::contract}) : Reading(Question::contract);
    const auto status = read_entry(entries[0], stellar::read_market_status);
    if (!status) {
        const Reading fault = market_fault(status.error(), target, "market's state");
        return std::holds_alternative<Question>(fault) ? by_call : fault;
    }
    if (!*status) {
        if (may_call) return by_call;
        return Unverifiable{Reason::contract, "the market contract has no market_state entry"};
    }
    const bool resolved = **status == stellar::market_resolved;
    const auto outcome = read_entry(entries[1], stellar::read_winning_outcome);
    if (resolved && may_call && (is_unexpected(outcome) || (outcome && !*outcome))) return by_call;
    return read_winner(entries, **status, ledger);
}

/// `entries` are of keys_of(), read because the contract answered with nothing but zeros. What storage holds counts: so
/// does a node answer that failed to load the market's entries.
Reading read_state(const OutcomeClaim& claim, std::span<const Stored> entries, std::uint32_t ledger) {
    const auto held = read_held_market(claim, entries[2]);
    if (!held) return held.error();
    const auto status = read_entry(entries[0], stellar::read_market_status);
    const Sighting seen{ledger, std::nullopt, false};
    if (is_unexpected(status)) return ChainValue{ChainOutcome{}, seen}; // kept in a way that only the contract knows
    if (!status) return undecodable("market's state", status.error().text);
    if (!*status) {
        return Unverifiable{Reason::contract, "the market contract was never initialized: it has no market_state, and "
                                              "answers with nothing but zeros"};
    }
    return read_winner(entries, **status, ledger);
}

/// How a market is asked for once its id is known.
Question next_question(const Target& target) {
    return target.mode == ReadMode::simulate ? Question::contract : Question::storage;
}

Reading read_identity(const Claim& claim, const Target& target, const Stored& entry) {
    if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        const auto held = read_held_market(*outcome, entry);
        if (!held) return held.error();
        if (!*held) return needs_proof(*outcome, target) ? Question::proof : Question::contract;
        return Identified{**held, Question::contract};
    }
    const auto held = read_entry(entry, stellar::read_market_id);
    if (!held) return undecodable("contract's market_id", held.error().text);
    if (!*held) return Question::proof;
    return Identified{**held, next_question(target)};
}

/// The contract's address, of which the bytes may be the market's id.
stellar::Hash address_of(const Claim& claim) {
    const auto* odds = std::get_if<OddsClaim>(&claim.content);
    return odds != nullptr ? odds->market_id : std::get<OutcomeClaim>(claim.content).contract;
}

Reading read_proof(const Claim& claim, const Target& target, const Stored& entry) {
    const auto exists = read_entry(entry, stellar::read_pool_exists);
    if (!exists) return undecodable("entry pool_exists", exists.error().text);
    if ((*exists).value_or(false)) return Identified{address_of(claim), next_question(target)};
    return Unverifiable{Reason::contract, "no market id known: the market contract holds no market_id, and the AMM has "
                                          "no pool under the contract's address"};
}

Reading read_stored_balance(const BalanceClaim& claim, const Target& target, std::span<const Stored> entries,
                            std::uint32_t ledger) {
    const Stored& stored = entries[0];
    const auto settle = [&](auto&& balance, std::string_view what) -> Reading {
        if (!balance) return undecodable(what, balance.error().text);
        return ChainValue{static_cast<base::i128>((*balance).value_or(0)), sighting(entries, ledger)};
    };
    if (!target.token.asset) {
        if (!stored.entry && target.mode == ReadMode::automatic) return Question::contract;
        return settle(read_entry(stored, stellar::read_token_balance), "token balance");
    }
    if (claim.holder.kind == stellar::Address::Kind::contract) {
        return settle(read_entry(stored, stellar::read_asset_contract_balance), "token balance");
    }
    return settle(read_entry(stored, stellar::read_trust_line_balance), "trust line");
}

/// The token's answer for an account without a trust line: TrustlineMissing of the Stellar Asset Contract.
bool says_no_trust_line(std::string_view error) {
    return error.find("Error(Contract, #13)") != std::string_view::npos;
}

} // namespace

void Keys::clear() {
    for (std::string& key : keys_) key.clear();
    size_ = 0;
}

Question first_question(const Claim& claim, const Target& target) {
    const bool simulated = target.mode == ReadMode::simulate;
    if (const auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        return odds->id_known ? next_question(target) : Question::identity;
    }
    if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        if (needs_control(claim, target)) return Question::contract;
        return simulated && !outcome->shared ? Question::identity : Question::storage;
    }
    return simulated ? Question::contract : Question::storage;
}

void keys_of(const Claim& claim, const Target& target, Keys& out) {
    out.clear();
    if (const auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        stellar::append_pool_yes_reserve_key(out.add(), target.amm, odds->market_id);
        stellar::append_pool_no_reserve_key(out.add(), target.amm, odds->market_id);
    } else if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        stellar::append_market_state_key(out.add(), outcome->contract);
        stellar::append_winning_outcome_key(out.add(), outcome->contract);
        stellar::append_market_id_key(out.add(), outcome->contract);
    } else {
        const stellar::Address& holder = std::get<BalanceClaim>(claim.content).holder;
        if (target.token.asset && holder.kind == stellar::Address::Kind::account) {
            stellar::append_trust_line_key(out.add(), holder.id, *target.token.asset);
        } else {
            stellar::append_token_balance_key(out.add(), target.token.contract, holder);
        }
    }
}

void pool_keys_of(const Claim& claim, const Target& target, Keys& out) {
    const stellar::Hash& market_id = std::get<OddsClaim>(claim.content).market_id;
    out.clear();
    stellar::append_pool_exists_key(out.add(), target.amm, market_id);
    stellar::append_pool_yes_reserve_key(out.add(), target.amm, market_id);
    stellar::append_pool_no_reserve_key(out.add(), target.amm, market_id);
}

void keys_for(Question question, const Claim& claim, const Target& target, Keys& out) {
    switch (question) {
    case Question::pool:
        return pool_keys_of(claim, target, out);
    case Question::identity:
        out.clear();
        return stellar::append_market_id_key(out.add(), address_of(claim));
    case Question::proof:
        out.clear();
        return stellar::append_pool_exists_key(out.add(), target.amm, address_of(claim));
    case Question::storage:
    case Question::state:
    case Question::contract: // has none
        break;
    }
    keys_of(claim, target, out);
}

Call call_for(const Claim& claim, const Target& target) {
    if (const auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        return {target.amm, target.pool_function, stellar::market_id_argument(odds->market_id)};
    }
    if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        return {outcome->contract, target.outcome_function, stellar::market_id_argument(outcome->market_id)};
    }
    return {target.token.contract, "balance", stellar::holder_argument(std::get<BalanceClaim>(claim.content).holder)};
}

std::string envelope_of(const Call& call) {
    return stellar::contract_call_envelope(call.contract, call.function, {call.argument});
}

void identify(Claim& claim, const Identified& learnt) {
    if (auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        odds->market_id = learnt.market_id;
        odds->id_known = true;
    } else if (auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        outcome->market_id = learnt.market_id;
        outcome->id_proven = true;
    }
}

Reading read_entries(Question question, const Claim& claim, const Target& target, std::span<const Stored> entries,
                     std::uint32_t ledger) {
    switch (question) {
    case Question::pool:
        return read_pool(claim, entries, ledger);
    case Question::identity:
        return read_identity(claim, target, entries[0]);
    case Question::proof:
        return read_proof(claim, target, entries[0]);
    case Question::state:
        return read_state(std::get<OutcomeClaim>(claim.content), entries, ledger);
    case Question::storage:
    case Question::contract: // has none
        break;
    }
    return read_storage(claim, target, entries, ledger);
}

Reading read_storage(const Claim& claim, const Target& target, std::span<const Stored> entries, std::uint32_t ledger) {
    switch (claim.kind()) {
    case Kind::odds:
        return read_reserves(target, entries, ledger);
    case Kind::outcomes:
        return read_outcome(std::get<OutcomeClaim>(claim.content), target, entries, ledger);
    case Kind::balances:
        break;
    }
    return read_stored_balance(std::get<BalanceClaim>(claim.content), target, entries, ledger);
}

Reading read_pool(const Claim&, std::span<const Stored> entries, std::uint32_t ledger) {
    const auto exists = read_entry(entries[0], stellar::read_pool_exists);
    if (!exists) return undecodable("entry pool_exists", exists.error().text);
    if (!(*exists).value_or(false)) return ChainValue{Reserves{}, sighting(entries.first(1), ledger)};
    const auto yes = read_entry(entries[1], stellar::read_pool_reserve);
    if (!yes) return undecodable("pool's YES reserve", yes.error().text);
    const auto no = read_entry(entries[2], stellar::read_pool_reserve);
    if (!no) return undecodable("pool's NO reserve", no.error().text);
    if (!*yes && !*no) {
        return Unverifiable{Reason::contract, "the pool exists, but its reserves are neither in storage nor told by "
                                              "the contract"};
    }
    return ChainValue{Reserves{(*yes).value_or(0), (*no).value_or(0)}, sighting(entries.subspan(1), ledger)};
}

Reading read_call(const Claim& claim, std::string_view error, std::string_view result, std::uint32_t ledger) {
    const Sighting seen{ledger, std::nullopt, false};
    if (!error.empty()) {
        if (claim.kind() == Kind::balances && says_no_trust_line(error)) return ChainValue{base::i128{0}, seen};
        return Unverifiable{Reason::contract, fmt::format("the contract call failed: {}", error)};
    }
    switch (claim.kind()) {
    case Kind::odds: {
        const auto state = stellar::read_pool_state(result);
        if (!state) return undecodable("pool state", state.error());
        const Reserves reserves{state->yes_reserve, state->no_reserve};
        if (reserves.empty()) return Question::pool;
        return ChainValue{reserves, seen};
    }
    case Kind::outcomes: {
        const auto state = stellar::read_market_state(result);
        if (!state) return undecodable("market state", state.error());
        if (state->blank) return Question::state;
        const bool resolved = state->status == stellar::market_resolved;
        return ChainValue{ChainOutcome{resolved ? state->winning_outcome : std::nullopt, state->status}, seen};
    }
    case Kind::balances:
        break;
    }
    const auto balance = stellar::read_balance(result);
    if (!balance) return undecodable("balance", balance.error());
    return ChainValue{*balance, seen};
}

bool needs_control(const Claim& claim, const Target& target) {
    const auto* outcome = std::get_if<OutcomeClaim>(&claim.content);
    return outcome != nullptr && outcome->shared && !target.shared_market_id;
}

Call control_for(const Target& target, const stellar::Hash& random_id) {
    return {*target.market_contract, target.outcome_function, stellar::market_id_argument(random_id)};
}

Unverifiable unknown_market(const Reading& answer) {
    constexpr std::string_view contract = "the contract at MARKET_CONTRACT_ADDRESS";
    const auto* question = std::get_if<Question>(&answer);
    const bool blank = question != nullptr && *question == Question::state;
    return {Reason::contract,
            "the market contract does not know this market: it answers the same for a market that does not exist",
            blank
                ? fmt::format("{} was never initialized, or knows none of these markets: it answers any market id "
                              "with nothing but zeros",
                              contract)
                : fmt::format("{} gives the same answer for any market id: it ignores its argument, and no row with a "
                              "hex market id can be checked by it",
                              contract)};
}

} // namespace check
