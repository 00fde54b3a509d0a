#include "sync/suspects.hpp"

#include "checks.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using cycle::Suspect;
using cycle::Suspects;

namespace {

constexpr base::TimePoint start{1h};

Suspect suspect(verify::Check check, std::string id, base::Duration due, std::uint32_t least_ledger = 1) {
    verify::Mismatch mismatch;
    mismatch.id = std::move(id);
    mismatch.difference.check = check;
    return {std::make_unique<verify::Mismatch>(std::move(mismatch)), 1, start + due, least_ledger, false};
}

std::vector<std::string> ids(const std::vector<Suspect>& suspects) {
    std::vector<std::string> out;
    for (const Suspect& each : suspects) out.push_back(each.mismatch->id);
    return out;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("Suspects are taken in their order, of one check, and those that stay keep theirs", "[reconcile]") {
    Suspects suspects;
    suspects.add(suspect(Kind::odds, "a", 0s, 10));
    suspects.add(suspect(Kind::odds, "b", 0s));
    suspects.add(suspect(Kind::balances, "c", 1s));
    suspects.add(suspect(Kind::odds, "d", 1s));
    suspects.add(suspect(Kind::odds, "e", 1s));
    suspects.add(suspect(Kind::odds, "f", 2s));
    CHECK_FALSE(suspects.ready(start - 1s, 9));
    CHECK(suspects.ready(start, 9));
    CHECK(ids(suspects.take_ready(start + 1s, 9, {2, 1000})) == Ids{"b", "d"});
    CHECK(suspects.size() == 4);
    CHECK(suspects.awaited_ledger(start + 1s, 9) == 10);
    CHECK(suspects.next_due(start + 1s) == start + 2s);
    CHECK(ids(suspects.take_waiting(start, 9, {5, 1000})) == Ids{"a"});
    CHECK(ids(suspects.take_ready(start + 1s, 9, {5, 1000})) == Ids{"c"});
    suspects.put_back(suspect(Kind::odds, "g", 0s));
    CHECK(ids(suspects.take_ready(start + 1s, 9, {5, 1000})) == Ids{"g", "e"});
    CHECK(ids(suspects.take_ready(start + 2s, 9, {5, 1000})) == Ids{"f"});
    CHECK(suspects.empty());
    CHECK(suspects.bytes() == 0);
}

TEST_CASE("Suspects are taken up to a number of bytes, and one however long it is", "[reconcile]") {
    Suspects suspects;
    for (const char name : {'a', 'b', 'c'}) suspects.add(suspect(Kind::odds, std::string(40, name), 0s));
    suspects.add(suspect(Kind::odds, std::string(500, 'd'), 0s));
    const std::size_t all = suspects.bytes();
    std::vector<Suspect> first = suspects.take_ready(start, 1, {10, 100});
    CHECK(ids(first) == Ids{std::string(40, 'a'), std::string(40, 'b')});
    suspects.put_back(std::move(first));
    CHECK(suspects.bytes() == all);
    CHECK(suspects.take_ready(start, 1, {10, 100}).size() == 2);
    CHECK(ids(suspects.take_ready(start, 1, {10, 100})) == Ids{std::string(40, 'c')});
    CHECK(ids(suspects.take_ready(start, 1, {10, 100})) == Ids{std::string(500, 'd')});
    CHECK(suspects.bytes() == 0);
}
