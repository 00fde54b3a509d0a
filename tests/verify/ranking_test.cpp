#include "checks.hpp"
#include "verify/ranking.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using verify::Exempted;
using verify::Mismatch;
using verify::WorstList;

namespace {

constexpr std::size_t plenty = std::size_t{1} << 30;

Mismatch mismatch(std::string id, verify::Difference difference) {
    return {std::move(id), "G", "", std::move(difference), {}, true, {}};
}
Mismatch balance(std::string id, base::u128 difference) {
    return mismatch(std::move(id), verify::BalanceDifference{0, 0, difference});
}
Mismatch odds(std::string id, std::uint64_t difference, bool one_sided = false) {
    return mismatch(std::move(id),
                    verify::OddsDifference{{1, 1}, {one_sided ? 0U : 1U, one_sided ? 0U : 2U}, {}, {}, difference});
}
Mismatch outcome(std::string id, std::optional<std::int64_t> database, std::optional<std::uint32_t> chain) {
    verify::OutcomeDifference difference;
    difference.database = database;
    difference.chain = chain;
    return mismatch(std::move(id), difference);
}

std::string ids_of(const WorstList<Mismatch>::Items& items) {
    std::string out;
    for (const Mismatch& each : items) (out += out.empty() ? "" : " ") += each.id;
    return out;
}

/// What a list keeps of these, whatever their order; the same every time.
std::string kept(std::vector<Mismatch> all, std::size_t most, std::size_t limit) {
    std::mt19937 random(7);
    std::string first;
    for (int round = 0; round < 40; ++round) {
        std::shuffle(all.begin(), all.end(), random);
        WorstList<Mismatch> list(most, limit);
        for (const Mismatch& each : all) list.add(each);
        const std::string ids = ids_of(list.items());
        if (round == 0) first = ids;
        CHECK(ids == first);
    }
    return first;
}

} // namespace

TEST_CASE("Ids are ordered by value if they are integers, else by their bytes and before those", "[check][ranking]") {
    const std::vector<std::string> in_order{
        "",   "-", "10a", "B",  "b",  "\xC3\xA9", "-100000000000000000000", "-3",
        "-0", "0", "2",   "02", "10", "99",       "18446744073709551615",   "18446744073709551616"};
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        for (std::size_t j = 0; j < in_order.size(); ++j) {
            CAPTURE(in_order[i], in_order[j]);
            const bool equal_value =
                (in_order[i] == "2" && in_order[j] == "02") || (in_order[i] == "02" && in_order[j] == "2");
            const int order = verify::compare_ids(in_order[i], in_order[j]);
            if (equal_value)
                CHECK(order == in_order[i].compare(in_order[j]));
            else
                CHECK((order < 0) == (i < j));
            CHECK((order == 0) == (i == j));
        }
    }
}

TEST_CASE("Mismatches go by check, then the worst first, then by id", "[check][ranking]") {
    CHECK(kept({balance("10", 5), balance("9", 5), balance("x", 5), balance("1", 6), balance("2", base::u128_max),
                odds("o1", 3), odds("o2", 9), odds("o4", 1, true), odds("o3", 2, true), outcome("c", 1, 0),
                outcome("a", 0, 1), outcome("z", 1, std::nullopt), outcome("y", std::nullopt, 0)},
               100, plenty) == "o3 o4 o2 o1 y z a c 2 1 x 9 10");
}

TEST_CASE("The worst of each check are listed, whatever their order, and nothing takes another check's place",
          "[check][ranking]") {
    std::vector<Mismatch> all;
    for (unsigned i = 0; i < 300; ++i) all.push_back(balance(fmt::format("u{}", i), 1 + i * 7919 % 300));
    for (int i = 0; i < 3; ++i) all.push_back(outcome(fmt::format("o{}", i), 1, 0));
    CHECK(kept(all, 2, plenty).starts_with("o0 o1 u"));
    WorstList<Mismatch> list(2, plenty);
    CHECK(list.add(balance("a", 3)));
    CHECK(list.add(balance("b", 4)));
    CHECK_FALSE(list.add(balance("c", 2))); // no room for it
    CHECK_FALSE(list.add(balance("d", 5))); // and for a, then
    CHECK(list.add(odds("e", 1)));
    CHECK(ids_of(list.items()) == "e d b");
    WorstList<Mismatch> none(0, plenty);
    CHECK_FALSE(none.add(outcome("o", 1, 0)));
    CHECK(none.items().empty());
}

TEST_CASE("A list that is full by its bytes is the beginning of the whole one, whatever the order",
          "[check][ranking]") {
    const auto of_size = [](std::string id, base::u128 difference, std::size_t title) {
        Mismatch out = balance(std::move(id), difference);
        out.title.assign(title, 't');
        return out;
    };
    // Room for three of 1000 bytes; what is small and follows what did not fit is not listed either.
    CHECK(kept({of_size("a", 9, 1000), of_size("b", 8, 1000), of_size("c", 7, 5000), of_size("d", 6, 10)}, 100,
               3 * (sizeof(Mismatch) + 1010)) == "a b");
    CHECK(kept({of_size("a", 9, 5000), of_size("d", 6, 10)}, 100, 3000) == "");
}

TEST_CASE("Over the limit the longest NORMAL list gives way, a CRITICAL one only to itself", "[check][ranking]") {
    const std::size_t one = verify::bytes_of(balance("b0", 1));
    const auto add = [](WorstList<Mismatch>& list, int count, auto make) {
        for (int i = 0; i < count; ++i) list.add(make(fmt::format("{}", i)));
    };
    const auto a_balance = [](const std::string& i) { return balance("b" + i, 1); };
    const auto some_odds = [](const std::string& i) { return odds("o" + i, 1); };
    const auto an_outcome = [](const std::string& i) { return outcome("c" + i, 1, 0); };
    WorstList<Mismatch> list(10, 6 * one);
    add(list, 6, a_balance);
    add(list, 2, some_odds);
    CHECK(ids_of(list.items()) == "o0 o1 b0 b1 b2 b3");
    add(list, 5, an_outcome);
    CHECK(ids_of(list.items()) == "o0 c0 c1 c2 c3 c4");
    add(list, 9, [](const std::string& i) { return balance("worse" + i, 2); }); // and give way themselves
    CHECK(ids_of(list.items()) == "o0 c0 c1 c2 c3 c4");
    CHECK_FALSE(list.add(outcome("c5", 1, 0)));
    CHECK(ids_of(list.items()) == "c0 c1 c2 c3 c4 c5");
    CHECK_FALSE(list.add(outcome("c6", 1, 0)));
    CHECK_FALSE(list.add(outcome("a", 1, 0))); // for c5
    CHECK(ids_of(list.items()) == "a c0 c1 c2 c3 c4");
}

TEST_CASE("What exemptions accept is listed in the same order", "[check][ranking]") {
    WorstList<Exempted> list(2, plenty);
    for (const auto& [id, difference] : {std::pair{"a", 1}, {"b", 3}, {"c", 2}})
        list.add({balance(id, static_cast<base::u128>(difference)), "why", {}});
    REQUIRE(list.items().size() == 2);
    CHECK(list.items().begin()->mismatch.id == "b");
    CHECK(std::next(list.items().begin())->mismatch.id == "c");
    CHECK(verify::bytes_of(*list.items().begin()) > sizeof(Mismatch) + 3);
}
