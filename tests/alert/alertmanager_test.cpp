// What Alertmanager itself makes of it is in integration/alertmanager_test.cpp.
#include "alert/alertmanager.hpp"

#include "alert/alert_sample.hpp"
#include "alert/webhook.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <set>

using alert::alert_of;
using alert::alertmanager_alerts;
using integration::pointer;

namespace {

std::size_t size_of(const std::string& json) {
    std::size_t count = 0;
    while (pointer(json, fmt::format("/{}", count)) != "(absent)") ++count;
    return count;
}

} // namespace

TEST_CASE("An alert of Alertmanager has the labels to group by, and ends by itself", "[report][alertmanager]") {
    const verify::Summary summary = sample::full_summary();
    const std::string json = alertmanager_alerts(alert_of(summary, sample::everything));
    REQUIRE(size_of(json) == 5);
    CHECK(pointer(json, "/0/labels") ==
          R"({"alertname":"StellarSyncMismatch","type":"OUTCOME","priority":"CRITICAL","resource_type":"MARKET",)"
          R"("resource_id":"44"})");
    CHECK(pointer(json, "/0/annotations/summary") ==
          R"("outcome of market 44 differs: YES in the database, none on chain")");
    CHECK(pointer(json, "/0/startsAt") == R"("2026-11-23T12:58:00.123Z")");
    CHECK(pointer(json, "/0/endsAt") == R"("2026-11-23T13:08:12.468Z")"); // 10 minutes after the cycle's end
    CHECK(pointer(json, "/4/labels/resource_type") == R"("USER")");
    CHECK(pointer(json, "/4/annotations/difference") == R"("+0.00001")");
    CHECK(pointer(json, "/0/generatorURL") == "(absent)");
}

TEST_CASE("Beyond 500 alerts, those that are left are one a check", "[report][alertmanager]") {
    verify::Summary summary = sample::lagging_summary(2, 600, 3000, 0, 10'000);
    summary.shard = "1/2";
    const std::string json = alertmanager_alerts(alert_of(summary, sample::everything));
    REQUIRE(size_of(json) == 502);
    CHECK(
        pointer(json, "/500/labels") ==
        R"({"alertname":"StellarSyncMismatch","type":"ODDS","priority":"NORMAL","resource_type":"MARKET","shard":"1/2"})");
    CHECK(pointer(json, "/500/annotations/summary") == R"("database and chain differ in 102 markets' odds more")");
    CHECK(pointer(json, "/501/annotations/summary") == R"("database and chain differ in 3,000 balances more")");
}

TEST_CASE("One alert of Alertmanager stands for all that the indexer's lag explains", "[report][alertmanager]") {
    const verify::Summary summary = sample::lagging_summary(3, 0, 6, 90);
    const std::string json = alertmanager_alerts(alert_of(summary, sample::everything));
    REQUIRE(size_of(json) == 7);
    CHECK(pointer(json, "/6/labels") == R"({"alertname":"StellarSyncIndexerLag","priority":"CRITICAL"})");
    CHECK(json.find("outcomes-0") == std::string::npos);
}

TEST_CASE("One alert of Alertmanager stands for a check whose mismatches a hint explains", "[report][alertmanager]") {
    verify::Summary summary = sample::hinted_summary();
    summary.shard = "1/2";
    const std::string json = alertmanager_alerts(alert_of(summary, sample::everything));
    REQUIRE(size_of(json) == 2);
    CHECK(pointer(json, "/0/labels/resource_id") == R"("44")");
    CHECK(
        pointer(json, "/1/labels") ==
        R"({"alertname":"StellarSyncMismatch","type":"BALANCE","priority":"NORMAL","resource_type":"USER","shard":"1/2"})");
    CHECK(pointer(json, "/1/annotations/summary") == R"("database and chain differ in 5,000 balances")");
    CHECK(pointer(json, "/1/annotations/hint").starts_with(R"("balances: 5000 of 6117 users)"));
    CHECK(pointer(json, "/1/annotations/totals").starts_with(R"("5,000 balances differ: the chain has 1.25025 USDC)"));
}

TEST_CASE("The webhook's signature is over time stamp and body", "[report][webhook]") {
    // Computed with Python's hmac module.
    CHECK(alert::webhook_signature("s3cret", base::WallTime{std::chrono::milliseconds(1'795'438'680'123)},
                                   "{\"a\":1}\n") ==
          "t=1795438680,v1=cd0b3fc612cb0722004a1916974a205cb90bdc8d7d6d80f24dcb94ec7bad37f1");
}

TEST_CASE("The webhook gets the result, and for a test something that is none", "[report][webhook]") {
    const verify::Summary summary = sample::lagging_summary(3, 0, 6, 90);
    const std::string body = alert::webhook_body(alert_of(summary, sample::everything));
    CHECK(pointer(body, "/status") == R"("MISMATCH")");
    CHECK(pointer(body, "/indexer/mismatches") == "3"); // one message for them, too, and they keep their places in it
    CHECK(pointer(body, "/mismatches/8") != "(absent)");
    const std::string test = alert::webhook_body(alert::test_alert(summary));
    CHECK(pointer(test, "/test") == "true");
    CHECK(pointer(test, "/status") == "(absent)");
}
