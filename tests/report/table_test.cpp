#include "checks.hpp"
#include "report/table.hpp"

#include "report/html.hpp"
#include "report/json.hpp"
#include "report/layout.hpp"
#include "report/sample.hpp"
#include "report/wording.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace {

using report::render_table;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::size_t widest(const std::string& text) {
    std::size_t width = 0;
    for (const std::string& line : lines_of(text)) width = std::max(width, report::columns(line));
    return width;
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("amounts that are too wide to stand side by side stand one below the other, whole") {
    verify::Summary summary = sample::empty_summary();
    summary.unavailable = true;
    summary.add(sample::balance_mismatch("7", base::i128_max, base::i128_min));
    summary.add(verify::Error{"database", "", verify::Reason::database,
                              "connection to server at \"db\" failed: Connection refused", 1, false, sample::start});
    const std::string table = render_table(summary, {});
    CHECK(table.starts_with("1 balance differs: the chain has\n"
                            "34,028,236,692,093,846,346,337,460,743,176.8211455 USDC less.\n"));
    CHECK(holds(table, R"(
  7
    17,014,118,346,046,923,173,168,730,371,588.4105727 in the database,
    -17,014,118,346,046,923,173,168,730,371,588.4105728 on chain,
    -34,028,236,692,093,846,346,337,460,743,176.8211455
ERRORS
  DATABASE: the database failed
    database: connection to server at "db" failed: Connection refused

  check     in scope  checked  matched  mismatched  transient  errors
  odds             0        0        0           0          0       0
  outcomes         0        0        0           0          0       0
  balances         1        1        0           1          0       0
  ledgers  none was read
  cycle    2026-11-23 12:58:00 UTC, 12.3 s, 0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90

OUT OF SYNC: 1 balance differs. The database or the RPC was not available.
)"));
}

TEST_CASE("the table of a cycle that found nothing is short") {
    const std::string table = render_table(sample::plain_summary(), {});
    CHECK(table.starts_with("  check     in scope  checked  matched"));
    CHECK(table.ends_with("\n\nIN SYNC: 117 markets and 1,117 users checked, no difference found.\n"));
}

TEST_CASE("only the checks that were asked for are counted in the table") {
    verify::Summary summary = sample::empty_summary();
    summary.checks = {Kind::balances};
    summary.matched(Kind::balances);
    const std::string table = render_table(summary, {});
    CHECK(holds(table, "  balances         1        1        1           0          0       0\n"));
    CHECK_FALSE(holds(table, "odds"));
    CHECK_FALSE(holds(table, "total"));
}

TEST_CASE("no line of the table is wider than the terminal, whatever its width") {
    verify::Summary summary = sample::full_summary();
    verify::Mismatch wide = sample::odds_mismatch();
    for (int i = 0; i < 200; ++i) wide.title += "\xE4\xBD\xA0\xE5\xA5\xBD"; // CJK without a blank
    wide.id = std::string(300, 'i');
    summary.add(wide);
    verify::Error error = sample::error(std::string(300, 'e'), verify::Reason::rpc, std::string(1000, 't'));
    for (int i = 0; i < 30; ++i) summary.add(Kind::balances, error);
    for (const std::size_t width : {72u, 80u, 81u, 100u, 120u, 200u})
        CHECK(widest(render_table(summary, {width, false})) <= width);
}

TEST_CASE("an id that has no room beside the values stands whole on a line of its own, and costs the others nothing") {
    verify::Summary summary = sample::empty_summary();
    const std::string id(300, 'i');
    summary.add(sample::balance_mismatch(id, 1, 3));
    summary.add(sample::balance_mismatch("0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90", 1, 2));
    for (int i = 1; i < 7; ++i) summary.add(sample::balance_mismatch(fmt::format("u{}", i), 1, 2));
    std::string table = render_table(summary, {});
    INFO(table);
    std::string joined;
    for (const std::string& line : lines_of(table))
        if (holds(line, "iii")) joined += line.substr(2);
    CHECK(joined == id);
    CHECK(holds(table, "\n  0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90  0.0000001  0.0000002  +0.0000001\n"));

    for (const char* other : {"e1", "e2"})
        summary.add(Kind::balances, sample::error(id + other, verify::Reason::rpc, "no"));
    table = render_table(summary, {130, false});
    for (const char* other : {"ie1", "ie2"}) CHECK(holds(table, other));
}

TEST_CASE("an id that turns the order of its line is kept out of the columns") {
    verify::Summary summary = sample::empty_summary();
    // Behind Hebrew letters a terminal may show numbers from right to left: the database's where the chain's belongs.
    summary.add(sample::balance_mismatch("\xD7\x90\xD7\x91", 10'000'000, 20'000'000));
    const std::vector<std::string> lines = lines_of(render_table(summary, {}));
    const auto id = std::find(lines.begin(), lines.end(), "  \xD7\x90\xD7\x91");
    REQUIRE(id != lines.end());
    CHECK(std::next(id)->starts_with("                       1.00      2.00       +1.00"));
}

TEST_CASE("amounts end where all of the list end, with two decimals at least") {
    verify::Summary summary = sample::empty_summary();
    summary.add(sample::balance_mismatch("7", 10'000'000, 20'000'000));
    summary.add(sample::balance_mismatch("8", 0, 1'234'500'000));
    const std::string table = render_table(summary, {});
    CHECK(holds(table, "  8                    0.00    123.45     +123.45"));
    CHECK(holds(table, "  7                    1.00      2.00       +1.00"));
}

TEST_CASE("nothing raw reaches the terminal through the table") {
    verify::Summary summary = sample::empty_summary();
    verify::Mismatch mismatch = sample::outcome_mismatch();
    mismatch.id = mismatch.address = mismatch.title = "\x1b]0;x\x07\n\xC2\x9B\xE2\x80\xAE\xFF";
    summary.add(mismatch);
    summary.add(Kind::odds, sample::error(mismatch.id, verify::Reason::rpc, mismatch.id));
    summary.network = mismatch.id;
    const std::string table = render_table(summary, {});
    for (const char c : {'\x1b', '\x07', '\xFF'}) CHECK(table.find(c) == std::string::npos);
    CHECK_FALSE(holds(table, "\xC2\x9B"));
    CHECK_FALSE(holds(table, "\xE2\x80\xAE"));
    CHECK(holds(table,
                "  ?]0;x???\xEF\xBF\xBD\xEF\xBF\xBD               YES      none  ?]0;x???\xEF\xBF\xBD\xEF\xBF\xBD\n"));
}

TEST_CASE("colour changes nothing but colour") {
    const std::string plain = render_table(sample::full_summary(), {});
    const std::string coloured = render_table(sample::full_summary(), {80, true});
    std::string stripped;
    for (std::size_t i = 0; i < coloured.size(); ++i) {
        if (coloured[i] == '\x1b')
            i = coloured.find('m', i);
        else
            stripped += coloured[i];
    }
    CHECK(stripped == plain);
    CHECK(holds(coloured, "\x1b[1;31mCRITICAL\x1b[0m"));
    CHECK(plain.find('\x1b') == std::string::npos);
}

TEST_CASE("a list that was cut says how much is missing") {
    const std::string table = render_table(sample::full_summary(1), {});
    // The totals are of all.
    CHECK(table.starts_with("2 balances differ: the chain has 0.00001 USDC more in 1 and 50.00 USDC less in\n"
                            "1; the largest difference is 50.00 USDC.\n  OUTCOMES, CRITICAL"));
    CHECK(holds(table, "\n  1 more not shown (SYNC_MAX_REPORTED); the log has all\n"));
    CHECK(holds(render_table(sample::full_summary(0), {}), "\n  2 not shown (SYNC_MAX_REPORTED); the log has all\n"));
    CHECK(holds(table, "  This list may be cut (SYNC_MAX_REPORTED); the log has every error.\n"));
}

TEST_CASE("the table shows twenty rows of a check, and how to see the others") {
    verify::Summary summary = sample::empty_summary();
    for (int i = 0; i < 5000; ++i) summary.add(sample::balance_mismatch(fmt::format("u{}", i), 0, 10'000'000 + i));
    const std::string table = render_table(summary, {});
    CHECK(holds(table, "5,000 balances differ: the chain has "));
    CHECK(holds(table, "\n  u4980 "));
    CHECK_FALSE(holds(table, "\n  u4979 "));
    CHECK(holds(table, "\n  4,980 more not shown; --output json lists 1,000, the log has all\n"));
}

TEST_CASE("six mismatches fit a screen, any number fits two, and no line is wider than the terminal") {
    verify::Summary summary = sample::plain_summary();
    summary.latest_ledger = 51'234'570;
    summary.latest_ledger_age = std::chrono::seconds(4);
    summary.rpc_retries = 0;
    const auto uuid = [](int i) { return fmt::format("0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a{:04}", i); };
    const auto add = [&](int outcomes, int odds, int balances) {
        verify::Mismatch mismatch = sample::outcome_mismatch();
        for (int i = 0; i < outcomes; ++i) summary.add((mismatch.id = uuid(i), mismatch));
        mismatch = sample::odds_mismatch();
        for (int i = 0; i < odds; ++i) summary.add((mismatch.id = uuid(i), mismatch));
        for (int i = 0; i < balances; ++i)
            summary.add(sample::balance_mismatch(uuid(i), 12'500'000'001, 12'000'000'002 + 77 * i));
    };
    add(1, 2, 3);
    for (const std::size_t width : {80U, 100U, 160U}) {
        const std::string table = render_table(summary, {width, false});
        CHECK(lines_of(table).size() <= 24);
        CHECK(widest(table) <= width);
        CHECK(holds(table, "  6 h 20 min")); // since the odds' ledger
        CHECK(holds(table, "\n\nCRITICAL outcomes: " + uuid(0) + "\nOUT OF SYNC: 1 outcome (CRITICAL), "));
        CHECK(holds(table, "51,234,567 to 51,234,570 (about 2026-11-23 12:58:08 UTC)"));
    }
    add(60, 240, 4700);
    summary.add_hint(std::string(150, 'h'));
    for (const std::size_t width : {80U, 100U, 160U}) {
        const std::string table = render_table(summary, {width, false});
        INFO(table);
        CHECK(lines_of(table).size() <= 48);
        CHECK(widest(table) <= width);
    }
}

TEST_CASE("a mark that all rows of a list share is said once") {
    verify::Summary summary = sample::empty_summary();
    for (const char* id : {"a", "b", "c"}) {
        verify::Mismatch mismatch = sample::balance_mismatch(id, 0, 1);
        mismatch.confirmed = false;
        summary.add(mismatch);
    }
    const std::string table = render_table(summary, {});
    CHECK(holds(table, "\n  each: not confirmed by a recheck\n"));
    CHECK(table.find("not confirmed") == table.rfind("not confirmed"));
}

TEST_CASE("digits are grouped in threes, ages have two units") {
    CHECK(report::grouped("1234567.8901234") == "1,234,567.8901234");
    CHECK(report::grouped("-123.5") == "-123.5");
    CHECK(report::grouped("+1000") == "+1,000");
    CHECK(report::grouped("YES, 4000") == "YES, 4000");
    CHECK(report::grouped("") == "");
    CHECK(report::shown_number(51'234'570) == "51,234,570");
    CHECK(report::shown_number(999) == "999");
    CHECK(report::shown_age(std::chrono::seconds(59)) == "59 s");
    CHECK(report::shown_age(std::chrono::minutes(59)) == "59 min");
    CHECK(report::shown_age(std::chrono::minutes(110)) == "1 h 50 min");
    CHECK(report::shown_age(std::chrono::hours(76)) == "3 d 4 h");
    verify::Summary summary = sample::empty_summary();
    CHECK(report::age_of(summary, 7).empty()); // no node told
    summary.latest_ledger = 100;
    CHECK(report::age_of(summary, 88) == "1 min");
    CHECK(report::age_of(summary, 101).empty());
}

TEST_CASE("totals in words name both directions, or the one there is") {
    verify::Summary summary = sample::empty_summary();
    CHECK(report::drift_sentence(summary).empty());
    summary.add(sample::odds_mismatch());
    CHECK(report::drift_sentence(summary).empty());
    summary.add(sample::balance_mismatch("a", 0, 12));
    CHECK(report::drift_sentence(summary) == "1 balance differs: the chain has 0.0000012 USDC more.");
    summary.add(sample::balance_mismatch("b", 0, 10'000'000));
    CHECK(report::drift_sentence(summary) ==
          "2 balances differ: the chain has 1.0000012 USDC more; the largest difference is 1.00 USDC.");
    summary.add(sample::balance_mismatch("c", 1'234'500'000, 0));
    CHECK(report::drift_sentence(summary) ==
          "3 balances differ: the chain has 1.0000012 USDC more in 2 and 123.45 USDC less in 1; the largest difference "
          "is 123.45 USDC.");
}

TEST_CASE("hints come first in the table, harmless and within its width") {
    verify::Summary summary = sample::empty_summary();
    summary.add_hint("the asset \x1b[1m may be wrong, or the contract, or else the column may mean another thing");
    CHECK(render_table(summary, {})
              .starts_with("HINT: the asset ?[1m may be wrong, or the contract, or else the column may mean\nanother "
                           "thing.\n  check"));
    CHECK(render_table(summary, {80, true}).starts_with("\x1b[33mHINT\x1b[0m: the asset"));
}

TEST_CASE("a title without end does not bury the table or the page") {
    verify::Summary summary = sample::empty_summary();
    verify::Mismatch mismatch = sample::odds_mismatch();
    mismatch.title = "Will it end? " + std::string(100'000, 'x');
    summary.add(mismatch);
    for (const std::string& text : {render_table(summary, {}), report::render_html(summary)}) {
        CHECK(text.size() < 10'000);
        CHECK(holds(text, "Will it "));
        CHECK(holds(text, "..."));
    }
    CHECK(holds(report::render_json(summary), mismatch.title)); // exact
}

TEST_CASE("columns are those of a terminal, not bytes") {
    CHECK(report::columns("abc") == 3);
    CHECK(report::columns("caf\xC3\xA9") == 4);
    CHECK(report::columns("cafe\xCC\x81") == 4);             // combining
    CHECK(report::columns("\xE4\xBD\xA0\xE5\xA5\xBD") == 4); // wide
    CHECK(report::fitted("\xE4\xBD\xA0\xE5\xA5\xBD\xE5\x90\x97\xE5\x90\x97", 7) == "\xE4\xBD\xA0...\xE5\x90\x97");
    CHECK(report::fitted("abcdefghij", 8) == "abc...ij");
    CHECK(report::fitted("abcdefghij", 3) == "abc");
    CHECK(report::columns("\xE2\x9D\xA4\xEF\xB8\x8F") == 2);                     // made an emoji by a selector
    CHECK(report::columns("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80") == 4); // joined: 2 or 4
    CHECK(report::wrapped("one two  three", 2, 10) == "  one two  three\n");     // 20 columns at least
    CHECK(report::wrapped("a blank-separated line of text", 2, 24) == "  a blank-separated line\n  of text\n");
    CHECK(report::wrapped("", 2, 80) == "");
}
