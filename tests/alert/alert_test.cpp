#include "alert/alert.hpp"
#include "alert/events.hpp"
#include "checks.hpp"

#include "alert/alert_sample.hpp"
#include "base/text.hpp"
#include "report/events.hpp"

#include <catch2/catch.hpp>

#include <set>

using alert::alert_of;

TEST_CASE("NORMAL mismatches and CRITICAL ones go where their own list says", "[report][alert]") {
    const verify::Summary summary = sample::full_summary();
    const auto counts = [&](bool normal, bool critical) { return alert_of(summary, {normal, critical}).counts; };
    CHECK(counts(true, true) == PerKind{2, 1, 2});
    CHECK(counts(true, false) == PerKind{2, 0, 2});
    CHECK(counts(false, true) == PerKind{0, 1, 0});
    CHECK(counts(false, false) == PerKind{0, 0, 0});
    CHECK(alert_of(summary, {false, false}).empty());
    CHECK(alert_of(summary, {false, true}).critical());
    CHECK_FALSE(alert_of(summary, {true, false}).critical());
    CHECK(alert::headline(alert_of(summary, sample::everything)) ==
          "1 outcome (CRITICAL), the odds of 2 markets and 2 balances differ");
    CHECK(alert::headline(alert_of(summary, {false, true})) == "1 outcome (CRITICAL) differs");
}

TEST_CASE("The critical check comes first in an alert, and what is not listed is counted", "[report][alert]") {
    verify::Summary summary = sample::plain_summary(4);
    for (int i = 0; i < 10; ++i) summary.add(sample::balance_mismatch(fmt::format("u{}", i), i, 100));
    summary.add(sample::odds_mismatch()); // before the outcomes in the result
    for (int i = 0; i < 3; ++i) summary.add(sample::outcome_mismatch());
    const alert::Alert alert = alert_of(summary, sample::everything);
    REQUIRE(alert.listed.size() == 8);
    for (std::size_t i = 0; i < 3; ++i) CHECK(alert.listed[i]->check() == Kind::outcomes);
    CHECK(alert.counts == PerKind{1, 3, 10});
    CHECK(alert.beyond(5) == PerKind{0, 0, 9});
    CHECK(alert.beyond(2) == PerKind{1, 1, 10});
    CHECK(alert.listed[3]->check() == Kind::odds);
    for (std::size_t i = 4; i < 8; ++i) CHECK(alert.listed[i]->id == fmt::format("u{}", i - 4)); // the worst
    CHECK(alert.beyond(100) == PerKind{0, 0, 6});
    CHECK(alert::counts_text(alert.beyond(2)) == "1 outcome, 1 market's odds, 10 balances");
    CHECK(alert::counts_text({}) == "");
}

TEST_CASE("With more lag than is normal one alert stands for all mismatches of that cause", "[report][alert]") {
    const verify::Summary summary = sample::lagging_summary(4, 5, 7, 90);
    const alert::Alert alert = alert_of(summary, sample::everything);
    CHECK(alert.explained == PerKind{2, 2, 3});
    CHECK(alert.counts == PerKind{3, 2, 4});
    CHECK(alert.listed.size() == 9);
    for (const verify::Mismatch* mismatch : alert.listed) CHECK(mismatch->likely_cause == verify::Cause::drift);
    CHECK(alert.lag_priority() == verify::Priority::critical);
    CHECK(alert_of(summary, {true, false}).lag_priority() == verify::Priority::normal);
    CHECK(alert::headline(alert) ==
          "2 outcomes (CRITICAL), the odds of 3 markets and 4 balances differ; the indexer lags "
          "by 90 ledgers, which explains 7 mismatches");
    CHECK(alert::lag_text(alert).find(
              "up to 51,234,480, 90 ledgers behind the node's latest; 7 mismatches were changed") != std::string::npos);
    // Of a channel that hears of one priority alone, no more than that.
    CHECK(alert::lag_text(alert_of(summary, {false, true})).find("2 mismatches were") != std::string::npos);
}

TEST_CASE("With a lag that is normal every mismatch is alerted on its own", "[report][alert]") {
    const verify::Summary summary = sample::lagging_summary(4, 5, 7, 60);
    const alert::Alert alert = alert_of(summary, sample::everything);
    CHECK(alert.counts == PerKind{5, 4, 7});
    CHECK(alert.listed.size() == 16);
    CHECK_FALSE(alert.lagging());
    CHECK(alert::lag_text(alert).empty());
}

TEST_CASE("Mismatches beyond the list are told apart by cause, too", "[report][alert]") {
    const verify::Summary summary = sample::lagging_summary(0, 0, 3000, 90, 30);
    const alert::Alert alert = alert_of(summary, sample::everything);
    CHECK(alert.listed.size() == 20);
    CHECK(alert.counts == PerKind{0, 0, 2000});
    CHECK(alert.explained == PerKind{0, 0, 1000});
    CHECK(alert.beyond(20) == PerKind{0, 0, 1980});
}

TEST_CASE("If a hint explains all mismatches of a check, one alert stands for them", "[report][alert]") {
    const verify::Summary summary = sample::hinted_summary();
    const alert::Alert alert = alert_of(summary, sample::everything);
    CHECK(alert.hinted == PerKind{0, 0, 5000});
    CHECK(alert.counts == PerKind{0, 1, 0});
    CHECK(alert.listed.size() == 1);
    CHECK(alert::differing(alert) == PerKind{0, 1, 5000});
    CHECK(alert::headline(alert) == "1 outcome (CRITICAL) and 5,000 balances differ");
    CHECK(alert::totals_text(alert) ==
          "5,000 balances differ: the chain has 1.25025 USDC more; the largest difference is 0.0005 USDC.");
    REQUIRE(alert.hints.size() == 2);
    CHECK(alert.hints[0] == "the token is <Circle's>?[1m");
    CHECK(alert.hints[1].starts_with("balances: 5000 of 6117 users that were compared differ: "));
    CHECK(alert::hint_text(alert.hints[0]) == "Hint: the token is <Circle's>?[1m.");
    CHECK(alert.beyond(20) == PerKind{});

    const alert::Alert normal = alert_of(summary, {true, false});
    CHECK(normal.listed.empty());
    CHECK_FALSE(normal.empty());
    CHECK_FALSE(normal.critical());
    // A channel of CRITICAL alone hears nothing of the balances.
    const alert::Alert critical = alert_of(summary, {false, true});
    CHECK(critical.hints.size() == 1);
    CHECK(critical.hinted == PerKind{});
    CHECK(alert::totals_text(critical).empty());
}

TEST_CASE("A hint alone is no alert, and a hint about CRITICAL mismatches is one", "[report][alert]") {
    verify::Summary summary = sample::plain_summary();
    summary.add_hint("all is odd");
    CHECK(alert_of(summary, sample::everything).empty());
    for (int i = 0; i < 3; ++i) summary.add(sample::outcome_mismatch());
    verify::add_systematic_hints(summary);
    const alert::Alert alert = alert_of(summary, {false, true});
    CHECK(alert.hinted == PerKind{0, 3, 0});
    CHECK(alert.critical());
}

TEST_CASE("A lag that explains nothing, and a cycle in sync, are no alert", "[report][alert]") {
    verify::Summary summary = sample::plain_summary();
    summary.indexer = verify::Indexer{1, 1000, 60, {}};
    CHECK(alert_of(summary, sample::everything).empty());
}

TEST_CASE("A long or odd id stays unlike others, and within its limit", "[report][alert]") {
    CHECK(alert::unique_id("clh3k9x2v0000qzrm8g2d1abc", 100) == "clh3k9x2v0000qzrm8g2d1abc");
    CHECK(alert::unique_id(std::string(100, 'x'), 100) == std::string(100, 'x'));
    CHECK(alert::unique_id("\xE5\xB8\x82\xE5\xA0\xB4", 100) == "\xE5\xB8\x82\xE5\xA0\xB4");
    const std::string stem(300, 'x');
    std::set<std::string> seen;
    const std::vector<std::string> odd{stem + "1",
                                       stem + "2",
                                       stem,
                                       "a\nb",
                                       "a\rb",
                                       "a?b",
                                       "a\xFF"
                                       "b",
                                       "a\xFE"
                                       "b",
                                       "a\xEF\xBF\xBD"
                                       "b",
                                       std::string("a\0b", 3)};
    for (const std::string& id : odd) {
        const std::string unique = alert::unique_id(id, 100);
        CHECK(unique.size() <= 100);
        CHECK(unique == base::harmless(unique));
        CHECK(alert::unique_id(id, 100) == unique);
        seen.insert(unique);
    }
    CHECK(seen.size() == odd.size());
}

TEST_CASE("The ALERT event of the log has the counts, and a test says that it is one", "[report][alert]") {
    const verify::Summary summary = sample::lagging_summary(4, 5, 7, 90);
    const base::Event event = alert::alert_event(alert_of(summary, sample::everything));
    CHECK(event.type == "ALERT");
    CHECK(event.level == base::Level::error);
    std::string fields;
    base::JsonWriter writer(fields);
    writer.begin_object();
    base::write_fields(writer, event.fields);
    writer.end_object();
    CHECK(fields == R"({"priority":"CRITICAL","odds":3,"outcomes":2,"balances":4,"explainedByIndexerLag":7})");
    CHECK(alert::alert_event(alert_of(summary, {true, false})).level == base::Level::warn);
    const verify::Summary hinted = sample::hinted_summary();
    const base::Event with_hints = alert::alert_event(alert_of(hinted, sample::everything));
    CHECK(with_hints.fields.back().name == "hints");
    CHECK(std::get<base::Texts>(with_hints.fields.back().value).size() == 2);
    CHECK(std::get<std::uint64_t>(with_hints.fields[3].value) == 5000); // balances
    const base::Event test = alert::alert_event(alert::test_alert(summary));
    CHECK(test.level == base::Level::info);
    CHECK(test.message.starts_with("TEST ALERT"));
}
