// Whose fault: with the indexer's watermark each mismatch says where to look.
#include "checks.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using fakes::Ended;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::Plan;
using integration::pointer;
using integration::Report;
using integration::World;
using verify::Cause;

namespace {

/// Entries of ledger 1000 and of ledger 1010, and the node at 1020.
void fill(World& world) {
    world.user("old", account(1), "1", 0);
    world.open_market("old market", contract(2), "1", "1", std::pair{1U, 9U});
    world.user("no entry", account(3), "1", std::nullopt);
    world.user("same", account(4), "0", 0);
    world.node.ledger().close(10);
    world.user("new", account(5), "1", 0);
    world.resolved_market("new market", contract(6), 1, 2, 0);
    world.node.ledger().close(10);
    world.flush();
    world.database.exec("CREATE TABLE indexer(ledger bigint); INSERT INTO indexer VALUES (1005)");
}

Plan plan_of(unsigned confirm_attempts, std::uint32_t max_lag = 60) {
    Plan plan;
    plan.watermark = {"SELECT ledger FROM indexer", max_lag};
    plan.confirm_attempts = confirm_attempts;
    return plan;
}

/// Executes the statement once, between the first look and the second.
std::function<void(const Report&)> meanwhile(World& world, const std::string& sql) {
    return [&world, sql, done = false](const Report&) mutable {
        if (world.node.traffic().calls("getLedgerEntries") > 0 && !std::exchange(done, true)) world.database.exec(sql);
    };
}

std::optional<Cause> cause(const Report& report, verify::Check kind, const std::string& id) {
    const verify::Mismatch* mismatch = report.mismatch(kind, id);
    REQUIRE(mismatch != nullptr);
    return mismatch->likely_cause;
}

} // namespace

TEST_CASE("A change after the watermark is the indexer's lag, any other difference is drift",
          "[integration][watermark]") {
    World world;
    fill(world);
    const unsigned attempts = GENERATE(0U, 1U);
    const Report report = integration::run(world, plan_of(attempts));
    CHECK(cause(report, Kind::balances, "old") == Cause::drift);
    CHECK(cause(report, Kind::balances, "no entry") == Cause::drift); // nobody knows when it went
    CHECK(cause(report, Kind::odds, "old market") == Cause::drift);
    CHECK(cause(report, Kind::balances, "new") == Cause::indexer_lag);
    CHECK(cause(report, Kind::outcomes, "new market") == Cause::indexer_lag);
    REQUIRE(report.summary.indexer);
    CHECK(report.summary.indexer->watermark == 1005);
    CHECK(report.summary.indexer->lag() == 15 + attempts); // a recheck is of the next ledger
    CHECK(report.summary.indexer->mismatches() == 2);
    CHECK(report.summary.indexer->mismatches_of == std::array<std::uint64_t, 3>{0, 1, 1});
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 3, 0, 0}); // each in its bucket
}

TEST_CASE("The watermark is read again with the rows of a recheck", "[integration][watermark]") {
    World world;
    fill(world);
    Plan plan = plan_of(1);
    // The indexer goes on, but does not mend the row.
    plan.on_turn = meanwhile(world, "UPDATE indexer SET ledger = 1019");
    const Report report = integration::run(world, plan);
    CHECK(cause(report, Kind::balances, "new") == Cause::drift);
    CHECK(report.summary.indexer->watermark == 1019);
    CHECK(report.summary.indexer->lag() == 2);
}

TEST_CASE("Without a watermark no cause is named", "[integration][watermark]") {
    World world;
    fill(world);
    const Report report = integration::run(world);
    CHECK(cause(report, Kind::balances, "new") == std::nullopt);
    CHECK_FALSE(report.summary.indexer);
}

TEST_CASE("One INDEXER_LAG event where the lag is more than is normal", "[integration][watermark]") {
    World world;
    fill(world);
    Environment environment = environment_of(world);
    environment["SYNC_WATERMARK_SQL"] = "SELECT max(ledger) FROM indexer;";
    const auto [most, lags] = GENERATE(std::pair{"14", 1}, std::pair{"15", 0});
    environment["SYNC_MAX_INDEXER_LAG"] = most;
    environment["SYNC_CONFIRM_ATTEMPTS"] = "0"; // a recheck would be of the next ledger
    const Ended ended = fakes::run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 1);
    const auto lag = events(ended, "INDEXER_LAG");
    REQUIRE(lag.size() == static_cast<std::size_t>(lags));
    if (lags > 0) {
        CHECK(pointer(lag[0], "/watermark") == "1005");
        CHECK(pointer(lag[0], "/ledger") == "1020");
        CHECK(pointer(lag[0], "/lag") == "15");
        CHECK(pointer(lag[0], "/mismatches") == "2");
    }
    CHECK(pointer(ended.out, "/indexer") == R"({"watermark":1005,"lag":15,"mismatches":2})");
    int causes = 0;
    for (const std::string& event : events(ended, "MISMATCH")) {
        causes += pointer(event, "/likelyCause") == "\"INDEXER_LAG\"" ? 1 : 0;
    }
    CHECK(causes == 2);
    CHECK(pointer(ended.out, "/mismatches/0/metadata/likelyCause") == "\"DRIFT\"");
}

TEST_CASE("A watermark that is no ledger ends the run before anything is compared", "[integration][watermark]") {
    World world;
    fill(world);
    const auto [sql, text] = GENERATE(table<std::string, std::string>({
        {"SELECT ledger FROM indexer UNION ALL SELECT 1", "gives several rows"},
        {"SELECT ledger, 1 AS two FROM indexer", "2 columns"},
        {"SELECT now()", "it must give a ledger"},
        {"SELECT 1.5", "it must give a ledger"},
        {"SELECT 'NaN'::float8", "it must give a ledger"},
        {"SELECT 'Infinity'::float8", "it must give a ledger"},
        {"SELECT ''", "it must give a ledger"},
        {"SELECT '12 ledgers'", "it must give a ledger"},
        {"SELECT nonsense", "the database refuses the SELECT"},
        {"SELECT ledger FROM nowhere", "the database refuses the SELECT"},
        {"DELETE FROM indexer RETURNING ledger", "the database refuses the SELECT"},
    }));
    Plan plan = plan_of(0);
    plan.watermark.sql = sql;
    const Report report = integration::run(world, plan);
    CHECK(report.setting == "SYNC_WATERMARK_SQL");
    REQUIRE(report.misconfigured);
    CHECK(report.misconfigured->find(text) != std::string::npos);
    CHECK(world.database.exec("SELECT count(*) FROM indexer") == "1");
}

TEST_CASE("A whole number is a watermark however it is written, and is not believed if no ledger has it",
          "[integration][watermark]") {
    World world;
    fill(world);
    const auto [sql, shown] = GENERATE(table<std::string, std::string>({
        {"SELECT 1005.0", ""},
        {"SELECT 1005e0::float8", ""},
        {"SELECT '1.005e3'", ""},
        {"SELECT ' +1005 '", ""},
        {"SELECT -1", "-1"},
        {"SELECT 4294967296", "4294967296"},
        {"SELECT 1763870400000", "1763870400000"},
        {"SELECT 1e30", "1000000000000000000000000000000"},
        {"SELECT 1e300::float8", "1e+300"},
        {"SELECT 1e60", "1" + std::string(36, '0') + "..."},
    }));
    CAPTURE(sql);
    Plan plan = plan_of(0);
    plan.watermark.sql = sql;
    std::vector<std::string> heard;
    plan.on_event = [&heard](const std::string& event) { heard.push_back(event); };
    const Report report = integration::run(world, plan);
    CHECK_FALSE(report.misconfigured);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 3, 0, 0});
    const bool believed = shown.empty();
    CHECK(std::count(heard.begin(), heard.end(), "WATERMARK_IMPLAUSIBLE") == (believed ? 0 : 1));
    CHECK(std::count(heard.begin(), heard.end(), "WATERMARK_MISSING") == 0);
    REQUIRE(report.summary.hints().size() == (believed ? 0U : 1U));
    if (believed) {
        REQUIRE(report.summary.indexer);
        CHECK(report.summary.indexer->watermark == 1005);
    } else {
        CHECK(report.summary.hints().front().find("the indexer's watermark, " + shown + ", is not") == 0);
        CHECK_FALSE(report.summary.indexer);
        CHECK(cause(report, Kind::balances, "new") == std::nullopt);
    }
}

TEST_CASE("A database that gives no watermark is to blame for the rows not verified, not the RPC",
          "[integration][watermark]") {
    World world;
    fill(world);
    Plan plan = plan_of(0);
    plan.watermark.sql = "SELECT pg_sleep(60)::text";
    plan.operation_timeout = std::chrono::milliseconds(500);
    const Report report = integration::run(world, plan);
    CHECK(report.summary.exit_code({}) == base::ExitCode::unavailable);
    REQUIRE(report.error("balances", "") != nullptr);
    CHECK(report.error("balances", "")->reason == verify::Reason::database);
    CHECK(report.error("balances", "")->count == 4);
}

TEST_CASE("A watermark that stops working during the cycle leaves the one before", "[integration][watermark]") {
    World world;
    fill(world);
    Plan plan = plan_of(1);
    plan.watermark.sql = "SELECT CASE WHEN ledger = 1005 THEN 1005 ELSE 1 / (ledger - ledger) END FROM indexer";
    plan.on_turn = meanwhile(world, "UPDATE indexer SET ledger = 1006");
    const Report report = integration::run(world, plan);
    CHECK(cause(report, Kind::balances, "new") == Cause::indexer_lag);
    CHECK(report.log.find("SYNC_WATERMARK_SQL no longer works") != std::string::npos);
    CHECK(report.summary.errors().empty());
}

TEST_CASE("Without a row or with NULL there is a warning, and rows are judged as if there were no watermark",
          "[integration][watermark]") {
    World world;
    fill(world);
    Plan plan = plan_of(1);
    plan.watermark.sql =
        GENERATE("SELECT ledger FROM indexer WHERE false", "SELECT max(ledger) FROM indexer WHERE false");
    std::vector<std::string> heard;
    plan.on_event = [&heard](const std::string& event) { heard.push_back(event); };
    const Report report = integration::run(world, plan);
    CHECK_FALSE(report.misconfigured);
    CHECK(std::count(heard.begin(), heard.end(), "WATERMARK_MISSING") == 1);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 3, 0, 0});
    CHECK(cause(report, Kind::balances, "new") == std::nullopt);
    CHECK_FALSE(report.summary.indexer);
}

namespace {

/// The application's indexer follows another node, which is at 1003: the rows say what the chain says there. Our node
/// is at 1000.
struct Behind {
    explicit Behind(std::vector<verify::ReadMode> modes = {verify::ReadMode::storage, verify::ReadMode::simulate}) {
        world.user("paid", account(1), "2", 10'000'000);
        world.resolved_market("resolved", contract(2), 1, 0, std::nullopt);
        world.user("same", account(3), "0", 0);
        world.flush();
        world.database.exec("CREATE TABLE indexer(ledger bigint); INSERT INTO indexer VALUES (1003)");
        stays(world.node);
        plan = plan_of(GENERATE(0U, 1U));
        plan.mode = GENERATE_REF(from_range(modes));
        plan.max_ledger_age = std::chrono::milliseconds(600);
        plan.on_event = [this](const std::string& event) { heard.push_back(event); };
    }
    static void stays(devnet::Server& node) {
        devnet::RpcSettings settings = node.rpc_settings();
        settings.closes_when_polled = false;
        node.set_rpc_settings(settings);
        is_fresh(node);
    }
    /// Ledgers are dated to the second, which is more than max_ledger_age may forgive.
    static void is_fresh(devnet::Server& node) { node.ledger().set_age(-std::chrono::seconds(2)); }
    static void catch_up(World& world, devnet::Ledger& ledger) {
        ledger.set_trust_line(account(1), world.asset, 20'000'000);
        ledger.set_market(contract(2), 2, 1);
        ledger.set_trust_line(account(3), world.asset, 0);
    }
    auto count(const char* event) const { return std::count(heard.begin(), heard.end(), event); }

    World world;
    Plan plan;
    std::vector<std::string> heard;
};

} // namespace

TEST_CASE("A node that stays behind the indexer is no evidence of a mismatch", "[integration][watermark]") {
    Behind behind;
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 0, 0, 1});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 0, 0, 1});
    REQUIRE(report.error("outcomes", "resolved") != nullptr);
    CHECK(report.error("outcomes", "resolved")->reason == verify::Reason::rpc);
    CHECK(report.error("outcomes", "resolved")->text == "the node at ledger 1000 is behind the indexer at 1003");
    CHECK(behind.count("NODE_STALLED") == 1);
    CHECK(behind.count("MISMATCH") == 0);
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
}

TEST_CASE("A node that comes to the indexer's ledger shows what the row says", "[integration][watermark]") {
    Behind behind;
    const bool drifts = GENERATE(false, true);
    bool gone_on = false;
    behind.plan.on_turn = [&](const Report&) {
        const auto& traffic = behind.world.node.traffic();
        if (traffic.calls("getHealth") < 2 || std::exchange(gone_on, true)) return; // it is polled
        devnet::Ledger& ledger = behind.world.node.ledger();
        ledger.close(3);
        if (!drifts) Behind::catch_up(behind.world, ledger);
        ledger.set_close_interval(std::chrono::milliseconds(50));
    };
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(gone_on);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, drifts ? 1U : 0U, drifts ? 0U : 1U, 0});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, drifts ? 1U : 0U, drifts ? 0U : 1U, 0});
    if (!drifts) return;
    const verify::Mismatch* mismatch = report.mismatch(Kind::outcomes, "resolved");
    REQUIRE(mismatch != nullptr);
    CHECK(mismatch->confirmed == (behind.plan.confirm_attempts > 0));
    CHECK(mismatch->seen.ledger >= 1003);
}

TEST_CASE("What a lagging node cannot show is asked of another endpoint", "[integration][watermark]") {
    Behind behind;
    // It moves on, and would take long to come to the indexer's ledger.
    behind.world.database.exec("UPDATE indexer SET ledger = 1055");
    behind.world.node.ledger().set_close_interval(std::chrono::milliseconds(150));
    devnet::Server other;
    other.ledger().deploy_asset(behind.world.asset);
    Behind::catch_up(behind.world, other.ledger());
    const bool drifts = GENERATE(false, true);
    if (drifts) other.ledger().set_trust_line(account(1), behind.world.asset, 30'000'000);
    other.ledger().close(60);
    Behind::is_fresh(other);
    other.start();
    behind.plan.endpoints = {behind.world.node.url(), other.url()};
    behind.plan.timeout = std::chrono::seconds(25);
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") == std::string::npos);
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 0, 1, 0});
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, drifts ? 1U : 0U, drifts ? 0U : 1U, 0});
    if (drifts) CHECK(report.mismatch(Kind::balances, "paid")->seen.ledger == 1060);
}

namespace {

/// The next endpoint, at an earlier ledger than the rows' until it serves the cycle; then it closes one after another
/// and shows what the rows say.
struct Next {
    explicit Next(Behind& behind) : behind_(behind) {
        server.ledger().deploy_asset(behind.world.asset);
        Behind::catch_up(behind.world, server.ledger());
        Behind::is_fresh(server);
        server.start();
        behind.plan.endpoints = {behind.world.node.url(), server.url()};
    }
    /// In this time it comes to the rows' ledger.
    void moves_on_once_it_serves(std::chrono::milliseconds interval) {
        behind_.plan.on_turn = [this, interval, done = false](const Report& so_far) mutable {
            if (so_far.log.find(server.url() + R"(","network")") == std::string::npos) return; // RPC_ENDPOINT
            if (!std::exchange(done, true)) server.ledger().set_close_interval(interval);
        };
    }

    devnet::Server server;

  private:
    Behind& behind_;
};

} // namespace

TEST_CASE("An endpoint that takes over from one that stalls has time to come to the watermark",
          "[integration][watermark]") {
    Behind behind({verify::ReadMode::automatic});
    Next next(behind);
    next.moves_on_once_it_serves(std::chrono::milliseconds(100));
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 0, 1, 0});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 0, 1, 0});
    CHECK(behind.count("NODE_STALLED") == 0);
}

TEST_CASE("An endpoint that takes over and stalls before the watermark is no evidence either",
          "[integration][watermark]") {
    Behind behind({verify::ReadMode::automatic});
    const Next next(behind);
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 0, 0, 1});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 0, 0, 1});
    CHECK(behind.count("NODE_STALLED") == 1);
    CHECK(behind.count("MISMATCH") == 0);
}

TEST_CASE("If the other endpoint is dead what a lagging node cannot show waits for that node",
          "[integration][watermark]") {
    Behind behind({verify::ReadMode::automatic});
    behind.plan.endpoints = {behind.world.node.url(), "http://127.0.0.1:1"};
    behind.world.database.exec("UPDATE indexer SET ledger = 1008");
    behind.world.node.ledger().set_close_interval(std::chrono::milliseconds(150));
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(report.log.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos); // to be asked for what was late
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{1, 1, 0, 0});
    CHECK(report.counts(Kind::outcomes) == std::array<std::uint64_t, 4>{0, 1, 0, 0});
    REQUIRE(report.mismatch(Kind::balances, "paid") != nullptr);
    CHECK(report.mismatch(Kind::balances, "paid")->seen.ledger >= 1008);
}

TEST_CASE("A watermark far ahead of the node is not believed", "[integration][watermark]") {
    Behind behind;
    behind.world.node.set_rpc_settings(integration::moving_on({}).rpc);
    const bool believed = GENERATE(false, true);
    behind.world.database.exec(std::string("UPDATE indexer SET ledger = ") + (believed ? "1060" : "1070"));
    const Report report = integration::run(behind.world, behind.plan);
    INFO(report.log);
    CHECK(behind.count("WATERMARK_IMPLAUSIBLE") == (believed ? 0 : 1));
    CHECK(report.summary.hints().size() == (believed ? 0U : 1U));
    // Judged as if there were none; or waited for, as long as the node moves on.
    CHECK(report.counts(Kind::balances)[believed ? 3 : 1] == 1);
    CHECK(report.summary.indexer.has_value() == believed);
}
