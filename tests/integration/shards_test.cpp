// Several cycles that share the rows among them.
#include "checks.hpp"
#include "integration/world.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>

using integration::account;
using integration::contract;
using integration::Plan;
using integration::Report;
using integration::World;

namespace {

constexpr std::uint32_t users = 2000;
constexpr std::uint32_t markets = 300; // of either status

/// All differ, so that each cycle's result names every row that it checked; and some users have no wallet.
void fill(World& world) {
    for (std::uint32_t i = 0; i < users; ++i) world.user(fmt::format("u{:05}", i), account(i), "1", 0);
    for (std::uint32_t i = 0; i < 100; ++i) world.user(fmt::format("w{:05}", i), "", "1", std::nullopt);
    for (std::uint32_t i = 0; i < markets; ++i) {
        world.open_market(fmt::format("o{:05}", i), contract(i), "1", "1", std::pair{1U, 9U});
        world.resolved_market(fmt::format("r{:05}", i), contract(10'000 + i), 1, 2, 0);
    }
    world.flush();
}

} // namespace

TEST_CASE("N shards together check every row exactly once, each its even share", "[integration][shards]") {
    World world;
    fill(world);
    for (const unsigned count : {1U, 2U, 3U, 7U, 16U}) {
        std::map<std::string, int> checked;
        std::uint64_t skipped = 0;
        for (unsigned index = 0; index < count; ++index) {
            Plan plan;
            plan.shard = {index, count};
            plan.page_size = 100;
            plan.max_reported = 10'000;
            plan.turn = index; // whatever the order
            const Report report = integration::run(world, plan);
            REQUIRE(report.summary.status() == verify::Status::mismatch);
            CHECK(report.summary.tally(Kind::balances).in_scope() == report.summary.tally(Kind::balances).mismatched);
            // A hash gives each row to a shard as if by chance: six standard deviations and it is not even.
            const double share = double{users} / count;
            CHECK(std::abs(static_cast<double>(report.summary.tally(Kind::balances).checked()) - share) <=
                  6 * std::sqrt(share));
            for (const verify::Mismatch& mismatch : report.summary.mismatches()) ++checked[mismatch.id];
            skipped += report.summary.skipped(Kind::balances);
        }
        CAPTURE(count);
        CHECK(checked.size() == users + 2 * markets);
        CHECK(std::all_of(checked.begin(), checked.end(), [](const auto& times) { return times.second == 1; }));
        CHECK(skipped == 100);
    }
}

TEST_CASE("A row stays in its shard from cycle to cycle, whatever rows come and go", "[integration][shards]") {
    World world;
    fill(world);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.shard = {2, 7};
    plan.max_reported = 10'000;
    const auto ids = [&] {
        std::map<std::string, int> seen;
        const Report report = integration::run(world, plan);
        for (const verify::Mismatch& mismatch : report.summary.mismatches()) ++seen[mismatch.id];
        return seen;
    };
    const auto before = ids();
    REQUIRE(before.size() > 100);
    const std::string first = before.begin()->first;
    world.database.exec(
        fmt::format("DELETE FROM users WHERE id < '{}'; INSERT INTO users SELECT 'n' || i, '{}', 1 FROM "
                    "generate_series(1, 500) i",
                    first, account(1)));
    auto after = ids();
    std::erase_if(after, [](const auto& id) { return id.first.front() == 'n'; });
    CHECK(after == before);
}

TEST_CASE("A row that was named is checked by its own shard alone", "[integration][shards]") {
    World world;
    fill(world);
    std::uint64_t checked = 0;
    for (unsigned index = 0; index < 3; ++index) {
        Plan plan;
        plan.kinds = {Kind::balances};
        plan.users = {"u00007"};
        plan.shard = {index, 3};
        checked += integration::run(world, plan).summary.tally(Kind::balances).checked();
    }
    CHECK(checked == 1);
}
