// The second look: only what still differs when both sides were read again is a mismatch.
#include "checks.hpp"
#include "fakes/sanitized.hpp"
#include "integration/program.hpp"

#include "printers.hpp"
#include "sync/chain_reads.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <array>
#include <functional>
#include <set>

using namespace std::chrono_literals;
using fakes::Ended;
using fakes::Program;
using integration::account;
using integration::contract;
using integration::Plan;
using integration::pointer;
using integration::Report;
using integration::run;
using integration::World;

namespace {

using Counts = std::array<std::uint64_t, 4>; // matched, mismatched, transient, errors

/// Many users by one statement, all of them with a balance that the chain does not know.
void add_drifting_users(World& world, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) world.user(fmt::format("u{:06}", i), account(i), "1", 0);
    world.flush();
}

/// Counts the users and resolved markets that were compared at each look, so that a test knows when one is over.
class Looks final : public cycle::Witness {
  public:
    void row(verify::Check, unsigned, const cycle::Row&, const verify::ClaimResult&) override {}
    void entries(const cycle::Item&, std::span<const verify::Stored>, std::uint32_t) override {}
    void call(const cycle::Item&, const verify::Call&, const net::Simulation&) override {}
    void control(const cycle::Item&, const verify::Call&, const net::Simulation&, bool) override {}
    void compared(const cycle::Item& item, const verify::ChainValue&) override {
        if (item.claim.check == Kind::balances) ++users.at(item.look);
        if (item.claim.check == Kind::outcomes) ++markets.at(item.look);
    }
    void unverifiable(const cycle::Item&, const verify::Unverifiable&) override {}
    void second_opinion(const cycle::Item&, const verify::SecondOpinion&) override {}

    std::array<std::uint64_t, 3> users{};
    std::array<std::uint64_t, 3> markets{};
};

} // namespace

TEST_CASE("With two second looks a suspect must differ at both, and its values are those of the last",
          "[integration][confirmation]") {
    World world;
    world.user("healed late", account(1), "5", 0);
    world.user("changes", account(2), "5", 0);
    world.flush();
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.confirm_attempts = 2;
    const bool third_look = GENERATE(true, false);
    Looks looks;
    plan.witness = &looks;
    bool gone_on = false;
    plan.on_turn = [&](const Report&) {
        if (looks.users[1] < 2 || std::exchange(gone_on, true)) return; // between the second look and the third
        world.node.ledger().close();
        world.node.ledger().set_trust_line(account(1), world.asset, 50'000'000);
        world.node.ledger().set_trust_line(account(2), world.asset, 20'000'000);
        if (!third_look) world.node.faults().add({.fault = devnet::StatusFault{.status = 404}});
    };
    const Report report = run(world, plan);
    REQUIRE(report.mismatch(Kind::balances, "changes") != nullptr);
    const verify::Mismatch& changes = *report.mismatch(Kind::balances, "changes");
    CHECK(changes.confirmed == third_look);
    if (third_look) {
        CHECK(report.counts(Kind::balances) == Counts{0, 1, 1, 0});
        CHECK(changes.difference.as<verify::BalanceDifference>().chain == 20'000'000);
    } else {
        CHECK(report.counts(Kind::balances) == Counts{0, 2, 0, 0});
        CHECK(changes.difference.as<verify::BalanceDifference>().chain == 0);
    }
}

TEST_CASE("A suspect that agrees at the second look is transient", "[integration][cycle][confirmation]") {
    World world;
    world.user("healed on chain", account(1), "5", 0);
    world.user("healed in the database", account(2), "6", 0);
    world.user("gone", account(3), "7", 0);
    world.user("wallet removed", account(4), "7", 0);
    world.user("stays", account(5), "8", 0);
    world.user("changes", account(6), "9", 0);
    world.user("row changes", account(8), "10", 0);
    world.open_market("closed meanwhile", contract(7), "1", "3", std::pair{3U, 1U});
    world.flush();
    Plan plan;
    plan.confirm_attempts = 1;
    Looks looks;
    plan.witness = &looks;
    bool gone_on = false;
    plan.on_turn = [&](const Report&) {
        if (looks.users[0] < 7 || std::exchange(gone_on, true)) return; // between the first look and the second
        world.node.ledger().close();
        world.node.ledger().set_trust_line(account(1), world.asset, 50'000'000);
        world.node.ledger().set_trust_line(account(6), world.asset, 10'000'000);
        world.database.exec("UPDATE users SET usdc_balance = 0 WHERE id = 'healed in the database';"
                            "UPDATE users SET usdc_balance = 11 WHERE id = 'row changes';"
                            "DELETE FROM users WHERE id = 'gone';"
                            "UPDATE users SET wallet_address = '' WHERE id = 'wallet removed';"
                            "UPDATE markets SET status = 'CLOSED'");
    };
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{0, 3, 4, 0});
    CHECK(report.counts(Kind::odds) == Counts{0, 0, 1, 0});
    REQUIRE(report.mismatch(Kind::balances, "stays") != nullptr);
    CHECK(report.mismatch(Kind::balances, "stays")->confirmed);
    REQUIRE(report.mismatch(Kind::balances, "changes") != nullptr);
    CHECK(report.mismatch(Kind::balances, "changes")->difference.as<verify::BalanceDifference>().chain == 10'000'000);
    REQUIRE(report.mismatch(Kind::balances, "row changes") != nullptr);
    CHECK(report.mismatch(Kind::balances, "row changes")->difference.as<verify::BalanceDifference>().database ==
          110'000'000);
}

TEST_CASE("No time for a second look: mismatches are not confirmed, and nobody waits", "[integration][confirmation]") {
    World world;
    add_drifting_users(world, 3);
    Plan plan;
    plan.confirm_attempts = 1;
    plan.confirm_delay = 60s;
    plan.timeout = 30s;
    const auto start = std::chrono::steady_clock::now();
    const Report report = run(world, plan);
    CHECK(std::chrono::steady_clock::now() - start < 15s);
    CHECK_FALSE(report.summary.timed_out);
    CHECK(report.counts(Kind::balances) == Counts{0, 3, 0, 0});
    CHECK_FALSE(report.mismatch(Kind::balances, "u000001")->confirmed);
}

TEST_CASE("A second look that fails leaves the mismatch, not confirmed", "[integration][confirmation]") {
    World world;
    add_drifting_users(world, 3);
    world.user("same", account(77), "0", 0);
    world.node.faults().add({.fault = devnet::StatusFault{.status = 503}, .method = "getLedgerEntries", .skip = 1});
    Plan plan;
    plan.confirm_attempts = 1;
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{1, 3, 0, 0});
    CHECK_FALSE(report.mismatch(Kind::balances, "u000001")->confirmed);
}

TEST_CASE("Fault: a node that dies at the second look, another one listed", "[integration][faults][confirmation]") {
    World world;
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate);
    const bool simulates = plan.mode == verify::ReadMode::simulate;
    const std::uint32_t users = simulates ? 40 : 1000;
    const std::int64_t first_says = 50'000'000;
    const std::int64_t second_says = 20'000'000;
    devnet::Server second;
    second.ledger().deploy_asset(world.asset);
    for (std::uint32_t i = 0; i < users; ++i) {
        // Half of them differ, and of these half agree with the second node.
        const char* const database = i % 2 == 0 ? "5" : i % 4 == 1 ? "2" : "1";
        world.user(fmt::format("u{:04}", i), account(i), database, first_says);
        second.ledger().set_trust_line(account(i), world.asset, second_says);
    }
    second.ledger().close(); // the rechecks are of a ledger after the first look's
    second.start();
    plan.endpoints = {world.node.url(), second.url()};
    plan.max_in_flight = 1;
    plan.confirm_attempts = 1;
    plan.confirm_delay = 1s; // the first look is over by then
    Looks looks;
    plan.witness = &looks;
    plan.on_turn = [&](const Report&) {
        if (looks.users[0] == users && looks.users[1] > 0) world.node.stop();
    };
    const Report report = run(world, plan);
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
    const auto [matched, mismatched, transient, errors] = report.counts(Kind::balances);
    CHECK(matched == users / 2);
    CHECK(mismatched + transient == users / 2);
    CHECK(errors == 0);
    CHECK(transient > 0);
    std::uint64_t confirmed_by_first = 0;
    for (const verify::Mismatch& mismatch : report.summary.mismatches()) {
        CAPTURE(mismatch.id);
        CHECK(mismatch.confirmed);
        const auto& difference = mismatch.difference.as<verify::BalanceDifference>();
        if (difference.chain == first_says) {
            ++confirmed_by_first;
        } else {
            CHECK(difference.chain == second_says); // the newer value
            CHECK(difference.database == 10'000'000);
        }
    }
    CHECK(confirmed_by_first > 0);
    CHECK(confirmed_by_first < users / 2);
    // What the first has answered is not asked again.
    const devnet::Counters asked = second.traffic().counters();
    CHECK((simulates ? asked.calls.at("simulateTransaction") : asked.keys) == users / 2 - confirmed_by_first);
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
}

TEST_CASE("20,000 suspects at once are confirmed in batches and in bounded memory", "[integration][confirmation]") {
    World world;
    add_drifting_users(world, 20'000);
    integration::Environment environment = integration::environment_of(world);
    environment["SYNC_CONFIRM_DELAY_MS"] = "1000";
    const Ended ended = Program({"run", "--only", "balances"}, environment, {}).wait();
    CHECK(ended.code == 1);
    CHECK(integration::counts_in(ended.out, "balances") ==
          R"({"inScope":20000,"checked":20000,"matched":0,"mismatched":20000,"transient":0,"errors":0})");
    CHECK(integration::events(ended, "MISMATCH").size() == 20'000);
    CHECK(pointer(ended.out, "/mismatches/999/metadata/confirmed") == "true");
    CHECK(pointer(ended.out, "/mismatches/1000") == "(absent)");
    CHECK(pointer(ended.out, "/truncated") == "true");
    // 100 for each look; a batch of the second is not held back for what is not due yet.
    CHECK(world.node.traffic().calls("getLedgerEntries") >= 200);
    CHECK(world.node.traffic().calls("getLedgerEntries") <= 215);
    if (!fakes::sanitized) CHECK(ended.most_memory_kib < 48 * 1024);
}

TEST_CASE("A second look is not taken at an older ledger than the first", "[integration][cycle][confirmation]") {
    World world;
    world.user("a", account(1), "1", 10'000'000);
    world.flush();
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.mode = GENERATE(verify::ReadMode::automatic, verify::ReadMode::simulate);
    plan.confirm_attempts = 1;
    const std::string method = plan.mode == verify::ReadMode::simulate ? "simulateTransaction" : "getLedgerEntries";
    // One node of two behind the URL stays at the first ledger; the other goes on, and the database follows it.
    bool gone_on = false;
    bool followed = false;
    plan.on_turn = [&](const Report& so_far) {
        if (!gone_on && so_far.log.find("RPC_ENDPOINT") != std::string::npos) {
            world.node.ledger().remember();
            world.node.ledger().close(1);
            world.node.ledger().set_trust_line(account(1), world.asset, 20'000'000);
            gone_on = true;
        }
        if (!followed && world.node.traffic().calls(method) > 0) {
            world.database.exec("UPDATE users SET usdc_balance = 2");
            followed = true;
        }
    };
    world.node.faults().add({.fault = devnet::LaggingFault{}, .method = method, .skip = 1, .limit = 1});
    const Report report = run(world, plan);
    CHECK(followed);
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 1, 0});
    CHECK(world.node.traffic().calls(method) == 3);
}

namespace {

/// One user and one market that differ, and a node that closes no ledger by itself.
void stay(World& world) {
    world.user("u", account(1), "1", 10'000'000 - 20);
    world.resolved_market("m", contract(2), 1, 2, 0);
    world.flush();
    devnet::RpcSettings settings = world.node.rpc_settings();
    settings.closes_when_polled = false;
    world.node.set_rpc_settings(settings);
}

} // namespace

TEST_CASE("A recheck counts only from a later ledger: until then the node is polled, and keys are not asked for",
          "[integration][confirmation]") {
    World world;
    stay(world);
    Plan plan;
    plan.confirm_attempts = 1;
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate);
    const std::string method = plan.mode == verify::ReadMode::simulate ? "simulateTransaction" : "getLedgerEntries";
    const bool healthy = GENERATE(true, false); // or its latest ledger is asked for
    if (!healthy) {
        world.node.faults().add(
            {.fault = devnet::ErrorFault{-32603, "[-32603] data stores are not initialized"}, .method = "getHealth"});
    }
    const std::string poll = healthy ? "getHealth" : "getLatestLedger";
    std::uint64_t asked_before = 0;
    bool moved = false;
    plan.on_turn = [&](const Report&) {
        if (world.node.traffic().calls(poll) < 6 || std::exchange(moved, true)) return;
        asked_before = world.node.traffic().calls(method);
        world.node.ledger().close();
        world.database.exec("UPDATE users SET usdc_balance = 1.5"); // the row is read when the node has moved
    };
    const Report report = run(world, plan);
    INFO(report.log);
    REQUIRE(moved);
    CHECK(asked_before == (plan.mode == verify::ReadMode::simulate ? 2 : 1)); // the first look
    REQUIRE(report.mismatch(Kind::outcomes, "m") != nullptr);
    CHECK(report.mismatch(Kind::outcomes, "m")->confirmed);
    CHECK(report.mismatch(Kind::outcomes, "m")->seen.ledger == 1001);
    REQUIRE(report.mismatch(Kind::balances, "u") != nullptr);
    CHECK(report.mismatch(Kind::balances, "u")->difference.as<verify::BalanceDifference>().database == 15'000'000);
}

TEST_CASE("A node that stays at one ledger confirms nothing", "[integration][confirmation]") {
    World world;
    stay(world);
    Plan plan;
    plan.confirm_attempts = 1;
    plan.max_ledger_age = 600ms;
    world.node.ledger().set_age(-2s); // ledgers are dated to the second
    int stalled = 0;
    plan.on_event = [&stalled](const std::string& event) { stalled += event == "NODE_STALLED" ? 1 : 0; };
    const bool another = GENERATE(false, true);
    devnet::Server second;
    second.ledger().deploy_asset(world.asset);
    second.ledger().set_trust_line(account(1), world.asset, 10'000'000 - 20);
    second.ledger().set_market(contract(2), 2, 1);
    second.ledger().close(2);
    second.ledger().set_age(-2s);
    second.start();
    if (another) plan.endpoints = {world.node.url(), second.url()};
    const Report report = run(world, plan);
    INFO(report.log);
    CHECK(stalled == (another ? 0 : 1));
    REQUIRE(report.mismatch(Kind::balances, "u") != nullptr);
    CHECK(report.mismatch(Kind::balances, "u")->confirmed == another);
    if (another) {
        CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
        CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 1, 0}); // as the next endpoint says
    } else {
        REQUIRE(report.mismatch(Kind::outcomes, "m") != nullptr);
        CHECK_FALSE(report.mismatch(Kind::outcomes, "m")->confirmed);
        CHECK(world.node.traffic().calls("getLedgerEntries") == 1);
    }
}

namespace {

/// Two endpoints, of which the first does not show yet what the rows say, and is at ledger 1002 when they are first
/// compared; the second does, and is one ledger behind it.
struct Takeover {
    Takeover() {
        stay(world);
        world.node.ledger().set_age(-2s); // ledgers are dated to the second
        second.ledger().deploy_asset(world.asset);
        second.ledger().set_trust_line(account(1), world.asset, 10'000'000);
        second.ledger().set_market(contract(2), 2, 1);
        second.ledger().set_age(-2s);
        second.start();
        plan.kinds = {Kind::outcomes, Kind::balances};
        plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate);
        plan.confirm_attempts = 1;
        plan.max_ledger_age = 600ms;
        plan.endpoints = {world.node.url(), second.url()};
        plan.witness = &looks;
        plan.on_event = [this](const std::string& event) { stalled += event == "NODE_STALLED" ? 1 : 0; };
        plan.on_turn = [this](const Report& so_far) { turn(so_far); };
    }
    void turn(const Report& so_far) {
        if (!gone_on && so_far.log.find("RPC_ENDPOINT") != std::string::npos) {
            gone_on = true;
            world.node.ledger().close(2);
            second.ledger().close();
        }
        if (!compared && looks.users[0] > 0 && looks.markets[0] > 0) {
            compared = true;
            if (after_first_look) after_first_look();
        }
        const bool serves = so_far.log.find(second.url() + R"(","network")") != std::string::npos;
        if (!taken_over && serves) {
            taken_over = true;
            if (moves_on) second.ledger().set_close_interval(150ms);
        }
    }

    World world;
    devnet::Server second;
    Plan plan;
    Looks looks;
    std::function<void()> after_first_look;
    bool moves_on = true; // the second, once it serves
    bool gone_on = false;
    bool compared = false;
    bool taken_over = false;
    int stalled = 0;
};

} // namespace

TEST_CASE("An endpoint that takes over from one that stalls has time of its own to come to a later ledger",
          "[integration][confirmation]") {
    Takeover takeover;
    takeover.moves_on = GENERATE(true, false);
    const Report report = run(takeover.world, takeover.plan);
    INFO(report.log);
    REQUIRE(takeover.taken_over);
    if (takeover.moves_on) {
        CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 1, 0});
        CHECK(report.counts(Kind::balances) == Counts{0, 0, 1, 0});
        CHECK(takeover.stalled == 0);
    } else {
        CHECK(takeover.stalled == 1);
        REQUIRE(report.mismatch(Kind::outcomes, "m") != nullptr);
        CHECK_FALSE(report.mismatch(Kind::outcomes, "m")->confirmed);
        CHECK(report.mismatch(Kind::outcomes, "m")->seen.ledger == 1002);
        CHECK(report.counts(Kind::balances) == Counts{0, 1, 0, 0});
    }
}

TEST_CASE("A recheck that its endpoint fails to answer waits for a later ledger of the one that takes over",
          "[integration][confirmation]") {
    Takeover takeover;
    takeover.after_first_look = [&] {
        takeover.world.node.ledger().close(); // so that the recheck is asked of it
        for (const char* method : {"getLedgerEntries", "simulateTransaction"}) {
            takeover.world.node.faults().add({.fault = devnet::StatusFault{.status = 503}, .method = method});
        }
    };
    const Report report = run(takeover.world, takeover.plan);
    INFO(report.log);
    REQUIRE(takeover.taken_over);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 1, 0});
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 1, 0});
}
