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

#include <initializer_list>

namespace report {

namespace {

using verify::Check;
using verify::Mismatch;

// Nothing may be loaded, and no style counts but this one. The hash is that of html_style, and changes with it: the
// test says what it has to be.
constexpr std::string_view policy = "default-src 'none'; base-uri 'none'; form-action 'none'; "
                                    "style-src 'sha256-pyuooTIVeLcwJJDLrarTugHXwKPwAuj2IUfBG7lEUgM='";

std::string escaped(std::string_view text) {
    return escaped_html(base::harmless(text));
}

// Text of a foreign hand: in whatever direction it is written, it leaves what is around it in its order.
std::string foreign(std::string_view text) {
    return "<bdi>" + escaped(text) + "</bdi>";
}

std::string small(std::string_view text) {
    return text.empty() ? "" : "<small>" + std::string(text) + "</small>";
}

struct Head {
    std::string_view title;
    bool number = false;
};

std::string table_start(std::initializer_list<Head> heads) {
    std::string out = "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>";
    for (const Head& head : heads)
        out += fmt::format("<th scope=\"col\"{}>{}</th>", head.number ? " class=\"number\"" : "", head.title);
    return out + "</tr></thead>\n<tbody>\n";
}

constexpr std::string_view table_end = "</tbody></table></div>\n";

std::string count_row(std::string_view title, const verify::Tally& tally) {
    std::string out = fmt::format("<tr><th scope=\"row\">{}</th>", title);
    for (const std::uint64_t number :
         {tally.in_scope(), tally.checked(), tally.matched, tally.mismatched, tally.transient, tally.errors})
        out += fmt::format("<td class=\"number\">{}</td>", number);
    return out + "</tr>\n";
}

std::string counts(const verify::Summary& summary) {
    std::string out = "<section>\n<h2>Counts</h2>\n" + table_start({{"Check"},
                                                                    {"In scope", true},
                                                                    {"Checked", true},
                                                                    {"Matched", true},
                                                                    {"Mismatched", true},
                                                                    {"Transient", true},
                                                                    {"Errors", true}});
    for (const Check check : summary.checks) out += count_row(check.name(), summary.tally(check));
    if (summary.checks.size() != 1) out += count_row("total", total(summary));
    return out.append(table_end) + "</section>\n";
}

std::string mismatch_row(const Mismatch& mismatch, const verify::Shown& values) {
    const std::string title = mismatch.title.empty() ? "" : small(foreign(shown_title(mismatch.title)));
    std::string details;
    for (const std::string& detail : values.details) details += small(detail);
    std::string out = fmt::format("<tr><th scope=\"row\">{}{}{}{}</th>", foreign(mismatch.id), title,
                                  small(foreign(mismatch.address)), details);
    for (const std::string& value : {values.database, values.chain})
        out += fmt::format("<td class=\"number\">{}</td>", escaped(value));
    if (!values.difference.empty())
        out += fmt::format("<td class=\"number drift\">{}{}</td>", escaped(values.difference), small(values.note));
    return out + fmt::format("<td>{}</td></tr>\n", sighting(mismatch));
}

std::string shown_size(Check check, base::u128 size) {
    const verify::Profile& profile = check->profile();
    return profile.scale == verify::Scale::price ? escaped(verify::shown_odds(static_cast<std::uint64_t>(size)))
                                                 : fmt::format("{} {}", verify::format_stroops(size), profile.unit);
}

// How large all differences of a check are, as a plot and in words.
std::string figure(Check check, const verify::Drift& drift) {
    if (drift.count() == 0) return "";
    return fmt::format(
        "<figure>\n{}<figcaption>The largest difference is {}, the smallest {}; half of them are at most "
        "{}. Bars upwards: the chain has more than the database; downwards: less.</figcaption>\n"
        "</figure>\n",
        drift_plot(check, drift), shown_size(check, drift.largest), shown_size(check, drift.smallest),
        half_at_most(check, drift));
}

// By how much the two sides differ in all, and what is probably wrong as a whole.
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
    std::string out = fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n", check.name(), heading(check, count));
    const Mismatches list = worst_first(summary, check);
    out += figure(check, summary.drift(check));
    if (!list.empty()) {
        const std::vector<verify::Shown> values = shown(list);
        const std::string_view subject_title = check.resource().heading;
        out += check->profile().scale == verify::Scale::none
                   ? table_start({{subject_title}, {"Database", true}, {"On chain", true}, {"Seen"}})
                   : table_start(
                         {{subject_title}, {"Database", true}, {"On chain", true}, {"Difference", true}, {"Seen"}});
        for (std::size_t i = 0; i < list.size(); ++i) out += mismatch_row(*list[i], values[i]);
        out += table_end;
    }
    if (list.size() < count) out += "<p>" + not_listed_sentence(list.size(), count) + "</p>\n";
    return out + "</section>\n";
}

std::string errors(const verify::Summary& summary) {
    if (summary.errors().empty()) return "";
    const std::uint64_t items = total(summary).errors;
    std::string out = "<section id=\"errors\">\n<h2>";
    out += items > 0 ? "Not verified: " + counted(items, "item", "items") : "Errors";
    out += "</h2>\n" + table_start({{"Reason"}, {"What"}, {"Items", true}, {"Ids"}});
    for (const ErrorGroup& group : grouped_errors(summary)) {
        std::string ids;
        for (const std::string& id : group.ids) (ids += ids.empty() ? "" : ", ") += foreign(id);
        out += fmt::format("<tr><th scope=\"row\">{}<small>{}</small></th><td>{}: {}</td><td class=\"number\">{}</td>"
                           "<td>{}</td></tr>\n",
                           verify::name(group.reason), meaning(group.reason), escaped(group.operation),
                           foreign(group.text), group.count, ids);
    }
    out += table_end;
    if (summary.truncated()) out += "<p>The list may be cut (SYNC_MAX_REPORTED); the log has every error.</p>\n";
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
    out += fmt::format("<h1>stellar-sync: the database against the chain, {}</h1>\n", base::rfc3339(summary.start));
    out += fmt::format("<p class=\"verdict {}\">{}</p>\n", verify::name(summary.status()),
                       escaped(summary_sentence(summary)));
    out += opening(summary) + counts(summary);
    for (const Check check : verify::critical_first(summary.all())) out += mismatches(summary, check);
    return out + errors(summary) + facts(summary) + "</main>\n</body>\n</html>\n";
}

} // namespace report
