#include "report/html.hpp"

#include "base/text.hpp"
#include "report/drift_plot.hpp"
#include "report/error_groups.hpp"
#include "report/facts.hpp"
#include "report/html_style.hpp"
#include "report/markup.hpp"
#include "report/wording.hpp"
#include "report/worst_first.hpp"
#include "verify/amount.hpp"
#include "verify/odds.hpp"

#include <fmt/format.h>

#include <vector>

namespace report {

namespace {

using verify::Check;
using verify::Mismatch;

// Nothing may be loaded, and no other style applies. The hash is that of html_style: the test says what it has to be.
constexpr std::string_view policy = "default-src 'none'; base-uri 'none'; form-action 'none'; "
                                    "style-src 'sha256-R9jFunte5gBRoewjk2xdBcEgz+YFn/HW8HIwYpNn+JY='";

std::string escaped(std::string_view text) {
    return escaped_html(base::harmless(text));
}

// Text from outside: whatever its direction of writing, it does not reorder what is around it.
std::string foreign(std::string_view text) {
    return "<bdi>" + escaped(text) + "</bdi>";
}

std::string identifier(std::string_view text) {
    return "<bdi class=\"id\">" + escaped(text) + "</bdi>";
}

std::string small(std::string_view text) {
    return text.empty() ? "" : "<small>" + std::string(text) + "</small>";
}

struct Head {
    std::string_view title;
    bool number = false;
};

std::string table_start(const std::vector<Head>& heads) {
    std::string out = "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>";
    for (const Head& head : heads)
        out += fmt::format("<th scope=\"col\"{}>{}</th>", head.number ? " class=\"number\"" : "", head.title);
    return out + "</tr></thead>\n<tbody>\n";
}

constexpr std::string_view table_end = "</tbody></table></div>\n";

// A label stands beside a number where the table is too wide for columns.
std::string number_cell(std::string_view label, std::string_view content, std::string_view more_classes = "") {
    return fmt::format("<td class=\"number{}\" data-label=\"{}\">{}</td>", more_classes, label, content);
}

const std::vector<Head> count_heads{{"Check"},         {"In scope", true},   {"Checked", true},
                                    {"Matched", true}, {"Mismatched", true}, {"Transient", true},
                                    {"Errors", true}};

std::string count_row(std::string_view title, const verify::Tally& tally) {
    std::string out = fmt::format("<tr><th scope=\"row\">{}</th>", title);
    std::size_t column = 0;
    for (const std::uint64_t number :
         {tally.in_scope(), tally.checked(), tally.matched, tally.mismatched, tally.transient, tally.errors})
        out += number_cell(count_heads[++column].title, shown_number(number));
    return out + "</tr>\n";
}

std::string counts(const verify::Summary& summary) {
    std::string out = "<section>\n<h2>Counts</h2>\n" + table_start(count_heads);
    for (const Check check : summary.checks) out += count_row(check.name(), summary.tally(check));
    if (summary.checks.size() != 1) out += count_row("total", total(summary));
    return out.append(table_end) + "</section>\n";
}

std::string mismatch_row(const verify::Summary& summary, const Mismatch& mismatch, const verify::Shown& values) {
    const std::string title = mismatch.title.empty() ? "" : small(foreign(shown_title(mismatch.title)));
    std::string details;
    for (const std::string& detail : values.details) details += small(detail);
    const auto& modified = mismatch.seen.last_modified_ledger;
    std::string out = fmt::format("<tr><th scope=\"row\">{}{}{}{}{}</th>", identifier(mismatch.id), title,
                                  small(identifier(mismatch.address)), details,
                                  small(sighting(mismatch, modified ? age_of(summary, *modified) : "")));
    out += number_cell("Database", escaped(values.database)) + number_cell("On chain", escaped(values.chain));
    if (!values.difference.empty())
        out +=
            number_cell("Difference", "<span>" + escaped(values.difference) + small(values.note) + "</span>", " drift");
    return out + "</tr>\n";
}

std::string shown_size(Check check, base::u128 size) {
    const verify::Profile& profile = check->profile();
    return profile.scale == verify::Scale::price
               ? escaped(verify::shown_odds(static_cast<std::uint64_t>(size)))
               : fmt::format("{} {}", grouped(verify::format_stroops(size)), profile.unit);
}

constexpr std::uint64_t fewest_plotted = 5; // fewer are clearer as a list

// The sizes of all differences of a check, as a plot and in words.
std::string figure(Check check, const verify::Drift& drift) {
    if (drift.count() < fewest_plotted) return "";
    return fmt::format(
        "<figure>\n{}<figcaption>The largest difference is {}, the smallest {}; half of them are at most "
        "{}. Bars upwards: the chain has more than the database; downwards: less.</figcaption>\n"
        "</figure>\n",
        drift_plot(check, drift), shown_size(check, drift.largest), shown_size(check, drift.smallest),
        half_at_most(check, drift));
}

// The totals, and the hints.
std::string opening(const verify::Summary& summary) {
    std::string out;
    const std::string drift = drift_sentence(summary);
    if (!drift.empty()) out += "<p>" + drift + "</p>\n";
    for (const std::string& hint : summary.hints())
        out += fmt::format("<p><strong>Hint:</strong> {}.</p>\n", foreign(hint));
    return out;
}

std::string heading(Check check, std::uint64_t count) {
    std::string out = fmt::format("{}: {}", check.name(), how_many_differ(check, count));
    return check.critical() ? out + ", <strong class=\"critical\">CRITICAL</strong>" : out;
}

std::string mismatches(const verify::Summary& summary, Check check) {
    const std::uint64_t count = summary.tally(check).mismatched;
    if (count == 0) return "";
    std::string out =
        fmt::format("<section id=\"{}\" class=\"rows\">\n<h2>{}</h2>\n", check.name(), heading(check, count));
    const Mismatches list = worst_first(summary, check);
    out += figure(check, summary.drift(check));
    if (!list.empty()) {
        const std::vector<verify::Shown> values = shown(list);
        std::vector<Head> heads{{check.resource().heading}, {"Database", true}, {"On chain", true}};
        if (check->profile().scale != verify::Scale::none) heads.push_back({"Difference", true});
        out += table_start(heads);
        for (std::size_t i = 0; i < list.size(); ++i) out += mismatch_row(summary, *list[i], values[i]);
        out += table_end;
    }
    if (list.size() < count) out += "<p>" + not_shown_sentence(list.size(), list.size(), count) + ".</p>\n";
    return out + "</section>\n";
}

std::string errors(const verify::Summary& summary) {
    if (summary.errors().empty()) return "";
    const std::uint64_t items = total(summary).errors;
    std::string out = "<section id=\"errors\">\n<h2>";
    out += items > 0 ? "Not verified: " + counted(items, "row", "rows") : "Errors";
    out += "</h2>\n" + table_start({{"Reason"}, {"What"}, {"Rows", true}, {"Ids"}});
    for (const ErrorGroup& group : grouped_errors(summary)) {
        std::string ids;
        for (const std::string& id : group.ids) (ids += ids.empty() ? "" : ", ") += identifier(id);
        out += fmt::format(
            "<tr><th scope=\"row\">{}<small>{}</small></th><td class=\"text\">{}: {}</td>{}<td class=\"text\">{}"
            "</td></tr>\n",
            verify::name(group.reason), meaning(group.reason), escaped(group.operation), foreign(group.text),
            number_cell("Rows", shown_number(group.count)), ids);
    }
    out += table_end;
    if (summary.truncated()) out += fmt::format("<p>{}</p>\n", errors_cut_sentence);
    return out + "</section>\n";
}

std::string facts(const verify::Summary& summary) {
    std::string out = "<dl>\n";
    for (const Fact& fact : facts_of(summary))
        out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", fact.label, foreign(fact.text));
    return out + "</dl>\n";
}

} // namespace

std::string render_html(const verify::Summary& summary) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", policy);
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n";
    out += fmt::format("<title>stellar-sync {}: {}</title>\n", base::rfc3339(summary.start),
                       verify::name(summary.status()));
    out.append("<style>").append(html_style).append("</style>\n</head>\n<body>\n<main>\n");
    out +=
        fmt::format("<h1 class=\"{}\">{}</h1>\n", verify::name(summary.status()), escaped(summary_sentence(summary)));
    out += opening(summary) + counts(summary);
    for (const Check check : verify::critical_first(summary.all())) out += mismatches(summary, check);
    return out + errors(summary) + facts(summary) + "</main>\n</body>\n</html>\n";
}

} // namespace report
