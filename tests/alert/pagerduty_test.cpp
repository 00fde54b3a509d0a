#include "alert/pagerduty.hpp"

#include "alert/alert_sample.hpp"
#include "fakes/alert_endpoints.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <set>

using alert::alert_of;
using integration::pointer;

namespace {

std::vector<std::string> events_of(const alert::Alert& alert) {
    std::vector<std::string> events = alert::pagerduty_events(alert, fakes::routing_key, "host-1");
    for (const std::string& event : events) CHECK(fakes::fault_in_pagerduty_event(event) == "");
    return events;
}

std::set<std::string> keys_of(const std::vector<std::string>& events) {
    std::set<std::string> keys;
    for (const std::string& event : events) keys.insert(pointer(event, "/dedup_key"));
    return keys;
}

} // namespace

TEST_CASE("PagerDuty gets one event a mismatch, severe by its priority", "[report][pagerduty]") {
    const verify::Summary summary = sample::full_summary();
    const auto events = events_of(alert_of(summary, sample::everything));
    REQUIRE(events.size() == 5);
    CHECK(pointer(events[0], "/routing_key") == "\"" + fakes::routing_key + "\"");
    CHECK(pointer(events[0], "/dedup_key") == R"("stellar-sync/OUTCOME/44")");
    CHECK(pointer(events[0], "/payload/severity") == R"("critical")");
    CHECK(pointer(events[0], "/payload/source") == R"("host-1")");
    CHECK(pointer(events[0], "/payload/component") == R"("outcomes")");
    CHECK(pointer(events[0], "/payload/class") == R"("OUTCOME")");
    CHECK(pointer(events[0], "/payload/timestamp") == R"("2026-11-23T12:58:00.123Z")");
    CHECK(pointer(events[0], "/payload/summary") ==
          R"("outcome of market 44 differs: YES in the database, none on chain")");
    CHECK(pointer(events[0], "/payload/custom_details/title") == R"("Who wins?")");
    CHECK(pointer(events[0], "/payload/custom_details/databaseOutcome") == "1");
    CHECK(pointer(events[0], "/payload/custom_details/syncId") == R"("0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90")");
    CHECK(pointer(events[4], "/payload/severity") == R"("warning")");
    CHECK(pointer(events[4], "/payload/component") == R"("balances")");
    CHECK(keys_of(events).size() == 5);
    CHECK(events_of(alert_of(summary, {false, true})).size() == 1);
}

TEST_CASE("Beyond 20 events PagerDuty gets one that sums up the rest", "[report][pagerduty]") {
    verify::Summary summary = sample::lagging_summary(30, 200, 5000, 0);
    auto events = events_of(alert_of(summary, sample::everything));
    REQUIRE(events.size() == 21);
    CHECK(pointer(events[19], "/payload/severity") == R"("critical")");
    CHECK(pointer(events[20], "/dedup_key") == R"("stellar-sync/REST")");
    CHECK(pointer(events[20], "/payload/severity") == R"("critical")");
    CHECK(pointer(events[20], "/payload/custom_details/beyond") == R"({"odds":200,"outcomes":10,"balances":5000})");
    CHECK(keys_of(events).size() == 21);
    CHECK(pointer(events_of(alert_of(summary, {true, false})).back(), "/payload/severity") == R"("warning")");
    summary.shard = "2/7"; // which has a rest of its own
    events = events_of(alert_of(summary, sample::everything));
    CHECK(pointer(events[20], "/dedup_key") == R"("stellar-sync/REST/2/7")");
}

TEST_CASE("PagerDuty gets one event for all that the indexer's lag explains", "[report][pagerduty]") {
    const verify::Summary summary = sample::lagging_summary(4, 0, 6, 90);
    const auto events = events_of(alert_of(summary, sample::everything));
    REQUIRE(events.size() == 7); // 2 outcomes and 4 balances that drift, and the lag
    CHECK(keys_of(events).contains(R"("stellar-sync/OUTCOME/outcomes-1")"));
    CHECK_FALSE(keys_of(events).contains(R"("stellar-sync/OUTCOME/outcomes-0")"));
    CHECK(pointer(events[6], "/dedup_key") == R"("stellar-sync/INDEXER_LAG")");
    CHECK(pointer(events[6], "/payload/severity") == R"("critical")");
    CHECK(pointer(events[6], "/payload/custom_details/explained") == R"({"odds":0,"outcomes":2,"balances":2})");
    CHECK(pointer(events_of(alert_of(summary, {true, false})).back(), "/payload/severity") == R"("warning")");
}

TEST_CASE("PagerDuty gets one event for a check whose mismatches a hint explains", "[report][pagerduty]") {
    verify::Summary summary = sample::hinted_summary();
    auto events = events_of(alert_of(summary, sample::everything));
    REQUIRE(events.size() == 2);
    CHECK(pointer(events[0], "/dedup_key") == R"("stellar-sync/OUTCOME/44")");
    CHECK(pointer(events[1], "/dedup_key") == R"("stellar-sync/HINT/BALANCE")");
    CHECK(pointer(events[1], "/payload/summary").starts_with(R"("balances: 5000 of 6117 users)"));
    CHECK(pointer(events[1], "/payload/severity") == R"("warning")");
    CHECK(pointer(events[1], "/payload/component") == R"("balances")");
    CHECK(pointer(events[1], "/payload/class") == R"("BALANCE")");
    CHECK(pointer(events[1], "/payload/custom_details/mismatches") == "5000");
    CHECK(pointer(events[1], "/payload/custom_details/chainMore") == R"("1.2502500")");
    CHECK(pointer(events[1], "/payload/custom_details/largest") == R"("0.0005000")");
    summary.shard = "2/7";
    events = events_of(alert_of(summary, {true, false}));
    REQUIRE(events.size() == 1);
    CHECK(pointer(events[0], "/dedup_key") == R"("stellar-sync/HINT/BALANCE/2/7")");
}

TEST_CASE("Long ids keep their incidents apart, and a hostile one is harmless", "[report][pagerduty]") {
    verify::Summary summary = sample::hostile_summary();
    verify::Mismatch twin = *std::next(summary.mismatches().begin()); // the outcome
    twin.id.back() = '>';                                             // another in its 5001st character
    summary.add(twin);
    const auto events = events_of(alert_of(summary, sample::everything));
    CHECK(events.size() == 4);
    CHECK(keys_of(events).size() == 4);
    for (const std::string& event : events) {
        CHECK(event.size() < 20'000);
        CHECK(event.find('\n') == std::string::npos);
    }
    // The same the next time, or each cycle would open an incident.
    CHECK(keys_of(events_of(alert_of(summary, sample::everything))) == keys_of(events));
}

TEST_CASE("A test event for PagerDuty says that it is one", "[report][pagerduty]") {
    const verify::Summary summary = sample::empty_summary();
    const auto events = events_of(alert::test_alert(summary));
    REQUIRE(events.size() == 1);
    CHECK(pointer(events[0], "/payload/severity") == R"("info")");
    CHECK(pointer(events[0], "/dedup_key") == R"("stellar-sync/TEST")");
}
