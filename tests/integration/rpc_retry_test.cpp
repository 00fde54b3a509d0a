// Retries and the number of calls in flight, over real HTTP.
#include "checks.hpp"
#include "integration/world.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

using namespace std::chrono_literals;
using integration::account;
using integration::Plan;
using integration::Report;
using integration::run;
using integration::World;

namespace {

using Counts = std::array<std::uint64_t, 4>; // matched, mismatched, transient, errors
using Clock = std::chrono::steady_clock;

void fill(World& world, std::uint32_t users) {
    for (std::uint32_t i = 0; i < users; ++i) world.user(fmt::format("u{:05}", i), account(i), "5", 50'000'000);
}

Plan balances_only() {
    Plan plan;
    plan.kinds = {Kind::balances};
    return plan;
}

std::vector<devnet::CallRecord> entry_calls(World& world) {
    std::vector<devnet::CallRecord> calls = world.node.traffic().record();
    std::erase_if(calls, [](const devnet::CallRecord& call) { return call.method != "getLedgerEntries"; });
    return calls;
}

/// When the getLedgerEntries calls were read by the node.
std::vector<Clock::time_point> calls(World& world) {
    std::vector<Clock::time_point> times;
    for (const devnet::CallRecord& call : entry_calls(world)) times.push_back(call.start);
    return times;
}

} // namespace

TEST_CASE("Three retries with doubling delays, then the call has failed", "[integration][retry]") {
    World world;
    fill(world, 1);
    world.node.faults().add({.fault = devnet::StatusFault{.status = 502}, .method = "getLedgerEntries"});
    Plan plan = balances_only();
    plan.retry_delay = 100ms;
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 1});
    const auto times = calls(world);
    REQUIRE(times.size() == 4);
    for (int retry = 0; retry < 3; ++retry) {
        const auto waited = times.at(static_cast<std::size_t>(retry) + 1) - times.at(static_cast<std::size_t>(retry));
        CAPTURE(retry, std::chrono::duration<double>(waited).count());
        CHECK(waited >= 100ms * (1 << retry));
        CHECK(report.log.find(fmt::format("\"delayMs\":{},", 100 << retry)) != std::string::npos);
    }
    CHECK(report.summary.rpc_retries == 3);
}

TEST_CASE("Retry-After is obeyed, in seconds and as a date, and a call that waits holds no slot",
          "[integration][retry]") {
    World world;
    fill(world, 2000);
    const bool as_date = GENERATE(false, true);
    const auto start = Clock::now();
    const auto in_three_seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + 4s);
    const std::string date = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(in_three_seconds));
    world.node.faults().add({.fault = devnet::StatusFault{.status = 429, .retry_after = as_date ? date : "2"},
                             .method = "getLedgerEntries",
                             .limit = 1});
    Plan plan = balances_only();
    plan.max_in_flight = 1;
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{2000, 0, 0, 0});
    const std::vector<devnet::CallRecord> asked = entry_calls(world);
    REQUIRE(asked.size() == 11);
    const auto again = std::find_if(asked.begin() + 1, asked.end(),
                                    [&](const devnet::CallRecord& call) { return call.keys == asked[0].keys; });
    REQUIRE(again != asked.end());
    // Others went past the one that waited, though only one may be in flight.
    CHECK(again - asked.begin() > 1);
    CHECK(again->start - (as_date ? start : asked[0].start) >= 2s); // a date has whole seconds, and may be rounded
}

TEST_CASE("A Retry-After of the past is no reason to wait, one past the deadline is not waited for",
          "[integration][retry]") {
    World world;
    fill(world, 1);
    const auto start = Clock::now();
    SECTION("of the past") {
        world.node.faults().add(
            {.fault = devnet::StatusFault{.status = 429, .retry_after = "Thu, 01 Jan 2015 00:00:00 GMT"},
             .method = "getLedgerEntries",
             .limit = 3});
        CHECK(run(world, balances_only()).counts(Kind::balances) == Counts{1, 0, 0, 0});
    }
    SECTION("absurd") {
        const char* const absurd = GENERATE("3600", "999999999999", "Fri, 31 Dec 9999 23:59:59 GMT");
        world.node.faults().add(
            {.fault = devnet::StatusFault{.status = 429, .retry_after = absurd}, .method = "getLedgerEntries"});
        const Report report = run(world, balances_only());
        CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 1});
        CHECK_FALSE(report.summary.timed_out);
        CHECK(calls(world).size() == 1);
    }
    CHECK(Clock::now() - start < 10s); // the deadline is 30 s away
}

TEST_CASE("Under 429 the number in flight is lowered, and regained slowly", "[integration][retry]") {
    World world;
    fill(world, 20'000); // 100 calls
    world.node.faults().add({.fault = devnet::DelayFault{200ms}, .method = "getLedgerEntries"});
    // The first round is refused.
    world.node.faults().add({.fault = devnet::StatusFault{.status = 429}, .method = "getLedgerEntries", .limit = 16});
    Plan plan = balances_only();
    plan.max_in_flight = 16;
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{20'000, 0, 0, 0});
    CHECK(world.node.traffic().counters().max_in_flight > 10); // before the refusals; 16, but on a slow machine
    // How many calls the node had at once, from the moments at which they came: each takes 200 ms or a little more.
    const auto times = calls(world);
    const auto most_at_once = [&times](std::size_t first, std::size_t last) {
        std::size_t most = 0;
        for (std::size_t i = first; i < last; ++i) {
            std::size_t at_once = 0;
            for (std::size_t j = first; j <= i; ++j) at_once += times[i] - times[j] < 199ms ? 1 : 0;
            most = std::max(most, at_once);
        }
        return most;
    };
    REQUIRE(times.size() == 116);
    const std::size_t lowered = most_at_once(16, 32);
    const std::size_t regained = most_at_once(90, 116);
    CAPTURE(lowered, regained);
    CHECK(lowered <= 10); // half of 16, and what the first answers gave back
    CHECK(regained > lowered);
    CHECK(regained <= 16);
}
