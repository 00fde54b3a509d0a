#include "checks.hpp"
#include "verify/reading.hpp"

#include "printers.hpp"
#include "stellar/contract_call.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <utility>
#include <vector>

using verify::ChainValue;
using verify::Claim;
using verify::Question;
using verify::Reading;
using verify::ReadMode;
using verify::Reason;
using verify::Stored;
using verify::Target;
using verify::Unverifiable;

namespace {

Target target_of(ReadMode mode) {
    Target target;
    target.mode = mode;
    target.amm = stellar::Hash{1};
    target.token.contract = stellar::Hash{2};
    return target;
}

const Claim odds{Kind::odds, "m", "C", "t", verify::OddsClaim{stellar::Hash{3}, {}}};
const Claim outcome{Kind::outcomes, "m", "C", "t", verify::OutcomeClaim{stellar::Hash{4}, stellar::Hash{4}, false, 1}};

/// Of rows that do not know their market's id, and that do.
const Claim unknown_odds{Kind::odds, "m", "C", "t", verify::OddsClaim{stellar::Hash{4}, {}, false}};
const Claim known_outcome{Kind::outcomes, "m", "C", "t",
                          verify::OutcomeClaim{stellar::Hash{6}, stellar::Hash{4}, false, 1, true}};
/// Nobody but its address says which market it is, and the AMM has a pool there.
const Claim proven_outcome{Kind::outcomes, "m", "C", "t",
                           verify::OutcomeClaim{stellar::Hash{4}, stellar::Hash{4}, false, 1, false, true}};
const Claim shared{Kind::outcomes, "m", "hex", "t",
                   verify::OutcomeClaim{stellar::Hash{4}, stellar::Hash{5}, true, 1, true}};

/// A contract data entry under this key: what follows the entry type in the key is what follows the extension point in
/// the entry, and the value comes last.
std::string entry_of(const std::string& key, const stellar::ScVal& value) {
    return key.substr(0, 4) + std::string(4, '\0') + key.substr(4) + stellar::encode_scval(value);
}

stellar::ScVal u128_value(base::u128 value) {
    return {stellar::ScValType::u128, value};
}
stellar::ScVal u32_value(std::uint32_t value) {
    return {stellar::ScValType::u32, value};
}
stellar::ScVal bool_value(bool value) {
    return {stellar::ScValType::boolean, value};
}
stellar::ScVal id_value(std::uint8_t first) {
    std::string id(32, '\0');
    id[0] = static_cast<char>(first);
    return stellar::bytes(id);
}

/// The claim's keys with these values under them; nullopt: no entry.
struct Entries {
    Entries(const Claim& claim, const Target& target, const std::vector<std::optional<stellar::ScVal>>& values,
            bool pool = false) {
        if (pool) {
            verify::keys_for(verify::Question::pool, claim, target, keys);
        } else {
            verify::keys_of(claim, target, keys);
        }
        fill(values);
    }
    /// The keys of a question.
    Entries(Question question, const Claim& claim, const Target& target,
            const std::vector<std::optional<stellar::ScVal>>& values) {
        verify::keys_for(question, claim, target, keys);
        fill(values);
    }
    void fill(const std::vector<std::optional<stellar::ScVal>>& values) {
        REQUIRE(keys.size() == values.size());
        contents.reserve(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            Stored one{keys[i], std::nullopt, std::nullopt, false};
            if (values[i]) {
                contents.push_back(entry_of(keys[i], *values[i]));
                one.entry = contents.back();
                one.last_modified_ledger = static_cast<std::uint32_t>(100 + i);
            }
            stored.push_back(one);
        }
    }
    verify::Keys keys;
    std::vector<std::string> contents;
    std::vector<Stored> stored;
};

/// Of an outcome the market_id may be left out: the contract holds none.
Reading read(const Claim& claim, ReadMode mode, std::vector<std::optional<stellar::ScVal>> values) {
    const Target target = target_of(mode);
    if (claim.check == Kind::outcomes) values.resize(3);
    const Entries entries(claim, target, values);
    return verify::read_storage(claim, target, entries.stored, 900);
}

bool asks_contract(const Reading& reading) {
    const auto* question = std::get_if<Question>(&reading);
    return question != nullptr && *question == Question::contract;
}

bool is_decode_error(const Reading& reading) {
    const auto* why = std::get_if<Unverifiable>(&reading);
    return why != nullptr && why->reason == Reason::decode;
}

verify::ChainOutcome chain_outcome_in(const Reading& reading) {
    return std::get<ChainValue>(reading).content.get<verify::ChainOutcome>();
}

std::optional<std::uint32_t> outcome_in(const Reading& reading) {
    return chain_outcome_in(reading).outcome;
}

} // namespace

TEST_CASE("Reserves in storage, with the later of the two modifications", "[check][reading]") {
    const Reading reading = read(odds, ReadMode::automatic, {u128_value(4), u128_value(6)});
    const auto& value = std::get<ChainValue>(reading);
    CHECK(value.content.get<verify::Reserves>() == verify::Reserves{4, 6});
    CHECK(value.seen.ledger == 900);
    CHECK(value.seen.last_modified_ledger == 101U);
}

TEST_CASE("An absent reserve is 0 by storage alone, and a question to the contract in the mode auto",
          "[check][reading]") {
    const std::vector<std::optional<stellar::ScVal>> one{std::nullopt, u128_value(6)};
    const Reading stored = read(odds, ReadMode::storage, one);
    CHECK(std::get<ChainValue>(stored).content.get<verify::Reserves>() == verify::Reserves{0, 6});
    CHECK(asks_contract(read(odds, ReadMode::automatic, one)));
    CHECK(asks_contract(read(odds, ReadMode::automatic, {std::nullopt, std::nullopt})));
}

TEST_CASE("An entry of an unexpected type is a question in the mode auto, an error else", "[check][reading]") {
    const std::vector<std::optional<stellar::ScVal>> wrong{u128_value(4), u32_value(6)};
    CHECK(asks_contract(read(odds, ReadMode::automatic, wrong)));
    CHECK(is_decode_error(read(odds, ReadMode::storage, wrong)));
    const std::vector<std::optional<stellar::ScVal>> wrong_state{bool_value(true), u32_value(1)};
    CHECK(asks_contract(read(proven_outcome, ReadMode::automatic, wrong_state)));
    CHECK(is_decode_error(read(proven_outcome, ReadMode::storage, wrong_state)));
}

TEST_CASE("An entry of another key is refused in every mode", "[check][reading]") {
    for (const ReadMode mode : {ReadMode::storage, ReadMode::automatic}) {
        const Target target = target_of(mode);
        Entries entries(odds, target, {u128_value(4), u128_value(6)});
        std::swap(entries.stored[0].entry, entries.stored[1].entry);
        CHECK(is_decode_error(verify::read_storage(odds, target, entries.stored, 900)));
        entries.stored[0].entry = "";
        CHECK(is_decode_error(verify::read_storage(odds, target, entries.stored, 900)));
    }
}

TEST_CASE("Only state 2 has an outcome", "[check][reading]") {
    for (const ReadMode mode : {ReadMode::storage, ReadMode::automatic}) {
        CHECK(outcome_in(read(proven_outcome, mode, {u32_value(2), u32_value(1)})) == 1U);
        CHECK(outcome_in(read(proven_outcome, mode, {u32_value(1), u32_value(1)})) == std::nullopt);
        CHECK(outcome_in(read(proven_outcome, mode, {u32_value(0), std::nullopt})) == std::nullopt);
        for (const std::uint32_t status : {3U, 4U, 5U, 6U, 4'294'967'295U}) {
            CHECK(chain_outcome_in(read(proven_outcome, mode, {u32_value(status), u32_value(1)})) ==
                  verify::ChainOutcome{std::nullopt, status});
        }
        CHECK(chain_outcome_in(read(proven_outcome, mode, {u32_value(2), u32_value(7)})) == verify::ChainOutcome{7, 2});
    }
    CHECK(outcome_in(read(proven_outcome, ReadMode::storage, {u32_value(2), std::nullopt})) == std::nullopt);
    CHECK(asks_contract(read(proven_outcome, ReadMode::automatic, {u32_value(2), std::nullopt})));
    const Reading no_state = read(proven_outcome, ReadMode::storage, {std::nullopt, u32_value(1)});
    CHECK(std::get<Unverifiable>(no_state).reason == Reason::contract);
    CHECK(asks_contract(read(proven_outcome, ReadMode::automatic, {std::nullopt, u32_value(1)})));
}

TEST_CASE("What storage says of a pool that simulates as empty", "[check][reading]") {
    const Target target = target_of(ReadMode::automatic);
    const auto pool = [&target](const std::vector<std::optional<stellar::ScVal>>& values) {
        const Entries entries(odds, target, values, true);
        return verify::read_entries(verify::Question::pool, odds, target_of(ReadMode::automatic), entries.stored, 900);
    };
    const auto reserves = [](const Reading& reading) {
        return std::get<ChainValue>(reading).content.get<verify::Reserves>();
    };
    CHECK(reserves(pool({std::nullopt, std::nullopt, std::nullopt})).empty());
    CHECK(reserves(pool({bool_value(false), u128_value(1), u128_value(1)})).empty());
    CHECK(reserves(pool({bool_value(true), u128_value(1), std::nullopt})) == verify::Reserves{1, 0});
    CHECK(reserves(pool({bool_value(true), u128_value(0), u128_value(0)})).empty());
    CHECK(std::get<Unverifiable>(pool({bool_value(true), std::nullopt, std::nullopt})).reason == Reason::contract);
    CHECK(is_decode_error(pool({u32_value(1), std::nullopt, std::nullopt})));
}

TEST_CASE("A failed call is the contract's error, but for a token without a trust line", "[check][reading]") {
    const Claim balance{Kind::balances, "u", "G", "", verify::BalanceClaim{}};
    const Reading none = verify::read_call(balance, "HostError: Error(Contract, #13)", "", 900);
    CHECK(std::get<ChainValue>(none).content.get<base::i128>() == 0);
    for (const char* error : {"HostError: Error(Contract, #1)", "HostError: Error(Storage, MissingValue)",
                              "HostError: Error(Contract, #130)"}) {
        CHECK(std::get<Unverifiable>(verify::read_call(balance, error, "", 900)).reason == Reason::contract);
    }
    CHECK(std::get<Unverifiable>(verify::read_call(odds, "HostError: Error(Contract, #13)", "", 900)).reason ==
          Reason::contract);
    CHECK(is_decode_error(verify::read_call(balance, "", "rubbish", 900)));
}

namespace {

constexpr stellar::Hash holder_id{9};
const Claim account_balance{Kind::balances, "u", "G", "",
                            verify::BalanceClaim{{stellar::Address::Kind::account, holder_id}, 5}};
const Claim contract_balance{Kind::balances, "u", "C", "",
                             verify::BalanceClaim{{stellar::Address::Kind::contract, holder_id}, 5}};

Target target_with_asset(ReadMode mode) {
    Target target = target_of(mode);
    target.token.asset = stellar::Asset{"USDC", stellar::Hash{8}};
    return target;
}

stellar::ScVal i128_value(base::i128 value) {
    return {stellar::ScValType::i128, value};
}

/// What stands in the one entry that a balance is read from; nullopt: no entry.
Reading read_balance_entry(const Claim& claim, const Target& target, std::optional<std::string> entry) {
    verify::Keys keys;
    verify::keys_of(claim, target, keys);
    REQUIRE(keys.size() == 1);
    Stored one{keys[0], std::nullopt, std::nullopt, false};
    if (entry) one.entry = *entry;
    return verify::read_storage(claim, target, {&one, 1}, 900);
}

Reading read_balance_value(const Claim& claim, const Target& target, const stellar::ScVal& value) {
    verify::Keys keys;
    verify::keys_of(claim, target, keys);
    return read_balance_entry(claim, target, entry_of(keys[0], value));
}

base::i128 balance_in(const Reading& reading) {
    return std::get<ChainValue>(reading).content.get<base::i128>();
}

std::string trust_line(const Target& target, std::int64_t balance) {
    std::string entry;
    stellar::append_trust_line_key(entry, holder_id, *target.token.asset);
    stellar::XdrWriter writer(entry);
    writer.i64(balance);
    writer.i64(1'000'000); // limit
    writer.u32(1);         // flags
    writer.u32(0);         // no extension
    return entry;
}

stellar::ScVal asset_contract_balance(base::i128 amount) {
    return {stellar::ScValType::map, std::optional(stellar::ScMap{{stellar::symbol("amount"), i128_value(amount)},
                                                                  {stellar::symbol("authorized"), bool_value(true)},
                                                                  {stellar::symbol("clawback"), bool_value(false)}})};
}

} // namespace

TEST_CASE("An account's balance is its trust line's, and 0 without one", "[check][reading]") {
    for (const ReadMode mode : {ReadMode::storage, ReadMode::automatic}) {
        const Target target = target_with_asset(mode);
        CHECK(balance_in(read_balance_entry(account_balance, target, trust_line(target, 77))) == 77);
        CHECK(balance_in(read_balance_entry(account_balance, target, std::nullopt)) == 0);
        CHECK(is_decode_error(read_balance_entry(account_balance, target, trust_line(target, -1))));
        CHECK(is_decode_error(read_balance_entry(account_balance, target, "")));
    }
}

TEST_CASE("A contract's balance of a classic asset is that of the asset's contract, and 0 without an entry",
          "[check][reading]") {
    const Target target = target_with_asset(ReadMode::automatic);
    CHECK(balance_in(read_balance_value(contract_balance, target, asset_contract_balance(78))) == 78);
    CHECK(balance_in(read_balance_entry(contract_balance, target, std::nullopt)) == 0);
    CHECK(is_decode_error(read_balance_value(contract_balance, target, i128_value(78))));
}

TEST_CASE("A token of no classic asset holds its balances as plain numbers, and is asked itself where one is absent",
          "[check][reading]") {
    for (const Claim* claim : {&account_balance, &contract_balance}) {
        const Target target = target_of(ReadMode::automatic);
        CHECK(balance_in(read_balance_value(*claim, target, i128_value(79))) == 79);
        CHECK(is_decode_error(read_balance_value(*claim, target, asset_contract_balance(79))));
        CHECK(asks_contract(read_balance_entry(*claim, target, std::nullopt)));
        CHECK(balance_in(read_balance_entry(*claim, target_of(ReadMode::storage), std::nullopt)) == 0);
    }
}

TEST_CASE("What is asked first: storage, but the contract by setting or if many rows share one", "[check][reading]") {
    for (const Claim* claim : {&odds, &outcome, &account_balance}) {
        CHECK(verify::first_question(*claim, target_of(ReadMode::automatic)) == Question::storage);
        CHECK(verify::first_question(*claim, target_of(ReadMode::storage)) == Question::storage);
    }
    CHECK(verify::first_question(odds, target_of(ReadMode::simulate)) == Question::contract);
    CHECK(verify::first_question(account_balance, target_of(ReadMode::simulate)) == Question::contract);
    CHECK(verify::first_question(outcome, target_of(ReadMode::simulate)) == Question::identity);
    for (const ReadMode mode : {ReadMode::automatic, ReadMode::storage, ReadMode::simulate}) {
        Target target = target_of(mode);
        CHECK(verify::first_question(unknown_odds, target) == Question::identity);
        CHECK(verify::first_question(shared, target) == Question::contract);
        CHECK(verify::needs_control(shared, target));
        target.shared_market_id = stellar::Hash{4};
        CHECK(verify::first_question(shared, target) == Question::storage);
        CHECK_FALSE(verify::needs_control(shared, target));
        CHECK_FALSE(verify::needs_control(outcome, target_of(mode)));
        CHECK_FALSE(verify::needs_control(odds, target_of(mode)));
    }
}

TEST_CASE("Each check calls the function of its contract with the market's id or the holder", "[check][reading]") {
    Target target = target_with_asset(ReadMode::simulate);
    target.pool_function = "pool";
    target.outcome_function = "outcome";
    const auto is_call = [&target](const Claim& claim, const stellar::Hash& contract, std::string_view function,
                                   const stellar::ScVal& argument) {
        const verify::Call call = verify::call_for(claim, target);
        CHECK(call.contract == contract);
        CHECK(call.function == function);
        CHECK(stellar::encode_scval(call.arguments.at(0)) == stellar::encode_scval(argument));
        CHECK(verify::envelope_of(call) == stellar::contract_call_envelope(contract, function, {argument}));
    };
    is_call(odds, target.amm, "pool", stellar::market_id_argument(stellar::Hash{3}));
    is_call(outcome, stellar::Hash{4}, "outcome", stellar::market_id_argument(stellar::Hash{4}));
    is_call(contract_balance, target.token.contract, "balance",
            stellar::holder_argument({stellar::Address::Kind::contract, holder_id}));
}

TEST_CASE("What a call returned is the value, and a pool without liquidity a question to storage", "[check][reading]") {
    const auto call = [](const Claim& claim, const stellar::ScVal& result) {
        return verify::read_call(claim, "", stellar::encode_scval(result), 900);
    };
    const auto pool = [](base::u128 yes, base::u128 no) {
        return stellar::vec({u128_value(yes), u128_value(no), u128_value(yes + no), u32_value(1), u32_value(2)});
    };
    const Reading reserves = call(odds, pool(4, 6));
    CHECK(std::get<ChainValue>(reserves).content.get<verify::Reserves>() == verify::Reserves{4, 6});
    CHECK(std::get<ChainValue>(reserves).seen.ledger == 900);
    const Reading empty = call(odds, pool(0, 0));
    REQUIRE(std::holds_alternative<Question>(empty));
    CHECK(std::get<Question>(empty) == Question::pool);
    CHECK(is_decode_error(call(odds, u32_value(1))));

    const auto market = [](std::uint32_t status, const stellar::ScVal& winner) {
        return stellar::ScVal{stellar::ScValType::map,
                              std::optional(stellar::ScMap{
                                  {stellar::symbol("closing_time"), {stellar::ScValType::u64, std::uint64_t{1}}},
                                  {stellar::symbol("participant_count"), u32_value(1)},
                                  {stellar::symbol("status"), u32_value(status)},
                                  {stellar::symbol("total_pool"), i128_value(1)},
                                  {stellar::symbol("winning_outcome"), winner},
                              })};
    };
    CHECK(outcome_in(call(outcome, market(2, u32_value(1)))) == 1U);
    CHECK(outcome_in(call(outcome, market(1, u32_value(1)))) == std::nullopt);
    CHECK(chain_outcome_in(call(outcome, market(4, u32_value(1)))) == verify::ChainOutcome{std::nullopt, 4});
    CHECK(chain_outcome_in(call(outcome, market(2, u32_value(7)))) == verify::ChainOutcome{7, 2});
    CHECK(outcome_in(call(outcome, market(2, {}))) == std::nullopt);
    CHECK(is_decode_error(call(outcome, u32_value(1))));
    CHECK(balance_in(call(account_balance, i128_value(80))) == 80);
}

TEST_CASE("A value is archived where one of its entries is", "[check][reading]") {
    const Target target = target_of(ReadMode::storage);
    Entries entries(odds, target, {u128_value(4), u128_value(6)});
    CHECK_FALSE(std::get<ChainValue>(verify::read_storage(odds, target, entries.stored, 900)).seen.archived);
    entries.stored[1].archived = true;
    CHECK(std::get<ChainValue>(verify::read_storage(odds, target, entries.stored, 900)).seen.archived);
}

namespace {

Reading answer(Question question, const Claim& claim, ReadMode mode,
               const std::vector<std::optional<stellar::ScVal>>& values) {
    const Target target = target_of(mode);
    const Entries entries(question, claim, target, values);
    return verify::read_entries(question, claim, target, entries.stored, 900);
}

bool asks(const Reading& reading, Question question) {
    const auto* next = std::get_if<Question>(&reading);
    return next != nullptr && *next == question;
}

bool learnt(const Reading& reading, std::uint8_t id, Question next) {
    const auto* found = std::get_if<verify::Identified>(&reading);
    return found != nullptr && found->market_id == stellar::Hash{id} && found->next == next;
}

std::string contract_error(const Reading& reading) {
    const auto* why = std::get_if<Unverifiable>(&reading);
    return why != nullptr && why->reason == Reason::contract ? why->text : "";
}

constexpr std::array every_mode{ReadMode::storage, ReadMode::simulate, ReadMode::automatic};

} // namespace

TEST_CASE("A row that does not know its market's id learns it from the market's contract", "[check][reading]") {
    for (const ReadMode mode : every_mode) {
        const Question next = mode == ReadMode::simulate ? Question::contract : Question::storage;
        const Reading found = answer(Question::identity, unknown_odds, mode, {id_value(9)});
        REQUIRE(learnt(found, 9, next));
        Claim claim = unknown_odds;
        verify::identify(claim, std::get<verify::Identified>(found));
        CHECK(claim.content.get<verify::OddsClaim>().market_id == stellar::Hash{9});
        CHECK(verify::first_question(claim, target_of(mode)) == next);
        // The contract holds none: the address's own bytes, if there is a pool under them.
        CHECK(asks(answer(Question::identity, unknown_odds, mode, {std::nullopt}), Question::proof));
        CHECK(learnt(answer(Question::proof, unknown_odds, mode, {bool_value(true)}), 4, next));
        for (const std::optional<stellar::ScVal>& none : {std::optional<stellar::ScVal>(), {bool_value(false)}}) {
            CHECK_THAT(contract_error(answer(Question::proof, unknown_odds, mode, {none})),
                       Catch::Matchers::Contains("no market id known"));
        }
        CHECK(is_decode_error(answer(Question::identity, unknown_odds, mode, {stellar::bytes("short")})));
        CHECK(is_decode_error(answer(Question::identity, unknown_odds, mode, {u32_value(1)})));
        CHECK(is_decode_error(answer(Question::proof, unknown_odds, mode, {u32_value(1)})));
    }
}

TEST_CASE("An outcome whose market's id nobody knows needs a pool under the contract's address", "[check][reading]") {
    for (const ReadMode mode : every_mode) {
        for (const auto& [status, winner] : {std::pair{u32_value(2), u32_value(1)}, {u32_value(0), u32_value(0)}}) {
            const std::vector<std::optional<stellar::ScVal>> stored{status, winner, std::nullopt};
            CHECK(asks(answer(Question::storage, outcome, mode, stored), Question::proof));
            for (const Claim* sure : {&known_outcome, &proven_outcome})
                CHECK(std::holds_alternative<ChainValue>(answer(Question::storage, *sure, mode, stored)));
        }
        CHECK(asks(answer(Question::storage, outcome, mode, {std::nullopt, std::nullopt, std::nullopt}),
                   Question::proof));
        CHECK(asks(answer(Question::identity, outcome, mode, {std::nullopt}), Question::proof));
        CHECK(asks(answer(Question::identity, proven_outcome, mode, {std::nullopt}), Question::contract));
        for (const std::optional<stellar::ScVal>& none : {std::optional<stellar::ScVal>(), {bool_value(false)}}) {
            CHECK_THAT(contract_error(answer(Question::proof, outcome, mode, {none})),
                       Catch::Matchers::Contains("no market id known"));
        }
        CHECK(is_decode_error(answer(Question::proof, outcome, mode, {u32_value(1)})));
        const Question next = mode == ReadMode::simulate ? Question::contract : Question::storage;
        const Reading found = answer(Question::proof, outcome, mode, {bool_value(true)});
        REQUIRE(learnt(found, 4, next));
        Claim claim = outcome;
        verify::identify(claim, std::get<verify::Identified>(found));
        CHECK(claim.content.get<verify::OutcomeClaim>().market_id == stellar::Hash{4});
        CHECK(claim.content.get<verify::OutcomeClaim>().id_proven);
        CHECK(verify::first_question(claim, target_of(mode)) ==
              (mode == ReadMode::simulate ? Question::identity : Question::storage));
    }
    const auto pool_key = [](const Claim& claim) {
        verify::Keys keys;
        verify::keys_for(Question::proof, claim, target_of(ReadMode::automatic), keys);
        REQUIRE(keys.size() == 1);
        return keys[0];
    };
    CHECK(pool_key(outcome) == pool_key(unknown_odds)); // of one contract: asked once
}

TEST_CASE("Without an AMM a contract that holds no market id is taken at its word", "[check][reading]") {
    for (const ReadMode mode : every_mode) {
        Target target = target_of(mode);
        target.amm = {};
        const Entries stored(outcome, target, {u32_value(2), u32_value(1), std::nullopt});
        CHECK(outcome_in(verify::read_storage(outcome, target, stored.stored, 900)) == 1U);
        const Entries id(Question::identity, outcome, target, {std::nullopt});
        CHECK(asks(verify::read_entries(Question::identity, outcome, target, id.stored, 900), Question::contract));
    }
}

TEST_CASE("A contract that holds another market cannot speak for a row that knows its own", "[check][reading]") {
    const std::string other = "holds market 09000000";
    for (const ReadMode mode : every_mode) {
        for (const auto& [status, winner] : {std::pair{u32_value(2), u32_value(1)}, {u32_value(0), u32_value(0)}}) {
            const auto held = [&, state = status, won = winner](const Claim& claim, std::optional<stellar::ScVal> id) {
                return answer(Question::storage, claim, mode, {state, won, std::move(id)});
            };
            CHECK_THAT(contract_error(held(known_outcome, id_value(9))), Catch::Matchers::Contains(other));
            CHECK_THAT(contract_error(held(shared, id_value(9))), Catch::Matchers::Contains(other));
            CHECK(std::holds_alternative<ChainValue>(held(known_outcome, id_value(6))));
            CHECK(std::holds_alternative<ChainValue>(held(known_outcome, std::nullopt)));
            CHECK(std::holds_alternative<ChainValue>(held(shared, id_value(4))));
            CHECK_FALSE(contract_error(held(shared, std::nullopt)).empty());
            // A row without an id of its own: the contract is the market.
            CHECK(std::holds_alternative<ChainValue>(held(outcome, id_value(9))));
            CHECK(is_decode_error(held(outcome, bool_value(true))));
        }
        CHECK_THAT(contract_error(answer(Question::identity, known_outcome, mode, {id_value(9)})),
                   Catch::Matchers::Contains(other));
        CHECK(learnt(answer(Question::identity, known_outcome, mode, {id_value(6)}), 6, Question::contract));
        CHECK(learnt(answer(Question::identity, outcome, mode, {id_value(9)}), 9, Question::contract));
        CHECK(asks(answer(Question::identity, known_outcome, mode, {std::nullopt}), Question::contract));
    }
    // A market that storage cannot tell of is asked for by the id that its contract holds.
    CHECK(learnt(answer(Question::storage, outcome, ReadMode::automatic, {std::nullopt, std::nullopt, id_value(9)}), 9,
                 Question::contract));
    CHECK(learnt(answer(Question::storage, outcome, ReadMode::automatic, {bool_value(true), std::nullopt, id_value(9)}),
                 9, Question::contract));
}

TEST_CASE("An answer of nothing but zeros counts only beside a market that storage has", "[check][reading]") {
    const auto market = [](std::uint32_t status, std::uint64_t closing, const stellar::ScVal& winner) {
        return stellar::encode_scval(
            {stellar::ScValType::map,
             std::optional(stellar::ScMap{{stellar::symbol("closing_time"), {stellar::ScValType::u64, closing}},
                                          {stellar::symbol("status"), u32_value(status)},
                                          {stellar::symbol("winning_outcome"), winner}})});
    };
    for (const Claim* claim : {&outcome, &known_outcome, &shared}) {
        CHECK(asks(verify::read_call(*claim, "", market(0, 0, {}), 900), Question::state));
        CHECK(chain_outcome_in(verify::read_call(*claim, "", market(0, 1, {}), 900)) ==
              verify::ChainOutcome{std::nullopt, 0});
    }
    for (const ReadMode mode : every_mode) {
        const auto state = [mode](std::optional<stellar::ScVal> status, std::optional<stellar::ScVal> winner,
                                  std::optional<stellar::ScVal> id = std::nullopt) {
            return answer(Question::state, known_outcome, mode, {std::move(status), std::move(winner), std::move(id)});
        };
        CHECK_THAT(contract_error(state(std::nullopt, std::nullopt)), Catch::Matchers::Contains("never initialized"));
        CHECK(chain_outcome_in(state(u32_value(0), std::nullopt)) == verify::ChainOutcome{std::nullopt, 0});
        // The node failed to load the market: what storage has counts.
        CHECK(chain_outcome_in(state(u32_value(2), u32_value(1))) == verify::ChainOutcome{1, 2});
        CHECK(chain_outcome_in(state(u32_value(2), std::nullopt)) == verify::ChainOutcome{std::nullopt, 2});
        CHECK(chain_outcome_in(state(bool_value(true), std::nullopt)) == verify::ChainOutcome{std::nullopt, 0});
        CHECK_FALSE(contract_error(state(u32_value(2), u32_value(1), id_value(9))).empty());
        CHECK(is_decode_error(state(u32_value(2), bool_value(true))));
    }
}

TEST_CASE("A control is the same call for another market", "[check][reading]") {
    Target target = target_of(ReadMode::automatic);
    target.market_contract = stellar::Hash{5};
    const verify::Call row = verify::call_for(shared, target);
    const verify::Call control = verify::control_for(target, stellar::Hash{77});
    CHECK(control.contract == row.contract);
    CHECK(control.function == row.function);
    CHECK(stellar::encode_scval(control.arguments.at(0)) ==
          stellar::encode_scval(stellar::market_id_argument(stellar::Hash{77})));
    CHECK(verify::unknown_market(Question::state).hint != verify::unknown_market(ChainValue{}).hint);
    CHECK(verify::unknown_market(Question::state).reason == Reason::contract);
}
