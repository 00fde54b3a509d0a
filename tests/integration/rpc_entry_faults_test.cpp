// The fault table, RPC side, continued: what can be wrong about single entries, single keys, the ledger and the
// network.
#include "checks.hpp"
#include "integration/verdicts.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace std::chrono_literals;
using integration::check_all_verdicts;
using integration::check_no_wrong_verdict;
using integration::Plan;
using integration::quick_plan;
using integration::Report;
using integration::run;
using integration::World;
using verify::Reason;

namespace {

using How = devnet::EntriesFault::How;

/// A world whose verdicts are known, and a node with these faults.
struct Faulty {
    Faulty() { fill_with_known_verdicts(world); }
    void add(devnet::FaultRule rule) { world.node.faults().add(std::move(rule)); }
    void add(How how, std::optional<std::uint64_t> limit = std::nullopt, const std::string& key = {}) {
        add({.fault = devnet::EntriesFault{.how = how, .key = key}, .method = "getLedgerEntries", .limit = limit});
    }
    Report cycle(const Plan& plan = quick_plan()) {
        const auto start = std::chrono::steady_clock::now();
        Report report = run(world, plan);
        CHECK(std::chrono::steady_clock::now() - start < 25s); // the deadline is 30 s away
        CHECK(world.node.faults().struck() > 0);
        return report;
    }

    World world;
};

/// The user "u1" alone is an error, of this reason.
void check_one_error(const Report& report, Reason reason) {
    check_no_wrong_verdict(report, {reason});
    REQUIRE(report.error("balances", "u1") != nullptr);
    CHECK(report.error("balances", "u1")->reason == reason);
    CHECK(report.counts(Kind::odds) == std::array<std::uint64_t, 4>{3, 1, 0, 1});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{2, 1, 0, 1});
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{4, 2, 0, 2});
}

/// A key that fails every batch it is in.
void check_poison(const devnet::Fault& fault) {
    Faulty faulty;
    faulty.add({.fault = fault, .method = "getLedgerEntries", .containing = healthy_key(faulty.world)});
    Plan plan = quick_plan();
    if (std::holds_alternative<devnet::HangFault>(fault)) plan.operation_timeout = 500ms;
    check_one_error(faulty.cycle(plan), Reason::rpc);
}

} // namespace

TEST_CASE("Fault: entries in another order", "[integration][faults]") {
    Faulty faulty;
    faulty.add(How::shuffled);
    check_all_verdicts(faulty.cycle());
}

TEST_CASE("Fault: entries twice", "[integration][faults]") {
    Faulty faulty;
    faulty.add(How::duplicated);
    check_all_verdicts(faulty.cycle());
}

TEST_CASE("Fault: two different entries of one key", "[integration][faults]") {
    Faulty faulty;
    SECTION("in some answers") {
        faulty.add(How::conflicting, 2);
        check_all_verdicts(faulty.cycle());
    }
    SECTION("always") {
        faulty.add(How::conflicting, std::nullopt, healthy_key(faulty.world));
        check_one_error(faulty.cycle(), Reason::rpc);
    }
}

TEST_CASE("Fault: an entry that nobody asked for", "[integration][faults]") {
    Faulty faulty;
    SECTION("in some answers") {
        faulty.add(How::unknown, 2);
        check_all_verdicts(faulty.cycle());
    }
    SECTION("always") {
        // It may be an entry that was asked for, garbled: what is absent beside it is not believed to be.
        faulty.add(How::unknown);
        check_no_wrong_verdict(faulty.cycle(), {Reason::rpc});
    }
}

TEST_CASE("Fault: an entry under another key", "[integration][faults]") {
    Faulty faulty;
    SECTION("in some answers") {
        faulty.add(How::renamed, 2);
        check_all_verdicts(faulty.cycle());
    }
    SECTION("always") {
        faulty.add(How::renamed, std::nullopt, healthy_key(faulty.world));
        check_one_error(faulty.cycle(), Reason::rpc);
    }
}

TEST_CASE("Fault: entries missing from an answer", "[integration][faults]") {
    // Absent is an answer, a balance of 0: the second look tells. A market contract that holds no market id, and no
    // pool under its address, is none: its rows are errors.
    Faulty faulty;
    faulty.add(How::missing, 1);
    const Report report = faulty.cycle();
    check_no_wrong_verdict(report, {Reason::contract}, true);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{2, 2, 3, 1});
    CHECK(report.counts(Kind::odds) == std::array<std::uint64_t, 4>{1, 0, 0, 4});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 0, 0, 4});
    CHECK(report.summary.mismatches().size() == 2);
}

TEST_CASE("Fault: market entries missing from every answer", "[integration][faults]") {
    // In the mode auto the contract is asked.
    Faulty faulty;
    faulty.add(How::missing);
    Plan plan = quick_plan();
    plan.kinds = {Kind::odds, Kind::outcomes};
    const Report report = faulty.cycle(plan);
    // But for the row that has its market's id, no id is known.
    CHECK(report.counts(Kind::odds) == std::array<std::uint64_t, 4>{1, 0, 0, 4});
    CHECK(report.error("odds", "o4")->reason == Reason::contract);
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 0, 0, 4});
    for (const char* id : {"r1", "r2", "r3"}) {
        REQUIRE(report.error("outcomes", id) != nullptr);
        CHECK(report.error("outcomes", id)->reason == Reason::contract);
    }
}

TEST_CASE("Fault: archived entries", "[integration][faults]") {
    Faulty faulty;
    faulty.add(How::archived);
    const Report report = faulty.cycle();
    check_all_verdicts(report);
    CHECK(report.mismatch(Kind::balances, "u7")->seen.archived);
}

TEST_CASE("Fault: undecodable entry", "[integration][faults]") {
    const How how = GENERATE(How::undecodable, How::no_base64);
    Faulty faulty;
    faulty.add(how, std::nullopt, healthy_key(faulty.world));
    check_one_error(faulty.cycle(), Reason::decode);
}

TEST_CASE("Fault: entry of a wrong type", "[integration][faults]") {
    Faulty faulty;
    faulty.add(How::wrong_type, std::nullopt, healthy_key(faulty.world));
    check_one_error(faulty.cycle(), Reason::decode);
}

TEST_CASE("Fault: every entry undecodable, of a wrong type, or another's", "[integration][faults]") {
    const How how = GENERATE(How::undecodable, How::no_base64, How::wrong_type, How::swapped);
    const auto mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::automatic);
    const auto limit = GENERATE(std::optional<std::uint64_t>(), std::optional<std::uint64_t>(1));
    Faulty faulty;
    faulty.add(how, limit);
    check_no_wrong_verdict(faulty.cycle(quick_plan(mode)), {Reason::decode});
}

TEST_CASE("Fault: a key limit below 200", "[integration][faults]") {
    const char* const words = GENERATE("key count (200) exceeds maximum supported (4)", "invalid parameters");
    Faulty faulty;
    faulty.add({.fault = devnet::ErrorFault{-32602, words}, .method = "getLedgerEntries", .keys_above = 4});
    check_all_verdicts(faulty.cycle());
}

TEST_CASE("Fault: a poisoned key, refused with -32602", "[integration][faults]") {
    check_poison(devnet::ErrorFault{-32602, "invalid parameters"});
}

TEST_CASE("Fault: a poisoned key, internal error -32603", "[integration][faults]") {
    check_poison(devnet::ErrorFault{});
}

TEST_CASE("Fault: a poisoned key, HTTP 500", "[integration][faults]") {
    check_poison(devnet::StatusFault{.status = 500});
}

TEST_CASE("Fault: a poisoned key, no answer", "[integration][faults]") {
    check_poison(devnet::HangFault{});
}

TEST_CASE("Fault: a poisoned key, dropped connection", "[integration][faults]") {
    check_poison(devnet::DropFault{});
}

TEST_CASE("Fault: an older ledger with older values", "[integration][faults]") {
    World world;
    // What the node that lags still holds: every balance another one.
    for (const std::uint32_t i : {21U, 23U, 26U}) {
        world.node.ledger().set_trust_line(integration::account(i), world.asset, i);
    }
    for (const std::uint32_t i : {22U, 27U}) world.node.ledger().set_contract_balance(integration::contract(i), i);
    world.node.ledger().remember();
    world.node.ledger().close(20);
    fill_with_known_verdicts(world);
    const auto mode = GENERATE(verify::ReadMode::automatic, verify::ReadMode::simulate);
    SECTION("one node of two behind a load balancer") {
        world.node.faults().add({.fault = devnet::LaggingFault{}, .skip = 2, .every = 2, .limit = 3});
        check_all_verdicts(run(world, quick_plan(mode)));
    }
    SECTION("from the middle on") {
        world.node.faults().add({.fault = devnet::LaggingFault{}, .skip = 3});
        const Report report = run(world, quick_plan(mode));
        check_no_wrong_verdict(report, {Reason::rpc});
        // What differed before could not be looked at again.
        for (const verify::Mismatch& mismatch : report.summary.mismatches()) CHECK_FALSE(mismatch.confirmed);
    }
}

TEST_CASE("Fault: another network", "[integration][faults]") {
    Faulty faulty;
    faulty.add({.fault = devnet::OtherNetworkFault{}});
    Plan plan = quick_plan();
    plan.passphrase = std::string(stellar::test_network_passphrase);
    const Report report = faulty.cycle(plan);
    CHECK(report.setting == "SOROBAN_RPC_URL");
    CHECK(faulty.world.node.traffic().calls("getLedgerEntries") == 0);
}

TEST_CASE("Fault: a load balancer that switches network midway", "[integration][faults]") {
    Faulty faulty;
    Plan plan = quick_plan(GENERATE(verify::ReadMode::automatic, verify::ReadMode::simulate));
    const std::uint32_t ledger = GENERATE(57'000'000U, 500U); // of the other network
    SECTION("for good") {
        faulty.add({.fault = devnet::OtherNetworkFault{.ledger = ledger}, .skip = 2});
        const Report report = faulty.cycle(plan);
        check_no_wrong_verdict(report, {Reason::rpc});
        CHECK(report.summary.mismatches().empty());
    }
    SECTION("for every third answer") {
        faulty.add({.fault = devnet::OtherNetworkFault{.ledger = ledger}, .skip = 2, .every = 3, .limit = 3});
        check_all_verdicts(faulty.cycle(plan));
    }
}

TEST_CASE("Fault: a node that loses entries in simulations", "[integration][faults]") {
    World world;
    fill_with_known_verdicts(world);
    devnet::RpcSettings settings = world.node.rpc_settings();
    settings.simulation_loses_entries = true;
    world.node.set_rpc_settings(settings);
    check_all_verdicts(run(world, quick_plan()));
}
