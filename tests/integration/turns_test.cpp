// In which order the rows are read: so that cycles that are cut again and again leave other rows unchecked each time.
#include "integration/world.hpp"

#include "reconcile/row_stream.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <set>

using namespace std::chrono_literals;
using check::Kind;
using integration::account;
using integration::contract;
using integration::Plan;
using integration::Report;
using integration::World;

namespace {

constexpr std::uint32_t count = 3000;

/// All differ, so that the result names every row that was checked.
void fill(World& world) {
    for (std::uint32_t i = 0; i < count; ++i) world.user(fmt::format("u{:05}", i), account(i), "1", 0);
    for (std::uint32_t i = 0; i < 300; ++i) {
        world.open_market(fmt::format("o{:05}", i), contract(i), "1", "1", std::pair{1U, 9U});
        world.resolved_market(fmt::format("r{:05}", i), contract(10'000 + i), 1, 2, 0);
    }
    world.flush();
}

Plan plan_of(base::Duration timeout) {
    Plan plan;
    plan.page_size = 100;
    plan.max_reported = 10'000;
    plan.max_in_flight = 1;
    plan.timeout = timeout;
    return plan;
}

std::set<std::string> checked(const Report& report) {
    std::set<std::string> ids;
    for (const check::Mismatch& mismatch : report.summary.mismatches()) ids.insert(mismatch.id);
    return ids;
}

} // namespace

TEST_CASE("Whatever the turn, every row is checked once", "[integration][turns]") {
    World world;
    fill(world);
    Plan plan = plan_of(60s);
    for (const std::int64_t second : {0, 1, 2, 3, 4, 5, 6}) {
        plan.turn = reconcile::turn_at(base::WallTime(std::chrono::seconds(1'795'000'000 + second)));
        const Report report = integration::run(world, plan);
        CHECK(report.summary.status() == check::Status::mismatch);
        CHECK(report.summary.mismatches().size() == count + 600);
        CHECK(checked(report).size() == count + 600);
    }
}

TEST_CASE("Cycles that are cut again and again check every row in the end", "[integration][turns]") {
    World world;
    fill(world);
    world.node.faults().add({.fault = devnet::DelayFault{15ms}, .method = "getLedgerEntries"});
    std::set<std::string> seen;
    std::set<std::string> seen_by_one_turn;
    base::Duration timeout = 250ms;
    for (int cycles = 0; cycles < 60 && seen.size() < count + 600; ++cycles) {
        Plan plan = plan_of(timeout);
        // As a CronJob starts them.
        plan.turn = reconcile::turn_at(base::WallTime(std::chrono::seconds(1'795'000'000 + 300 * cycles)));
        const Report report = integration::run(world, plan);
        if (report.summary.nothing_checked()) { // a busy machine: there was no time even to begin
            timeout *= 2;
            continue;
        }
        REQUIRE(report.summary.timed_out);
        seen.merge(checked(report));
        // What was not reached is counted, wherever it lies.
        CHECK(report.summary.tally(Kind::balances).in_scope() == count);
        CHECK(report.summary.tally(Kind::odds).in_scope() == 300);
        CHECK(report.summary.tally(Kind::outcomes).in_scope() == 300);
    }
    CHECK(seen.size() == count + 600);
    for (int i = 0; i < 5; ++i) seen_by_one_turn.merge(checked(integration::run(world, plan_of(250ms))));
    CHECK(seen_by_one_turn.size() < count + 600);
}
