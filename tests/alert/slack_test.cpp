#include "alert/slack.hpp"

#include "alert/alert_sample.hpp"
#include "fakes/alert_endpoints.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

using alert::alert_of;
using alert::slack_message;
using integration::pointer;

namespace {

std::size_t occurrences(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

} // namespace

TEST_CASE("A Slack message says what differs, by how much, and from which cycle it is", "[report][slack]") {
    const verify::Summary summary = sample::full_summary();
    const std::string message = slack_message(alert_of(summary, sample::everything));
    CHECK(fakes::fault_in_slack_message(message) == "");
    CHECK(pointer(message, "/text") ==
          R"("stellar-sync: 1 outcome (CRITICAL), the odds of 2 markets and 2 balances differ")");
    CHECK(pointer(message, "/blocks/0/text/text") == R"(":rotating_light: Database and chain differ")");
    CHECK(
        pointer(message, "/blocks/2/text/text") ==
        R"("2 balances differ: the chain has 0.00001 USDC more in 1 and 50.00 USDC less in 1; the largest difference )"
        R"(is 50.00 USDC.")");
    CHECK(pointer(message, "/blocks/3/text/text") == R"("*Outcome of market* `44`")");
    CHECK(pointer(message, "/blocks/3/fields/0/text") ==
          R"("Who wins?\n_read at ledger 51,234,569, last changed in ledger 51,000,000, archived_")");
    CHECK(pointer(message, "/blocks/3/fields/1/text") == R"("database *YES*\non chain *none*")");
    CHECK(pointer(message, "/blocks/6/fields/1/text") ==
          R"("database *1,250.00*\non chain *1,200.00*\ndifference -50.00")");
    CHECK(
        pointer(message, "/blocks/8/elements/0/text") ==
        R"("Cycle 0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90 of 2026-11-23 12:58:12 UTC; Test SDF Network ; September 2015;)"
        R"( ledgers 51234567 to 51234570")");
    CHECK(pointer(message, "/blocks/9") == "(absent)");
}

TEST_CASE("No more than 20 mismatches stand in a Slack message, the rest is counted", "[report][slack]") {
    const verify::Summary summary = sample::lagging_summary(30, 200, 5000, 0);
    const std::string message = slack_message(alert_of(summary, sample::everything));
    CHECK(fakes::fault_in_slack_message(message) == "");
    CHECK(occurrences(message, "\"fields\"") == 20);
    CHECK(occurrences(message, "*Outcome of market*") == 20);
    CHECK(message.find("and *10 outcomes, 200 markets' odds, 5,000 balances* more") != std::string::npos);
}

TEST_CASE("In a Slack message one line stands for all that the indexer's lag explains", "[report][slack]") {
    const verify::Summary summary = sample::lagging_summary(0, 0, 9, 90);
    const std::string message = slack_message(alert_of(summary, sample::everything));
    CHECK(fakes::fault_in_slack_message(message) == "");
    CHECK(occurrences(message, "*Balance of user (USDC)*") == 6);
    CHECK(occurrences(message, "INDEXER LAG") == 1);
    for (const char* explained : {"balances-0", "balances-3", "balances-6"})
        CHECK(message.find(explained) == std::string::npos);
    CHECK(pointer(message, "/blocks/0/text/text") == R"(":warning: Database and chain differ")");
}

TEST_CASE("In a Slack message a hint stands for the mismatches that it explains", "[report][slack]") {
    verify::Summary summary = sample::hinted_summary();
    std::string message = slack_message(alert_of(summary, sample::everything));
    CHECK(fakes::fault_in_slack_message(message) == "");
    CHECK(occurrences(message, "\"fields\"") == 1); // the outcome
    CHECK(pointer(message, "/blocks/1/text/text") == R"("*1 outcome (CRITICAL) and 5,000 balances differ*")");
    CHECK(pointer(message, "/blocks/2/text/text").starts_with(R"("5,000 balances differ: the chain has)"));
    CHECK(pointer(message, "/blocks/3/text/text") == R"("Hint: the token is &lt;Circle's&gt;?[1m.")");
    CHECK(pointer(message, "/blocks/4/text/text").starts_with(R"("Hint: balances: 5000 of 6117 users)"));
    for (int i = 0; i < 100; ++i) summary.add_hint(fmt::format("{}{}", i, std::string(5000, '&')));
    message = slack_message(alert_of(summary, sample::everything));
    CHECK(fakes::fault_in_slack_message(message) == "");
    const verify::Summary balances = sample::hinted_summary();
    CHECK(pointer(slack_message(alert_of(balances, {true, false})), "/blocks/0/text/text") ==
          R"(":warning: Database and chain differ")");
}

TEST_CASE("A hostile title or id mentions nobody in Slack and breaks no limit", "[report][slack]") {
    const verify::Summary summary = sample::hostile_summary();
    const std::string message = slack_message(alert_of(summary, sample::everything));
    CHECK(fakes::fault_in_slack_message(message) == "");
    CHECK(message.find("<!") == std::string::npos);
    CHECK(message.find("&lt;script&gt;") != std::string::npos);
    CHECK(message.find("`'&lt;!channel&gt;'") != std::string::npos); // an id stays in its backticks
    CHECK(message.size() < 20'000);
}

TEST_CASE("A test message for Slack says that it is one", "[report][slack]") {
    const verify::Summary summary = sample::empty_summary();
    const std::string message = slack_message(alert::test_alert(summary));
    CHECK(fakes::fault_in_slack_message(message) == "");
    CHECK(pointer(message, "/blocks/0/text/text") == R"("TEST ALERT: this channel works; nothing is wrong")");
}
