// Whole cycles: a real PostgreSQL, a devnet over real HTTP.
#include "checks.hpp"
#include "integration/world.hpp"

#include "printers.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <thread>

using namespace std::chrono_literals;
using integration::account;
using integration::contract;
using integration::hex_id;
using integration::muxed_account;
using integration::muxed_contract;
using integration::Plan;
using integration::Report;
using integration::run;
using integration::usdc;
using integration::World;

namespace {

using Counts = std::array<std::uint64_t, 4>; // matched, mismatched, transient, errors

/// In sync on every side, with every kind of wallet and of contract address.
void fill_in_sync(World& world) {
    world.open_market("o1", contract(1), "350", "650", std::pair{3'500'000'000U, 6'500'000'000U});
    world.open_market("o2", hex_id(2), "0.01", "0.03", std::pair{1U, 3U});
    world.open_market("o3", contract(3), "0", "0", std::pair{0U, 0U});
    world.resolved_market("r1", contract(11), 1, 2, 1);
    world.resolved_market("r2", contract(12), 0, 2, 0);
    world.resolved_market("r3", contract(13), std::nullopt, 1, std::nullopt);
    world.user("u1", account(21), "12.345", 123'450'000);
    world.user("u2", contract(22), "7", 70'000'000);
    world.user("u3", muxed_account(23), "1.0000001", 10'000'001);
    world.user("u4", muxed_contract(24), "0", std::nullopt);
    world.user("u5", account(25), "0", std::nullopt);
}

} // namespace

TEST_CASE("All in sync, in both of Prisma's spellings and every read mode", "[integration][cycle]") {
    fakes::Tables tables;
    tables.camel_case = GENERATE(false, true);
    World world(tables);
    fill_in_sync(world);
    Plan plan;
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate, verify::ReadMode::automatic);
    plan.confirm_attempts = 1;
    const Report report = run(world, plan);
    CHECK(report.misconfigured == std::nullopt);
    CHECK(report.counts(Kind::odds) == Counts{3, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{3, 0, 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{5, 0, 0, 0});
    CHECK(report.summary.status() == verify::Status::in_sync);
    CHECK(report.summary.exit_code({}) == base::ExitCode::in_sync);
    CHECK(report.summary.network == stellar::test_network_passphrase);
    CHECK(report.summary.first_ledger == 1000U);
}

TEST_CASE("Odds that differ by more than the threshold are a mismatch with all that belongs to it",
          "[integration][cycle]") {
    World world;
    world.open_market("same", contract(1), "35", "65", std::pair{34U, 66U}); // 0.65 against 0.66: not more than 0.01
    world.node.ledger().close();
    world.open_market("differs", contract(2), "50", "50", std::pair{4'000U, 6'000U});
    world.open_market("empty on chain", contract(3), "50", "50", std::pair{0U, 0U});
    world.open_market("empty in the database", contract(4), "0", "0", std::pair{5U, 5U});
    world.node.ledger().close(5);
    Plan plan;
    plan.confirm_attempts = GENERATE(0U, 1U, 2U);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::odds) == Counts{1, 3, 0, 0});
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
    const verify::Mismatch* found = report.mismatch(Kind::odds, "differs");
    REQUIRE(found != nullptr);
    CHECK(found->title == "Market differs");
    CHECK(found->address == contract(2));
    CHECK(found->priority() == verify::Priority::normal);
    CHECK(found->confirmed == (plan.confirm_attempts > 0));
    CHECK(found->seen.ledger == 1006 + plan.confirm_attempts); // each recheck is of the next ledger
    CHECK(found->seen.last_modified_ledger == 1001U);
    const auto& difference = found->difference.as<verify::OddsDifference>();
    CHECK(difference.database == verify::Reserves{500'000'000, 500'000'000});
    CHECK(difference.chain == verify::Reserves{4'000, 6'000});
    CHECK(verify::format_odds(difference.database_odds.yes) == "0.5");
    CHECK(verify::format_odds(difference.chain_odds.yes) == "0.6");
    CHECK(verify::format_odds(difference.difference) == "0.1");
    CHECK(report.mismatch(Kind::odds, "empty on chain") != nullptr);
    CHECK(report.mismatch(Kind::odds, "empty in the database") != nullptr);
}

TEST_CASE("Every way in which an outcome can differ is a critical mismatch", "[integration][cycle]") {
    World world;
    world.resolved_market("yes is no", contract(1), 1, 2, 0);
    world.resolved_market("not resolved on chain", contract(2), 1, 1, std::nullopt);
    world.resolved_market("no outcome in the database", contract(3), std::nullopt, 2, 1);
    world.resolved_market("impossible", contract(4), 7, 2, 1);
    world.resolved_market("state outranks outcome", contract(5), 1, 0, 1);
    world.resolved_market("same", contract(6), 1, 2, 1);
    world.resolved_market("disputed", contract(7), 1, 3, 1);
    world.resolved_market("cancelled", contract(8), 0, 4, std::nullopt);
    world.resolved_market("initializing", contract(9), 1, 5, std::nullopt);
    world.resolved_market("unknown state", contract(10), 1, 4'294'967'295, 1);
    world.resolved_market("disputed, and no outcome in the database", contract(14), std::nullopt, 3, 1);
    world.resolved_market("seven is seven", contract(15), 7, 2, 7);
    world.resolved_market("one is seven", contract(16), 1, 2, 7);
    Plan plan;
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate, verify::ReadMode::automatic);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{3, 10, 0, 0});
    const auto status = [&report](const char* id) {
        const auto* mismatch = report.mismatch(Kind::outcomes, id);
        REQUIRE(mismatch != nullptr);
        return mismatch->difference.as<verify::OutcomeDifference>().chain_status;
    };
    CHECK(status("yes is no") == 2U);
    CHECK(status("not resolved on chain") == 1U);
    CHECK(status("disputed") == 3U);
    CHECK(status("cancelled") == 4U);
    CHECK(status("initializing") == 5U);
    CHECK(status("unknown state") == 4'294'967'295U);
    for (const verify::Mismatch& mismatch : report.summary.mismatches()) {
        CHECK(mismatch.priority() == verify::Priority::critical);
    }
    const auto* unresolved = report.mismatch(Kind::outcomes, "not resolved on chain");
    REQUIRE(unresolved != nullptr);
    CHECK(unresolved->difference.as<verify::OutcomeDifference>().database == 1);
    CHECK(unresolved->difference.as<verify::OutcomeDifference>().chain == std::nullopt);
}

TEST_CASE("A hex market id's outcome is asked of the shared contract, by simulation, in every mode",
          "[integration][cycle]") {
    World world;
    const stellar::Hash shared = integration::numbered_id(77);
    world.resolved_market("own", contract(1), 1, 2, 1);
    world.flush();
    world.node.ledger().deploy_shared_market(shared);
    world.node.ledger().set_shared_market(shared, hex_id(2), 2, 0);
    world.database.insert(fakes::Market{"hex", hex_id(2), "Hex", "RESOLVED", "0", "0", "1"}, world.tables);
    Plan plan;
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::automatic);
    plan.kinds = {Kind::outcomes};
    SECTION("with MARKET_CONTRACT_ADDRESS") {
        plan.market_contract = shared;
        const Report report = run(world, plan);
        CHECK(report.counts(Kind::outcomes) == Counts{1, 1, 0, 0});
        CHECK(report.mismatch(Kind::outcomes, "hex") != nullptr);
        CHECK(world.node.traffic().calls("simulateTransaction") == 2); // the control, too
    }
    SECTION("without it the address is no address") {
        const Report report = run(world, plan);
        CHECK(report.counts(Kind::outcomes) == Counts{1, 0, 0, 1});
        REQUIRE(report.error("outcomes", "hex") != nullptr);
        CHECK(report.error("outcomes", "hex")->reason == verify::Reason::bad_address);
    }
}

TEST_CASE("Balances that differ by more than the threshold are mismatches, to the stroop", "[integration][cycle]") {
    World world;
    world.user("at the threshold", account(1), "1.000001", 10'000'000);
    world.user("one stroop more", account(2), "1.0000011", 10'000'000);
    world.user("contract", contract(3), "0", 5'000'000'000);
    world.user("muxed", muxed_account(4), "3", 40'000'000);
    world.user("muxed contract", muxed_contract(5), "3", 40'000'000);
    world.user("no trust line", account(6), "2", std::nullopt);
    world.user("negative", account(7), "-1", 0);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate, verify::ReadMode::automatic);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{1, 6, 0, 0});
    const auto* found = report.mismatch(Kind::balances, "one stroop more");
    REQUIRE(found != nullptr);
    CHECK(found->address == account(2));
    const auto& difference = found->difference.as<verify::BalanceDifference>();
    CHECK(difference.database == 10'000'011);
    CHECK(difference.chain == 10'000'000);
    CHECK(difference.difference == 11);
    CHECK(report.mismatch(Kind::balances, "no trust line")->difference.as<verify::BalanceDifference>().chain == 0);
    CHECK(report.mismatch(Kind::balances, "negative")->difference.as<verify::BalanceDifference>().database ==
          -10'000'000);
}

TEST_CASE("One bad item never harms another", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    world.user("bad address", "GABC", "1", std::nullopt);
    world.user("pool", "LA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUPJN", "1", std::nullopt);
    world.user("issuer", stellar::to_strkey({stellar::Address::Kind::account, world.asset.issuer}), "1", std::nullopt);
    world.user("too large", account(31), "1234567890123456789012345678901234", 0);
    world.user("differs", account(32), "5", 0);
    world.flush();
    world.database.insert(fakes::User{"null", account(33), std::nullopt}, world.tables);
    world.database.insert(fakes::User{"nan", account(34), "NaN"}, world.tables);
    world.database.insert(fakes::User{"none", std::nullopt, "5"}, world.tables);
    world.database.insert(fakes::User{"blank", " \t", "5"}, world.tables);
    world.database.insert(fakes::Market{"negative", contract(41), "T", "OPEN", "-1", "1"}, world.tables);
    world.database.insert(fakes::Market{"no address", std::nullopt, "T", "OPEN", "1", "1"}, world.tables);
    world.database.insert(fakes::Market{"closed", "rubbish", "T", "CLOSED", "1", "1"}, world.tables);
    world.database.insert(fakes::Market{"undeployed", contract(42), "T", "RESOLVED", "1", "1", "1"}, world.tables);
    // An entry that is no entry, and one of another key.
    std::string key;
    stellar::append_trust_line_key(key, integration::numbered_id(35), world.asset);
    world.node.ledger().set_raw(key, "rubbish");
    world.user("undecodable", account(35), "5", std::nullopt);
    const Report report = run(world);
    CHECK(report.counts(Kind::odds) == Counts{3, 0, 0, 2});
    CHECK(report.counts(Kind::outcomes) == Counts{3, 0, 0, 1});
    CHECK(report.counts(Kind::balances) == Counts{5, 1, 0, 7});
    CHECK(report.summary.skipped(Kind::balances) == 2);
    const auto reason = [&report](const char* operation, const char* id) {
        const verify::Error* error = report.error(operation, id);
        return error == nullptr ? "none" : verify::name(error->reason);
    };
    CHECK(reason("balances", "bad address") == "BAD_ADDRESS");
    CHECK(reason("balances", "pool") == "BAD_ADDRESS");
    CHECK(reason("balances", "issuer") == "BAD_ADDRESS");
    CHECK(reason("balances", "too large") == "BAD_VALUE");
    CHECK(reason("balances", "null") == "BAD_VALUE");
    CHECK(reason("balances", "nan") == "BAD_VALUE");
    CHECK(reason("balances", "undecodable") == "DECODE");
    CHECK(reason("odds", "negative") == "BAD_VALUE");
    CHECK(reason("odds", "no address") == "BAD_ADDRESS");
    CHECK(reason("outcomes", "undeployed") == "CONTRACT");
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
    CHECK(report.summary.exit_code({.mismatch = false, .incomplete = true}) == base::ExitCode::incomplete);
    CHECK(report.summary.exit_code({.mismatch = false, .incomplete = false}) == base::ExitCode::in_sync);
}

TEST_CASE("A cycle whose last rows need no chain read ends at once", "[integration][cycle]") {
    World world;
    world.database.insert(fakes::User{"none", std::nullopt, "5"}, world.tables);
    world.database.insert(fakes::User{"bad", "nowhere", "5"}, world.tables);
    const auto start = std::chrono::steady_clock::now();
    const Report report = run(world);
    CHECK(std::chrono::steady_clock::now() - start < 10s); // the deadline is 30 s away
    CHECK_FALSE(report.summary.timed_out);
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 1});
}

TEST_CASE("A market with an entry absent or of another type is asked of its contract in the mode auto",
          "[integration][cycle]") {
    World world;
    // No pool: the contract says (0, 0), storage confirms that the pool does not exist.
    world.open_market("no pool", contract(1), "1", "1", std::nullopt);
    // A reserve that is gone from storage: the contract, which loads it, says 0 for it.
    world.open_market("one reserve", contract(2), "1", "1", std::pair{10U, 10U});
    std::string key;
    stellar::append_pool_no_reserve_key(key, world.amm, integration::made_id(2));
    REQUIRE(world.node.ledger().remove(key));
    Plan plan;
    plan.kinds = {Kind::odds};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::odds) == Counts{0, 2, 0, 0});
    CHECK(world.node.traffic().calls("simulateTransaction") == 2);
    CHECK(world.node.traffic().calls("getLedgerEntries") == 3); // the markets' ids, first of all
}

TEST_CASE("A simulated pool of nothing is not believed where storage says that the pool exists",
          "[integration][cycle]") {
    World world;
    world.open_market("hidden", contract(1), "1", "3", std::pair{1U, 3U});
    Plan plan;
    plan.kinds = {Kind::odds};
    plan.mode = verify::ReadMode::simulate;
    SECTION("the stored reserves count") {
        // A node that fails to load the entries simulates as if they did not exist.
        devnet::RpcSettings settings = world.node.rpc_settings();
        settings.simulation_loses_entries = true;
        world.node.set_rpc_settings(settings);
        const Report report = run(world, plan);
        CHECK(report.counts(Kind::odds) == Counts{1, 0, 0, 0});
    }
    SECTION("absent too, it is an error") {
        for (const bool yes : {true, false}) {
            std::string key;
            if (yes) stellar::append_pool_yes_reserve_key(key, world.amm, integration::made_id(1));
            if (!yes) stellar::append_pool_no_reserve_key(key, world.amm, integration::made_id(1));
            REQUIRE(world.node.ledger().remove(key));
        }
        const Report report = run(world, plan);
        CHECK(report.counts(Kind::odds) == Counts{0, 0, 0, 1});
        CHECK(report.error("odds", "hidden")->reason == verify::Reason::contract);
    }
}

TEST_CASE("An archived entry counts with its last value and is marked", "[integration][cycle]") {
    World world;
    world.user("archived", contract(1), "5", 70'000'000);
    std::string key;
    stellar::append_token_balance_key(key, stellar::asset_contract_id(world.asset, stellar::test_network_passphrase),
                                      {stellar::Address::Kind::contract, integration::numbered_id(1)});
    REQUIRE(world.node.ledger().archive(key));
    const Report report = run(world);
    const auto* found = report.mismatch(Kind::balances, "archived");
    REQUIRE(found != nullptr);
    CHECK(found->seen.archived);
    CHECK(found->difference.as<verify::BalanceDifference>().chain == 70'000'000);
}

TEST_CASE("An entry is alive in the last ledger that it lives until", "[integration][cycle]") {
    World world;
    world.user("last ledger", contract(1), "5", std::nullopt);
    world.node.ledger().set_contract_balance(contract(1), 70'000'000, {.live_until = world.node.ledger().latest()});
    const Report report = run(world);
    const auto* found = report.mismatch(Kind::balances, "last ledger");
    REQUIRE(found != nullptr);
    CHECK_FALSE(found->seen.archived);
}

TEST_CASE("A token that is no Stellar Asset Contract keeps every balance as contract data", "[integration][cycle]") {
    World world;
    const stellar::Hash token = integration::numbered_id(500);
    world.node.ledger().deploy_token(token);
    world.user("account", account(1), "2", std::nullopt);
    world.user("contract", contract(2), "3", std::nullopt);
    world.user("absent", account(3), "0", std::nullopt);
    world.user("differs", account(4), "1", std::nullopt);
    world.node.ledger().set_contract_balance(token, account(1), 20'000'000);
    world.node.ledger().set_contract_balance(token, contract(2), 30'000'000);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.token.contract = token;
    plan.mode = GENERATE(verify::ReadMode::storage, verify::ReadMode::simulate, verify::ReadMode::automatic);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{3, 1, 0, 0});
    CHECK(report.mismatch(Kind::balances, "differs") != nullptr);
    const std::uint64_t simulated = world.node.traffic().calls("simulateTransaction");
    // In the mode auto those without an entry are asked of the contract.
    CHECK(simulated == (plan.mode == verify::ReadMode::storage    ? 0U
                        : plan.mode == verify::ReadMode::simulate ? 4U
                                                                  : 2U));
}

TEST_CASE("USDC is found from asset or contract, and the two must be one token", "[integration][cycle]") {
    World world;
    world.user("u", account(1), "5", 50'000'000);
    const stellar::Hash id = stellar::asset_contract_id(world.asset, stellar::test_network_passphrase);
    Plan plan;
    plan.kinds = {Kind::balances};
    SECTION("by contract alone, its instance naming the asset") {
        plan.token.contract = id;
        CHECK(run(world, plan).counts(Kind::balances) == Counts{1, 0, 0, 0});
    }
    SECTION("both, the same") {
        plan.token = {world.asset, id};
        CHECK(run(world, plan).counts(Kind::balances) == Counts{1, 0, 0, 0});
    }
    SECTION("both, not the same") {
        plan.token = {world.asset, integration::numbered_id(9)};
        const Report report = run(world, plan);
        CHECK(report.setting == "USDC_CONTRACT_ADDRESS");
        CHECK(world.node.traffic().calls("getLedgerEntries") == 0);
    }
    SECTION("no such contract") {
        plan.token.contract = integration::numbered_id(9);
        CHECK(run(world, plan).setting == "USDC_CONTRACT_ADDRESS");
    }
    SECTION("a network that has no known USDC") {
        world.node.ledger().report_passphrase("Standalone Network ; February 2017");
        CHECK(run(world, plan).setting == "USDC_ASSET");
    }
}

TEST_CASE("A node of another network, or one that refuses the key, ends the run before anything is compared",
          "[integration][cycle]") {
    World world;
    world.user("u", account(1), "5", 0);
    Plan plan;
    SECTION("another network") {
        plan.passphrase = std::string(stellar::public_network_passphrase);
    }
    SECTION("unauthorized") {
        world.node.faults().add({.fault = devnet::StatusFault{.status = 401}});
    }
    const Report report = run(world, plan);
    CHECK(report.setting == "SOROBAN_RPC_URL");
    CHECK(world.node.traffic().calls("getLedgerEntries") == 0);
}

TEST_CASE("A dead or stale node from the start fails the cycle, and the rows not verified are counted",
          "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    world.database.insert(fakes::User{"none", std::nullopt, "5"}, world.tables);
    Plan plan;
    SECTION("dead") {
        plan.endpoints = {"http://127.0.0.1:1/"};
    }
    SECTION("stale") {
        world.node.ledger().set_age(90s);
    }
    SECTION("starting up") {
        world.node.faults().add({.fault = devnet::StatusFault{.status = 503}});
    }
    const Report report = run(world, plan);
    CHECK(report.misconfigured == std::nullopt);
    CHECK(report.summary.status() == verify::Status::failed);
    CHECK(report.summary.exit_code({}) == base::ExitCode::unavailable);
    CHECK(report.counts(Kind::odds) == Counts{0, 0, 0, 3});
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 3});
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 5});
    REQUIRE(report.error("balances", "") != nullptr);
    CHECK(report.error("balances", "")->count == 5);
    CHECK(report.error("balances", "")->reason == verify::Reason::rpc);
}

TEST_CASE("An RPC that fails at first and then answers costs retries and nothing else", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    const auto fault = GENERATE(devnet::Fault{devnet::StatusFault{.status = 503}}, devnet::Fault{devnet::DropFault{}},
                                devnet::Fault{devnet::GarbageFault{}}, devnet::Fault{devnet::ErrorFault{}},
                                devnet::Fault{devnet::OlderLedgerFault{}},
                                devnet::Fault{devnet::StatusFault{.status = 429, .retry_after = "1"}});
    world.node.faults().add({.fault = fault, .method = "getLedgerEntries", .limit = 2});
    const Report report = run(world);
    CHECK(report.counts(Kind::odds) == Counts{3, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{3, 0, 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{5, 0, 0, 0});
    CHECK(report.summary.rpc_retries >= 1); // libcurl itself asks again where a kept connection was dropped
    CHECK(report.summary.exit_code({}) == base::ExitCode::in_sync);
}

TEST_CASE("Once the last endpoint is given up the cycle ends, with a batch begun and rows left",
          "[integration][cycle]") {
    World world;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        const bool blank = i % 100 == 7;
        world.user(fmt::format("u{:04}", i), blank ? " " : account(i), i == 3 ? "1" : "0",
                   blank ? std::nullopt : std::optional<std::int64_t>(0));
    }
    world.node.faults().add({.fault = devnet::DropFault{}, .method = "getLedgerEntries", .skip = 5});
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.page_size = 300;
    plan.confirm_attempts = 1;
    plan.confirm_delay = 100ms;
    const auto start = std::chrono::steady_clock::now();
    const Report report = run(world, plan);
    CHECK(std::chrono::steady_clock::now() - start < 15s); // the deadline is 30 s away
    CHECK_FALSE(report.summary.timed_out);
    CHECK(report.summary.tally(Kind::balances).in_scope() == 4950);
    CHECK(report.summary.skipped(Kind::balances) <= 50);
    REQUIRE(report.error("balances", "") != nullptr);
    CHECK(report.error("balances", "")->reason == verify::Reason::rpc);
    CHECK(report.error("balances", "")->count > 3000);
}

TEST_CASE("An answer that says ledger 0 is no answer", "[integration][cycle]") {
    World world;
    world.user("u", account(1), "5", 50'000'000);
    Plan plan;
    plan.kinds = {Kind::balances};
    SECTION("entries") {
        plan.mode = verify::ReadMode::storage;
        world.node.faults().add(
            {.fault =
                 devnet::GarbageFault{.body = R"({"jsonrpc":"2.0","id":3,"result":{"entries":[],"latestLedger":0}})"},
             .method = "getLedgerEntries"});
    }
    SECTION("simulation") {
        plan.mode = verify::ReadMode::simulate;
        world.node.faults().add(
            {.fault =
                 devnet::GarbageFault{
                     .body =
                         R"({"jsonrpc":"2.0","id":3,"result":{"results":[{"xdr":"AAAACgAAAAAAAAAAAAAAAAAAAAA="}],"latestLedger":0}})"},
             .method = "simulateTransaction"});
    }
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 1});
}

TEST_CASE("A row that the database refuses does not stop the others", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    Plan plan;
    plan.custom_sql.markets = "SELECT id, contract_address, title, status, CASE WHEN id = 'o2' THEN "
                              "(title || 'x')::numeric ELSE yes_liquidity END AS yes_liquidity, no_liquidity, "
                              "winning_outcome FROM markets";
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::odds) == Counts{2, 0, 0, 1});
    CHECK(report.counts(Kind::balances) == Counts{5, 0, 0, 0});
    REQUIRE(report.error("odds", "o2") != nullptr);
    CHECK(report.error("odds", "o2")->reason == verify::Reason::database);
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
}

TEST_CASE("A provider that refuses the key for the data alone ends the run as one that refuses it at once",
          "[integration][cycle]") {
    World world;
    world.user("u", account(1), "5", 0);
    world.node.faults().add({.fault = devnet::StatusFault{.status = 401}, .method = "getLedgerEntries"});
    CHECK(run(world).setting == "SOROBAN_RPC_URL");
}

TEST_CASE("Where getHealth cannot be had the latest ledger tells the age", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    const auto fault =
        GENERATE(devnet::Fault{devnet::StatusFault{.status = 404}}, devnet::Fault{devnet::StatusFault{.status = 500}},
                 devnet::Fault{devnet::GarbageFault{}});
    world.node.faults().add({.fault = fault, .method = "getHealth"});
    CHECK(run(world).summary.status() == verify::Status::in_sync);
}

TEST_CASE("An endpoint behind the ledger seen at the start is passed over", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    devnet::Server behind;
    behind.ledger().set_latest(900);
    behind.start();
    world.node.faults().add({.fault = devnet::DropFault{}, .method = "getLedgerEntries"});
    Plan plan;
    plan.endpoints = {world.node.url(), behind.url()};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 5});
    REQUIRE(report.error("balances", "") != nullptr); // one for all, not one each
    CHECK(behind.traffic().calls("getLedgerEntries") == 0);
}

TEST_CASE("The next endpoint takes over where the first is dead", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    Plan plan;
    plan.endpoints = {"http://127.0.0.1:1/", world.node.url()};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{5, 0, 0, 0});
    CHECK(report.summary.status() == verify::Status::in_sync);
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
}

TEST_CASE("At the deadline the result is partial, and every row stands in it", "[integration][cycle]") {
    World world;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        world.user(fmt::format("u{:04}", i), account(i), i % 200 == 3 ? "1" : "0", 0); // wherever the 200 begin: one
    }
    // The first call is answered, the next ones never.
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = 1});
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.timeout = 4s;
    plan.page_size = 300;
    plan.max_in_flight = 1;
    plan.confirm_attempts = 1;
    const auto start = std::chrono::steady_clock::now();
    const Report report = run(world, plan);
    CHECK(std::chrono::steady_clock::now() - start < 14s);
    CHECK(report.summary.timed_out);
    const auto [matched, mismatched, transient, errors] = report.counts(Kind::balances);
    CHECK(matched == 199);
    CHECK(mismatched == 1); // a suspect nobody could look at again
    CHECK(transient == 0);
    CHECK(errors == 800);
    REQUIRE(report.summary.mismatches().size() == 1);
    CHECK_FALSE(report.summary.mismatches().begin()->confirmed);
    REQUIRE(report.error("balances", "") != nullptr);
    CHECK(report.error("balances", "")->reason == verify::Reason::not_reached);
    CHECK(report.error("balances", "")->count == 800);
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
}

TEST_CASE("Wallets of one account are asked once, and each is compared", "[integration][cycle]") {
    World world;
    world.user("g", account(1), "5", 50'000'000);
    world.user("m", muxed_account(1), "5", 50'000'000);
    world.user("m too", muxed_account(1, 8), "6", 50'000'000);
    Plan plan;
    plan.kinds = {Kind::balances};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{2, 1, 0, 0});
    CHECK(world.node.traffic().keys_per_call() == std::vector<std::size_t>{1});
}

TEST_CASE("Chosen markets and users are checked alone, and one that is not there is said to be not there",
          "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    Plan plan;
    plan.kinds = {Kind::odds, Kind::outcomes};
    plan.markets = {"o1", "r1", "nobody"};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::odds) == Counts{1, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{1, 0, 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 0});
    REQUIRE(report.error("market", "nobody") != nullptr);
    CHECK(report.error("market", "nobody")->reason == verify::Reason::not_found);
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
}

TEST_CASE("An id that is no id of the column's type is not found", "[integration][cycle]") {
    fakes::Tables tables;
    tables.id_type = "uuid";
    World world(tables);
    const std::string id = "6f0c1f9e-33a4-4a52-9a4f-0a8b7b3d7c11";
    world.user(id, account(1), "0", 0);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.users = {"6F0C1F9E-33A4-4A52-9A4F-0A8B7B3D7C11", "not a uuid"};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{1, 0, 0, 0});
    CHECK(report.error("user", "not a uuid") != nullptr);
}

TEST_CASE("The two SQL settings replace the tables", "[integration][cycle]") {
    World world;
    fill_in_sync(world);
    Plan plan;
    plan.custom_sql.users = "SELECT id, wallet_address, usdc_balance FROM users WHERE id <> 'u1' -- not the first";
    plan.custom_sql.markets = "SELECT id, contract_address, title, 'Open' AS status, yes_liquidity, no_liquidity, "
                              "winning_outcome FROM markets WHERE status = 'OPEN'";
    const Report report = run(world, plan);
    CHECK(report.misconfigured == std::nullopt);
    CHECK(report.counts(Kind::balances) == Counts{4, 0, 0, 0});
    CHECK(report.counts(Kind::odds) == Counts{3, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 0});
}

TEST_CASE("10,000 users and 1,000 markets: every verdict right, the fewest possible requests",
          "[integration][cycle][scale]") {
    World world;
    constexpr std::uint32_t users = 10'000;
    constexpr std::uint32_t markets = 1'000;
    // Numbers divisible by 97 (users) and 41 (markets) drift; every tenth wallet is a contract.
    for (std::uint32_t i = 0; i < users; ++i) {
        const std::int64_t stroops = 10'000'000LL * (i % 1000);
        world.user(fmt::format("u{:05}", i), i % 10 == 0 ? contract(i) : account(i), usdc(stroops),
                   stroops + (i % 97 == 0 ? 11 : 0));
    }
    for (std::uint32_t i = 0; i < markets; ++i) {
        const std::string address = contract(100'000 + i);
        const bool drifts = i % 41 == 0;
        if (i % 2 == 0) {
            world.open_market(fmt::format("m{:04}", i), address, "40", "60",
                              std::pair<base::u128, base::u128>{drifts ? 50U : 40U, drifts ? 50U : 60U});
        } else {
            world.resolved_market(fmt::format("m{:04}", i), address, 1, 2, drifts ? 0 : 1);
        }
    }
    Plan plan;
    plan.max_reported = 100'000;
    const Report report = run(world, plan);
    std::uint64_t wrong = 0;
    std::array<std::uint64_t, 3> drifting{};
    for (std::uint32_t i = 0; i < users; ++i) {
        const bool found = report.mismatch(Kind::balances, fmt::format("u{:05}", i)) != nullptr;
        wrong += found != (i % 97 == 0) ? 1 : 0;
        drifting[2] += i % 97 == 0 ? 1 : 0;
    }
    for (std::uint32_t i = 0; i < markets; ++i) {
        const verify::Check kind = i % 2 == 0 ? Kind::odds : Kind::outcomes;
        const bool found = report.mismatch(kind, fmt::format("m{:04}", i)) != nullptr;
        wrong += found != (i % 41 == 0) ? 1 : 0;
        drifting[i % 2] += i % 41 == 0 ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(report.counts(Kind::odds) == Counts{500 - drifting[0], drifting[0], 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{500 - drifting[1], drifting[1], 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{users - drifting[2], drifting[2], 0, 0});
    // 3 keys a market (an open one's id first, then its reserves), 1 a user. No group of keys is torn apart, so that a
    // call takes 66 resolved markets.
    const std::uint64_t keys = 3 * markets + users;
    CHECK(world.node.traffic().calls("getLedgerEntries") >= (keys + 199) / 200);
    CHECK(world.node.traffic().calls("getLedgerEntries") <= keys / 198 + 4);
    CHECK(world.node.traffic().calls("simulateTransaction") == 0);
    CHECK(world.node.traffic().counters().max_in_flight <= 5);
}
