#include "verify/outcome_verifier.hpp"

#include "base/hex.hpp"
#include "stellar/contract_call.hpp"
#include "stellar/ledger_key.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace verify {
namespace {

constexpr std::array columns{
    Column{"id", "id"},
    Column{"contract_address", "contract address"},
    Column{"title", "title"},
    Column{"winning_outcome", "winning outcome"},
    Column{"market_id", "market id", true},
};

constexpr Profile outcome_profile{
    .name = "outcomes",
    .type = "OUTCOME",
    .place = 1,
    .priority = Priority::critical,
    .resource = &market_resource,
    .needs = {.market_contract = true},
    .columns = columns,
    .status = "RESOLVED",
    .scope = "markets with status RESOLVED",
    .value = "outcome",
    .subject = "Outcome of market",
    .items = {"outcome", "outcomes"},
    .things = {"outcome", "outcomes"},
    .contract_in_question = "contract_address or MARKET_CONTRACT_ADDRESS may be another contract",
    .column_in_question = "winning_outcome may mean something else than 0 for NO and 1 for YES",
};

const OutcomeClaim& outcome_of_row(const Claim& claim) {
    return claim.content.get<OutcomeClaim>();
}

/// Why the contract that hex market ids are asked of cannot speak for this one, as far as the start has shown.
std::optional<Unverifiable> not_held(const OutcomeClaim& claim, const Target& target) {
    if (!target.shared_market_fault.empty()) return Unverifiable{Reason::decode, target.shared_market_fault};
    if (!target.shared_market_id || *target.shared_market_id == claim.market_id) return std::nullopt;
    return Unverifiable{Reason::contract, holds_another_market(*target.shared_market_id),
                        fmt::format("the contract at MARKET_CONTRACT_ADDRESS holds one market only ({}): no other row "
                                    "with a hex market id can be checked by it; give such rows the address of their "
                                    "own market contract (C...)",
                                    base::to_hex(*target.shared_market_id))};
}

/// An integer, a boolean as PostgreSQL prints it, or a word.
std::optional<std::int64_t> parse_outcome(std::string_view text) {
    std::string word(text);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (text == "t" || word == "true" || word == "yes") return 1;
    if (text == "f" || word == "false" || word == "no") return 0;
    const base::Result<base::i128> number = parse_integer(text);
    if (!number || *number != static_cast<std::int64_t>(*number)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
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

/// Of a market that has a state. `entries` are market_state, winning_outcome.
Reading read_winner(std::span<const Stored> entries, std::uint32_t status, std::uint32_t ledger) {
    // Any state but one is an answer: there is no outcome, whatever the other entry says.
    if (status != stellar::market_resolved) {
        return ChainValue{ChainOutcome{std::nullopt, status}, sighting(entries.first(1), ledger)};
    }
    const auto outcome = read_entry(entries[1], stellar::read_winning_outcome);
    if (!outcome) return undecodable("market's outcome", outcome.error().text);
    return ChainValue{ChainOutcome{*outcome, status}, sighting(entries.first(2), ledger)};
}

Reading read_market(const OutcomeClaim& claim, const Target& target, std::span<const Stored> entries,
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

/// The entries were read because the contract answered with nothing but zeros. What storage holds counts: so does a
/// node answer that failed to load the market's entries.
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

Reading read_identity(const OutcomeClaim& claim, const Target& target, const Stored& entry) {
    const auto held = read_held_market(claim, entry);
    if (!held) return held.error();
    if (!*held) return needs_proof(claim, target) ? Question::proof : Question::contract;
    return Identified{**held, Question::contract};
}

base::Value or_null(const std::optional<std::uint32_t>& number) {
    return number ? base::Value{std::uint64_t{*number}} : base::Value{nullptr};
}

} // namespace

OutcomeDifference::operator Difference() const {
    Difference out(outcomes, *this);
    out.absent = !database || !chain;
    return out;
}

std::string outcome_name(std::optional<std::int64_t> outcome) {
    if (!outcome) return "none";
    if (*outcome == 0) return "NO";
    if (*outcome == 1) return "YES";
    return std::to_string(*outcome);
}

std::string market_status_name(std::uint32_t status) {
    return stellar::market_status_name(status);
}

std::string chain_outcome_name(const OutcomeDifference& outcome) {
    const std::string name = outcome_name(outcome.chain);
    if (outcome.chain || !outcome.chain_status) return name;
    const std::string status = market_status_name(*outcome.chain_status);
    const bool known = status.find_first_of("0123456789") == std::string::npos;
    return name + (known ? " (" : " (status ") + status + ")";
}

std::string holds_another_market(const stellar::Hash& held) {
    return fmt::format("the market contract holds market {}, not this one", base::to_hex(held));
}

const Profile& OutcomeVerifier::profile() const {
    return outcome_profile;
}

ClaimResult OutcomeVerifier::claim(const Row& row, const Target& target) const {
    return claim(OutcomeRow{{row.id(), row[1], row[2], row[4]}, row[3]}, target);
}

ClaimResult OutcomeVerifier::claim(const OutcomeRow& row, const Target& target) const {
    const base::Result<MarketAddress> market = parse_market_address(row.market.contract_address);
    if (!market) return unverifiable(Reason::bad_address, market.error());
    if (market->hex && !target.market_contract) {
        return unverifiable(Reason::bad_address, "the contract address is a hex market id; set MARKET_CONTRACT_ADDRESS "
                                                 "to the contract that keeps such markets");
    }
    const base::Result<std::optional<stellar::Hash>> id = market_id_of(row.market, *market);
    if (!id) return unverifiable(Reason::bad_value, id.error());
    OutcomeClaim content{id->value_or(market->id), market->hex ? *target.market_contract : market->id, market->hex,
                         std::nullopt, id->has_value()};
    if (row.winning_outcome) {
        content.outcome = parse_outcome(*row.winning_outcome);
        if (!content.outcome) {
            return unverifiable(Reason::bad_value, "the winning outcome is not an integer, a boolean, YES or NO");
        }
    }
    if (content.shared) {
        if (std::optional<Unverifiable> why = not_held(content, target)) return base::Fail<Unverifiable>{*why};
    }
    Claim claim = market_claim(*this, row.market);
    claim.content = content;
    return claim;
}

Question OutcomeVerifier::first_question(const Claim& claim, const Target& target) const {
    if (needs_control(claim, target)) return Question::contract;
    const bool simulated = target.mode == ReadMode::simulate;
    return simulated && !outcome_of_row(claim).shared ? Question::identity : Question::storage;
}

void OutcomeVerifier::keys(Question question, const Claim& claim, const Target& target, Keys& out) const {
    const stellar::Hash& contract = outcome_of_row(claim).contract;
    if (question == Question::identity) return stellar::append_market_id_key(out.add(), contract);
    if (question == Question::proof) return stellar::append_pool_exists_key(out.add(), target.amm, contract);
    stellar::append_market_state_key(out.add(), contract);
    stellar::append_winning_outcome_key(out.add(), contract);
    stellar::append_market_id_key(out.add(), contract);
}

Call OutcomeVerifier::call(const Claim& claim, const Target& target) const {
    const OutcomeClaim& outcome = outcome_of_row(claim);
    return {outcome.contract, target.outcome_function, {stellar::market_id_argument(outcome.market_id)}};
}

void OutcomeVerifier::identify(Claim& claim, const Identified& learnt) const {
    auto& outcome = *claim.content.get_if<OutcomeClaim>();
    outcome.market_id = learnt.market_id;
    outcome.id_proven = true;
}

bool OutcomeVerifier::needs_control(const Claim& claim, const Target& target) const {
    return outcome_of_row(claim).shared && !target.shared_market_id;
}

Call OutcomeVerifier::control(const Target& target, const base::Hash& random_id) const {
    return {*target.market_contract, target.outcome_function, {stellar::market_id_argument(random_id)}};
}

Unverifiable OutcomeVerifier::unknown(const Reading& answer) const {
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

Reading OutcomeVerifier::read_entries(Question question, const Claim& claim, const Target& target,
                                      std::span<const Stored> entries, std::uint32_t ledger) const {
    const OutcomeClaim& outcome = outcome_of_row(claim);
    switch (question) {
    case Question::identity:
        return read_identity(outcome, target, entries[0]);
    case Question::proof:
        return read_proof(outcome.contract, target, entries[0]);
    case Question::state:
        return read_state(outcome, entries, ledger);
    default:
        return read_market(outcome, target, entries, ledger);
    }
}

Reading OutcomeVerifier::read_call(const Claim&, std::string_view error, std::string_view result,
                                   std::uint32_t ledger) const {
    if (!error.empty()) return call_failed(error);
    const auto state = stellar::read_market_state(result);
    if (!state) return undecodable("market state", state.error());
    if (state->blank) return Question::state;
    const bool resolved = state->status == stellar::market_resolved;
    return ChainValue{ChainOutcome{resolved ? state->winning_outcome : std::nullopt, state->status},
                      {ledger, std::nullopt, false}};
}

std::pair<std::string_view, std::string_view> OutcomeVerifier::function(const Target& target) const {
    return {target.outcome_function, "SYNC_OUTCOME_FUNCTION"};
}

Difference OutcomeVerifier::measure(const Claim& claim, const ChainValue& chain) const {
    const auto& held = chain.content.get<ChainOutcome>();
    return OutcomeDifference{outcome_of_row(claim).outcome, held.outcome, held.status};
}

bool OutcomeVerifier::differs(const Difference& difference, const Thresholds&) const {
    const auto& outcome = difference.as<OutcomeDifference>();
    if (outcome.database.has_value() != outcome.chain.has_value()) return true;
    return outcome.chain && *outcome.database != static_cast<std::int64_t>(*outcome.chain);
}

bool OutcomeVerifier::says_the_same(const Claim& claim, const Difference& difference) const {
    return outcome_of_row(claim).outcome == difference.as<OutcomeDifference>().database;
}

Shown OutcomeVerifier::show(const Difference& difference) const {
    const auto& outcome = difference.as<OutcomeDifference>();
    return {outcome_name(outcome.database),
            chain_outcome_name(outcome),
            "",
            {},
            {},
            outcome.database ? base::Value{*outcome.database} : base::Value{nullptr},
            or_null(outcome.chain),
            {{"chainStatus", or_null(outcome.chain_status)},
             {"chainStatusName",
              outcome.chain_status ? base::Value{market_status_name(*outcome.chain_status)} : base::Value{nullptr}}}};
}

std::string OutcomeVerifier::sentence(std::string_view id, const Difference& difference) const {
    const auto& outcome = difference.as<OutcomeDifference>();
    return fmt::format("outcome of market {} differs: {} in the database, {} on chain", id,
                       outcome_name(outcome.database), chain_outcome_name(outcome));
}

Said OutcomeVerifier::said(const Difference& difference) const {
    const auto& outcome = difference.as<OutcomeDifference>();
    return {outcome_name(outcome.chain), or_null(outcome.chain)};
}

std::string OutcomeVerifier::show(const ChainValue& chain) const {
    const auto& held = chain.content.get<ChainOutcome>();
    return "outcome " + chain_outcome_name({std::nullopt, held.outcome, held.status});
}

std::vector<std::string> OutcomeVerifier::steps(const Difference& difference, const Thresholds& thresholds) const {
    const auto& outcome = difference.as<OutcomeDifference>();
    return {"database: " + outcome_name(outcome.database), "chain: " + chain_outcome_name(outcome),
            differs(difference, thresholds) ? "they are not the same: differs" : "they are the same: no difference"};
}

} // namespace verify
