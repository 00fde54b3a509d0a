// Which market a row means, and which contract can speak for it: whole cycles, in every read mode.
#include "checks.hpp"
#include "diagnose/recorder.hpp"
#include "integration/world.hpp"

#include "printers.hpp"
#include "stellar/ids.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <array>
#include <string>

using namespace std::chrono_literals;
using devnet::UnknownMarket;
using integration::contract;
using integration::hex_id;
using integration::numbered_id;
using integration::Plan;
using integration::Report;
using integration::run;
using integration::World;
using verify::ReadMode;
using verify::Reason;

namespace {

using Counts = std::array<std::uint64_t, 4>; // matched, mismatched, transient, errors

constexpr std::uint32_t shared = 900;

/// 32 bytes that begin with this one; as the digits of a row.
stellar::Hash id_of(std::uint8_t first) {
    return stellar::Hash{first};
}
std::string digits(std::uint8_t first) {
    return fmt::format("{:02x}", first) + std::string(62, '0');
}

Plan plan_of(verify::Check kind) {
    Plan plan;
    plan.kinds = {kind};
    plan.mode = GENERATE(ReadMode::storage, ReadMode::simulate, ReadMode::automatic);
    plan.confirm_attempts = GENERATE(0U, 1U);
    plan.confirm_delay = 1ms;
    return plan;
}

Plan shared_plan() {
    Plan plan = plan_of(Kind::outcomes);
    plan.market_contract = numbered_id(shared);
    return plan;
}

/// Of an outcome's error.
std::string reason(const Report& report, const std::string& id) {
    const verify::Error* error = report.error("outcomes", id);
    return error == nullptr ? "no error" : std::string(name(error->reason));
}

bool hinted(const Report& report, std::string_view text) {
    const auto& hints = report.summary.hints();
    return hints.size() == 1 && hints.front().find(text) != std::string::npos;
}

/// Closes a ledger whenever the cycle waits, so that hardly two answers are from the same one.
void keep_closing(World& world, Plan& plan) {
    plan.on_turn = [&world](const Report&) { world.node.ledger().close(); };
}

} // namespace

TEST_CASE("A contract that holds one market speaks for the row with that id, and for no other",
          "[integration][cycle][identity]") {
    World world;
    world.node.ledger().set_market(contract(shared), 2, 1);
    world.node.ledger().set_market_id(contract(shared), id_of(1));
    world.resolved_row("01", digits(1), 1);
    world.resolved_row("0x01", "0X" + digits(1), 0);
    world.resolved_row("02", digits(2), 0);
    world.resolved_row("03", digits(3), 1);
    const Plan plan = shared_plan();
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{1, 1, 0, 2});
    CHECK(report.mismatch(Kind::outcomes, "0x01") != nullptr);
    CHECK(report.mismatch(Kind::outcomes, "0x01")->confirmed == (plan.confirm_attempts == 1));
    for (const char* id : {"02", "03"}) {
        CHECK(reason(report, id) == "CONTRACT");
        CHECK(report.error("outcomes", id)->text == "the market contract holds market " + digits(1) + ", not this one");
    }
    CHECK(report.summary.hints().empty()); // half of them are checked: that is no systematic fault
    CHECK(world.node.traffic().calls("simulateTransaction") == 0); // its storage tells, in every mode
}

TEST_CASE("Thousands of ids that a contract does not hold are all errors", "[integration][cycle][identity]") {
    World world;
    const bool holds_id = GENERATE(true, false);
    world.node.ledger().set_market(contract(shared), 2, 1);
    world.node.ledger().set_market_id(contract(shared), holds_id ? std::optional(id_of(1)) : std::nullopt);
    constexpr std::uint32_t count = 2000;
    for (std::uint32_t i = 0; i < count; ++i) world.resolved_row(fmt::format("m{:04}", i), hex_id(i), i % 2);
    Plan plan;
    plan.kinds = {Kind::outcomes};
    plan.market_contract = numbered_id(shared);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, count});
    for (const verify::Error& error : report.summary.errors()) REQUIRE(error.reason == Reason::contract);
    CHECK(hinted(report, holds_id ? "holds one market only" : "ignores its argument"));
    const std::uint64_t calls = world.node.traffic().calls("simulateTransaction");
    CHECK(calls == (holds_id ? 0U : count + 1)); // one control, while the ledger stays
}

TEST_CASE("A contract that was never initialized yields no verdict", "[integration][cycle][identity]") {
    World world;
    world.node.ledger().deploy_market(numbered_id(shared));
    SECTION("shared by rows with hex market ids") {
        for (std::uint8_t i = 1; i <= 5; ++i) {
            const std::optional<std::int64_t> outcome = i == 5 ? std::nullopt : std::optional<std::int64_t>(i % 2);
            world.resolved_row(fmt::format("m{}", i), digits(i), outcome);
        }
        Plan plan = shared_plan();
        if (GENERATE(false, true)) keep_closing(world, plan);
        const Report report = run(world, plan);
        CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 5});
        for (std::uint8_t i = 1; i <= 5; ++i) CHECK(reason(report, fmt::format("m{}", i)) == "CONTRACT");
        CHECK(hinted(report, "never initialized"));
        CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
    }
    SECTION("the row's own") {
        world.resolved_row("own", contract(shared), 1);
        world.resolved_row("none", contract(shared), std::nullopt);
        const Report report = run(world, plan_of(Kind::outcomes));
        CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 2});
        CHECK(reason(report, "own") == "CONTRACT");
        CHECK(reason(report, "none") == "CONTRACT");
    }
}

TEST_CASE("A pool is found under the id that the market's contract holds", "[integration][cycle][identity]") {
    World world;
    devnet::Ledger& ledger = world.node.ledger();
    ledger.set_market(contract(1), 0);
    ledger.set_market_id(contract(1), id_of(5));
    world.open_market("held", contract(1), "35", "65", std::nullopt);
    ledger.set_pool(digits(5), 350'000'000, 650'000'000);
    world.open_market("differs", contract(2), "35", "65", std::pair{650'000'000U, 350'000'000U});
    world.open_market("no pool", contract(3), "35", "65", std::nullopt);
    world.open_market("0x", "0x" + digits(5), "35", "65", std::nullopt);
    const Report report = run(world, plan_of(Kind::odds));
    CHECK(report.counts(Kind::odds) == Counts{2, 2, 0, 0});
    CHECK(report.mismatch(Kind::odds, "differs") != nullptr);
    CHECK(report.mismatch(Kind::odds, "no pool") != nullptr); // it is known, and has no liquidity
}

TEST_CASE("Without a market id the address's own bytes are tried, and no pool there is no verdict",
          "[integration][cycle][identity]") {
    World world;
    devnet::Ledger& ledger = world.node.ledger();
    for (const std::uint32_t number : {1U, 2U, 3U}) ledger.set_market_id(contract(number), std::nullopt);
    ledger.set_pool(contract(1), 350'000'000, 650'000'000);
    ledger.set_pool(contract(2), 650'000'000, 350'000'000);
    const auto row = [&world](const char* id, const std::string& address, const char* yes, const char* no) {
        world.database.insert(fakes::Market{id, address, "T", "OPEN", yes, no, std::nullopt}, world.tables);
    };
    row("same", contract(1), "35", "65");
    row("differs", contract(2), "35", "65");
    row("no pool", contract(3), "35", "65");
    row("no pool, and nothing in the database", contract(3), "0", "0");
    row("no contract", contract(4), "35", "65");
    const Report report = run(world, plan_of(Kind::odds));
    CHECK(report.counts(Kind::odds) == Counts{1, 1, 0, 3});
    CHECK(report.mismatch(Kind::odds, "differs") != nullptr);
    for (const char* id : {"no pool", "no pool, and nothing in the database", "no contract"}) {
        REQUIRE(report.error("odds", id) != nullptr);
        CHECK(report.error("odds", id)->reason == Reason::contract);
        CHECK_THAT(report.error("odds", id)->text, Catch::Contains("no market id known"));
    }
}

TEST_CASE("A market's own contract is the market, with and without a market id", "[integration][cycle][identity]") {
    World world;
    devnet::Ledger& ledger = world.node.ledger();
    world.resolved_market("with", contract(1), 1, 2, 1);
    world.resolved_market("same", contract(2), 1, 2, 1);
    world.resolved_market("differs", contract(3), 1, 2, 0);
    world.resolved_market("frozen", contract(4), 1, 3, 1);
    world.resolved_market("no pool", contract(5), 1, 2, 0);
    world.resolved_market("no pool, and no outcome anywhere", contract(6), std::nullopt, 0, std::nullopt);
    for (const std::uint32_t number : {2U, 3U, 4U, 5U, 6U}) ledger.set_market_id(contract(number), std::nullopt);
    // Without an id its address's own bytes are the market's, if the AMM has a pool under them.
    for (const std::uint32_t number : {2U, 3U, 4U}) ledger.set_pool(hex_id(number), 1, 1);
    const Report report = run(world, plan_of(Kind::outcomes));
    CHECK(report.counts(Kind::outcomes) == Counts{2, 2, 0, 2});
    CHECK(report.mismatch(Kind::outcomes, "differs") != nullptr);
    CHECK(report.mismatch(Kind::outcomes, "frozen") != nullptr);
    for (const char* id : {"no pool", "no pool, and no outcome anywhere"}) {
        CHECK(reason(report, id) == "CONTRACT");
        CHECK_THAT(report.error("outcomes", id)->text, Catch::Contains("no market id known"));
    }
}

TEST_CASE("A shared contract that tells its markets apart speaks for those it knows",
          "[integration][cycle][identity]") {
    World world;
    const UnknownMarket unknown = GENERATE(UnknownMarket::refused, UnknownMarket::blank, UnknownMarket::dated);
    devnet::Ledger& ledger = world.node.ledger();
    ledger.deploy_shared_market(numbered_id(shared), unknown);
    ledger.set_shared_market(numbered_id(shared), digits(1), 2, 1);
    ledger.set_shared_market(numbered_id(shared), digits(2), 2, 0);
    ledger.set_shared_market(numbered_id(shared), digits(3), 3, 0);
    world.resolved_row("same", digits(1), 1);
    world.resolved_row("differs", digits(2), 1);
    world.resolved_row("disputed", digits(3), 0);
    world.resolved_row("unknown", digits(4), 1);
    world.resolved_row("unknown, none", digits(5), std::nullopt);
    Plan plan = shared_plan();
    const bool closing = GENERATE(false, true);
    if (closing) keep_closing(world, plan);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes)[3] >= 2);
    CHECK(reason(report, "unknown") != "no error");
    CHECK(reason(report, "unknown, none") != "no error");
    if (closing && unknown == UnknownMarket::dated) {
        // The controls are never equal: only those of the answer's own ledger can be compared.
        for (const verify::Mismatch& mismatch : report.summary.mismatches()) {
            CHECK((mismatch.id == "differs" || mismatch.id == "disputed"));
        }
        return;
    }
    CHECK(report.counts(Kind::outcomes) == Counts{1, 2, 0, 2});
    CHECK(reason(report, "unknown") == "CONTRACT");
    CHECK(reason(report, "unknown, none") == "CONTRACT");
    CHECK(report.mismatch(Kind::outcomes, "differs") != nullptr);
    const auto* disputed = report.mismatch(Kind::outcomes, "disputed");
    REQUIRE(disputed != nullptr);
    CHECK(disputed->difference.as<verify::OutcomeDifference>().chain_status == 3U);
}

TEST_CASE("A control that fails leaves nothing to compare with", "[integration][cycle][identity]") {
    World world;
    devnet::Ledger& ledger = world.node.ledger();
    ledger.deploy_shared_market(numbered_id(shared), UnknownMarket::trap);
    ledger.set_shared_market(numbered_id(shared), digits(1), 2, 1);
    ledger.set_shared_market(numbered_id(shared), digits(2), 2, 0);
    world.resolved_row("same", digits(1), 1);
    world.resolved_row("differs", digits(2), 1);
    const Report report = run(world, shared_plan());
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 2});
    CHECK(reason(report, "same") == "RPC");
    CHECK(reason(report, "differs") == "RPC");
}

TEST_CASE("Answers that wait for a control hold back the rows", "[integration][cycle][identity]") {
    World world;
    world.node.ledger().set_market(contract(shared), 2, 1);
    world.node.ledger().set_market_id(contract(shared), std::nullopt);
    for (std::uint32_t i = 0; i < 400; ++i) world.resolved_row(fmt::format("m{}", i), hex_id(i), i % 2);
    Plan plan = shared_plan();
    plan.most_unsettled = 20;
    plan.max_retries = 0;
    plan.operation_timeout = 2s;
    std::size_t waited = 0; // for the control that hung
    // The calls go out at once, and the one that hangs is not always the control, which is sent first.
    for (int attempt = 0; attempt < 10 && waited <= 1; ++attempt) {
        world.node.faults().set({{.fault = devnet::HangFault{}, .method = "simulateTransaction", .limit = 1}});
        const Report report = run(world, plan);
        CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 400});
        waited = 0;
        for (const verify::Error& error : report.summary.errors()) waited += error.reason == Reason::rpc ? 1 : 0;
    }
    CHECK(waited >= 20);
    CHECK(waited < 60); // what was under way besides
}

TEST_CASE("A contract that ignores its argument is found out while ledgers close", "[integration][cycle][identity]") {
    World world;
    world.node.ledger().set_market(contract(shared), 2, 1);
    world.node.ledger().set_market_id(contract(shared), std::nullopt);
    for (std::uint32_t i = 0; i < 50; ++i) world.resolved_row(fmt::format("m{}", i), hex_id(i), i % 2);
    Plan plan = shared_plan();
    keep_closing(world, plan);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 50});
    for (const verify::Error& error : report.summary.errors()) CHECK(error.reason == Reason::contract);
    CHECK(hinted(report, "ignores its argument"));
}

TEST_CASE("The endpoint that takes over is compared with its own controls", "[integration][cycle][identity]") {
    World world;
    devnet::Server other;
    for (devnet::Server* node : {&world.node, &other}) {
        node->ledger().set_market(contract(shared), 2, 1);
        node->ledger().set_market_id(contract(shared), std::nullopt);
    }
    other.ledger().deploy_asset(world.asset);
    other.ledger().deploy_amm(world.amm);
    other.start();
    for (std::uint32_t i = 0; i < 60; ++i) world.resolved_row(fmt::format("m{:02}", i), hex_id(i), i % 2);
    Plan plan = shared_plan();
    plan.endpoints = {world.node.url(), other.url()};
    plan.max_retries = 2; // an answer that was on its way when the node died must not make its last failures their own
    plan.on_turn = [&world](const Report&) {
        if (world.node.traffic().calls("simulateTransaction") >= 20) world.node.stop();
    };
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 60});
    for (const verify::Error& error : report.summary.errors()) CHECK(error.reason == Reason::contract);
    CHECK(other.traffic().calls("simulateTransaction") > 0);
}

TEST_CASE("A second opinion of a shared contract is compared with a control of its own",
          "[integration][cycle][identity][second_opinion]") {
    World world;
    devnet::Server other;
    other.ledger().deploy_asset(world.asset);
    other.ledger().deploy_amm(world.amm);
    world.node.ledger().deploy_shared_market(numbered_id(shared));
    world.node.ledger().set_shared_market(numbered_id(shared), digits(1), 2, 0);
    // There the contract was never initialized: it cannot contradict.
    other.ledger().deploy_market(numbered_id(shared));
    other.ledger().close(50); // it is not behind, even if the first one closes ledgers at the recheck
    other.start();
    world.resolved_row("differs", digits(1), 1);
    Plan plan = shared_plan();
    plan.endpoints = {world.node.url(), other.url()};
    const Report report = run(world, plan);
    INFO(report.log);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 1, 0, 0});
    REQUIRE(report.mismatch(Kind::outcomes, "differs")->second_opinion);
    CHECK(report.mismatch(Kind::outcomes, "differs")->second_opinion->word == verify::SecondOpinion::Word::unavailable);
    CHECK(other.traffic().calls("simulateTransaction") == 2);
    CHECK_THAT(report.log, Catch::Contains("does not know this market"));
}

TEST_CASE("A node that loses a market's entries is not believed", "[integration][cycle][identity]") {
    World world;
    world.resolved_market("own", contract(1), 1, 2, 1);
    devnet::RpcSettings settings = world.node.rpc_settings();
    settings.simulation_loses_entries = true;
    world.node.set_rpc_settings(settings);
    CHECK(run(world, plan_of(Kind::outcomes)).counts(Kind::outcomes) == Counts{1, 0, 0, 0});
}

TEST_CASE("Liquidity of 2^127 stroops and more is compared", "[integration][cycle][identity]") {
    World world;
    const base::u128 large = base::u128{1} << 127;
    world.open_market("same", contract(1), "17014118346046923173168730371588.4105728",
                      "17014118346046923173168730371588.4105728", std::pair<base::u128, base::u128>{1, 1});
    world.open_market("differs", hex_id(2), "34028236692093846346337460743176.8211455", "1",
                      std::pair<base::u128, base::u128>{large, large - 1});
    const Report report = run(world, plan_of(Kind::odds));
    CHECK(report.counts(Kind::odds) == Counts{1, 1, 0, 0});
}

TEST_CASE("explain has the market id that was read, and the control that an answer was compared with",
          "[integration][cycle][identity][explain]") {
    World world;
    Plan plan;
    plan.market_contract = numbered_id(shared);
    diagnose::Recorder recorder(plan.thresholds);
    plan.witness = &recorder;
    const auto questions = [&] {
        const Report report = run(world, plan);
        const std::vector<diagnose::Explanation> list = recorder.explanations(report.summary);
        REQUIRE(list.size() == 1);
        return list[0].looks.at(0).questions;
    };
    SECTION("a control") {
        const bool known = GENERATE(false, true);
        world.node.ledger().deploy_shared_market(numbered_id(shared), UnknownMarket::blank);
        if (known) world.node.ledger().set_shared_market(numbered_id(shared), digits(1), 2, 1);
        world.resolved_row("m", digits(1), 1);
        plan.kinds = {Kind::outcomes};
        const auto asked = questions();
        REQUIRE(asked.size() == 2);
        CHECK(asked[0].control.empty());
        CHECK(asked[0].call != asked[1].call); // for another market
        CHECK_THAT(asked[1].control, Catch::StartsWith(known ? "another answer" : "the same answer"));
        CHECK((asked[0].result == asked[1].result) == !known);
    }
    SECTION("a market id") {
        world.open_market("m", contract(1), "35", "65", std::pair{350'000'000U, 650'000'000U});
        plan.kinds = {Kind::odds};
        const auto asked = questions();
        REQUIRE(asked.size() == 2);
        REQUIRE(asked[0].entries.size() == 1);
        CHECK_THAT(asked[0].entries[0].key_text, Catch::Contains("market_id"));
        CHECK(asked[1].entries.size() == 2);
    }
}
