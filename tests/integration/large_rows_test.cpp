// Rows of whatever size, and rows that the database cannot give: each is an error of its own, and the program stays
// small.
#include "checks.hpp"
#include "fakes/sanitized.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>

using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::environment_of;
using integration::Plan;
using integration::pointer;
using integration::Report;
using integration::run;
using integration::World;
using verify::Reason;

namespace {

constexpr long limit_kib = 48 * 1024;

void add_users(World& world, std::uint32_t count, std::int64_t chain = 10'000'000) {
    for (std::uint32_t i = 0; i < count; ++i) world.user(fmt::format("u{:05}", i), account(i), "1", chain);
    world.flush();
}

} // namespace

TEST_CASE("Whatever the rows hold, the program stays under 48 MiB", "[integration][pages][memory]") {
    World world;
    std::uint64_t errors = 0;
    std::uint64_t mismatched = 0;
    std::string check = "balances";
    SECTION("a title of 40 MB") {
        world.open_market("m", contract(1), "1", "1", std::pair{9U, 1U});
        world.flush();
        world.database.exec("UPDATE markets SET title = repeat('t', 40000000)");
        check = "odds";
        mismatched = 1;
    }
    SECTION("2,000 titles of 35 KB, each four bytes a character") {
        for (std::uint32_t i = 0; i < 2000; ++i) {
            world.open_market(fmt::format("m{}", i), contract(i), "1", "1", std::pair{9U, 1U});
        }
        world.flush();
        world.database.exec("UPDATE markets SET title = repeat(U&'\\+01F600', 8750)");
        check = "odds";
        mismatched = 2000;
    }
    SECTION("2,000 wallets of 60 KB") {
        add_users(world, 2000);
        world.database.exec("UPDATE users SET wallet_address = repeat('w', 60000)");
        errors = 2000;
    }
    SECTION("12,000 users, then 2,000 wallets of 60 KB, each different") {
        add_users(world, 14'000);
        world.database.exec("UPDATE users SET wallet_address = (SELECT string_agg(md5(id || i::text), '') "
                            "FROM generate_series(1, 1875) i) WHERE id >= 'u12000'");
        errors = 2000;
    }
    SECTION("wallets of 40 MB") {
        add_users(world, 20);
        world.database.exec("UPDATE users SET wallet_address = repeat('w', 40000000)");
        errors = 20;
    }
    SECTION("2,000 ids of 60 KB") {
        add_users(world, 2000);
        world.database.exec("UPDATE users SET id = id || repeat('i', 60000)");
    }
    SECTION("1,000 ids of 30 KB that differ") {
        add_users(world, 1000, 20'000'000);
        world.database.exec("UPDATE users SET id = id || repeat('i', 30000)");
        mismatched = 1000;
    }
    SECTION("300 ids of 60 KB that differ") {
        add_users(world, 300, 20'000'000);
        world.database.exec("UPDATE users SET id = id || repeat('i', 60000)");
        mismatched = 300;
    }
    auto environment = environment_of(world);
    environment["SYNC_CONFIRM_DELAY_MS"] = "10";
    const Ended ended = run_program({"run", "--only", check}, environment);
    INFO(ended.err.substr(0, 1000));
    CHECK(ended.code == (mismatched > 0 ? 1 : errors > 0 ? 3 : 0));
    CHECK(pointer(ended.out, "/checks/" + check + "/errors") == fmt::to_string(errors));
    CHECK(pointer(ended.out, "/checks/" + check + "/mismatched") == fmt::to_string(mismatched));
    const std::string title = pointer(ended.out, "/mismatches/0/metadata/title");
    if (mismatched == 1) CHECK(title == "\"" + std::string(500, 't') + "…\"");
    if (mismatched == 2000) CHECK(title.size() == 2 + 500 * 4 + 3);
    CAPTURE(ended.most_memory_kib);
    if (!fakes::sanitized) CHECK(ended.most_memory_kib < limit_kib);
}

TEST_CASE("A value that the server cannot give is the error of its row alone", "[integration][pages]") {
    World world({}, {}, fakes::PostgresServer::shared(), "WIN1252");
    for (std::uint32_t i = 0; i < 300; ++i) {
        world.open_market(fmt::format("m{:03}", i), contract(i), "1", "1", std::pair{1U, 1U});
    }
    add_users(world, 30);
    world.flush();
    world.database.exec("UPDATE markets SET title = title || chr(129) WHERE id = 'm123'"); // no character
    Plan plan;
    plan.kinds = {Kind::odds, Kind::balances};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::odds) == std::array<std::uint64_t, 4>{299, 0, 0, 1});
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{30, 0, 0, 0});
    const verify::Error* error = report.error("odds", "m123");
    REQUIRE(error != nullptr);
    CHECK(error->reason == Reason::database);
    CHECK(error->text.find("0x81") != std::string::npos);
    CHECK(report.summary.errors().size() == 1);
}

TEST_CASE("After 100 rows that the server cannot give the rest of the check is one error", "[integration][pages]") {
    World world;
    add_users(world, 900);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.page_size = 100;
    plan.custom_sql.users = "SELECT id, wallet_address, usdc_balance / CASE WHEN id LIKE '%5' OR id LIKE '%7' THEN 0 "
                            "ELSE 1 END AS usdc_balance FROM users";
    const Report report = run(world, plan);
    const auto counts = report.counts(Kind::balances);
    CHECK(counts[0] + counts[3] == 900);
    CHECK(counts[0] > 0);
    std::uint64_t single = 0;
    std::uint64_t aggregate = 0;
    for (const verify::Error& each : report.summary.errors()) {
        if (each.operation != "balances") continue;
        CHECK(each.reason == Reason::database);
        (each.resource_id.empty() ? aggregate : single) += each.count;
    }
    CHECK(single == 100);
    CHECK(aggregate > 0);
    CHECK(single + aggregate == counts[3]);
}

TEST_CASE("A row that cannot be read again leaves the other suspects confirmed", "[integration][pages]") {
    World world;
    add_users(world, 50, 20'000'000);
    world.database.exec("CREATE TABLE broken (id text)");
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.confirm_attempts = 1;
    plan.custom_sql.users = "SELECT id, wallet_address, usdc_balance / CASE WHEN EXISTS (SELECT FROM broken b WHERE "
                            "b.id = u.id) THEN 0 ELSE 1 END AS usdc_balance FROM users u";
    bool broken = false;
    plan.on_turn = [&](const Report&) {
        if (broken || world.node.traffic().calls("getLedgerEntries") == 0) return;
        world.database.exec("INSERT INTO broken VALUES ('u00007')");
        broken = true;
    };
    const Report report = run(world, plan);
    CHECK(broken);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{0, 50, 0, 0});
    for (const verify::Mismatch& mismatch : report.summary.mismatches()) {
        CAPTURE(mismatch.id);
        CHECK(mismatch.confirmed == (mismatch.id != "u00007"));
    }
    CHECK(report.log.find("division by zero") != std::string::npos);
}

TEST_CASE("Rows with one id are BAD_VALUE, and nothing is asked for them", "[integration][pages]") {
    World world;
    add_users(world, 10);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.mode = verify::ReadMode::simulate;
    plan.custom_sql.users =
        "SELECT CASE WHEN id < 'u00003' THEN 'same' ELSE id END AS id, wallet_address, usdc_balance FROM users";
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{7, 0, 0, 3});
    const verify::Error* error = report.error("balances", "same");
    REQUIRE(error != nullptr);
    CHECK(error->reason == Reason::bad_value);
    CHECK(error->text == "id is not unique");
    CHECK(world.node.traffic().calls("simulateTransaction") == 7);
}

TEST_CASE("However many rows have one id, they are one error with their number", "[integration][pages]") {
    World world;
    add_users(world, 10);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.page_size = 100;
    plan.custom_sql.users =
        "SELECT id, wallet_address, usdc_balance FROM users UNION ALL SELECT 'x', CASE WHEN i % 4 > 0 "
        "THEN 'G' END, 1 FROM generate_series(1, 200000) i";
    std::size_t events = 0;
    plan.on_event = [&events](const std::string& type) { events += type == "ITEM_ERROR" ? 1 : 0; };
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{10, 0, 0, 150'000});
    CHECK(report.summary.skipped(Kind::balances) == 50'000);
    REQUIRE(report.summary.errors().size() == 1);
    const verify::Error& error = report.summary.errors().front();
    CHECK(error.resource_id == "x");
    CHECK(error.reason == Reason::bad_value);
    CHECK(error.text == "id is not unique (150000 rows)");
    CHECK(error.count == 150'000);
    CHECK_FALSE(error.aggregate);
    REQUIRE(report.summary.hints().size() == 1);
    CHECK(report.summary.hints().front() ==
          "balances: 150000 of 150010 users fail for one reason, BAD_VALUE: the column id may not be the key of the "
          "rows, or the SELECT gives each more than once");
}

TEST_CASE("The hint about values that are too long names their column", "[integration][pages]") {
    World world;
    add_users(world, 5);
    world.database.exec("UPDATE users SET wallet_address = repeat('w', 70000)");
    Plan plan;
    plan.kinds = {Kind::balances};
    const Report report = run(world, plan);
    REQUIRE(report.summary.hints().size() == 1);
    CHECK(report.summary.hints().front() == "balances: all 5 users fail for one reason, BAD_VALUE: the column "
                                            "wallet_address may hold something other than the wallet address");
}

TEST_CASE("A row whose error looks like the server's costs its check, and the others go on", "[integration][pages]") {
    World world;
    for (std::uint32_t i = 0; i < 20; ++i) {
        world.open_market(fmt::format("m{:03}", i), contract(i), "1", "1", std::pair{1U, 1U});
    }
    add_users(world, 20);
    const std::string at_fault = GENERATE("RAISE serialization_failure", "RAISE SQLSTATE '08006'",
                                          "RAISE SQLSTATE '57P01'", "PERFORM pg_sleep(60)");
    CAPTURE(at_fault);
    world.database.exec(fmt::format("CREATE FUNCTION f(id text) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN IF id = "
                                    "'u00007' THEN {}; END IF; RETURN 1; END $$",
                                    at_fault));
    Plan plan;
    plan.kinds = {Kind::odds, Kind::balances};
    plan.operation_timeout = std::chrono::milliseconds(700);
    plan.max_retries = 1;
    plan.custom_sql.users = "SELECT id, wallet_address, f(id) AS usdc_balance FROM users";
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::odds) == std::array<std::uint64_t, 4>{20, 0, 0, 0});
    CHECK(report.summary.tally(Kind::balances).matched == 0);
    CHECK(report.error("database", "") != nullptr);
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
}

TEST_CASE("A row whose id cannot be told to be NULL is no reason to check nothing", "[integration][pages]") {
    World world;
    add_users(world, 20);
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.custom_sql.users =
        "SELECT substr(id, 2)::int / CASE WHEN id = 'u00007' THEN 0 ELSE 1 END AS id, wallet_address, "
        "usdc_balance FROM users";
    const Report report = run(world, plan);
    CHECK(report.misconfigured == std::nullopt);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{0, 0, 0, 20});
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
}
