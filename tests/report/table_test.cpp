#include "checks.hpp"
#include "report/table.hpp"

#include "report/html.hpp"
#include "report/json.hpp"
#include "report/layout.hpp"
#include "report/sample.hpp"
#include "report/wording.hpp"

#include <catch2/catch.hpp>

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
    CHECK(render_table(summary, {}) == R"(1 balance differs: the chain has 34028236692093846346337460743176.8211455 USDC
less.

BALANCES: 1 user differs (USDC)

  user 7
    database     17014118346046923173168730371588.4105727
    on chain    -17014118346046923173168730371588.4105728
    difference  -34028236692093846346337460743176.8211455
      GAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSABOV
      seen in ledger 51234570, modified in 51234000

ERRORS

  DATABASE: the database failed
    database: connection to server at "db" failed: Connection refused

  check     in scope  checked  matched  mismatched  transient  errors
  odds             0        0        0           0          0       0
  outcomes         0        0        0           0          0       0
  balances         1        1        0           1          0       0
  total            1        1        0           1          0       0

  ledgers  none was read
  RPC      0 requests, 0 retries
  time     2026-11-23T12:58:00.123Z, 12.3 s
  sync id  0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90

OUT OF SYNC: 1 balance differs. The database or the RPC was not available.
)");
}

TEST_CASE("the table of a cycle that found nothing is short") {
    const std::string table = render_table(sample::plain_summary(), {});
    CHECK(table.starts_with("  check     in scope  checked  matched"));
    CHECK(table.ends_with("\n\nIN SYNC: 117 markets and 1117 users checked, no difference found.\n"));
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

TEST_CASE("an id that does not fit is shortened in its middle and stands whole below") {
    verify::Summary summary = sample::empty_summary();
    const std::string id = "0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90-0b9d5c1e-3f0a-4c55";
    summary.add(sample::balance_mismatch(id, 1, 1'000'000'000'000));
    const std::string table = render_table(summary, {});
    CHECK(holds(table, "\n      id " + id + "\n"));
    CHECK_FALSE(holds(table, "  " + id));
    CHECK(holds(table, "..."));
}

TEST_CASE("ids that would look alike when shortened stand whole, on lines of their own") {
    verify::Summary summary = sample::empty_summary();
    const std::string same(60, 'x');
    const std::string ids[] = {same + "1" + same, same + "2" + same};
    for (const std::string& id : ids) summary.add(sample::balance_mismatch(id, 1, 2));
    std::string table = render_table(summary, {130, false});
    for (const std::string& id : ids) CHECK(holds(table, "  user " + id + "\n    database     0.0000001\n"));
    CHECK_FALSE(holds(table, "..."));

    for (const std::string& id : ids) summary.add(Kind::balances, sample::error(id, verify::Reason::rpc, "no"));
    table = render_table(summary, {130, false});
    for (const std::string& id : ids) CHECK(holds(table, "      " + id.substr(0, 100)));
}

TEST_CASE("an id that turns the order of its line is kept out of the columns") {
    verify::Summary summary = sample::empty_summary();
    // Behind Hebrew letters a terminal may show numbers from right to left: the database's where the chain's belongs.
    summary.add(sample::balance_mismatch("\xD7\x90\xD7\x91", 10'000'000, 20'000'000));
    CHECK(holds(render_table(summary, {}), "  user \xD7\x90\xD7\x91\n    database     1.00\n    on chain     2.00\n"));
}

TEST_CASE("amounts end where all of the list end, with two decimals at least") {
    verify::Summary summary = sample::empty_summary();
    summary.add(sample::balance_mismatch("7", 10'000'000, 20'000'000));
    summary.add(sample::balance_mismatch("8", 0, 1'234'500'000));
    const std::string table = render_table(summary, {});
    CHECK(holds(table, "  8         0.00    123.45     +123.45\n"));
    CHECK(holds(table, "  7         1.00      2.00       +1.00\n"));
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
    CHECK(holds(table, "  ?]0;x???\xEF\xBF\xBD\xEF\xBF\xBD       YES      none  ?]0;x???\xEF\xBF\xBD\xEF\xBF\xBD\n"));
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
    CHECK(holds(table, "OUTCOMES: 1 market differs, CRITICAL\n\n  market"));
    CHECK(holds(table, "ODDS: 2 markets differ (price of YES)\n\n"));
    CHECK(holds(table, "\n  1 more not shown: listed are the worst 1 (SYNC_MAX_REPORTED); the log has them\n"
                       "  all\n\n"));
    // The totals are of all.
    CHECK(table.starts_with("2 balances differ: the chain has 0.00001 USDC more in 1 and 50.00 USDC less in\n"
                            "1; the largest difference is 50.00 USDC.\n\nOUTCOMES: "));
    CHECK(holds(render_table(sample::full_summary(0), {}),
                "ODDS: 2 markets differ (price of YES)\n"
                "  none of them is listed (SYNC_MAX_REPORTED); the log has them all\n"));
    CHECK(holds(table, "  The list may be cut (SYNC_MAX_REPORTED); the log has every error.\n"));
}

TEST_CASE("a list of one check that was cut says how many more there are") {
    verify::Summary summary = sample::empty_summary(1);
    summary.add(sample::balance_mismatch("u1", 1, 2));
    summary.add(sample::balance_mismatch("u2", 1, 2));
    CHECK(holds(render_table(summary, {}),
                "\n  1 more not shown: listed are the worst 1 (SYNC_MAX_REPORTED); the log has them\n  all\n"));
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
                           "thing.\n\n  check"));
    CHECK(render_table(summary, {80, true}).starts_with("\x1b[33mHINT\x1b[0m: the asset"));
}

TEST_CASE("a title without end does not bury the table or the page") {
    verify::Summary summary = sample::empty_summary();
    verify::Mismatch mismatch = sample::odds_mismatch();
    mismatch.title = "Will it end? " + std::string(100'000, 'x');
    summary.add(mismatch);
    for (const std::string& text : {render_table(summary, {}), report::render_html(summary)}) {
        CHECK(text.size() < 10'000);
        CHECK(holds(text, "Will it end?"));
        CHECK(holds(text, "xxx..."));
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
