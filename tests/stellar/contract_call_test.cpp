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
    CHECK(std::to_string(state->closing_time) == vectors::text(expected, "closingTime"));
    CHECK(state->participant_count == vectors::u32(expected, "participantCount"));
    CHECK(state->status == vectors::u32(expected, "status"));
    CHECK(base::to_decimal(state->total_pool) == vectors::text(expected, "totalPool"));
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
    CHECK(stellar::read_pool_state("").error() == "the result is no sound value: ends too early");
    CHECK(stellar::read_pool_state(encode_scval({})).error() == "the result is of type void, not vec");
    CHECK(stellar::read_pool_state(encode_scval(stellar::vec({}))).error() == "the result has 0 elements, not 5");
    CHECK(stellar::read_market_state(encode_scval(stellar::vec({}))).error() == "the result is of type vec, not map");
    CHECK(stellar::read_balance(encode_scval({ScValType::u128, base::u128{5}})).error() ==
          "the result is of type u128, not i128");
    CHECK(*stellar::read_balance(encode_scval({ScValType::i128, base::i128_min})) == base::i128_min);
}
