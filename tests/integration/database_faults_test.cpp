// Whole cycles while the database refuses, or its connections break. A server that stops is in server_faults_test.cpp.
#include "checks.hpp"
#include "integration/database_faults.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>

using namespace std::chrono_literals;
using Catch::Contains;
using fakes::Ended;
using fakes::PostgresServer;
using integration::account;
using integration::check_users;
using integration::fill_users;
using integration::kill_connections;
using integration::member;
using integration::Plan;
using integration::program_environment;
using integration::Report;
using integration::run;
using integration::run_and_look_for_password;
using integration::World;

namespace {

/// Balances alone, in pages of ten.
Plan small_pages() {
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.page_size = 10;
    return plan;
}

int turns_of(World& world, Plan plan) {
    int turns = 0;
    plan.on_turn = [&turns](const Report&) { ++turns; };
    run(world, plan);
    return turns;
}

/// The same database as a URL and as a keyword string write it.
std::vector<std::string> both_forms(const World& world, const std::string& user, const std::string& password) {
    const auto& server = PostgresServer::shared();
    std::string encoded;
    for (const char c : password) encoded += c == ':' ? "%3A" : c == '@' ? "%40" : std::string(1, c);
    return {
        fmt::format("postgresql://{}:{}@{}:{}/{}", user, encoded, server.host(), server.port(), world.database.name()),
        fmt::format("host={} port={} dbname={} user={} password='{}'", server.host(), server.port(),
                    world.database.name(), user, password)};
}

} // namespace

TEST_CASE("Fault: database refuses connections", "[integration][fault][database]") {
    World world;
    for (std::string url : both_forms(world, "app", "s3cret:p@ss")) {
        const std::string& port = PostgresServer::shared().port();
        url.replace(url.find(port), port.size(), "1");
        auto environment = program_environment(world, url);
        environment["SYNC_MAX_RETRIES"] = "2";
        const Ended ended = run_and_look_for_password(environment);
        CHECK(ended.code == 4);
        CHECK(member(ended.out, "/status") == "\"FAILED\"");
        CHECK(member(ended.out, "/errors/0/reason") == "\"DATABASE\"");
        CHECK_THAT(member(ended.out, "/errors/0/error"), Contains("Connection refused"));
        CHECK_THAT(ended.err, Contains("\"attempt\":2") && !Contains("\"attempt\":3"));
        CHECK(world.node.traffic().calls("getLedgerEntries") == 0);
    }
}

TEST_CASE("Fault: database password wrong", "[integration][fault][database]") {
    World world;
    for (const std::string& url : both_forms(world, "app", "wr0ng:p@ss")) {
        const Ended ended = run_and_look_for_password(program_environment(world, url));
        CHECK(ended.code == 2);
        CHECK(ended.out.empty());
        CHECK_THAT(ended.err, Contains("CONFIG_ERROR") && !Contains("RETRY"));
        CHECK_THAT(ended.err, Contains(R"(password authentication failed for user \"app\")"));
        CHECK(world.node.traffic().calls("getLedgerEntries") == 0);
    }
}

TEST_CASE("Fault: database table or column missing", "[integration][fault][database]") {
    World world;
    Plan plan;
    plan.kinds = {Kind::balances};
    std::string expected;
    SECTION("column") {
        world.database.exec("ALTER TABLE users RENAME usdc_balance TO balance");
        expected = R"("public"."users" has no column usdc_balance or usdcBalance (it has id, wallet_address, balance))";
    }
    SECTION("table") {
        world.database.exec("ALTER TABLE users RENAME TO customers");
        expected = R"(schema "public" has neither a table "users" nor "User"; it holds )";
    }
    SECTION("column of SYNC_USERS_SQL") {
        plan.custom_sql.users = "SELECT id, wallet_address, balance FROM users";
        expected = R"(column "balance" does not exist)";
    }
    SECTION("column that SYNC_USERS_SQL does not give") {
        plan.custom_sql.users = "SELECT id, wallet_address FROM users";
        expected = "the SELECT gives no column usdc_balance; it gives id, wallet_address";
    }
    SECTION("schema") {
        world.tables.schema = "shop";
        plan.kinds = {Kind::odds, Kind::outcomes};
        expected = R"(schema "shop" has neither a table "markets" nor "Market"; it holds nothing; there is such a )"
                   "table in schema public";
    }
    const Report report = run(world, plan);
    REQUIRE(report.misconfigured);
    CHECK_THAT(*report.misconfigured, Contains(expected));
    CHECK(report.setting == (plan.custom_sql.users.empty() ? "DATABASE_URL" : "SYNC_USERS_SQL"));
    CHECK(report.database_retries.empty());
}

TEST_CASE("Fault: database connection killed between pages", "[integration][fault][database]") {
    World world;
    fill_users(world, 100);
    Plan plan = small_pages();
    const int turns = turns_of(world, plan);
    CHECK(turns > 10); // there is something between the pages
    for (int victim = 0; victim < turns; ++victim) {
        INFO("killed before turn " << victim << " of about " << turns);
        int turn = 0;
        int killed = 0;
        plan.on_turn = [&](const Report&) {
            if (turn++ == victim) killed = kill_connections(world);
        };
        const Report report = run(world, plan);
        check_users(report, 100);
        CHECK(report.database_retries.size() <= 1);
        CHECK(report.summary.tally(Kind::balances).checked() == 100);
    }
}

TEST_CASE("Fault: database connection killed again and again", "[integration][fault][database]") {
    World world;
    fill_users(world, 400);
    Plan plan = small_pages();
    plan.confirm_attempts = 1;
    int turn = 0;
    int killed = 0;
    plan.on_turn = [&](const Report&) {
        if (++turn % 8 == 0) killed += kill_connections(world);
    };
    const Report report = run(world, plan);
    check_users(report, 400);
    CHECK(killed > 5);
    CHECK(report.database_retries.size() > 5);
}

TEST_CASE("Fault: database connection killed at the second look", "[integration][fault][database]") {
    World world;
    fill_users(world, 100);
    Plan plan = small_pages();
    plan.confirm_attempts = 1;
    for (int victim = 0; victim < 12; ++victim) {
        INFO("killed before turn " << victim << " after the first look");
        world.node.traffic().clear();
        int turn = 0;
        plan.on_turn = [&](const Report&) {
            if (world.node.traffic().calls("getLedgerEntries") > 0 && turn++ == victim) kill_connections(world);
        };
        const Report report = run(world, plan);
        check_users(report, 100);
        for (const verify::Mismatch& mismatch : report.summary.mismatches()) CHECK(mismatch.confirmed);
        CHECK(world.node.traffic().calls("getLedgerEntries") >= 2);
    }
}

TEST_CASE("Fault: database connection killed while the rest is counted", "[integration][fault][database]") {
    World world;
    fill_users(world, 1000);
    Plan plan = small_pages();
    plan.timeout = 400ms;
    plan.max_in_flight = 1;
    for (int victim = 0; victim < 4; ++victim) {
        INFO("killed before turn " << victim << " of the count");
        world.node.faults().set({{.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = 1}});
        const std::uint64_t struck = world.node.faults().struck();
        bool over = false;
        int turn = 0;
        plan.on_event = [&](const std::string& event) { over = over || event == "SYNC_TIMEOUT"; };
        plan.on_turn = [&](const Report&) {
            if (over && turn++ == victim) kill_connections(world);
        };
        const Report report = run(world, plan);
        if (world.node.faults().struck() == struck && plan.timeout < 20s) { // a busy machine: the time was over before
            plan.timeout *= 2;
            --victim;
            continue;
        }
        CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{160, 40, 0, 800});
        REQUIRE(report.error("balances", "") != nullptr);
        CHECK(report.error("balances", "")->count == 800);
        CHECK(report.error("database", "") == nullptr);
    }
}

TEST_CASE("Fault: database role may read nothing but the two tables", "[integration][fault][database]") {
    World world;
    fill_users(world, 10);
    world.database.exec("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO reader;"
                        "GRANT SELECT ON markets, users TO reader; CREATE TABLE secrets (x int)");
    Plan plan;
    plan.database_url = world.database.url("reader");
    plan.confirm_attempts = 1;
    check_users(run(world, plan), 10);
}

TEST_CASE("Fault: database role may not read a column", "[integration][fault][database]") {
    World world;
    fill_users(world, 10);
    world.database.exec("GRANT SELECT ON markets TO reader; GRANT SELECT (id, wallet_address) ON users TO reader");
    // The other checks run.
    const Ended ended = run_and_look_for_password(program_environment(world, world.database.url("reader")));
    CHECK(ended.code == 3);
    CHECK_THAT(ended.err, Contains(R"(10 rows were not verified: role \"reader\" may not read usdc_balance of )"
                                   R"(\"public\".\"users\")"));
    CHECK_THAT(ended.err, Contains("GRANT SELECT ON"));
    // If none of those chosen can, nothing is begun.
    Plan balances;
    balances.kinds = {Kind::balances};
    balances.database_url = world.database.url("reader");
    CHECK(run(world, balances).misconfigured);
    // With the columns alone, and no right on the table, all is well.
    world.database.exec("GRANT SELECT (usdc_balance) ON users TO reader");
    Plan plan;
    plan.database_url = world.database.url("reader");
    check_users(run(world, plan), 10);
}
