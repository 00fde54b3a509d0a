// Whole cycles while the database's server stops, starts, is a standby, is full, or stands behind a pooler.
#include "checks.hpp"
#include "integration/database_faults.hpp"

#include "fakes/pgbouncer.hpp"
#include "integration/program.hpp"
#include "printers.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>
#include <set>
#include <thread>

using namespace std::chrono_literals;
using Catch::Contains;
using fakes::Ended;
using fakes::OwnServer;
using fakes::PgBouncer;
using integration::account;
using integration::check_users;
using integration::fill_users;
using integration::member;
using integration::Plan;
using integration::program_environment;
using integration::Report;
using integration::run;
using integration::run_and_look_for_password;
using integration::World;

namespace {

using Clock = std::chrono::steady_clock;

/// Balances alone, in pages of ten.
Plan small_pages() {
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.page_size = 10;
    plan.retry_delay = 50ms;
    return plan;
}

/// With patience enough for a server's start on a busy machine: 12 s in all.
Plan patient_pages() {
    Plan plan = small_pages();
    plan.retry_delay = 100ms;
    plan.max_retries = 7;
    return plan;
}

/// Calls `harm` once, before a turn in the middle of the pages.
std::function<void(const Report&)> in_the_middle(std::function<void()> harm) {
    return [harm = std::move(harm), turn = 0](const Report&) mutable {
        if (++turn == 25) harm();
    };
}

bool mentioned(const std::vector<std::string>& texts, std::string_view part) {
    for (const std::string& text : texts) {
        if (text.find(part) != text.npos) return true;
    }
    return false;
}

} // namespace

TEST_CASE("Fault: database server restarted in the middle", "[integration][fault][database]") {
    OwnServer server;
    World world({}, {}, server);
    fill_users(world, 200);
    for (const char* mode : {"fast", "immediate"}) {
        INFO(mode);
        Plan plan = patient_pages();
        plan.on_turn = in_the_middle([&] {
            server.stop(mode);
            server.begin_start();
        });
        const Report report = run(world, plan);
        check_users(report, 200);
        CHECK_FALSE(report.database_retries.empty());
    }
}

TEST_CASE("Fault: database server starting up", "[integration][fault][database]") {
    OwnServer server;
    World world({}, {}, server);
    fill_users(world, 200);
    world.database.exec_as_superuser("CHECKPOINT"); // nothing waits for the disk, so a crash would lose the rows
    Plan plan = patient_pages();
    plan.on_turn = in_the_middle([&] {
        server.stop("immediate");
        server.begin_slow_start();
    });
    const Report report = run(world, plan);
    check_users(report, 200);
    std::string retries;
    for (const std::string& text : report.database_retries) retries += text + "\n";
    CHECK_THAT(retries, Contains("the database system is starting up"));
}

TEST_CASE("Fault: database server stays away", "[integration][fault][database]") {
    const bool drift = GENERATE(true, false);
    OwnServer server;
    World world({}, {}, server);
    for (std::uint32_t i = 0; i < 200; ++i) world.user(fmt::format("u{:04}", i), account(i), drift ? "1" : "0", 0);
    world.open_market("m", integration::contract(1), "1", "1", std::pair{1U, 1U});
    Plan plan = small_pages();
    plan.kinds = {Kind::balances, Kind::odds};
    plan.on_turn = in_the_middle([&] { server.stop("fast"); });
    const auto start = Clock::now();
    const Report report = run(world, plan);
    CHECK(Clock::now() - start < 15s); // the deadline is 30 s away
    const auto& tally = report.summary.tally(Kind::balances);
    CHECK(tally.checked() > 0); // what was read is compared
    CHECK(tally.checked() % 10 == 0);
    CHECK(tally.checked() < 200);
    CHECK(tally.mismatched == (drift ? tally.checked() : 0));
    CHECK(report.summary.exit_code({}) == (drift ? base::ExitCode::mismatch : base::ExitCode::unavailable));
    std::string texts;
    for (const verify::Error& error : report.summary.errors()) texts += error.text + "\n";
    CHECK_THAT(texts, Contains("the rows of balances that were not reached could not be counted"));
}

TEST_CASE("Fault: database server away and back too late", "[integration][fault][database]") {
    OwnServer server;
    World world({}, {}, server);
    fill_users(world, 200);
    Plan plan = small_pages();
    bool stopped = false;
    plan.on_turn = in_the_middle([&] {
        server.stop("fast");
        stopped = true;
    });
    plan.on_event = [&](const std::string& event) { // the page is given up
        if (event == "ITEM_ERROR" && std::exchange(stopped, false)) server.start();
    };
    const Report report = run(world, plan);
    const auto& tally = report.summary.tally(Kind::balances);
    CHECK(tally.checked() > 0);
    CHECK(tally.in_scope() == 200); // the rest is counted
    REQUIRE(report.error("balances", "") != nullptr);
    CHECK(report.error("balances", "")->reason == verify::Reason::database);
    CHECK(report.error("balances", "")->count == 200 - tally.checked());
}

TEST_CASE("Fault: database statement time-out", "[integration][fault][database]") {
    World world;
    fill_users(world, 200);
    Plan plan = small_pages();
    plan.operation_timeout = 400ms;
    SECTION("a table locked for a while") {
        bool locked = false;
        plan.on_turn = [&, turn = 0](const Report& so_far) mutable {
            if (++turn == 25) {
                world.database.exec("BEGIN; LOCK users IN ACCESS EXCLUSIVE MODE");
                locked = true;
            }
            if (locked && !so_far.database_retries.empty()) world.database.exec("COMMIT");
        };
        const Report report = run(world, plan);
        check_users(report, 200);
        CHECK(locked);
        CHECK(mentioned(report.database_retries, "canceling statement due to statement timeout"));
    }
    SECTION("a table locked for good") {
        world.database.exec("BEGIN; LOCK users IN ACCESS EXCLUSIVE MODE");
        const Report report = run(world, plan);
        world.database.exec("COMMIT");
        CHECK(report.misconfigured == std::nullopt);
        CHECK(report.summary.exit_code({}) == base::ExitCode::unavailable);
        REQUIRE(report.error("database", "") != nullptr);
        CHECK_THAT(report.error("database", "")->text, Contains("canceling statement due to statement timeout"));
        CHECK(report.database_retries.size() == 3);
    }
    SECTION("a table locked for good, with checks of another") {
        world.open_market("m", integration::contract(1), "1", "2", std::pair{1U, 1U});
        world.flush();
        plan.kinds = {Kind::balances, Kind::odds, Kind::outcomes};
        world.database.exec("BEGIN; LOCK users IN ACCESS EXCLUSIVE MODE");
        const Report report = run(world, plan);
        world.database.exec("COMMIT");
        CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
        CHECK(report.summary.tally(Kind::odds).mismatched == 1);
        CHECK(report.summary.tally(Kind::balances).checked() == 0);
        REQUIRE(report.error("database", "") != nullptr);
        CHECK_THAT(report.error("database", "")->text, Contains("canceling statement due to statement timeout"));
    }
    SECTION("a SELECT that takes too long") {
        plan.custom_sql.users = "SELECT id, wallet_address, usdc_balance, pg_sleep(5) FROM users";
        const Report report = run(world, plan);
        CHECK(report.summary.exit_code({}) == base::ExitCode::unavailable);
        CHECK(report.summary.tally(Kind::balances).checked() == 0);
        REQUIRE(report.error("database", "") != nullptr);
        CHECK_THAT(report.error("database", "")->text, Contains("canceling statement due to statement timeout"));
    }
}

TEST_CASE("Fault: database connection slots exhausted for a while", "[integration][fault][database]") {
    World world;
    fill_users(world, 40);
    world.database.exec_as_superuser(fmt::format("ALTER DATABASE {} CONNECTION LIMIT 1", world.database.name()));
    Plan plan = small_pages();
    SECTION("for a while") {
        plan.on_turn = [&](const Report& so_far) {
            if (so_far.database_retries.size() != 2) return;
            world.database.exec_as_superuser(
                fmt::format("ALTER DATABASE {} CONNECTION LIMIT -1", world.database.name()));
        };
        const Report report = run(world, plan);
        check_users(report, 40);
        CHECK(report.database_retries.size() == 2);
        CHECK(mentioned(report.database_retries, "too many connections for database"));
    }
    SECTION("for good") {
        const Ended ended = run_and_look_for_password(program_environment(world, world.database.url()));
        CHECK(ended.code == 4);
        CHECK_THAT(member(ended.out, "/errors/0/error"), Contains("too many connections for database"));
    }
}

TEST_CASE("Fault: database behind PgBouncer in transaction mode", "[integration][fault][database]") {
    if (!PgBouncer::installed()) {
        WARN("pgbouncer is not installed");
        return;
    }
    World world;
    fill_users(world, 200);
    const PgBouncer bouncer;
    Plan plan = patient_pages();
    plan.confirm_attempts = 1;
    plan.database_url = bouncer.url(world.database.name()) + "&schema=public&connection_limit=1";
    Plan other = patient_pages();
    other.database_url = plan.database_url;
    // Two cycles take turns on the one server connection.
    Report theirs;
    std::thread second([&] { theirs = run(world, other); });
    const Report ours = run(world, plan);
    second.join();
    check_users(ours, 200);
    check_users(theirs, 200);
    const Ended ended = run_and_look_for_password(program_environment(world, plan.database_url));
    CHECK(ended.code == 1);
    CHECK(member(ended.out, "/checks/balances/checked") == "200");
}

TEST_CASE("Fault: database is a read-only replica", "[integration][fault][database]") {
    OwnServer primary;
    World world({}, {}, primary);
    fill_users(world, 200);
    OwnServer replica(&primary);
    Plan plan = patient_pages();
    plan.confirm_attempts = 1;
    plan.database_url = replica.url("app", world.database.name());
    check_users(run(world, plan), 200);

    // What the primary does to the rows cancels a statement that still reads them (SQLSTATE 40001).
    replica.stop("fast");
    replica.configure("max_standby_streaming_delay = 0");
    replica.start();
    plan.custom_sql.users = "SELECT users.* FROM users, (SELECT pg_sleep(0.1)) AS nap";
    plan.on_turn = [&, turn = 0](const Report& so_far) mutable { // until it strikes while a statement reads them
        if (++turn < 25 || !so_far.database_retries.empty()) return;
        world.database.exec(fmt::format("ALTER TABLE users ADD COLUMN other{} integer", turn));
    };
    const Report conflict = run(world, plan);
    check_users(conflict, 200);
    CHECK(mentioned(conflict.database_retries, "conflict with recovery"));

    // The replica goes and comes back.
    plan = patient_pages();
    plan.database_url = replica.url("app", world.database.name());
    plan.on_turn = in_the_middle([&] {
        replica.stop("immediate");
        replica.begin_start();
    });
    check_users(run(world, plan), 200);
}

TEST_CASE("Fault: database in SQL_ASCII with bytes that are not UTF-8", "[integration][fault][database]") {
    World world({}, {}, fakes::PostgresServer::shared(), "SQL_ASCII");
    fill_users(world, 40);
    world.open_market("m", integration::contract(1), "1", "2", std::pair{1U, 1U});
    world.flush();
    world.database.exec("SET client_encoding = 'SQL_ASCII'; UPDATE markets SET title = E'na\\xEFve \\xFF';"
                        "UPDATE users SET id = id || E'\\xE9', wallet_address = wallet_address || E'\\xFF' "
                        "WHERE id IN ('u0003', 'u0010')");
    auto environment = program_environment(world, world.database.url());
    const Ended ended = run_and_look_for_password(environment);
    CHECK(ended.code == 1);
    CHECK(integration::counts_in(ended.out, "balances") ==
          R"({"inScope":40,"checked":38,"matched":31,"mismatched":7,"transient":0,"errors":2})");
    CHECK(member(ended.out, "/mismatches/0/metadata/title") == "\"na\xEF\xBF\xBDve \xEF\xBF\xBD\"");
    const std::set<std::string> ids{member(ended.out, "/errors/0/resourceId"),
                                    member(ended.out, "/errors/1/resourceId")}; // in whatever order they were read
    CHECK(ids == std::set<std::string>{"\"u0003\xEF\xBF\xBD\"", "\"u0010\xEF\xBF\xBD\""});
    CHECK(member(ended.out, "/errors/0/reason") == "\"BAD_ADDRESS\"");
    Plan plan = patient_pages();
    plan.page_size = 1; // each id goes back to the server
    CHECK(run(world, plan).counts(Kind::balances) == std::array<std::uint64_t, 4>{31, 7, 0, 2});
}
