// `stellar-sync doctor`, the program itself: each point of its checklist sound and at fault.
#include "fakes/program.hpp"
#include "integration/program.hpp"
#include "stellar/base64.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <fmt/format.h>

#include <csignal>
#include <thread>

using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::pointer;
using integration::World;

using namespace std::chrono_literals;

namespace {

/// Of everything a row that is sound in both ways of reading.
void fill(World& world) {
    world.open_market("m1", contract(1), "50", "50", std::pair{500U, 500U});
    world.resolved_market("m2", contract(2), 1, 2, 1);
    world.user("u1", account(3), "1", 10'000'000);
    world.flush();
}

/// The environment for a role that may do no more than it has to.
Environment reader_environment(World& world) {
    world.database.exec("GRANT SELECT ON markets, users TO reader");
    world.database.exec_as_superuser("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    Environment environment = environment_of(world);
    environment["DATABASE_URL"] = world.database.url("reader");
    return environment;
}

/// As it stands in a request.
std::string yes_reserve_key(const World& world, std::uint32_t market) {
    std::string key;
    stellar::append_pool_yes_reserve_key(key, world.amm, integration::made_id(market));
    return stellar::to_base64(key);
}

/// "status: found" of a point; what the program said where there is none.
std::string point(const Ended& ended, std::string_view what) {
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    if (parser.parse(ended.out).get(json) != simdjson::SUCCESS) return "no JSON: " + ended.out + ended.err;
    for (const simdjson::dom::element each : json["points"]) {
        if (std::string_view(each["what"]) == what)
            return fmt::format("{}: {}", std::string_view(each["status"]), std::string_view(each["found"]));
    }
    return "no such point: " + ended.out;
}

Ended examined(const Environment& environment, std::vector<std::string> more = {}) {
    more.insert(more.begin(), "doctor");
    Ended ended = run_program(std::move(more), environment);
    CHECK(pointer(ended.out, "/exitCode") == fmt::to_string(ended.code));
    CHECK(pointer(ended.out, "/ready") == (ended.code == 0 ? "true" : "false"));
    // The passwords of all databases, and the key in the URLs below.
    for (const char* secret : {"s3cret", "S3CRET"}) {
        CHECK(ended.out.find(secret) == std::string::npos);
        CHECK(ended.err.find(secret) == std::string::npos);
    }
    return ended;
}

} // namespace

TEST_CASE("doctor: where everything is sound it is ready, without a warning, and nothing is left behind",
          "[integration][program][doctor]") {
    World world;
    fill(world);
    Environment environment = reader_environment(world);
    environment["SYNC_WATERMARK_SQL"] = "SELECT 990";
    const Ended ended = examined(environment);
    INFO(ended.out);
    CHECK(ended.code == 0);
    CHECK(ended.out.find("\"warning\"") == std::string::npos);
    CHECK(ended.out.find("\"skipped\"") == std::string::npos);
    CHECK_THAT(point(ended, "connection"), Catch::StartsWith("ok: PostgreSQL "));
    CHECK(point(ended, "encryption") == "ok: none, on this machine");
    CHECK(point(ended, "role") == "ok: reader can change nothing");
    CHECK(point(ended, "table markets") == "ok: \"public\".\"markets\" has every column, and they can be read");
    CHECK(point(ended, "index of users") == "ok: users_pkey serves the order of id");
    CHECK(point(ended, "rows of odds") == "ok: 1 markets with status OPEN");
    CHECK(point(ended, "rows of balances") == "ok: 1 users with a wallet");
    CHECK(point(ended, "indexer") == "ok: it has processed ledger 990, 10 behind the node");
    CHECK_THAT(point(ended, world.node.url()),
               Catch::StartsWith("ok: network \"Test SDF Network ; September 2015\", ledger 1000 closed 0 s ago") &&
                   Catch::EndsWith(" ms"));
    CHECK_THAT(point(ended, "keys in one call"), Catch::StartsWith("ok: 200, answered in "));
    CHECK_THAT(point(ended, "AMM contract"), Catch::EndsWith(" is there"));
    CHECK_THAT(point(ended, "token"), Catch::StartsWith("ok: USDC:G"));
    CHECK(point(ended, "token contract") == "ok: it is there");
    CHECK(point(ended, "function get_pool_state") == "ok: for market m1: reserves 500 and 500");
    CHECK(point(ended, "storage of odds") == "ok: recognised: reserves 500 and 500");
    CHECK(point(ended, "function get_market_state") == "ok: for market m2: outcome YES");
    CHECK(point(ended, "storage of outcomes") == "ok: recognised: outcome YES");
    CHECK(point(ended, "balance") == "ok: for user u1: 1.0000000 USDC");
}

TEST_CASE("doctor: each setting is shown with its origin, and no secret", "[integration][program][doctor]") {
    World world;
    fill(world);
    Environment environment = reader_environment(world);
    environment["SOROBAN_RPC_URL"] += "/?key=S3CRET";
    const Ended ended = examined(environment, {"--only", "balances", "--max-retries", "0"});
    INFO(ended.out);
    CHECK(ended.code == 0);
    CHECK(pointer(ended.out, "/settings/0/name") == "\"DATABASE_URL\"");
    CHECK(pointer(ended.out, "/settings/0/origin") == "\"environment\"");
    CHECK(ended.out.find(R"({"name":"SYNC_MAX_RETRIES","value":"0","origin":"flag"})") != std::string::npos);
    CHECK(ended.out.find(R"({"name":"SYNC_RATE_LIMIT","value":"5","origin":"default"})") != std::string::npos);
    CHECK(ended.out.find(R"({"name":"USDC_ASSET","value":"","origin":""})") != std::string::npos);
    CHECK(ended.out.find("rows of odds") == std::string::npos); // what is not asked for is not tried
    environment["SYNC_MAX_RETRYS"] = "1";
    CHECK_THAT(point(examined(environment), "SYNC_MAX_RETRYS"), Catch::StartsWith("warning: "));
}

TEST_CASE("doctor: a configuration that is wrong is a checklist, too: every fault, nothing contacted",
          "[integration][program][doctor]") {
    World world;
    Environment environment = environment_of(world);
    environment["SYNC_RATE_LIMIT"] = "0";
    environment["USDC_ASSET"] = "USDC";
    const Ended ended = examined(environment);
    INFO(ended.out);
    CHECK(ended.code == 2);
    CHECK(point(ended, "SYNC_RATE_LIMIT") == "failed: it is \"0\"");
    CHECK(point(ended, "USDC_ASSET") == "failed: it is \"USDC\"");
    CHECK_THAT(point(ended, "everything else"), Catch::StartsWith("skipped"));
    CHECK(world.node.traffic().calls("getNetwork") == 0U);
    CHECK(run_program({"doctor", "--output", "none"}, environment).out.empty());
}

TEST_CASE("doctor: a role that could write is warned of", "[integration][program][doctor]") {
    World world;
    fill(world);
    Environment environment = reader_environment(world);
    SECTION("it owns the tables") {
        const Ended ended = examined(environment_of(world));
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, "role"), Catch::StartsWith("warning: app could write: ") &&
                                             Catch::Contains("change rows of public.markets, public.users"));
    }
    SECTION("superuser") {
        environment["DATABASE_URL"] = world.database.url("postgres");
        CHECK_THAT(point(examined(environment), "role"), Catch::Contains("it is a superuser"));
    }
    SECTION("one right on one column") {
        world.database.exec("GRANT UPDATE (usdc_balance) ON users TO reader");
        CHECK(point(examined(environment), "role") ==
              "warning: reader could write: it may change rows of public.users. No statement of this program does");
    }
    SECTION("CREATE on the schema") {
        world.database.exec_as_superuser("GRANT CREATE ON SCHEMA public TO reader");
        CHECK_THAT(point(examined(environment), "role"), Catch::Contains("it may create tables in the schema"));
    }
}

TEST_CASE("doctor: one table at fault does not keep the other, nor the RPC, from being looked at",
          "[integration][program][doctor]") {
    World world;
    fill(world);
    Environment environment = reader_environment(world);
    SECTION("a column is missing") {
        world.database.exec("ALTER TABLE users DROP COLUMN usdc_balance");
        const Ended ended = examined(environment);
        CHECK(ended.code == 2);
        CHECK_THAT(point(ended, "table users"), Catch::StartsWith("failed: ") && Catch::Contains("usdc_balance"));
        CHECK_THAT(point(ended, "table markets"), Catch::StartsWith("ok"));
        CHECK_THAT(point(ended, "storage of odds"), Catch::StartsWith("ok"));
        CHECK_THAT(point(ended, "one row of balances"), Catch::StartsWith("skipped"));
    }
    SECTION("a right is missing") {
        world.database.exec("REVOKE SELECT ON markets FROM reader");
        const Ended ended = examined(environment);
        CHECK(ended.code == 2);
        CHECK_THAT(point(ended, "table markets"), Catch::Contains("may not read"));
        CHECK_THAT(point(ended, "balance"), Catch::StartsWith("ok"));
    }
    SECTION("no index serves the pages") {
        world.database.exec("ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ALTER id SET NOT NULL");
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, "index of users"), Catch::StartsWith("warning: no index begins with id"));
    }
    SECTION("nothing is in scope") {
        world.database.exec("DELETE FROM users");
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK(point(ended, "rows of balances") == "warning: 0 users with a wallet");
        CHECK_THAT(point(ended, "one row of balances"), Catch::StartsWith("skipped"));
    }
}

TEST_CASE("doctor: a database that is not to be had does not keep the RPC from being looked at",
          "[integration][program][doctor]") {
    World world;
    fill(world);
    Environment environment = environment_of(world);
    environment["SYNC_MAX_RETRIES"] = "0";
    SECTION("refused connections: exit 4") {
        environment["DATABASE_URL"] = "postgresql://app:s3cret@127.0.0.1:1/x";
        const Ended ended = examined(environment);
        INFO(ended.out);
        CHECK(ended.code == 4);
        CHECK_THAT(point(ended, "connection"), Catch::StartsWith("unavailable: "));
        CHECK_THAT(point(ended, "AMM contract"), Catch::StartsWith("ok"));
        CHECK_THAT(point(ended, world.node.url()), Catch::StartsWith("ok"));
    }
    SECTION("a wrong password: exit 2") {
        environment["DATABASE_URL"] =
            fmt::format("postgresql://app:wrongs3cret@{}",
                        environment["DATABASE_URL"].substr(environment["DATABASE_URL"].find('@') + 1));
        const Ended ended = examined(environment);
        CHECK(ended.code == 2);
        CHECK_THAT(point(ended, "connection"), Catch::StartsWith("failed: "));
    }
    SECTION("no such database: exit 2") {
        environment["DATABASE_URL"] = fakes::PostgresServer::shared().url("app", "nowhere");
        CHECK(examined(environment).code == 2);
    }
}

TEST_CASE("doctor: TLS is told with its version", "[integration][program][doctor]") {
    fakes::OwnServer server;
    server.offer_tls();
    World world({}, {}, server);
    fill(world);
    Environment environment = reader_environment(world);
    environment["DATABASE_URL"] += "?sslmode=require";
    CHECK(point(examined(environment), "encryption") == "ok: TLSv1.3");
    environment["DATABASE_URL"] = world.database.url("reader") + "?sslmode=disable";
    CHECK(point(examined(environment), "encryption") == "ok: none, on this machine");
}

TEST_CASE(
    "doctor: every endpoint is asked, and one that a cycle would pass over is a warning beside one that it could use",
    "[integration][program][doctor]") {
    World world;
    fill(world);
    devnet::Server second;
    Environment environment = reader_environment(world);
    environment["SYNC_MAX_RETRIES"] = "0";
    const std::string dead = "http://127.0.0.1:1";
    SECTION("a dead one before a sound one") {
        environment["SOROBAN_RPC_URL"] = dead + "," + world.node.url();
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, dead), Catch::StartsWith("warning: getNetwork: "));
        CHECK_THAT(point(ended, world.node.url()), Catch::StartsWith("ok"));
        CHECK_THAT(point(ended, "balance"), Catch::StartsWith("ok"));
    }
    SECTION("dead ones alone: exit 4, and the database is looked at") {
        environment["SOROBAN_RPC_URL"] = dead;
        const Ended ended = examined(environment);
        CHECK(ended.code == 4);
        CHECK_THAT(point(ended, dead), Catch::StartsWith("unavailable: "));
        CHECK_THAT(point(ended, "contracts"), Catch::StartsWith("skipped"));
        CHECK_THAT(point(ended, "rows of odds"), Catch::StartsWith("ok"));
    }
    SECTION("of another network than the setting's: exit 2") {
        environment["STELLAR_NETWORK_PASSPHRASE"] = "Some other network";
        const Ended ended = examined(environment);
        CHECK(ended.code == 2);
        CHECK_THAT(point(ended, world.node.url()), Catch::StartsWith("failed: the node is of the network"));
    }
    SECTION("of another network than the first's") {
        second.ledger().report_passphrase("Some other network");
        second.start();
        environment["SOROBAN_RPC_URL"] = world.node.url() + "," + second.url();
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, second.url()), Catch::StartsWith("warning: the node is of the network"));
    }
    SECTION("the credentials refused: exit 2") {
        world.node.faults().add({.fault = devnet::StatusFault{.status = 401}});
        CHECK(examined(environment).code == 2);
    }
    SECTION("stale: exit 4") {
        world.node.ledger().set_age(10min);
        const Ended ended = examined(environment);
        CHECK(ended.code == 4);
        CHECK_THAT(point(ended, world.node.url()), Catch::StartsWith("unavailable: ") && Catch::Contains("600 s ago"));
    }
    SECTION("fewer keys in a call") {
        world.node.faults().add({.fault = devnet::ErrorFault{.code = -32602, .message = "no"}, .keys_above = 60});
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK(point(ended, "keys in one call") ==
              "warning: 50 at most, of 200 that a call may hold: so many more requests");
    }
}

TEST_CASE("doctor: contracts, functions and storage", "[integration][program][doctor]") {
    World world;
    fill(world);
    Environment environment = reader_environment(world);
    SECTION("no AMM contract at the address: exit 2") {
        environment["AMM_CONTRACT_ADDRESS"] = contract(99);
        const Ended ended = examined(environment);
        CHECK(ended.code == 2);
        CHECK(point(ended, "AMM contract") == "failed: there is no contract at this address on this network");
        CHECK_THAT(point(ended, "function get_pool_state"), Catch::StartsWith("failed: for market m1: "));
        CHECK_THAT(point(ended, "balance"), Catch::StartsWith("ok"));
    }
    SECTION("no market contract at the address") {
        environment["MARKET_CONTRACT_ADDRESS"] = contract(99);
        CHECK(point(examined(environment), "market contract") ==
              "failed: there is no contract at this address on this network");
    }
    SECTION("a market contract that holds one market, or was never initialized") {
        environment["MARKET_CONTRACT_ADDRESS"] = contract(98);
        world.node.ledger().set_market(contract(98), 2, 1);
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, "market held"), Catch::StartsWith("warning: it holds one market only: "));
        world.node.ledger().set_market_id(contract(98), std::nullopt);
        CHECK_THAT(point(examined(environment), "market held"), Catch::StartsWith("no such point"));
        world.database.exec("DELETE FROM markets WHERE id = 'm2'");
        world.resolved_row("hex", integration::hex_id(7), 1);
        world.flush();
        const Ended unknown = examined(environment);
        CHECK(unknown.code == 2);
        CHECK_THAT(point(unknown, "function get_market_state"), Catch::Contains("does not know this market"));
    }
    SECTION("a function of another name is not missed where storage tells") {
        environment["SYNC_POOL_FUNCTION"] = "no_such";
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, "function no_such"), Catch::StartsWith("warning: for market m1: "));
        environment["SYNC_READ_MODE"] = "simulate";
        CHECK(examined(environment).code == 2);
    }
    SECTION("storage of another layout is not missed where the function answers") {
        // The entries are lost in answers to reads, while the contract still knows its pool.
        world.node.faults().add({.fault = devnet::EntriesFault{.how = devnet::EntriesFault::How::wrong_type},
                                 .method = "getLedgerEntries",
                                 .containing = yes_reserve_key(world, 1)});
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, "storage of odds"), Catch::StartsWith("warning: for market m1: "));
        CHECK_THAT(point(ended, "function get_pool_state"), Catch::StartsWith("ok"));
        environment["SYNC_READ_MODE"] = "storage";
        CHECK(examined(environment).code == 2);
    }
    SECTION("no such token") {
        environment["USDC_CONTRACT_ADDRESS"] = contract(99);
        const Ended ended = examined(environment);
        CHECK(ended.code == 2);
        CHECK_THAT(point(ended, "token"), Catch::StartsWith("failed: there is no contract"));
        CHECK_THAT(point(ended, "one row of balances"), Catch::StartsWith("skipped"));
    }
    SECTION("an asset whose contract is not deployed") {
        environment["USDC_ASSET"] = "EURC:" + account(77);
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK_THAT(point(ended, "token contract"), Catch::StartsWith("warning: "));
    }
    SECTION("an indexer that lags") {
        environment["SYNC_WATERMARK_SQL"] = "SELECT 100";
        const Ended ended = examined(environment);
        CHECK(ended.code == 0);
        CHECK(point(ended, "indexer") == "warning: it has processed ledger 100, 900 behind the node");
        environment["SYNC_WATERMARK_SQL"] = "SELECT 'x'";
        CHECK(examined(environment).code == 2);
    }
}

TEST_CASE("doctor: a silent part has its share of the time, and the others theirs", "[integration][program][doctor]") {
    World world;
    fill(world);
    devnet::Server silent;
    silent.start();
    silent.faults().add({.fault = devnet::HangFault{}});
    Environment environment = reader_environment(world);
    environment["SYNC_TIMEOUT_MS"] = "6000";
    environment["SOROBAN_RPC_URL"] = silent.url() + "," + world.node.url();
    const Ended ended = examined(environment);
    INFO(ended.out);
    CHECK(ended.code == 0);
    CHECK_THAT(point(ended, silent.url()), Catch::StartsWith("warning: "));
    CHECK_THAT(point(ended, "balance"), Catch::StartsWith("ok"));
}

TEST_CASE("doctor: a signal ends it at once, with what is known by then", "[integration][program][doctor]") {
    World world;
    fill(world);
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries"});
    fakes::Program program({"doctor"}, reader_environment(world), {});
    while (world.node.faults().struck() == 0) std::this_thread::sleep_for(10ms);
    program.signal(SIGTERM);
    const Ended ended = program.wait(10s);
    CHECK(ended.code == 143);
    CHECK_FALSE(ended.killed);
    CHECK_THAT(point(ended, "role"), Catch::StartsWith("ok"));
}

TEST_CASE("doctor: it alerts nobody and writes nothing, and says in words what it has found",
          "[integration][program][doctor]") {
    World world;
    fill(world);
    world.database.exec("UPDATE users SET usdc_balance = 5");
    const Ended ended = run_program({"doctor", "--output", "text"}, reader_environment(world));
    CHECK(ended.code == 0); // a difference is for run to find
    CHECK_THAT(ended.out, Catch::Contains("SETTINGS\n") && Catch::Contains("STELLAR RPC\n"));
    CHECK_THAT(ended.out, Catch::EndsWith("READY: a cycle can run.\n"));
    for (std::size_t start = 0, end; (end = ended.out.find('\n', start)) != std::string::npos; start = end + 1)
        CHECK(end - start <= 80);
}
