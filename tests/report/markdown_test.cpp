#include "report/markdown.hpp"

#include "checks.hpp"
#include "report/markup.hpp"
#include "report/sample.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>

namespace {

using report::render_markdown;

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a code span shows backticks and bars, and stays one cell of a table") {
    CHECK(report::code_span("") == "");
    CHECK(report::code_span("u7") == "`u7`");
    CHECK(report::code_span("a|b") == "`a\\|b`");
    CHECK(report::code_span("`") == "`` ` ``");
    CHECK(report::code_span("a``b`c") == "``` a``b`c ```");
}

TEST_CASE("prose in Markdown is neither markup nor a link") {
    CHECK(report::escaped_markdown("a *b* [c](d) <e> f_g | h") == "a \\*b\\* \\[c\\](d) \\<e\\> f\\_g \\| h");
    CHECK(report::escaped_markdown("at 12:58, https://example.org") == "at 12:58, https\\://example.org");
}

TEST_CASE("nothing from the database or the chain is markup in the Markdown result") {
    verify::Summary summary = sample::empty_summary();
    verify::Mismatch mismatch = sample::odds_mismatch();
    mismatch.id = mismatch.title = mismatch.address = "`<b>x</b>` | **y** @all\x1b[1m\n# z";
    summary.add(mismatch);
    summary.add(Kind::balances, sample::error(mismatch.id, verify::Reason::rpc, mismatch.id));
    summary.add_hint("the <asset> may be wrong");
    const std::string text = render_markdown(summary);
    const std::string span = "`` `<b>x</b>` \\| **y** @all?[1m?# z ``";
    CHECK(holds(text, "| " + span + " | 0.666667 | 0.625000 | -0.041667 | " + span + "<br>" + span + "<br>"));
    CHECK(holds(text, "- **RPC** balances, 1 row: " + span + " (" + span + ")\n"));
    CHECK(holds(text, "> **Hint:** the \\<asset\\> may be wrong.\n"));
    CHECK_FALSE(holds(text, "\n# z"));
    CHECK_FALSE(holds(text, "\x1b"));
}

TEST_CASE("the Markdown result starts with the verdict and shows the rows of the text result") {
    verify::Summary summary = sample::empty_summary();
    for (int i = 0; i < 5000; ++i) summary.add(sample::balance_mismatch(fmt::format("u{}", i), 0, 10'000'000 + i));
    const std::string text = render_markdown(summary);
    CHECK(text.starts_with("## OUT OF SYNC: 5,000 balances differ.\n\n5,000 balances differ: the chain has "));
    CHECK(holds(text, "| `u4980` | "));
    CHECK_FALSE(holds(text, "`u4979`"));
    CHECK(holds(text, "\n4,980 more not shown; --output json lists 1,000, the log has all.\n"));
    CHECK(holds(render_markdown(sample::full_summary()), "\n\n**CRITICAL** outcomes: `44`\n\n"));
}
