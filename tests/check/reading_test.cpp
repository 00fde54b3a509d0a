#include "check/reading.hpp"

#include "printers.hpp"
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

std::optional<std::uint32_t> outcome_in(const Reading& reading) {
    return std::get<std::optional<std::uint32_t>>(std::get<ChainValue>(reading).content);
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
        CHECK(is_decode_error(read(outcome, mode, {u32_value(3), u32_value(1)})));
        CHECK(is_decode_error(read(outcome, mode, {u32_value(2), u32_value(2)})));
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
