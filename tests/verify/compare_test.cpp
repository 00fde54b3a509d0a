#include "checks.hpp"
#include "verify/compare.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

using verify::compare;

namespace {

verify::Claim odds_claim(base::u128 yes, base::u128 no) {
    return {Kind::odds, "m", "C", "title", verify::OddsClaim{{}, {yes, no}}};
}

verify::Claim outcome_claim(std::optional<std::int64_t> outcome) {
    return {Kind::outcomes, "m", "C", "title", verify::OutcomeClaim{{}, {}, false, outcome}};
}

verify::Claim balance_claim(base::i128 balance) {
    return {Kind::balances, "u", "G", "", verify::BalanceClaim{{}, balance}};
}

bool odds_differ(base::u128 yes, base::u128 no, base::u128 chain_yes, base::u128 chain_no) {
    return compare(odds_claim(yes, no), {verify::Reserves{chain_yes, chain_no}, {}}, {}).has_value();
}

bool outcomes_differ(std::optional<std::int64_t> database, std::optional<std::uint32_t> chain) {
    return compare(outcome_claim(database), {verify::ChainOutcome{chain, 2}, {}}, {}).has_value();
}

bool balances_differ(base::i128 database, base::i128 chain, base::u128 threshold) {
    return compare(balance_claim(database), {chain, {}}, {0, threshold}).has_value();
}

} // namespace

TEST_CASE("Odds differ by strictly more than the threshold", "[check][compare]") {
    CHECK_FALSE(odds_differ(35, 65, 34, 66)); // 0.65 against 0.66; in binary floats this is more than 0.01
    CHECK(odds_differ(350'000, 650'000, 339'999, 660'001));
    CHECK_FALSE(odds_differ(1, 2, 1'000'000'000'000, 2'000'000'000'000));
    CHECK_FALSE(odds_differ(base::u128_max, base::u128_max, 1, 1));
    CHECK(odds_differ(base::u128_max, 0, 0, base::u128_max));
}

TEST_CASE("Liquidity on one side of the comparison only is a mismatch whatever the odds", "[check][compare]") {
    CHECK(odds_differ(0, 0, 1, 1));
    CHECK(odds_differ(1, 1, 0, 0));
    CHECK_FALSE(odds_differ(0, 0, 0, 0));
    const auto found = compare(odds_claim(0, 0), {verify::Reserves{1, 1}, {}}, {});
    REQUIRE(found);
    CHECK(found->as<verify::OddsDifference>().difference == 0);
}

TEST_CASE("A threshold of nothing reports the smallest difference", "[check][compare]") {
    const verify::Reserves chain{1, 1};
    CHECK_FALSE(compare(odds_claim(7, 7), {chain, {}}, {0, 0}));
    CHECK(compare(odds_claim(1'000'000'000'000'000'000, 1'000'000'000'000'000'004), {chain, {}}, {0, 0}));
}

TEST_CASE("Outcomes differ where they are not the same, nothing included", "[check][compare]") {
    CHECK_FALSE(outcomes_differ(std::nullopt, std::nullopt));
    CHECK_FALSE(outcomes_differ(0, 0));
    CHECK_FALSE(outcomes_differ(1, 1));
    CHECK(outcomes_differ(0, 1));
    CHECK(outcomes_differ(std::nullopt, 0));
    CHECK(outcomes_differ(0, std::nullopt));
    CHECK(outcomes_differ(2, 1));
    CHECK_FALSE(outcomes_differ(7, 7));
    CHECK(outcomes_differ(7, 1));
    CHECK_FALSE(outcomes_differ(4'294'967'295, 4'294'967'295));
    CHECK(outcomes_differ(-1, std::nullopt));
    CHECK(outcomes_differ(4'294'967'296, 0));
}

TEST_CASE("Balances differ by strictly more than the threshold, over the whole range", "[check][compare]") {
    CHECK_FALSE(balances_differ(10, 0, 10));
    CHECK(balances_differ(11, 0, 10));
    CHECK(balances_differ(-11, 0, 10));
    CHECK_FALSE(balances_differ(0, 0, 0));
    CHECK(balances_differ(0, 1, 0));
    CHECK(balances_differ(base::i128_min, base::i128_max, base::u128_max - 1));
    CHECK_FALSE(balances_differ(base::i128_min, base::i128_max, base::u128_max));
}

TEST_CASE("A row that says what it said is told from one that was changed meanwhile", "[check][compare]") {
    const auto said = [](const verify::Claim& claim, const verify::ChainValue& chain) {
        return verify::measure(claim, chain);
    };
    const verify::Difference odds = said(odds_claim(3, 7), {verify::Reserves{1, 1}, {}});
    CHECK(verify::says_the_same(odds_claim(3, 7), odds));
    CHECK_FALSE(verify::says_the_same(odds_claim(3, 8), odds));
    CHECK_FALSE(verify::says_the_same(odds_claim(4, 7), odds));
    CHECK_FALSE(verify::says_the_same(odds_claim(6, 14), odds)); // the same odds, of another liquidity
    const verify::Difference outcome = said(outcome_claim(1), {verify::ChainOutcome{0, 2}, {}});
    CHECK(verify::says_the_same(outcome_claim(1), outcome));
    CHECK_FALSE(verify::says_the_same(outcome_claim(0), outcome));
    CHECK_FALSE(verify::says_the_same(outcome_claim(std::nullopt), outcome));
    const verify::Difference balance = said(balance_claim(5), {base::i128{6}, {}});
    CHECK(verify::says_the_same(balance_claim(5), balance));
    CHECK_FALSE(verify::says_the_same(balance_claim(6), balance));
    CHECK_FALSE(verify::says_the_same(balance_claim(5), outcome));
}

TEST_CASE("A difference of outcomes has the status of the market on chain", "[check][compare]") {
    const auto found = compare(outcome_claim(1), {verify::ChainOutcome{std::nullopt, 3}, {}}, {});
    REQUIRE(found);
    CHECK(found->as<verify::OutcomeDifference>().chain_status == 3U);
}
