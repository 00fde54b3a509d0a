#include "checks.hpp"
#include "verify/exemption.hpp"

#include "verify/odds.hpp"

#include <catch2/catch.hpp>

using verify::Exemptions;

namespace {

constexpr verify::Day today = std::chrono::year(2026) / 11 / 24;

verify::Difference balance(base::u128 difference) {
    return verify::BalanceDifference{0, static_cast<base::i128>(difference), difference};
}

verify::Difference odds(verify::Reserves database, verify::Reserves chain) {
    const verify::Odds a = verify::odds_of(database);
    const verify::Odds b = verify::odds_of(chain);
    return verify::OddsDifference{database, chain, a, b, a.yes > b.yes ? a.yes - b.yes : b.yes - a.yes};
}

} // namespace

TEST_CASE("an exemption accepts differences up to its greatest, of its own item alone") {
    Exemptions list({{Kind::balances, "u1", 50, "refund", today}}, today);
    REQUIRE(list.covering("u1", balance(50)) != nullptr);
    CHECK(list.covering("u1", balance(50))->reason == "refund");
    CHECK(list.covering("u1", balance(51)) == nullptr);
    CHECK(list.covering("u2", balance(1)) == nullptr);
    CHECK(list.covering("u1", verify::OutcomeDifference{1, 0U}) == nullptr);
    CHECK(Exemptions().covering("u1", balance(1)) == nullptr);
    CHECK(Exemptions().empty());
    CHECK_FALSE(list.empty());
}

TEST_CASE("an exemption of odds accepts no pool that is empty on one side alone") {
    Exemptions list({{Kind::odds, "m1", verify::odds_one, "test market", today}}, today);
    CHECK(list.covering("m1", odds({1, 9}, {9, 1})) != nullptr);
    CHECK(list.covering("m1", odds({0, 0}, {1, 1})) == nullptr);
}

TEST_CASE("an exemption of an outcome accepts whatever the two are") {
    Exemptions list({{Kind::outcomes, "m1", 0, "void market", today}}, today);
    CHECK(list.covering("m1", verify::OutcomeDifference{1, 0U}) != nullptr);
    CHECK(list.covering("m1", verify::OutcomeDifference{std::nullopt, 0U}) != nullptr);
}

TEST_CASE("an exemption holds to the end of its last day, and then accepts nothing and is reported") {
    const auto expired = [](verify::Day now) {
        Exemptions list({{Kind::balances, "u1", 50, "refund", today}}, now);
        const bool accepts = list.covering("u1", balance(1)) != nullptr;
        CHECK(list.expired().size() == (accepts ? 0U : 1U));
        return !accepts;
    };
    CHECK_FALSE(expired(today - std::chrono::days(1)));
    CHECK_FALSE(expired(today));
    CHECK(expired(today + std::chrono::days(1)));
}

TEST_CASE("an exemption that accepted nothing is unused") {
    Exemptions list({{Kind::balances, "u1", 50, "a", today},
                     {Kind::balances, "u2", 50, "b", today},
                     {Kind::balances, "u3", 50, "c", today - std::chrono::days(1)},
                     {Kind::odds, "m1", 50, "d", today}},
                    today);
    list.covering("u1", balance(1));
    list.covering("u2", balance(51));
    const auto unused = list.unused(Kind::balances);
    REQUIRE(unused.size() == 1);
    CHECK(unused[0]->id == "u2");
    CHECK(list.unused(Kind::odds).size() == 1);
    CHECK(list.unused(Kind::outcomes).empty());
    list.not_verified(Kind::balances, "m1");
    CHECK(list.unused(Kind::odds).size() == 1);
    list.not_verified(Kind::odds, "m1"); // nobody knows what it would have had to accept
    CHECK(list.unused(Kind::odds).empty());
}

TEST_CASE("a day is written as in the file") {
    CHECK(verify::to_text(std::chrono::year(2027) / 1 / 9) == "2027-01-09");
}
