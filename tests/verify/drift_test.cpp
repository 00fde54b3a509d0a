#include "checks.hpp"
#include "verify/drift.hpp"

#include "verify/amount.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using verify::BalanceDifference;
using verify::Drift;

namespace {

verify::Difference balance(base::i128 database, base::i128 chain) {
    return BalanceDifference{database, chain, base::distance(database, chain)};
}

verify::Difference odds(std::uint64_t database, std::uint64_t chain) {
    verify::OddsDifference out;
    out.database_odds = {database, verify::odds_one - database};
    out.chain_odds = {chain, verify::odds_one - chain};
    out.difference = database > chain ? database - chain : chain - database;
    return out;
}

std::uint64_t rows_of(const Drift& drift) {
    return std::accumulate(drift.histogram.begin(), drift.histogram.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Drift::Bin& bin) { return sum + bin.more + bin.less; });
}

} // namespace

TEST_CASE("The totals of balances are exact, by direction, up to the largest numbers", "[check][drift]") {
    Drift drift;
    CHECK(drift.count() == 0);
    CHECK(drift.smallest == 0);
    drift.add(balance(0, 15));
    CHECK(drift.smallest == 15);
    drift.add(balance(20, 13));
    for (int i = 0; i < 3; ++i) drift.add(balance(base::i128_min, base::i128_max)); // 2^128 - 1 each
    CHECK(drift.count() == 5);
    CHECK(drift.total.more == 4);
    CHECK(drift.total.less == 1);
    CHECK(drift.largest == base::u128_max);
    CHECK(drift.smallest == 7);
    CHECK(verify::format_stroops(drift.largest) == "34028236692093846346337460743176.8211455");
    CHECK(verify::format_stroops(drift.chain_more) == "102084710076281539039012382229530.4634380");
    CHECK(verify::format_stroops(drift.chain_less) == "0.0000007");
    CHECK(drift.histogram[0].less == 1);  // 7 stroops
    CHECK(drift.histogram[1].more == 1);  // 15
    CHECK(drift.histogram[38].more == 3); // 3.4 * 10^38
    CHECK(rows_of(drift) == drift.count());
}

TEST_CASE("The totals of odds are in prices of YES, in bins of a fortieth", "[check][drift]") {
    Drift drift;
    drift.add(odds(0, verify::odds_one));
    drift.add(odds(verify::odds_one, verify::odds_one / 2));
    drift.add(odds(verify::odds_one / 2, verify::odds_one / 2)); // of a pool that is empty on one side
    CHECK(drift.total.more == 2);
    CHECK(drift.total.less == 1);
    CHECK(drift.largest == verify::odds_one);
    CHECK(drift.smallest == 0);
    CHECK(drift.histogram[39].more == 1);
    CHECK(drift.histogram[20].less == 1);
    CHECK(drift.histogram[0].more == 1);
    CHECK(rows_of(drift) == 3);
}

TEST_CASE("Outcomes are not amounts, and add nothing to totals", "[check][drift]") {
    Drift drift;
    drift.add(verify::OutcomeDifference{1, 0});
    CHECK(drift.count() == 0);
    CHECK(rows_of(drift) == 0);
    CHECK(verify::Difference(verify::OutcomeDifference{1, 0}).size == 0);
}
