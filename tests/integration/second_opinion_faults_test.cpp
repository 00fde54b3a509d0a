// Second opinions in a busy cycle, and of an endpoint that is far ahead: the rest of the cycle is none the worse.
#include "checks.hpp"
#include "integration/world.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace std::chrono_literals;
using integration::contract;
using integration::numbered_id;
using integration::Plan;
using integration::Report;
using integration::World;
using Counts = std::array<std::uint64_t, 4>;
using Word = verify::SecondOpinion::Word;

namespace {

constexpr std::uint32_t users = 20'000;

/// `count` outcomes that differ: the application says YES, the first endpoint NO.
void differ(World& world, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) world.resolved_market(fmt::format("m{:04}", i), contract(i), 1, 2, 0);
}

void match(World& world) {
    for (std::uint32_t i = 0; i < users; ++i) {
        world.user(fmt::format("u{:05}", i), integration::account(i), "5", 50'000'000);
    }
}

/// Another node of the same network, which says `outcome` of as many markets.
struct Other {
    Other(std::uint32_t count, std::uint32_t outcome) {
        for (std::uint32_t i = 0; i < count; ++i) server.ledger().set_market(contract(i), 2, outcome);
        server.start();
    }
    std::uint64_t questions() const { return server.traffic().calls("getLedgerEntries"); }

    mutable devnet::Server server;
};

Plan plan_of(const World& world, const Other& other) {
    Plan plan;
    plan.kinds = {Kind::outcomes, Kind::balances};
    plan.endpoints = {world.node.url(), other.server.url()};
    return plan;
}

} // namespace

TEST_CASE("A second opinion is asked for while the cycle keeps the first endpoint busy",
          "[integration][second_opinion]") {
    World world;
    differ(world, 1);
    match(world);
    const Other other(1, 0);
    Plan plan = plan_of(world, other);
    plan.max_in_flight = GENERATE(2U, 5U);
    CAPTURE(plan.max_in_flight);
    world.node.faults().add({.fault = devnet::DelayFault{5ms}, .method = "getLedgerEntries"});
    std::optional<std::uint64_t> calls_before;
    plan.on_turn = [&](const Report&) {
        if (!calls_before && other.questions() > 0) calls_before = world.node.traffic().calls("getLedgerEntries");
    };
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{users, 0, 0, 0});
    CHECK(report.mismatch(Kind::outcomes, "m0000")->second_opinion->word == Word::agrees);
    REQUIRE(calls_before);
    CHECK(*calls_before < users / 200 / 2);
}

TEST_CASE("A second endpoint that hangs leaves the cycle half of its places", "[integration][second_opinion]") {
    World world;
    differ(world, 20);
    match(world);
    Other other(20, 0);
    for (std::uint32_t i = 0; i < 20; ++i) { // so that the contract is asked of each market
        std::string key;
        stellar::append_market_state_key(key, numbered_id(i));
        other.server.ledger().remove(key);
    }
    other.server.faults().add({.fault = devnet::HangFault{}, .method = "simulateTransaction"});
    Plan plan = plan_of(world, other);
    plan.operation_timeout = 20s;
    plan.timeout = 20s;
    const Report report = run(world, plan);
    CHECK(report.summary.timed_out);
    CHECK(other.server.traffic().calls("simulateTransaction") == 2); // of 5
    CHECK(report.counts(Kind::balances) == Counts{users, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{0, 20, 0, 0});
}

TEST_CASE("A second endpoint that is ahead makes the first one's other answers no worse",
          "[integration][second_opinion]") {
    World world;
    const std::uint32_t markets = 8;
    differ(world, markets);
    match(world);
    Other other(markets, 1);
    other.server.ledger().close(900); // as far as a node can say that it is
    Plan plan = plan_of(world, other);
    plan.mode = GENERATE(verify::ReadMode::automatic, verify::ReadMode::simulate);
    if (plan.mode == verify::ReadMode::simulate) plan.kinds = {Kind::outcomes};
    const Report report = run(world, plan);
    if (plan.mode != verify::ReadMode::simulate) CHECK(report.counts(Kind::balances) == Counts{users, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, markets});
    CHECK(sum(report.summary.disagreements()) == markets);
    // The first is not given up for it: the second would have the cycle for itself.
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") == std::string::npos);
    for (const verify::Disagreement& each : report.disagreements) CHECK(each.endpoint == world.node.url());
}
