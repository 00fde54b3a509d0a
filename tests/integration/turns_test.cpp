// In which order the rows are read: so that cycles that are cut again and again leave other rows unchecked each time.
#include "checks.hpp"
#include "integration/world.hpp"

#include "sync/row_stream.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <set>

using namespace std::chrono_literals;
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
    for (const verify::Mismatch& mismatch : report.summary.mismatches()) ids.insert(mismatch.id);
    return ids;
}

} // namespace

TEST_CASE("Whatever the turn, every row is checked once", "[integration][turns]") {
    World world;
    fill(world);
    Plan plan = plan_of(60s);
    for (const std::int64_t second : {0, 1, 2, 3, 4, 5, 6}) {
        plan.turn = cycle::turn_at(base::WallTime(std::chrono::seconds(1'795'000'000 + second)));
        const Report report = integration::run(world, plan);
        CHECK(report.summary.status() == verify::Status::mismatch);
        CHECK(report.summary.mismatches().size() == count + 600);
        CHECK(checked(report).size() == count + 600);
    }
}

TEST_CASE("Cycles that are cut again and again check every row in the end", "[integration][turns]") {
    World world;
    fill(world);
    base::Duration timeout = 600ms;
    // The node answers 10 calls, and then no more until the cycle's time is over.
    const auto cut_cycle = [&](std::int64_t number) {
        world.node.faults().set({{.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = 10}});
        Plan plan = plan_of(timeout);
        // As a CronJob starts them.
        plan.turn = cycle::turn_at(base::WallTime(std::chrono::seconds(1'795'000'000 + 300 * number)));
        const std::uint64_t struck = world.node.faults().struck();
        Report report = integration::run(world, plan);
        if (world.node.faults().struck() == struck) timeout *= 2; // a busy machine: the time was over before that
        return report;
    };
    std::set<std::string> seen;
    for (int cycles = 0; cycles < 60 && seen.size() < count + 600; ++cycles) {
        const Report report = cut_cycle(cycles);
        if (report.summary.nothing_checked()) continue;
        REQUIRE(report.summary.timed_out);
        seen.merge(checked(report));
        // What was not reached is counted, wherever it lies.
        CHECK(report.summary.tally(Kind::balances).in_scope() == count);
        CHECK(report.summary.tally(Kind::odds).in_scope() == 300);
        CHECK(report.summary.tally(Kind::outcomes).in_scope() == 300);
    }
    CHECK(seen.size() == count + 600);
    std::set<std::string> seen_by_one_turn;
    for (int i = 0; i < 3; ++i) seen_by_one_turn.merge(checked(cut_cycle(0)));
    CHECK(seen_by_one_turn.size() < count + 600);
}

TEST_CASE("A batch does not wait until all calls of another check are sent", "[integration][turns]") {
    World world;
    for (std::uint32_t i = 0; i < 10; ++i)
        world.resolved_market(fmt::format("r{:05}", i), contract(10'000 + i), 1, 2, 0);
    for (std::uint32_t i = 0; i < 600; ++i) world.user(fmt::format("u{:05}", i), account(i), "1", 0);
    world.flush();
    // Each user is a call; the node answers 100 of them. The markets are asked who they are, by a batch.
    world.node.faults().set({{.fault = devnet::HangFault{}, .method = "simulateTransaction", .skip = 100}});
    Plan plan = plan_of(10s);
    plan.page_size = 2000;
    plan.mode = verify::ReadMode::simulate;
    const Report report = integration::run(world, plan);
    CHECK(report.summary.timed_out);
    CHECK(report.summary.tally(Kind::outcomes).mismatched == 10);
    CHECK(report.summary.tally(Kind::balances).mismatched > 40);
}

TEST_CASE("Cycles of contract calls that are cut check other rows each time, CRITICAL ones first",
          "[integration][turns]") {
    const auto mode = GENERATE(verify::ReadMode::simulate, verify::ReadMode::automatic);
    World world;
    // Those that the mode auto finds no entry of lead to a call, too: a batch of them to as many as it has rows.
    const bool stored = mode == verify::ReadMode::simulate;
    const auto reserves = stored ? std::optional(std::pair{1U, 9U}) : std::nullopt;
    for (std::uint32_t i = 0; i < 800; ++i)
        world.open_market(fmt::format("o{:05}", i), contract(i), "1", "1", reserves);
    for (std::uint32_t i = 0; i < 20; ++i)
        world.resolved_market(fmt::format("r{:05}", i), contract(10'000 + i), 1, 2, 0);
    for (std::uint32_t i = 0; i < 400; ++i) world.user(fmt::format("u{:05}", i), account(i), "1", 0);
    world.flush();
    const stellar::Hash token = integration::numbered_id(500);
    world.node.ledger().deploy_token(token);
    base::Duration timeout = 1s;
    // The node answers 100 calls, and then no more until the cycle's time is over.
    const auto cut_cycle = [&](std::int64_t number) {
        for (;; timeout *= 2) {
            world.node.faults().set({{.fault = devnet::HangFault{}, .method = "simulateTransaction", .skip = 100}});
            Plan plan = plan_of(timeout);
            plan.page_size = 2000;
            plan.mode = mode;
            plan.token.contract = token;
            plan.turn = cycle::turn_at(base::WallTime(std::chrono::seconds(1'795'000'000 + 300 * number)));
            const std::uint64_t struck = world.node.faults().struck();
            Report report = integration::run(world, plan);
            if (world.node.faults().struck() > struck || timeout > 60s) return report;
        }
    };
    std::set<std::string> of_all_cycles;
    std::set<std::string> of_first_cycle;
    for (std::int64_t cycle = 0; cycle < 3; ++cycle) {
        const Report report = cut_cycle(cycle);
        CHECK(report.summary.timed_out);
        CHECK(report.summary.tally(Kind::outcomes).mismatched == 20);
        CHECK(report.summary.tally(Kind::odds).mismatched >= 15); // of about 40 each
        CHECK(report.summary.tally(Kind::balances).mismatched >= 15);
        if (cycle == 0) of_first_cycle = checked(report);
        of_all_cycles.merge(checked(report));
    }
    CHECK(of_all_cycles.size() > of_first_cycle.size() + 50);
}
