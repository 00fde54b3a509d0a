// A check that cannot run, for want of a table, a column or a right, is one error; the others run.
#include "checks.hpp"
#include "world.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using integration::account;
using integration::contract;
using integration::hex_id;
using integration::Plan;
using integration::Report;
using integration::run;
using integration::usdc;
using integration::World;

namespace {

// Three users, two open markets and one resolved, all in sync.
struct Application {
    Application() {
        for (std::uint32_t i = 1; i <= 3; ++i)
            world.user(std::to_string(i), account(i), usdc(i * 1'000'000), i * 1'000'000);
        for (std::uint32_t i = 1; i <= 2; ++i) {
            world.open_market(fmt::format("open{}", i), contract(100 + i), "100", "100", std::pair(500, 500));
        }
        world.resolved_market("resolved", contract(200), 1, 2, 1);
        world.flush();
    }
    Report as_reader(Plan plan = {}) {
        plan.database_url = world.database.url("reader");
        return run(world, plan);
    }
    World world;
};

using Counts = std::array<std::uint64_t, 4>; // matched, mismatched, transient, errors

} // namespace

TEST_CASE("A right that one check lacks is that check's error with its count, and the others run", "[integration]") {
    Application application;
    auto& database = application.world.database;
    database.exec("GRANT SELECT ON markets TO reader; GRANT SELECT (id, wallet_address) ON users TO reader");
    const Report report = application.as_reader();
    REQUIRE_FALSE(report.misconfigured);
    CHECK(report.counts(Kind::odds) == Counts{2, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{1, 0, 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 3});
    REQUIRE(report.summary.errors().size() == 1);
    const verify::Error& error = report.summary.errors().front();
    CHECK(error.operation == "balances");
    CHECK(error.reason == verify::Reason::database);
    CHECK(error.aggregate);
    CHECK(error.count == 3);
    CHECK(
        error.text.find("3 rows were not verified: role \"reader\" may not read usdc_balance of \"public\".\"users\": "
                        "GRANT ") == 0);
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
    CHECK_FALSE(report.summary.completed());

    // Of one user alone, too.
    Plan one;
    one.kinds = {Kind::odds, Kind::balances};
    one.users = {"2"};
    CHECK(application.as_reader(one).counts(Kind::balances) == Counts{0, 0, 0, 1});

    // A mismatch of another check outranks it; alone it is exit 2.
    database.exec("UPDATE markets SET winning_outcome = 0");
    CHECK(application.as_reader().summary.exit_code({}) == base::ExitCode::mismatch);
    Plan balances;
    balances.kinds = {Kind::balances};
    const Report refused = application.as_reader(balances);
    REQUIRE(refused.misconfigured);
    CHECK(refused.setting == "DATABASE_URL");
}

TEST_CASE("Rows that cannot be counted are an error without a count", "[integration]") {
    Application application;
    std::string expected;
    SECTION("the wallets may not be read") {
        application.world.database.exec(
            "GRANT SELECT ON markets TO reader; GRANT SELECT (id, usdc_balance) ON users TO reader");
        expected = "role \"reader\" may not read wallet_address of \"public\".\"users\"";
    }
    SECTION("there is no such table") {
        application.world.database.exec("GRANT SELECT ON markets TO reader; DROP TABLE users");
        expected = "schema \"public\" has neither a table \"users\" nor \"User\"";
    }
    const Report report = application.as_reader();
    REQUIRE_FALSE(report.misconfigured);
    CHECK(report.counts(Kind::odds) == Counts{2, 0, 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 0});
    REQUIRE(report.summary.errors().size() == 1);
    const verify::Error& error = report.summary.errors().front();
    CHECK(error.operation == "balances");
    CHECK(error.text.find("its rows, which could not be counted, were not verified: " + expected) == 0);
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
}

TEST_CASE("Odds need no outcome, and outcomes no liquidity", "[integration]") {
    Application application;
    SECTION("of the table") {
        application.world.database.exec(
            "ALTER TABLE markets DROP winning_outcome; GRANT SELECT ON markets, users TO reader");
        const Report report = application.as_reader();
        CHECK(report.counts(Kind::odds) == Counts{2, 0, 0, 0});
        CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 1});
        CHECK(report.counts(Kind::balances) == Counts{3, 0, 0, 0});
    }
    SECTION("of the SELECT") {
        application.world.database.exec("GRANT SELECT ON markets, users TO reader");
        Plan plan;
        plan.custom_sql.markets = "SELECT id, contract_address, title, status, winning_outcome FROM markets";
        const Report report = application.as_reader(plan);
        CHECK(report.counts(Kind::odds) == Counts{0, 0, 0, 2});
        CHECK(report.counts(Kind::outcomes) == Counts{1, 0, 0, 0});
        REQUIRE(report.summary.errors().size() == 1);
        CHECK(
            report.summary.errors().front().text.find("2 rows were not verified: SYNC_MARKETS_SQL: the SELECT gives no "
                                                      "column yes_liquidity, no_liquidity; it gives ") == 0);
    }
}

TEST_CASE("Ids without an order keep the checks of their table from running, and no other", "[integration]") {
    Application application;
    application.world.database.exec(
        "ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ALTER id TYPE json "
        "USING to_json(id); GRANT SELECT ON markets, users TO reader");
    const Report report = application.as_reader();
    REQUIRE_FALSE(report.misconfigured);
    CHECK(report.counts(Kind::odds) == Counts{2, 0, 0, 0});
    CHECK(report.counts(Kind::balances) == Counts{0, 0, 0, 3});
    REQUIRE(report.summary.errors().size() == 1);
    CHECK(report.summary.errors().front().text.find("3 rows were not verified: the type of id, json, has no order") ==
          0);
}

TEST_CASE("Outcomes as booleans and as words are compared", "[integration]") {
    const std::string type = GENERATE("boolean", "text", "answer");
    CAPTURE(type);
    Application application;
    auto& database = application.world.database;
    const bool words = type != "boolean";
    database.exec(fmt::format(
        "CREATE TYPE answer AS ENUM ('YES', 'NO'); GRANT SELECT ON markets, users TO reader; ALTER TABLE "
        "markets ALTER winning_outcome TYPE {0} USING ({1})::text::{0}",
        type, words ? "CASE winning_outcome WHEN 1 THEN 'YES' WHEN 0 THEN 'NO' END" : "winning_outcome = 1"));
    CHECK(application.as_reader().counts(Kind::outcomes) == Counts{1, 0, 0, 0});
    database.exec(fmt::format("UPDATE markets SET winning_outcome = '{}'", words ? "NO" : "false"));
    CHECK(application.as_reader().counts(Kind::outcomes) == Counts{0, 1, 0, 0});
}

TEST_CASE("A market_id that holds something else is a warning", "[integration]") {
    Application application;
    application.world.database.exec(
        "ALTER TABLE markets ADD market_id text; UPDATE markets SET market_id = 'slug-' || id;"
        "GRANT SELECT ON markets, users TO reader");
    const Report report = application.as_reader();
    CHECK(report.counts(Kind::odds) == Counts{2, 0, 0, 0});
    CHECK(report.log.find(R"(the column "market_id" of "public"."markets" is ignored)") != std::string::npos);
}

TEST_CASE("A chosen id that is not a value of an extension's type is not found", "[integration]") {
    const std::string type = GENERATE("ltree", "hstore");
    CAPTURE(type);
    Application application;
    application.world.database.exec_as_superuser(
        fmt::format("CREATE SCHEMA ext; CREATE EXTENSION {} SCHEMA ext; GRANT USAGE "
                    "ON SCHEMA ext TO PUBLIC",
                    type));
    application.world.database.exec("GRANT SELECT ON markets, users TO reader; DROP TABLE users");
    application.world.database.exec(
        fmt::format("CREATE TABLE users (id ext.{} PRIMARY KEY, wallet_address text, usdc_balance "
                    "numeric); GRANT SELECT ON users TO reader",
                    type));
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.users = {"zz{zz"};
    const Report report = application.as_reader(plan);
    REQUIRE_FALSE(report.misconfigured);
    REQUIRE(report.summary.errors().size() == 1);
    CHECK(report.summary.errors().front().reason == verify::Reason::not_found);
}
