// A dead RPC with a million users to go: few requests, seconds, one error.
#include "checks.hpp"
#include "integration/world.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace std::chrono_literals;
using integration::account;
using integration::Plan;
using integration::Report;
using integration::run;
using integration::World;

namespace {

constexpr std::uint64_t users = 1'000'000; // 5,000 batches
constexpr std::uint32_t wallets = 1000;    // every one of them belongs to 1,000 users

void fill(World& world) {
    std::string list;
    for (std::uint32_t i = 0; i < wallets; ++i) {
        list += (list.empty() ? "'" : ",'") + account(i) + "'";
        world.node.ledger().set_trust_line(account(i), world.asset, 50'000'000);
    }
    world.database.exec(fmt::format("INSERT INTO users(id, wallet_address, usdc_balance) "
                                    "SELECT 'u' || lpad(i::text, 7, '0'), (ARRAY[{}])[1 + i % {}], 5 "
                                    "FROM generate_series(0, {}) AS i",
                                    list, wallets, users - 1));
    world.database.exec("ANALYZE users");
}

struct Death {
    const char* name;
    devnet::Fault fault;
    std::uint64_t requests; // at most, after the node has died
};

} // namespace

TEST_CASE("Fault: a dead RPC with 5,000 batches to go", "[integration][dead][scale]") {
    World world;
    fill(world);
    world.node.traffic().set_recording(false);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.operation_timeout = 1s;
    plan.retry_delay = 100ms;
    plan.timeout = 120s;
    // At most 4 tries of 5 calls, and of those that were under way beside them (15 or so in all); a node that says
    // "internal error" is asked for some 30 parts of each before it is believed.
    const std::vector<Death> deaths{
        {"dropped", devnet::DropFault{}, 2 * 80}, // libcurl asks again where a kept connection is dropped
        {"silent", devnet::HangFault{}, 80},
        {"HTTP 503", devnet::StatusFault{.status = 503}, 80},
        {"HTTP 404", devnet::StatusFault{.status = 404}, 80},
        {"HTTP 502", devnet::StatusFault{.status = 502}, 600},
        {"internal error", devnet::ErrorFault{-32603, "internal error"}, 600},
        {"HTML", devnet::GarbageFault{}, 600},
        {"an old ledger", devnet::OlderLedgerFault{7}, 80},
    };
    for (const Death& death : deaths) {
        constexpr std::uint64_t answered = 20;
        world.node.faults().set({{.fault = death.fault, .method = "getLedgerEntries", .skip = answered}});
        world.node.traffic().clear();
        const auto start = std::chrono::steady_clock::now();
        const Report report = run(world, plan);
        const auto took = std::chrono::steady_clock::now() - start;
        const std::uint64_t asked = world.node.traffic().calls("getLedgerEntries");
        INFO(fmt::format("{}: {} requests, {:.1f} s", death.name, asked, std::chrono::duration<double>(took).count()));
        CHECK(took < 60s); // half of what the cycle may take, on a machine however busy
        CHECK(asked - answered <= death.requests);
        const auto [matched, mismatched, transient, errors] = report.counts(Kind::balances);
        CHECK(matched >= 2000);
        CHECK(matched <= answered * 200);
        CHECK(mismatched + transient == 0);
        CHECK(matched + errors == users);
        REQUIRE(report.summary.errors().size() == 1);
        CHECK(report.error("balances", "")->count == errors);
        CHECK(report.error("balances", "")->reason == verify::Reason::rpc);
        CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
    }
}

TEST_CASE("Fault: a node that dies in the middle, another one listed", "[integration][faults][dead]") {
    World world;
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        world.user(fmt::format("u{:05}", i), account(i), "5", 50'000'000 + (i % 500 == 7 ? 11 : 0));
    }
    devnet::Server second;
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        second.ledger().set_trust_line(account(i), world.asset, 50'000'000 + (i % 500 == 7 ? 11 : 0));
    }
    second.start();
    world.node.faults().add({.fault = devnet::DelayFault{10ms}, .method = "getLedgerEntries"});
    Plan plan;
    plan.on_turn = [&world](const Report&) {
        if (world.node.traffic().calls("getLedgerEntries") >= 15) world.node.stop();
    };
    plan.kinds = {Kind::balances};
    plan.endpoints = {world.node.url(), second.url()};
    plan.confirm_attempts = 1;
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{9980, 20, 0, 0});
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
    CHECK(second.traffic().counters().keys <= 10'000 - 10 * 200 + 20); // what was answered is not asked again
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
}
