#include "checks.hpp"
#include "verify/claim.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

using verify::Reason;

namespace {

constexpr const char* contract_id = "CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75";
constexpr const char* hex = "ADEFCE59AEE52968f76061d494c2525b75659fa4296a65f499ef29e56477e496";
constexpr const char* holder = "GCRR3VATZJ4QH5P5TQVCPHGRYPS2WM4ZGHOGGPQCCFY3UFRWHL5O3HYJ";

verify::MarketRow market() {
    return {"m1", contract_id, "Title", "35", "65", std::nullopt};
}

Reason reason(const verify::ClaimResult& claim) {
    REQUIRE_FALSE(claim);
    return claim.error().reason;
}

} // namespace

TEST_CASE("A market's odds are claimed in stroops, for the id behind its address", "[check][claim]") {
    const auto claim = verify::claim_odds(market());
    REQUIRE(claim);
    CHECK(claim->id == "m1");
    CHECK(claim->title == "Title");
    CHECK(claim->address == contract_id);
    const auto& odds = claim->content.get<verify::OddsClaim>();
    CHECK(odds.reserves == verify::Reserves{350'000'000, 650'000'000});
    CHECK_FALSE(odds.id_known); // these bytes are the contract's; the market's id has to be learnt
    // A market by its 64 hex digits, in any case, with or without 0x.
    for (const std::string& address : {std::string(hex), "0x" + std::string(hex)}) {
        verify::MarketRow by_hex = market();
        by_hex.contract_address = address;
        const auto by_id = verify::claim_odds(by_hex);
        REQUIRE(by_id);
        CHECK(by_id->content.get<verify::OddsClaim>().market_id == odds.market_id);
        CHECK(by_id->content.get<verify::OddsClaim>().id_known);
    }
}

TEST_CASE("The column market_id is the market's id", "[check][claim]") {
    const std::string digits = "05" + std::string(60, '0') + "aF";
    stellar::Hash id{5};
    id[31] = 0xaf;
    verify::Target target;
    target.market_contract = stellar::Hash{7};
    for (const char* address : {contract_id, hex}) {
        for (const std::string& text : {digits, "0x" + digits, "\\x" + digits}) {
            verify::MarketRow row = market();
            row.contract_address = address;
            row.market_id = text;
            const auto odds = verify::claim_odds(row);
            REQUIRE(odds);
            CHECK(odds->content.get<verify::OddsClaim>().market_id == id);
            CHECK(odds->content.get<verify::OddsClaim>().id_known);
            const auto outcome = verify::claim_outcome(row, target);
            REQUIRE(outcome);
            CHECK(outcome->content.get<verify::OutcomeClaim>().market_id == id);
            CHECK(outcome->content.get<verify::OutcomeClaim>().id_from_row);
        }
        for (const std::string& text : {std::string(), digits + "0", digits.substr(1), "x" + digits.substr(1),
                                        "\\x\\x" + digits, std::string("0x"), std::string(contract_id)}) {
            INFO(text);
            verify::MarketRow row = market();
            row.contract_address = address;
            row.market_id = text;
            CHECK(reason(verify::claim_odds(row)) == Reason::bad_value);
            CHECK(reason(verify::claim_outcome(row, target)) == Reason::bad_value);
        }
    }
    const auto without = verify::claim_outcome(market(), target);
    REQUIRE(without);
    CHECK_FALSE(without->content.get<verify::OutcomeClaim>().id_from_row);
}

TEST_CASE("A contract that holds one market can speak for the row with that id alone", "[check][claim]") {
    verify::Target target;
    target.market_contract = stellar::Hash{7};
    verify::MarketRow row = market();
    row.contract_address = hex;
    target.shared_market_id = verify::claim_odds(row)->content.get<verify::OddsClaim>().market_id;
    CHECK(verify::claim_outcome(row, target));
    CHECK(verify::claim_outcome(market(), target)); // has a contract of its own
    target.shared_market_id = stellar::Hash{1};
    const auto other = verify::claim_outcome(row, target);
    CHECK(reason(other) == Reason::contract);
    CHECK(other.error().text == "the market contract holds market 01" + std::string(62, '0') + ", not this one");
    CHECK_FALSE(other.error().hint.empty());
    CHECK(verify::claim_outcome(market(), target));
    target.shared_market_fault = "cannot be read";
    CHECK(reason(verify::claim_outcome(row, target)) == Reason::decode);
}

TEST_CASE("A market's address or liquidity that cannot be read is its error", "[check][claim]") {
    const auto with_address = [](std::optional<std::string_view> address) {
        verify::MarketRow row = market();
        row.contract_address = address;
        return verify::claim_odds(row);
    };
    for (const char* address :
         {"", "rubbish", holder, "\\xadefce59aee52968f76061d494c2525b75659fa4296a65f499ef29e56477e496",
          "0x0xadefce59aee52968f76061d494c2525b75659fa4296a65f499ef29e56477e496", "0x",
          "adefce59aee52968f76061d494c2525b75659fa4296a65f499ef29e56477e49g",
          " CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75"}) {
        INFO(address);
        CHECK(reason(with_address(address)) == Reason::bad_address);
    }
    CHECK(reason(with_address(std::nullopt)) == Reason::bad_address);
    for (const std::optional<std::string_view> liquidity :
         {std::optional<std::string_view>{}, std::optional<std::string_view>{"-0.0000001"},
          std::optional<std::string_view>{"NaN"}, std::optional<std::string_view>{"Infinity"},
          std::optional<std::string_view>{"1e32"},
          std::optional<std::string_view>{"34028236692093846346337460743176.8211456"}}) {
        verify::MarketRow row = market();
        row.yes_liquidity = liquidity;
        CHECK(reason(verify::claim_odds(row)) == Reason::bad_value);
        row = market();
        row.no_liquidity = liquidity;
        CHECK(reason(verify::claim_odds(row)) == Reason::bad_value);
    }
}

TEST_CASE("An outcome is any integer, a boolean, YES or NO, or none", "[check][claim]") {
    const auto outcome = [](std::optional<std::string_view> text) {
        verify::MarketRow row = market();
        row.winning_outcome = text;
        return verify::claim_outcome(row, {});
    };
    const auto value = [&outcome](std::optional<std::string_view> text) {
        return outcome(text)->content.get<verify::OutcomeClaim>().outcome;
    };
    CHECK(value(std::nullopt) == std::nullopt);
    CHECK(value("0") == 0);
    CHECK(value("1") == 1);
    CHECK(value("1.000") == 1);
    CHECK(value("-7") == -7);
    CHECK(value("10e-1") == 1);
    CHECK(value("9223372036854775807") == 9223372036854775807);
    CHECK(value("t") == 1);
    CHECK(value("f") == 0);
    for (const char* yes : {"YES", "yes", "Yes", "yEs"}) CHECK(value(yes) == 1);
    for (const char* no : {"NO", "no", "No", "nO"}) CHECK(value(no) == 0);
    for (const char* text : {"0.5", "T", "y", "truth", " yes", "YES ", "none", "", "NaN", "9223372036854775808",
                             "1e300", "0.00000001", "0.5e0", "15e-1"}) {
        INFO(text);
        CHECK(reason(outcome(text)) == Reason::bad_value);
    }
}

TEST_CASE("A hex market's outcome needs the contract that keeps it", "[check][claim]") {
    verify::MarketRow row = market();
    row.contract_address = hex;
    CHECK(reason(verify::claim_outcome(row, {})) == Reason::bad_address);
    verify::Target target;
    target.market_contract = stellar::Hash{7};
    const auto claim = verify::claim_outcome(row, target);
    REQUIRE(claim);
    CHECK(claim->content.get<verify::OutcomeClaim>().shared);
    CHECK(claim->content.get<verify::OutcomeClaim>().contract == *target.market_contract);
}

TEST_CASE("A wallet is read strictly, and is not the asset's issuer", "[check][claim]") {
    verify::Target target;
    target.token.asset = stellar::circle_usdc(stellar::test_network_passphrase);
    const auto claim = [&target](std::string_view wallet, std::optional<std::string_view> balance = "1") {
        return verify::claim_balance({"u", wallet, balance}, target);
    };
    REQUIRE(claim(holder, "-2.5"));
    CHECK(claim(holder, "-2.5")->content.get<verify::BalanceClaim>().balance == -25'000'000);
    CHECK(reason(claim(holder, std::nullopt)) == Reason::bad_value);
    CHECK(reason(claim(holder, "1e40")) == Reason::bad_value);
    for (const char* wallet : {"GBBD47IF6LWK7P7MDEVSCWR7DPUWV3NY3DTQEVFL4NAT4AQH3ZLLFLA5", // the issuer
                               "GCRR3VATZJ4QH5P5TQVCPHGRYPS2WM4ZGHOGGPQCCFY3UFRWHL5O3HYK", // checksum
                               "gcrr3vatzj4qh5p5tqvcphgryps2wm4zghoggpqccfy3ufrwhl5o3hyj",
                               "GCRR3VATZJ4QH5P5TQVCPHGRYPS2WM4ZGHOGGPQCCFY3UFRWHL5O3HYJ ",
                               "LA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUPJN"}) {
        INFO(wallet);
        CHECK(reason(claim(wallet)) == Reason::bad_address);
    }
    // A token without a classic asset has no issuer.
    target.token.asset.reset();
    CHECK(claim("GBBD47IF6LWK7P7MDEVSCWR7DPUWV3NY3DTQEVFL4NAT4AQH3ZLLFLA5"));
}

TEST_CASE("Liquidity takes the whole range of u128", "[check][claim]") {
    verify::MarketRow row = market();
    row.yes_liquidity = "17014118346046923173168730371588.4105728"; // 2^127 stroops
    row.no_liquidity = "34028236692093846346337460743176.8211455";  // 2^128 - 1
    const auto claim = verify::claim_odds(row);
    REQUIRE(claim);
    CHECK(claim->content.get<verify::OddsClaim>().reserves == verify::Reserves{base::u128{1} << 127, base::u128_max});
}
