// The fault table, RPC side: what the network and the server's answers as a whole can do wrong. Each test is a row of
// README's table and a whole one_cycle; scripts/check-fault-table holds the two against each other.
#include "integration/verdicts.hpp"

#include <catch2/catch.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <utility>

using namespace std::chrono_literals;
using integration::check_all_verdicts;
using integration::check_no_wrong_verdict;
using integration::Plan;
using integration::quick_plan;
using integration::Report;
using integration::run;
using integration::World;

namespace {

Report one_cycle(const std::vector<devnet::FaultRule>& rules, const Plan& plan = quick_plan()) {
    World world;
    fill_with_known_verdicts(world);
    world.node.faults().set(rules);
    const auto start = std::chrono::steady_clock::now();
    Report report = run(world, plan);
    CHECK(std::chrono::steady_clock::now() - start < 25s); // the deadline is 30 s away
    return report;
}

/// A fault that strikes the first request and some of the later ones costs retries and nothing else, however the chain
/// is read.
void check_passes(const devnet::Fault& fault) {
    for (const auto mode : {verify::ReadMode::automatic, verify::ReadMode::simulate}) {
        CAPTURE(mode == verify::ReadMode::simulate);
        const Report report = one_cycle(
            {{.fault = fault, .limit = 1}, {.fault = fault, .skip = 4, .every = 3, .limit = 2}}, quick_plan(mode));
        check_all_verdicts(report);
        CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
    }
}

/// A fault that strikes every call for data leaves errors, never a verdict.
void check_gives_up(const devnet::Fault& fault) {
    for (const auto& [mode, method] : {std::pair{verify::ReadMode::storage, "getLedgerEntries"},
                                       std::pair{verify::ReadMode::simulate, "simulateTransaction"}}) {
        CAPTURE(method);
        const Report report = one_cycle({{.fault = fault, .method = method}}, quick_plan(mode));
        check_no_wrong_verdict(report, {verify::Reason::rpc});
        CHECK(report.summary.mismatches().empty());
        CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
    }
}

/// So far.
std::size_t retries(const Report& report) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = report.log.find("\"RETRY\"", at)) != std::string::npos; ++at) ++count;
    return count;
}

std::string http_date(std::chrono::seconds from_now) {
    const auto time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(time));
}

} // namespace

// clang-format off
TEST_CASE("Fault: dropped connections", "[integration][faults]") { check_passes(devnet::DropFault{}); }
TEST_CASE("Fault: reset connections", "[integration][faults]") { check_passes(devnet::DropFault{.reset = true}); }
TEST_CASE("Fault: reset in the middle of an answer", "[integration][faults]") { check_passes(devnet::CutFault{.reset = true}); }
TEST_CASE("Fault: truncated body", "[integration][faults]") { check_passes(devnet::CutFault{}); }
TEST_CASE("Fault: Content-Length too large", "[integration][faults]") { check_passes(devnet::WrongLengthFault{10}); }
TEST_CASE("Fault: Content-Length too small", "[integration][faults]") { check_passes(devnet::WrongLengthFault{-10}); }
TEST_CASE("Fault: one byte a second", "[integration][faults]") { check_passes(devnet::DripFault{}); }
TEST_CASE("Fault: silence", "[integration][faults]") { check_passes(devnet::HangFault{}); }
TEST_CASE("Fault: HTTP 503", "[integration][faults]") { check_passes(devnet::StatusFault{.status = 503}); }
TEST_CASE("Fault: HTTP 500, 502, 504", "[integration][faults]") {
    check_passes(devnet::StatusFault{.status = GENERATE(500, 502, 504)});
}
TEST_CASE("Fault: HTTP 408 and 425", "[integration][faults]") {
    check_passes(devnet::StatusFault{.status = GENERATE(408, 425)});
}
TEST_CASE("Fault: garbage", "[integration][faults]") { check_passes(devnet::GarbageFault{.body = "\x16\x03\x01{]"}); }
TEST_CASE("Fault: empty body", "[integration][faults]") { check_passes(devnet::GarbageFault{.body = ""}); }
TEST_CASE("Fault: HTML page with status 200", "[integration][faults]") {
    check_passes(devnet::GarbageFault{.body = "<html><h1>Sign in</h1></html>", .content_type = "text/html"});
}
TEST_CASE("Fault: JSON 100,000 levels deep", "[integration][faults]") { check_passes(devnet::DeepFault{}); }
TEST_CASE("Fault: body of 20 MiB", "[integration][faults]") { check_passes(devnet::LargeFault{}); }
TEST_CASE("Fault: bad UTF-8", "[integration][faults]") { check_passes(devnet::BadUtf8Fault{}); }
TEST_CASE("Fault: wrong JSON-RPC id", "[integration][faults]") { check_passes(devnet::WrongIdFault{}); }
TEST_CASE("Fault: JSON-RPC internal error", "[integration][faults]") { check_passes(devnet::ErrorFault{}); }
TEST_CASE("Fault: JSON-RPC busy", "[integration][faults]") { check_passes(devnet::ErrorFault{-32001, "busy"}); }
// clang-format on

TEST_CASE("Fault: latency and jitter", "[integration][faults]") {
    check_all_verdicts(one_cycle({{.fault = devnet::DelayFault{20ms, 80ms}}}));
}

TEST_CASE("Fault: HTTP 429 with Retry-After in seconds", "[integration][faults]") {
    check_passes(devnet::StatusFault{.status = 429, .retry_after = "1"});
}

TEST_CASE("Fault: HTTP 429 with Retry-After as a date", "[integration][faults]") {
    check_passes(devnet::StatusFault{.status = 429, .retry_after = http_date(2s)});
}

TEST_CASE("Fault: HTTP 429 with an absurd Retry-After", "[integration][faults]") {
    check_gives_up(devnet::StatusFault{.status = 429, .retry_after = "999999999999"});
}

TEST_CASE("Fault: refused connections for a while", "[integration][faults]") {
    World world;
    fill_with_known_verdicts(world);
    Plan plan = quick_plan();
    world.node.stop();
    plan.on_turn = [&world](const Report& so_far) {
        if (retries(so_far) == 2) world.node.start();
    };
    const Report report = run(world, plan);
    check_all_verdicts(report);
    CHECK(report.summary.rpc_retries == 2);
}

TEST_CASE("Fault: a node that stops in the middle and comes back", "[integration][faults]") {
    World world;
    fill_with_known_verdicts(world);
    Plan plan = quick_plan(verify::ReadMode::simulate);
    plan.max_in_flight = 2;
    bool stopped = false;
    plan.on_turn = [&](const Report& so_far) {
        if (world.node.traffic().calls("simulateTransaction") >= 3 && !std::exchange(stopped, true)) world.node.stop();
        if (stopped && retries(so_far) >= 2) world.node.start();
    };
    const Report report = run(world, plan);
    CHECK(stopped);
    check_all_verdicts(report);
}

TEST_CASE("Fault: JSON-RPC invalid parameters, once", "[integration][faults]") {
    check_all_verdicts(one_cycle(
        {{.fault = devnet::ErrorFault{-32602, "invalid parameters"}, .method = "getLedgerEntries", .limit = 1}}));
}

TEST_CASE("Fault: JSON-RPC invalid parameters, always", "[integration][faults]") {
    check_gives_up(devnet::ErrorFault{-32602, "invalid parameters"});
}

TEST_CASE("Fault: whatever is asked fails", "[integration][faults]") {
    const auto fault =
        GENERATE(devnet::Fault{devnet::StatusFault{.status = 503}}, devnet::Fault{devnet::StatusFault{.status = 404}},
                 devnet::Fault{devnet::ErrorFault{}}, devnet::Fault{devnet::DropFault{}},
                 devnet::Fault{devnet::GarbageFault{}}, devnet::Fault{devnet::WrongIdFault{}},
                 devnet::Fault{devnet::CutFault{}}, devnet::Fault{devnet::DeepFault{.levels = 5000}});
    check_gives_up(fault);
}

TEST_CASE("Fault: every request fails one time in three", "[integration][faults]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 6));
    Plan plan = quick_plan(GENERATE(verify::ReadMode::automatic, verify::ReadMode::simulate));
    // By chance four tries of one call fail: an error then, and never a wrong verdict.
    const Report report = one_cycle({{.fault = devnet::StatusFault{.status = 502}, .chance = 0.1, .seed = seed},
                                     {.fault = devnet::CutFault{}, .chance = 0.1, .seed = seed + 1},
                                     {.fault = devnet::GarbageFault{}, .chance = 0.1, .seed = seed + 2},
                                     {.fault = devnet::WrongIdFault{}, .chance = 0.05, .seed = seed + 3}},
                                    plan);
    if (report.summary.status() != verify::Status::failed) check_no_wrong_verdict(report, {verify::Reason::rpc});
}

TEST_CASE("Fault: errors that repeat the API key of the URL", "[integration][faults]") {
    const std::string key = "0f3aKEY9c81d";
    World world;
    fill_with_known_verdicts(world);
    const std::string text = "the key " + key + " is over its quota";
    world.node.faults().add({.fault = devnet::ErrorFault{-32000, text}, .method = "getLedgerEntries"});
    world.node.faults().add({.fault = devnet::ErrorFault{-32000, text}, .method = "getHealth"});
    Plan plan = quick_plan(verify::ReadMode::storage);
    plan.endpoints = {world.node.url() + "/?key=" + key};
    const Report report = run(world, plan);
    check_no_wrong_verdict(report, {verify::Reason::rpc});
    CHECK(report.log.find("the key *** is over its quota") != std::string::npos);
    CHECK(report.log.find(key) == std::string::npos);
    for (const verify::Error& error : report.summary.errors()) CHECK(error.text.find(key) == std::string::npos);
}
