#include "checks.hpp"
#include "verify/odds.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using verify::odds_of;
using verify::odds_one;
using verify::Reserves;

namespace {

struct OddsVector {
    const char* yes_reserve;
    const char* no_reserve;
    std::uint64_t yes_odds;
};

// Made with Python's unbounded integers: (2 * no * 10^18 + sum) // (2 * sum).
constexpr OddsVector vectors[] = {
#include "odds_vectors.inc"
};

base::u128 any_u128() {
    const auto high = *rc::gen::arbitrary<std::uint64_t>();
    const auto low = *rc::gen::arbitrary<std::uint64_t>();
    // All magnitudes, not only the largest.
    const auto shift = *rc::gen::inRange(0, 128);
    return ((static_cast<base::u128>(high) << 64) | low) >> shift;
}

} // namespace

TEST_CASE("Odds are right to the last of 18 decimals for any pair of u128", "[check][odds]") {
    for (const OddsVector& vector : vectors) {
        INFO(vector.yes_reserve << " : " << vector.no_reserve);
        const Reserves reserves{*base::parse_u128(vector.yes_reserve), *base::parse_u128(vector.no_reserve)};
        CHECK(odds_of(reserves).yes == vector.yes_odds);
        CHECK(odds_of(reserves).no == odds_one - vector.yes_odds);
    }
}

TEST_CASE("Feature: blockchain-database-sync, Property 1: odds of any two positive liquidities sum to 1",
          "[check][odds][property]") {
    REQUIRE(rc::check([] {
        const Reserves reserves{any_u128(), any_u128()};
        RC_PRE(reserves.yes > 0);
        RC_PRE(reserves.no > 0);
        const verify::Odds odds = odds_of(reserves);
        RC_ASSERT(odds.yes <= odds_one);
        RC_ASSERT(odds.yes + odds.no == odds_one);
    }));
}

TEST_CASE("Odds are the nearest fixed-point number to the exact quotient", "[check][odds][property]") {
    REQUIRE(rc::check([] {
        // Small enough for the proof to be done in 128 bits: |odds * sum - no * 10^18| <= sum / 2.
        const auto yes = static_cast<base::u128>(*rc::gen::inRange<std::uint64_t>(0, 1ULL << 60));
        const auto no = static_cast<base::u128>(*rc::gen::inRange<std::uint64_t>(1, 1ULL << 60));
        const auto exact = static_cast<base::i128>(no * odds_one);
        const auto found = static_cast<base::i128>(static_cast<base::u128>(odds_of({yes, no}).yes) * (yes + no));
        RC_ASSERT(2 * base::distance(exact, found) <= yes + no);
    }));
}

TEST_CASE("More NO liquidity makes YES dearer", "[check][odds][property]") {
    REQUIRE(rc::check([] {
        const base::u128 yes = any_u128() / 2;
        const base::u128 no = any_u128() / 2;
        const base::u128 more = no + any_u128() / 2;
        RC_ASSERT(odds_of({yes + 1, no}).yes <= odds_of({yes + 1, more}).yes);
    }));
}

TEST_CASE("An empty pool is one half each, a one-sided pool is certain", "[check][odds]") {
    CHECK(odds_of({0, 0}) == verify::Odds{odds_one / 2, odds_one / 2});
    CHECK(odds_of({5, 0}) == verify::Odds{0, odds_one});
    CHECK(odds_of({0, 5}) == verify::Odds{odds_one, 0});
}

TEST_CASE("Odds are printed as JSON numbers without trailing zeros", "[check][odds]") {
    CHECK(verify::format_odds(0) == "0");
    CHECK(verify::format_odds(odds_one) == "1");
    CHECK(verify::format_odds(650'000'000'000'000'000) == "0.65");
    CHECK(verify::format_odds(1) == "0.000000000000000001");
    CHECK(verify::format_odds(333'333'333'333'333'333) == "0.333333333333333333");
}
