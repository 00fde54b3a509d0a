// A cycle that ends before its time, by the deadline or by a signal, wherever it is.
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <csignal>
#include <functional>
#include <thread>

using namespace std::chrono_literals;
using fakes::Ended;
using fakes::Program;
using integration::account;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::pointer;
using integration::World;

namespace {

/// How a cycle can be ended from outside, and the exit code where no mismatch was found.
struct End {
    const char* name;
    int signal; // 0: the deadline
    int code;
};
const End ends[] = {{"deadline", 0, 3}, {"SIGTERM", SIGTERM, 143}, {"SIGINT", SIGINT, 130}};

void add_users(World& world, std::uint32_t count, std::uint32_t drifting = 0) {
    for (std::uint32_t i = 0; i < count; ++i) {
        world.user(fmt::format("u{:05}", i), account(i), i < drifting ? "1" : "0", 0);
    }
    world.flush();
}

constexpr auto deadline = 5s; // of the cycles that it cuts: far enough away for a slow machine to get there

/// `run --only balances`, ended as soon as `reached`; `timed_out` whether it was still at work at the deadline.
Ended cut(const End& end, Environment environment, const std::function<bool()>& reached, bool timed_out = true) {
    CAPTURE(end.name);
    environment["SYNC_TIMEOUT_MS"] = end.signal == 0 ? fmt::to_string(deadline / 1ms) : "100000";
    environment["SYNC_RATE_LIMIT"] = "1";
    Program program({"run", "--only", "balances"}, environment, {});
    for (const auto until = std::chrono::steady_clock::now() + 60s; !reached(); std::this_thread::sleep_for(5ms))
        REQUIRE(std::chrono::steady_clock::now() < until);
    const auto start = std::chrono::steady_clock::now();
    if (end.signal != 0) program.signal(end.signal);
    const Ended ended = program.wait();
    // A signal takes one second on an idle machine.
    CHECK(std::chrono::steady_clock::now() - start < (end.signal == 0 ? deadline + 10s : 8s));
    CHECK_FALSE(ended.killed);
    timed_out = timed_out && end.signal == 0;
    CHECK(events(ended, "SYNC_STOPPED").size() == (end.signal == 0 ? 0 : 1));
    CHECK(events(ended, "SYNC_TIMEOUT").size() == (timed_out ? 1 : 0));
    CHECK(pointer(ended.out, "/timedOut") == (timed_out ? "true" : "false"));
    return ended;
}

/// The first call asks the AMM for its token.
constexpr unsigned token_call = 1;

std::string counts(const Ended& ended) {
    return integration::counts_in(ended.out, "balances");
}

} // namespace

TEST_CASE("Cut while an RPC call hangs: what was verified counts, the rest is not reached", "[integration][cut]") {
    const End end = GENERATE(from_range(std::begin(ends), std::end(ends)));
    World world;
    add_users(world, 500);
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = token_call + 1});
    const Ended ended = cut(end, environment_of(world),
                            [&] { return world.node.traffic().calls("getLedgerEntries") == token_call + 2; });
    CHECK(ended.code == end.code);
    CHECK(counts(ended) == R"({"inScope":500,"checked":200,"matched":200,"mismatched":0,"transient":0,"errors":300})");
    CHECK(pointer(ended.out, "/errors/0/reason") == "\"NOT_REACHED\"");
    CHECK(pointer(ended.out, "/errors/0/count") == "300");
}

TEST_CASE("Cut while a call waits for its next try: it is not waited for", "[integration][cut]") {
    const End end = GENERATE(from_range(std::begin(ends), std::end(ends)));
    World world;
    add_users(world, 300);
    world.node.faults().add(
        {.fault = devnet::StatusFault{.status = 503}, .method = "getLedgerEntries", .skip = token_call + 1});
    Environment environment = environment_of(world);
    environment["SYNC_RETRY_DELAY_MS"] = "1000";
    environment["SYNC_MAX_RETRIES"] = "10";
    // A next try after the deadline is not waited for: the call has failed, before the time is up.
    const auto reached = [&] { return world.node.traffic().calls("getLedgerEntries") == token_call + 2; };
    const Ended ended = cut(end, environment, reached, false);
    CHECK(ended.code == end.code);
    CHECK(counts(ended) == R"({"inScope":300,"checked":200,"matched":200,"mismatched":0,"transient":0,"errors":100})");
}

TEST_CASE("Cut while a query hangs: what cannot be counted any more is said to be so", "[integration][cut]") {
    const End end = GENERATE(from_range(std::begin(ends), std::end(ends)));
    World world;
    add_users(world, 9000); // five pages, of which some are read ahead
    world.node.faults().add(
        {.fault = devnet::HangFault{1s}, .method = "getLedgerEntries", .skip = token_call, .limit = 1});
    bool locked = false;
    const Ended ended = cut(end, environment_of(world), [&] {
        if (world.node.traffic().calls("getLedgerEntries") <= token_call) return false;
        if (!std::exchange(locked, true)) {
            std::this_thread::sleep_for(500ms); // while the call hangs, pages are read ahead
            world.database.exec("BEGIN; LOCK TABLE users");
        }
        return world.node.traffic().calls("getLedgerEntries") >=
               token_call + 11; // one has hung, and the first page is through
    });
    CHECK(ended.code == end.code);
    CHECK(pointer(ended.out, "/errors/0/operation") == "\"database\"");
    CHECK(pointer(ended.out, "/errors/0/error").find("could not be counted") != std::string::npos);
    const std::uint64_t checked = std::stoull(pointer(ended.out, "/checks/balances/checked"));
    CHECK(checked >= 1800);
    CHECK(checked < 9000);
    CHECK(pointer(ended.out, "/checks/balances/mismatched") == "0");
}

TEST_CASE("Cut while suspects wait for their second look: they are mismatches, not confirmed", "[integration][cut]") {
    const End end = GENERATE(from_range(std::begin(ends), std::end(ends)));
    World world;
    add_users(world, 300, 2);
    Environment environment = environment_of(world);
    // Behind the deadline there is no second look, so before it: it begins, and hangs. A signal comes in the wait.
    environment["SYNC_CONFIRM_DELAY_MS"] = end.signal == 0 ? "100" : "60000";
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = token_call + 2});
    const Ended ended = cut(end, environment, [&] {
        if (world.node.traffic().calls("getLedgerEntries") < token_call + 2) return false;
        std::this_thread::sleep_for(200ms); // the second answer is taken
        return true;
    });
    CHECK(ended.code == (end.signal == 0 ? 1 : end.code));
    CHECK(counts(ended) == R"({"inScope":300,"checked":300,"matched":298,"mismatched":2,"transient":0,"errors":0})");
    CHECK(pointer(ended.out, "/mismatches/0/metadata/confirmed") == "false");
}

TEST_CASE("A second signal ends the program at once", "[integration][cut]") {
    World world;
    add_users(world, 1000, 1000);
    Environment environment = environment_of(world);
    Program program({"run", "--only", "balances"}, environment, {.clog_out = true}); // waits for a reader at its end
    program.await_err("SYNC_COMPLETE");
    program.signal(SIGTERM);
    program.signal(SIGTERM);
    const Ended ended = program.wait();
    CHECK(ended.killed);
    CHECK(ended.code == 143);
}

TEST_CASE("A signal ends the waiting for a reader of the result", "[integration][cut]") {
    World world;
    add_users(world, 1000, 1000);
    Program program({"run", "--only", "balances"}, environment_of(world), {.clog_out = true});
    program.await_err("SYNC_COMPLETE");
    program.signal(SIGTERM);
    const Ended ended = program.wait();
    CHECK_FALSE(ended.killed);
    CHECK(ended.code == 1); // the cycle was through
}

TEST_CASE("A reader of the log that stops reading does not stop the cycle", "[integration][cut]") {
    World world;
    add_users(world, 2000, 2000);
    Environment environment = environment_of(world);
    environment["SYNC_TIMEOUT_MS"] = "20000";
    environment["SYNC_MAX_REPORTED"] = "3000";
    const auto start = std::chrono::steady_clock::now();
    const Ended ended = Program({"run", "--only", "balances"}, environment, {.clog_err = true}).wait();
    CHECK(std::chrono::steady_clock::now() - start < 25s);
    CHECK(ended.code == 1);
    CHECK(counts(ended) == R"({"inScope":2000,"checked":2000,"matched":0,"mismatched":2000,"transient":0,"errors":0})");
    CHECK(pointer(ended.out, "/mismatches/1999/metadata/confirmed") == "true");
}

TEST_CASE("A signal is heard while the log is not read", "[integration][cut]") {
    World world;
    add_users(world, 2000, 2000);
    Environment environment = environment_of(world);
    environment["SYNC_CONFIRM_ATTEMPTS"] = "0";
    environment["SYNC_RATE_LIMIT"] = "1";
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = token_call + 5});
    Program program({"run", "--only", "balances"}, environment, {.clog_err = true});
    while (world.node.traffic().calls("getLedgerEntries") < token_call + 6) std::this_thread::sleep_for(5ms);
    const auto start = std::chrono::steady_clock::now();
    program.signal(SIGTERM);
    const Ended ended = program.wait();
    CHECK(std::chrono::steady_clock::now() - start < 8s);
    CHECK(ended.code == 143);
    CHECK(counts(ended) ==
          R"({"inScope":2000,"checked":1000,"matched":0,"mismatched":1000,"transient":0,"errors":1000})");
}

TEST_CASE("A log whose reader is gone does no harm", "[integration][cut]") {
    World world;
    add_users(world, 1000, 1000);
    const Ended ended = Program({"run", "--only", "balances"}, environment_of(world), {.break_err = true}).wait();
    CHECK_FALSE(ended.killed);
    CHECK(ended.code == 1);
    CHECK(counts(ended) == R"({"inScope":1000,"checked":1000,"matched":0,"mismatched":1000,"transient":0,"errors":0})");
}

TEST_CASE("A standard output whose reader is gone does no harm", "[integration][cut]") {
    World world;
    add_users(world, 1000, 1000);
    const Ended ended = Program({"run", "--only", "balances"}, environment_of(world), {.break_out = true}).wait();
    CHECK_FALSE(ended.killed);
    CHECK(ended.code == 1);
    CHECK(events(ended, "SYNC_COMPLETE").size() == 1);
}
