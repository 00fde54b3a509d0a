#include "check/reading.hpp"

#include "printers.hpp"
#include "stellar/contract_call.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

using check::ChainValue;
using check::Claim;
using check::Question;
using check::Reading;
using check::ReadMode;
using check::Reason;
using check::Stored;
using check::Target;
using check::Unverifiable;

namespace {

Target target_of(ReadMode mode) {
    Target target;
    target.mode = mode;
    target.amm = stellar::Hash{1};
    target.token.contract = stellar::Hash{2};
    return target;
}

const Claim odds{"m", "C", "t", check::OddsClaim{stellar::Hash{3}, {}}};
const Claim outcome{"m", "C", "t", check::OutcomeClaim{stellar::Hash{4}, stellar::Hash{4}, false, 1}};

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

/// The claim's keys with these values under them; nullopt: no entry.
struct Entries {
    Entries(const Claim& claim, const Target& target, const std::vector<std::optional<stellar::ScVal>>& values,
            bool pool = false) {
        if (pool) {
            check::pool_keys_of(claim, target, keys);
        } else {
            check::keys_of(claim, target, keys);
        }
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
    check::Keys keys;
    std::vector<std::string> contents;
    std::vector<Stored> stored;
};

Reading read(const Claim& claim, ReadMode mode, const std::vector<std::optional<stellar::ScVal>>& values) {
    const Target target = target_of(mode);
    const Entries entries(claim, target, values);
    return check::read_storage(claim, target, entries.stored, 900);
}

bool asks_contract(const Reading& reading) {
    const auto* question = std::get_if<Question>(&reading);
    return question != nullptr && *question == Question::contract;
}

bool is_decode_error(const Reading& reading) {
    const auto* why = std::get_if<Unverifiable>(&reading);
    return why != nullptr && why->reason == Reason::decode;
}

check::ChainOutcome chain_outcome_in(const Reading& reading) {
    return std::get<check::ChainOutcome>(std::get<ChainValue>(reading).content);
}

std::optional<std::uint32_t> outcome_in(const Reading& reading) {
    return chain_outcome_in(reading).outcome;
}

} // namespace

TEST_CASE("Reserves in storage, with the later of the two modifications", "[check][reading]") {
    const Reading reading = read(odds, ReadMode::automatic, {u128_value(4), u128_value(6)});
    const auto& value = std::get<ChainValue>(reading);
    CHECK(std::get<check::Reserves>(value.content) == check::Reserves{4, 6});
    CHECK(value.seen.ledger == 900);
    CHECK(value.seen.last_modified_ledger == 101U);
}

TEST_CASE("An absent reserve is 0 by storage alone, and a question to the contract in the mode auto",
          "[check][reading]") {
    const std::vector<std::optional<stellar::ScVal>> one{std::nullopt, u128_value(6)};
    const Reading stored = read(odds, ReadMode::storage, one);
    CHECK(std::get<check::Reserves>(std::get<ChainValue>(stored).content) == check::Reserves{0, 6});
    CHECK(asks_contract(read(odds, ReadMode::automatic, one)));
    CHECK(asks_contract(read(odds, ReadMode::automatic, {std::nullopt, std::nullopt})));
}

TEST_CASE("An entry of an unexpected type is a question in the mode auto, an error else", "[check][reading]") {
    const std::vector<std::optional<stellar::ScVal>> wrong{u128_value(4), u32_value(6)};
    CHECK(asks_contract(read(odds, ReadMode::automatic, wrong)));
    CHECK(is_decode_error(read(odds, ReadMode::storage, wrong)));
    const std::vector<std::optional<stellar::ScVal>> wrong_state{bool_value(true), u32_value(1)};
    CHECK(asks_contract(read(outcome, ReadMode::automatic, wrong_state)));
    CHECK(is_decode_error(read(outcome, ReadMode::storage, wrong_state)));
}

TEST_CASE("An entry of another key is refused in every mode", "[check][reading]") {
    for (const ReadMode mode : {ReadMode::storage, ReadMode::automatic}) {
        const Target target = target_of(mode);
        Entries entries(odds, target, {u128_value(4), u128_value(6)});
        std::swap(entries.stored[0].entry, entries.stored[1].entry);
        CHECK(is_decode_error(check::read_storage(odds, target, entries.stored, 900)));
        entries.stored[0].entry = "";
        CHECK(is_decode_error(check::read_storage(odds, target, entries.stored, 900)));
    }
}

TEST_CASE("Only state 2 has an outcome", "[check][reading]") {
    for (const ReadMode mode : {ReadMode::storage, ReadMode::automatic}) {
        CHECK(outcome_in(read(outcome, mode, {u32_value(2), u32_value(1)})) == 1U);
        CHECK(outcome_in(read(outcome, mode, {u32_value(1), u32_value(1)})) == std::nullopt);
        CHECK(outcome_in(read(outcome, mode, {u32_value(0), std::nullopt})) == std::nullopt);
        for (const std::uint32_t status : {3U, 4U, 5U, 6U, 4'294'967'295U}) {
            CHECK(chain_outcome_in(read(outcome, mode, {u32_value(status), u32_value(1)})) ==
                  check::ChainOutcome{std::nullopt, status});
        }
        CHECK(chain_outcome_in(read(outcome, mode, {u32_value(2), u32_value(7)})) == check::ChainOutcome{7, 2});
    }
    CHECK(outcome_in(read(outcome, ReadMode::storage, {u32_value(2), std::nullopt})) == std::nullopt);
    CHECK(asks_contract(read(outcome, ReadMode::automatic, {u32_value(2), std::nullopt})));
    const Reading no_state = read(outcome, ReadMode::storage, {std::nullopt, u32_value(1)});
    CHECK(std::get<Unverifiable>(no_state).reason == Reason::contract);
    CHECK(asks_contract(read(outcome, ReadMode::automatic, {std::nullopt, u32_value(1)})));
}

TEST_CASE("What storage says of a pool that simulates as empty", "[check][reading]") {
    const Target target = target_of(ReadMode::automatic);
    const auto pool = [&target](const std::vector<std::optional<stellar::ScVal>>& values) {
        const Entries entries(odds, target, values, true);
        return check::read_pool(odds, entries.stored, 900);
    };
    const auto reserves = [](const Reading& reading) {
        return std::get<check::Reserves>(std::get<ChainValue>(reading).content);
    };
    CHECK(reserves(pool({std::nullopt, std::nullopt, std::nullopt})).empty());
    CHECK(reserves(pool({bool_value(false), u128_value(1), u128_value(1)})).empty());
    CHECK(reserves(pool({bool_value(true), u128_value(1), std::nullopt})) == check::Reserves{1, 0});
    CHECK(reserves(pool({bool_value(true), u128_value(0), u128_value(0)})).empty());
    CHECK(std::get<Unverifiable>(pool({bool_value(true), std::nullopt, std::nullopt})).reason == Reason::contract);
    CHECK(is_decode_error(pool({u32_value(1), std::nullopt, std::nullopt})));
}

TEST_CASE("A failed call is the contract's error, but for a token without a trust line", "[check][reading]") {
    const Claim balance{"u", "G", "", check::BalanceClaim{}};
    const Reading none = check::read_call(balance, "HostError: Error(Contract, #13)", "", 900);
    CHECK(std::get<base::i128>(std::get<ChainValue>(none).content) == 0);
    for (const char* error : {"HostError: Error(Contract, #1)", "HostError: Error(Storage, MissingValue)",
                              "HostError: Error(Contract, #130)"}) {
        CHECK(std::get<Unverifiable>(check::read_call(balance, error, "", 900)).reason == Reason::contract);
    }
    CHECK(std::get<Unverifiable>(check::read_call(odds, "HostError: Error(Contract, #13)", "", 900)).reason ==
          Reason::contract);
    CHECK(is_decode_error(check::read_call(balance, "", "rubbish", 900)));
}

namespace {

constexpr stellar::Hash holder_id{9};
const Claim account_balance{"u", "G", "", check::BalanceClaim{{stellar::Address::Kind::account, holder_id}, 5}};
const Claim contract_balance{"u", "C", "", check::BalanceClaim{{stellar::Address::Kind::contract, holder_id}, 5}};

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
    check::Keys keys;
    check::keys_of(claim, target, keys);
    REQUIRE(keys.size() == 1);
    Stored one{keys[0], std::nullopt, std::nullopt, false};
    if (entry) one.entry = *entry;
    return check::read_storage(claim, target, {&one, 1}, 900);
}

Reading read_balance_value(const Claim& claim, const Target& target, const stellar::ScVal& value) {
    check::Keys keys;
    check::keys_of(claim, target, keys);
    return read_balance_entry(claim, target, entry_of(keys[0], value));
}

base::i128 balance_in(const Reading& reading) {
    return std::get<base::i128>(std::get<ChainValue>(reading).content);
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

TEST_CASE("What is asked first: storage, but the contract by setting or where a contract is shared",
          "[check][reading]") {
    const Claim shared{"m", "hex", "t", check::OutcomeClaim{stellar::Hash{4}, stellar::Hash{5}, true, 1}};
    for (const Claim* claim : {&odds, &outcome, &account_balance}) {
        CHECK(check::first_question(*claim, target_of(ReadMode::automatic)) == Question::storage);
        CHECK(check::first_question(*claim, target_of(ReadMode::storage)) == Question::storage);
        CHECK(check::first_question(*claim, target_of(ReadMode::simulate)) == Question::contract);
    }
    CHECK(check::first_question(shared, target_of(ReadMode::storage)) == Question::contract);
}

TEST_CASE("Each check calls the function of its contract with the market's id or the holder", "[check][reading]") {
    Target target = target_with_asset(ReadMode::simulate);
    target.pool_function = "pool";
    target.outcome_function = "outcome";
    const auto is_call = [&target](const Claim& claim, const stellar::Hash& contract, std::string_view function,
                                   const stellar::ScVal& argument) {
        const check::Call call = check::call_for(claim, target);
        CHECK(call.contract == contract);
        CHECK(call.function == function);
        CHECK(stellar::encode_scval(call.argument) == stellar::encode_scval(argument));
        CHECK(check::envelope_of(call) == stellar::contract_call_envelope(contract, function, {argument}));
    };
    is_call(odds, target.amm, "pool", stellar::market_id_argument(stellar::Hash{3}));
    is_call(outcome, stellar::Hash{4}, "outcome", stellar::market_id_argument(stellar::Hash{4}));
    is_call(contract_balance, target.token.contract, "balance",
            stellar::holder_argument({stellar::Address::Kind::contract, holder_id}));
}

TEST_CASE("What a call returned is the value, and a pool without liquidity a question to storage", "[check][reading]") {
    const auto call = [](const Claim& claim, const stellar::ScVal& result) {
        return check::read_call(claim, "", stellar::encode_scval(result), 900);
    };
    const auto pool = [](base::u128 yes, base::u128 no) {
        return stellar::vec({u128_value(yes), u128_value(no), u128_value(yes + no), u32_value(1), u32_value(2)});
    };
    const Reading reserves = call(odds, pool(4, 6));
    CHECK(std::get<check::Reserves>(std::get<ChainValue>(reserves).content) == check::Reserves{4, 6});
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
    CHECK(chain_outcome_in(call(outcome, market(4, u32_value(1)))) == check::ChainOutcome{std::nullopt, 4});
    CHECK(chain_outcome_in(call(outcome, market(2, u32_value(7)))) == check::ChainOutcome{7, 2});
    CHECK(outcome_in(call(outcome, market(2, {}))) == std::nullopt);
    CHECK(is_decode_error(call(outcome, u32_value(1))));
    CHECK(balance_in(call(account_balance, i128_value(80))) == 80);
}

TEST_CASE("A value is archived where one of its entries is", "[check][reading]") {
    const Target target = target_of(ReadMode::storage);
    Entries entries(odds, target, {u128_value(4), u128_value(6)});
    CHECK_FALSE(std::get<ChainValue>(check::read_storage(odds, target, entries.stored, 900)).seen.archived);
    entries.stored[1].archived = true;
    CHECK(std::get<ChainValue>(check::read_storage(odds, target, entries.stored, 900)).seen.archived);
}
