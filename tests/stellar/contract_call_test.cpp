#include "stellar/contract_call.hpp"

#include "printers.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <string>

using stellar::Address;
using stellar::ScAddress;
using stellar::StrKeyKind;
using vectors::element;

namespace {

/// What stands before the operations in the vector's envelope: our own calls have the all-zero account, fee 100,
/// sequence number 0 and no preconditions here.
std::string envelope_head(element vector) {
    std::string head;
    stellar::XdrWriter writer(head);
    writer.u32(2);
    const ScAddress source = vectors::to_sc_address(vectors::text(vector, "source"));
    if (source.kind == ScAddress::Kind::muxed_account) {
        writer.u32(0x100);
        writer.u64(source.mux_id);
    } else {
        writer.u32(0);
    }
    writer.fixed({reinterpret_cast<const char*>(source.id.data()), source.id.size()});
    writer.u32(vectors::u32(vector, "fee"));
    writer.i64(std::stoll(vectors::text(vector, "seqNum")));
    if (vectors::text(vector, "preconditions") == "time") {
        writer.u32(1);
        writer.u64(0);
        writer.u64(0);
    } else {
        writer.u32(0);
    }
    return head;
}

void check_pool_state(element vector, const std::string& bytes) {
    const auto state = stellar::read_pool_state(bytes);
    if (vectors::has(vector, "refuse")) {
        REQUIRE_FALSE(state);
        CHECK_FALSE(state.error().empty());
        return;
    }
    REQUIRE(state);
    const element expected = vector["expected"];
    CHECK(base::to_decimal(state->yes_reserve) == vectors::text(expected, "yesReserve"));
    CHECK(base::to_decimal(state->no_reserve) == vectors::text(expected, "noReserve"));
    CHECK(base::to_decimal(state->total) == vectors::text(expected, "total"));
    CHECK(state->yes_odds_bps == vectors::u32(expected, "yesOddsBps"));
    CHECK(state->no_odds_bps == vectors::u32(expected, "noOddsBps"));
}

void check_market_state(element vector, const std::string& bytes) {
    const auto state = stellar::read_market_state(bytes);
    if (vectors::has(vector, "refuse")) {
        REQUIRE_FALSE(state);
        CHECK_FALSE(state.error().empty());
        return;
    }
    REQUIRE(state);
    const element expected = vector["expected"];
    CHECK(state->status == vectors::u32(expected, "status"));
    if (vectors::has(expected, "statusName")) {
        CHECK(stellar::market_status_name(state->status) == vectors::text(expected, "statusName"));
    }
    REQUIRE(state->winning_outcome.has_value() == !element(expected["winningOutcome"]).is_null());
    if (state->winning_outcome) CHECK(*state->winning_outcome == vectors::u32(expected, "winningOutcome"));
}

void check_balance(element vector, const std::string& bytes) {
    const auto balance = stellar::read_balance(bytes);
    REQUIRE(bool(balance) == !vectors::has(vector, "refuse"));
    if (balance) CHECK(base::to_decimal(*balance) == vectors::text(vector["expected"], "amount"));
}

} // namespace

TEST_CASE("Envelopes of the vectors come out of contract, function and arguments") {
    int minimal = 0;
    vectors::File("simulate_envelopes.json").for_each([&](element vector) {
        const std::string expected = vectors::bytes(vector, "envelopeXdr");
        std::vector<stellar::ScVal> arguments;
        for (const element one : simdjson::dom::array(vector["args"])) arguments.push_back(vectors::to_scval(one));
        const std::string envelope =
            stellar::contract_call_envelope(vectors::strkey_id(vectors::text(vector, "contract"), StrKeyKind::contract),
                                            vectors::text(vector, "function"), arguments);
        constexpr std::size_t own_head = 4 + 36 + 4 + 8 + 4;
        CHECK(vectors::to_hex(envelope_head(vector) + envelope.substr(own_head)) == vectors::to_hex(expected));
        if (envelope == expected) ++minimal;
    });
    CHECK(minimal == 29); // the others differ before the operation only
}

TEST_CASE("Results of the vectors are read, or refused") {
    vectors::File("simulate_results.json").for_each([](element vector) {
        const std::string bytes = vectors::bytes(vector, "resultXdr");
        const std::string function = vectors::text(vector, "function");
        if (function == "get_pool_state") return check_pool_state(vector, bytes);
        if (function == "get_market_state") return check_market_state(vector, bytes);
        REQUIRE(function == "balance");
        check_balance(vector, bytes);
    });
}

TEST_CASE("A call with a market id takes 188 bytes") {
    CHECK(stellar::contract_call_envelope({}, "get_pool_state", {stellar::market_id_argument({})}).size() == 188);
}

TEST_CASE("The arguments are the market's id and the holder's address") {
    stellar::Hash id{};
    id.fill(0xab);
    CHECK(*stellar::market_id_argument(id).as_bytes() == std::string(32, '\xab'));
    CHECK(*stellar::holder_argument({Address::Kind::account, id}).as_address() ==
          ScAddress{ScAddress::Kind::account, id});
    CHECK(*stellar::holder_argument({Address::Kind::contract, id}).as_address() ==
          ScAddress{ScAddress::Kind::contract, id});
}

TEST_CASE("The reason of a refused result names what was found") {
    using stellar::encode_scval;
    using stellar::ScVal;
    using stellar::ScValType;
    CHECK(stellar::read_pool_state("").error() == "the result is not a valid value: ends too early");
    CHECK(stellar::read_pool_state(encode_scval({})).error() == "the result is of type void, not vec");
    CHECK(stellar::read_pool_state(encode_scval(stellar::vec({}))).error() == "the result has 0 elements, not 5");
    CHECK(stellar::read_market_state(encode_scval(stellar::vec({}))).error() == "the result is of type vec, not map");
    CHECK(stellar::read_balance(encode_scval({ScValType::u128, base::u128{5}})).error() ==
          "the result is of type u128, not i128");
    CHECK(*stellar::read_balance(encode_scval({ScValType::i128, base::i128_min})) == base::i128_min);
}

namespace {

stellar::ScVal u32_value(std::uint32_t value) {
    return {stellar::ScValType::u32, value};
}

std::string map_of(stellar::ScMap rows) {
    return stellar::encode_scval({stellar::ScValType::map, std::optional(std::move(rows))});
}

} // namespace

TEST_CASE("Of a market's map the status and the outcome are read by name, whatever else stands in it", "[stellar]") {
    using stellar::ScValType;
    using stellar::symbol;
    const auto nine = stellar::read_market_state(map_of({{symbol("admin"), symbol("x")},
                                                         {symbol("closing_time"), u32_value(1)},
                                                         {symbol("creator"), {}},
                                                         {symbol("status"), u32_value(2)},
                                                         {symbol("total"), stellar::vec({})},
                                                         {symbol("winning_outcome"), u32_value(7)},
                                                         {symbol("zone"), u32_value(0)}}));
    REQUIRE(nine);
    CHECK(nine->status == 2);
    CHECK(nine->winning_outcome == 7U);
    CHECK_FALSE(nine->blank);
    const auto two = stellar::read_market_state(
        map_of({{u32_value(9), {}}, {symbol("status"), u32_value(4'000'000'000)}, {symbol("winning_outcome"), {}}}));
    REQUIRE(two);
    CHECK(two->status == 4'000'000'000);
    CHECK_FALSE(two->winning_outcome);
    for (const stellar::ScMap& refused :
         {stellar::ScMap{{symbol("winning_outcome"), {}}, {symbol("status"), u32_value(2)}},
          stellar::ScMap{
              {symbol("status"), u32_value(2)}, {symbol("status"), u32_value(2)}, {symbol("winning_outcome"), {}}},
          stellar::ScMap{
              {symbol("status"), u32_value(2)}, {symbol("winning_outcome"), {}}, {symbol("winning_outcome"), {}}},
          stellar::ScMap{
              {symbol("b"), {}}, {symbol("a"), {}}, {symbol("status"), u32_value(2)}, {symbol("winning_outcome"), {}}},
          stellar::ScMap{{u32_value(9), {}},
                         {u32_value(9), {}},
                         {symbol("status"), u32_value(2)},
                         {symbol("winning_outcome"), {}}},
          stellar::ScMap{{symbol("status"), u32_value(2)}}, stellar::ScMap{{symbol("winning_outcome"), {}}},
          stellar::ScMap{{symbol("status"), {}}, {symbol("winning_outcome"), {}}},
          stellar::ScMap{{symbol("status"), u32_value(2)}, {symbol("winning_outcome"), symbol("YES")}}}) {
        const auto state = stellar::read_market_state(map_of(refused));
        REQUIRE_FALSE(state);
        CHECK_FALSE(state.error().empty());
    }
}

TEST_CASE("A market's map of nothing but zeros and Void is blank", "[stellar]") {
    using stellar::ScValType;
    using stellar::symbol;
    const auto blank = [](const stellar::ScVal& more) {
        return stellar::read_market_state(map_of({{symbol("more"), more},
                                                  {symbol("status"), u32_value(0)},
                                                  {symbol("total_pool"), {ScValType::i128, base::i128{0}}},
                                                  {symbol("winning_outcome"), {}}}))
            ->blank;
    };
    CHECK(blank({}));
    CHECK(blank({ScValType::u64, std::uint64_t{0}}));
    CHECK(blank({ScValType::boolean, false}));
    CHECK(blank(stellar::bytes("")));
    CHECK(blank(stellar::bytes(std::string(32, '\0'))));
    CHECK(blank(stellar::vec({})));
    CHECK_FALSE(blank({ScValType::u64, std::uint64_t{1}}));
    CHECK_FALSE(blank({ScValType::i128, base::i128{-1}}));
    CHECK_FALSE(blank({ScValType::boolean, true}));
    CHECK_FALSE(blank(stellar::bytes(std::string(31, '\0') + "x")));
    CHECK_FALSE(blank(symbol("x")));
    CHECK_FALSE(blank(stellar::vec({{}})));
    CHECK_FALSE(stellar::read_market_state(
                    map_of({{symbol("status"), u32_value(0)}, {symbol("winning_outcome"), u32_value(1)}}))
                    ->blank);
    CHECK_FALSE(
        stellar::read_market_state(map_of({{symbol("status"), u32_value(3)}, {symbol("winning_outcome"), {}}}))->blank);
}

TEST_CASE("A market's status has the contract's name, or its number", "[stellar]") {
    CHECK(stellar::market_status_name(0) == "open");
    CHECK(stellar::market_status_name(1) == "closed");
    CHECK(stellar::market_status_name(2) == "resolved");
    CHECK(stellar::market_status_name(3) == "disputed");
    CHECK(stellar::market_status_name(4) == "cancelled");
    CHECK(stellar::market_status_name(5) == "initializing");
    CHECK(stellar::market_status_name(6) == "6");
    CHECK(stellar::market_status_name(4'294'967'295) == "4294967295");
}
