#include "checks.hpp"
#include "report/html.hpp"

#include "base/digest.hpp"
#include "report/html_style.hpp"
#include "report/sample.hpp"
#include "stellar/base64.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using report::render_html;

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::size_t occurrences(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
    return count;
}

// The names of the tags that are open at the end, or of the first that closes what is not open.
std::vector<std::string> unbalanced(const std::string& page) {
    std::vector<std::string> open;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
        const std::string tag = page.substr(at + 1, page.find('>', at) - at - 1);
        const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
        if (name == "!DOCTYPE" || name == "meta" || tag.ends_with('/')) continue;
        if (name[0] != '/') {
            open.push_back(name);
        } else if (!open.empty() && "/" + open.back() == name) {
            open.pop_back();
        } else {
            return {name};
        }
    }
    return open;
}

} // namespace

TEST_CASE("the page has what the table has") {
    const std::string page = render_html(sample::full_summary());
    for (const char* part :
         {"OUT OF SYNC: 1 outcome (CRITICAL), the odds of 2 markets and 2 balances differ.", "1,203 of 2,443 rows",
          "outcomes: 1 market differs, <strong class=\"critical\">CRITICAL</strong>",
          "odds: 2 markets differ (price of YES)", "balances: 2 users differ (USDC)",
          "<td class=\"number\" data-label=\"Database\">1,250.00000</td><td class=\"number\" data-label=\"On chain\">"
          "1,200.00000</td><td class=\"number drift\" data-label=\"Difference\"><span>-50.00000</span></td>",
          ">YES</td>", ">none</td>", "no liquidity in the database",
          "reserves in the database: yes 1000.0000000, no 2000.0000000 USDC",
          "reserves on chain, raw: yes 12000000000, no 20000000000", "not confirmed by a recheck", "archived",
          "BAD_ADDRESS", "NOT_REACHED", "<bdi class=\"id\">1003</bdi>", "Test SDF Network ; September 2015",
          "512 requests, 1 retry"}) {
        INFO(part);
        CHECK(holds(page, part));
    }
    // Nothing that the table says last comes first: the verdict, then the counts, then the critical check.
    CHECK(page.find("<h1 class=\"MISMATCH\">") < page.find("id=\"outcomes\""));
    CHECK(page.find("id=\"outcomes\"") < page.find("id=\"odds\""));
    CHECK(page.find("id=\"odds\"") < page.find("id=\"balances\""));
    CHECK(unbalanced(page).empty());
    CHECK(unbalanced(render_html(sample::world_summary())).empty());
}

TEST_CASE("the page of a cycle that found nothing has no plot and no empty table") {
    const std::string page = render_html(sample::plain_summary());
    CHECK(holds(page, "<h1 class=\"IN_SYNC\">IN SYNC: 117 markets and 1,117 users checked, no difference"));
    CHECK(occurrences(page, "<table>") == 1);
    CHECK_FALSE(holds(page, "<svg"));
    CHECK(unbalanced(page).empty());
}

TEST_CASE("nothing from the database or the chain is markup in the page") {
    verify::Summary summary = sample::empty_summary();
    const std::string evil = "</title></style></bdi><script>alert(1)</script><img src=x onerror='a()'>&amp;\"\x1b[1m"
                             "\xE2\x80\xAE\xFF";
    verify::Mismatch mismatch = sample::odds_mismatch();
    mismatch.id = mismatch.address = mismatch.title = evil;
    summary.add(mismatch);
    verify::Error error = sample::error(evil, verify::Reason::rpc, evil);
    error.operation = evil;
    summary.add(Kind::balances, error);
    summary.network = evil;
    const std::string page = render_html(summary);
    CHECK(unbalanced(page).empty());
    for (const char* raw : {"<script", "<img", "\x1b", "\xE2\x80\xAE", "\xFF", "onerror='"})
        CHECK_FALSE(holds(page, raw));
    CHECK(occurrences(page, "&lt;script&gt;alert(1)&lt;/script&gt;") == 7);
    CHECK(holds(page, "onerror=&#39;a()&#39;&gt;&amp;amp;&quot;?[1m"));
}

TEST_CASE("the page asks for nothing, and its policy allows nothing but its own style") {
    const std::string page = render_html(sample::world_summary());
    for (const char* way : {"src=", "href=", "url(", "@import", "<script", "<link", " style=", "http://", "https://"})
        CHECK_FALSE(holds(page, way));
    const base::Hash hash = base::sha256(report::html_style);
    std::string bytes;
    for (const std::uint8_t byte : hash) bytes += static_cast<char>(byte);
    CHECK(holds(page, fmt::format("content=\"default-src 'none'; base-uri 'none'; form-action 'none'; "
                                  "style-src 'sha256-{}'\"",
                                  stellar::to_base64(bytes))));
    CHECK(holds(page, fmt::format("<style>{}</style>", report::html_style)));
}

TEST_CASE("the page's totals and its plot are of all mismatches, whatever is listed, and exact") {
    verify::Summary summary = sample::empty_summary(1);
    for (int i = 1; i <= 300; ++i)
        summary.add(sample::balance_mismatch(fmt::format("u{}", i), i % 3 == 0 ? i : 0, i % 3 == 0 ? 0 : i));
    std::string page = render_html(summary);
    CHECK(occurrences(page, "<bdi class=\"id\">u") == 1);
    CHECK(holds(page, "<p>300 balances differ: the chain has 0.003 USDC more in 200 and 0.001515 USDC less in 100; the "
                      "largest difference is 0.00003 USDC.</p>"));
    CHECK(holds(page, "<figcaption>The largest difference is 0.0000300 USDC, the smallest 0.0000001 USDC; half of them "
                      "are at most 0.0001 USDC."));
    CHECK(holds(page, "<title>134 users: the chain has more by 0.00001 to 0.0001 USDC</title>"));
    CHECK(holds(page, "299 more not shown"));

    summary.add(sample::balance_mismatch("hostile", base::i128_max, base::i128_min));
    page = render_html(summary);
    CHECK(
        holds(page, "The largest difference is 34,028,236,692,093,846,346,337,460,743,176.8211455 USDC, the smallest"));
    CHECK_FALSE(holds(page, "is -"));

    // Half of an even number of differences, and of a single one.
    verify::Summary odds = sample::empty_summary(0);
    verify::Mismatch third = sample::odds_mismatch();
    third.difference = sample::odds({1, 1}, {1, 2}); // 0.5 to 0.666...
    for (int i = 0; i < 4; ++i) odds.add(third);
    CHECK_FALSE(holds(render_html(odds), "<svg")); // fewer than five are clearer as a list
    odds.add(third);
    CHECK(holds(render_html(odds), "half of them are at most 0.175."));
    for (int i = 0; i < 5; ++i) odds.add(sample::odds_mismatch()); // 0.0416...
    page = render_html(odds);
    CHECK(holds(page, "half of them are at most 0.05."));
    CHECK(holds(page, "<svg")); // though none is listed
    CHECK(unbalanced(page).empty());
}

TEST_CASE("hints stand below the verdict of the page, escaped") {
    verify::Summary summary = sample::plain_summary();
    summary.add_hint("the <asset> may be wrong");
    const std::string page = render_html(summary);
    CHECK(holds(page, "</h1>\n<p><strong>Hint:</strong> <bdi>the &lt;asset&gt; may be wrong</bdi>.</p>\n<section>"));
    CHECK(unbalanced(page).empty());
}

TEST_CASE("the plot counts every mismatch once, upwards where the chain has more") {
    verify::Summary summary = sample::empty_summary();
    summary.add(sample::balance_mismatch("1", 0, 1));                           // a stroop
    summary.add(sample::balance_mismatch("2", 0, 9));                           // and nine of them
    summary.add(sample::balance_mismatch("3", 25'000'000, 10'000'000));         // 1.5 USDC less
    summary.add(sample::balance_mismatch("4", base::i128_min, base::i128_max)); // more than anybody has
    summary.add(sample::balance_mismatch("5", 25'000'000, 10'000'000));
    const std::string page = render_html(summary);
    CHECK(holds(page, "<title>2 users: the chain has more by 0.0000001 to 0.000001 USDC</title>"));
    CHECK(holds(page, "<title>2 users: the chain has less by 1 to 10 USDC</title>"));
    CHECK(occurrences(page, "<rect class=\"more\"") == 2);
    CHECK(occurrences(page, "<rect class=\"less\"") == 1);

    verify::Summary markets = sample::empty_summary();
    for (int i = 0; i < 4; ++i) markets.add(sample::one_sided_mismatch());
    verify::Mismatch whole = sample::odds_mismatch();
    whole.difference = sample::odds({0, 1}, {1, 0}); // from 1 to 0
    markets.add(whole);
    const std::string odds = render_html(markets);
    CHECK(holds(odds, "<title>4 markets: the chain has more by 0 to 0.025</title>"));
    CHECK(holds(odds, "<title>1 market: the chain has less by 0.975 to 1</title>"));
}
