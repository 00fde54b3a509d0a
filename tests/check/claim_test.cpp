#include "check/claim.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

using check::Reason;

namespace {

constexpr const char* contract_id = "CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75";
constexpr const char* hex = "ADEFCE59AEE52968f76061d494c2525b75659fa4296a65f499ef29e56477e496";
constexpr const char* holder = "GCRR3VATZJ4QH5P5TQVCPHGRYPS2WM4ZGHOGGPQCCFY3UFRWHL5O3HYJ";

check::MarketRow market() {
    return {"m1", contract_id, "Title", "35", "65", std::nullopt};
}

Reason reason(const check::ClaimResult& claim) {
    REQUIRE_FALSE(claim);
    return claim.error().reason;
}

} // namespace

TEST_CASE("A market's odds are claimed in stroops, for the id behind its address", "[check][claim]") {
    const auto claim = check::claim_odds(market());
    REQUIRE(claim);
    CHECK(claim->id == "m1");
    CHECK(claim->title == "Title");
    CHECK(claim->address == contract_id);
    const auto& odds = std::get<check::OddsClaim>(claim->content);
    CHECK(odds.reserves == check::Reserves{350'000'000, 650'000'000});
    // The same market by its 64 hex digits, in any case.
    check::MarketRow by_hex = market();
    by_hex.contract_address = hex;
    CHECK(std::get<check::OddsClaim>(check::claim_odds(by_hex)->content).market_id == odds.market_id);
}

TEST_CASE("A market's address or liquidity that cannot be read is its error", "[check][claim]") {
    const auto with_address = [](std::optional<std::string_view> address) {
        check::MarketRow row = market();
        row.contract_address = address;
        return check::claim_odds(row);
    };
    for (const char* address :
         {"", "rubbish", holder, "0xadefce59aee52968f76061d494c2525b75659fa4296a65f499ef29e56477e496",
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
        check::MarketRow row = market();
        row.yes_liquidity = liquidity;
        CHECK(reason(check::claim_odds(row)) == Reason::bad_value);
        row = market();
        row.no_liquidity = liquidity;
        CHECK(reason(check::claim_odds(row)) == Reason::bad_value);
    }
}

TEST_CASE("An outcome is any integer or none", "[check][claim]") {
    const auto outcome = [](std::optional<std::string_view> text) {
        check::MarketRow row = market();
        row.winning_outcome = text;
        return check::claim_outcome(row, {});
    };
    const auto value = [&outcome](std::optional<std::string_view> text) {
        return std::get<check::OutcomeClaim>(outcome(text)->content).outcome;
    };
    CHECK(value(std::nullopt) == std::nullopt);
    CHECK(value("0") == 0);
    CHECK(value("1") == 1);
    CHECK(value("1.000") == 1);
    CHECK(value("-7") == -7);
    CHECK(value("10e-1") == 1);
    CHECK(value("9223372036854775807") == 9223372036854775807);
    for (const char* text :
         {"0.5", "t", "YES", "", "NaN", "9223372036854775808", "1e300", "0.00000001", "0.5e0", "15e-1"}) {
        INFO(text);
        CHECK(reason(outcome(text)) == Reason::bad_value);
    }
}

TEST_CASE("A hex market's outcome needs the contract that keeps it", "[check][claim]") {
    check::MarketRow row = market();
    row.contract_address = hex;
    CHECK(reason(check::claim_outcome(row, {})) == Reason::bad_address);
    check::Target target;
    target.market_contract = stellar::Hash{7};
    const auto claim = check::claim_outcome(row, target);
    REQUIRE(claim);
    CHECK(std::get<check::OutcomeClaim>(claim->content).shared);
    CHECK(std::get<check::OutcomeClaim>(claim->content).contract == *target.market_contract);
}

TEST_CASE("A wallet is read strictly, and is not the asset's issuer", "[check][claim]") {
    check::Target target;
    target.token.asset = stellar::circle_usdc(stellar::test_network_passphrase);
    const auto claim = [&target](std::string_view wallet, std::optional<std::string_view> balance = "1") {
        return check::claim_balance({"u", wallet, balance}, target);
    };
    REQUIRE(claim(holder, "-2.5"));
    CHECK(std::get<check::BalanceClaim>(claim(holder, "-2.5")->content).balance == -25'000'000);
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
    check::MarketRow row = market();
    row.yes_liquidity = "17014118346046923173168730371588.4105728"; // 2^127 stroops
    row.no_liquidity = "34028236692093846346337460743176.8211455";  // 2^128 - 1
    const auto claim = check::claim_odds(row);
    REQUIRE(claim);
    CHECK(std::get<check::OddsClaim>(claim->content).reserves == check::Reserves{base::u128{1} << 127, base::u128_max});
}
