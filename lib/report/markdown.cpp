#include "report/markdown.hpp"

#include "base/text.hpp"
#include "report/error_groups.hpp"
#include "report/facts.hpp"
#include "report/markup.hpp"
#include "report/wording.hpp"
#include "report/worst_first.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace report {

namespace {

using verify::Check;

std::string code(std::string_view text) {
    return code_span(base::harmless(text));
}

std::string prose(std::string_view text) {
    return escaped_markdown(base::harmless(text));
}

std::string table_line(const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const std::string& cell : cells) out += " " + cell + " |";
    return out += '\n';
}

// The first column is text, the last one too if `text_last`; the others are numbers.
std::string table_head(const std::vector<std::string>& titles, bool text_last) {
    std::string out = table_line(titles) + "|";
    for (std::size_t i = 0; i < titles.size(); ++i)
        out += i == 0 || (text_last && i + 1 == titles.size()) ? " --- |" : " ---: |";
    return out += '\n';
}

std::string counts(const verify::Summary& summary) {
    std::string out =
        table_head({"check", "in scope", "checked", "matched", "mismatched", "transient", "errors"}, false);
    for (const Check check : summary.checks) {
        const verify::Tally& tally = summary.tally(check);
        std::vector<std::string> cells{std::string(check.name())};
        for (const std::uint64_t number :
             {tally.in_scope(), tally.checked(), tally.matched, tally.mismatched, tally.transient, tally.errors})
            cells.push_back(shown_number(number));
        out += table_line(cells);
    }
    return out + '\n';
}

// "`7`, `12` and 480 more".
std::string id_list(const std::vector<std::string>& ids, std::uint64_t count) {
    constexpr std::size_t most = 20;
    const std::size_t shown = std::min(ids.size(), most);
    std::string out;
    for (std::size_t i = 0; i < shown; ++i) (out += i == 0 ? "" : ", ") += code(ids[i]);
    if (count > shown) out += fmt::format("{}{} more", shown == 0 ? "" : " and ", shown_number(count - shown));
    return out;
}

std::string mismatches(const verify::Summary& summary, Check check, std::size_t rows) {
    const std::uint64_t count = summary.tally(check).mismatched;
    if (count == 0) return "";
    std::string out = fmt::format("### {}: {}{}\n\n", check.name(), how_many_differ(check, count),
                                  check.critical() ? ", CRITICAL" : "");
    Mismatches list = worst_first(summary, check);
    const std::size_t reported = list.size();
    list.resize(std::min(reported, rows));
    const std::vector<verify::Shown> values = shown(list);
    const bool measured = check->profile().scale != verify::Scale::none;
    std::vector<std::string> titles{std::string(check.resource().one), "database", "on chain"};
    if (measured) titles.emplace_back("difference");
    titles.emplace_back("about");
    if (!list.empty()) out += table_head(titles, true);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const verify::Mismatch& mismatch = *list[i];
        std::vector<std::string> cells{code(mismatch.id), prose(values[i].database), prose(values[i].chain)};
        if (measured) cells.push_back(prose(values[i].difference));
        std::string about = mismatch.title.empty() ? "" : code(shown_title(mismatch.title)) + "<br>";
        about += code(mismatch.address);
        if (!values[i].note.empty()) about += "<br>" + prose(values[i].note);
        const auto& modified = mismatch.seen.last_modified_ledger;
        cells.push_back(about + "<br>" + sighting(mismatch, modified ? age_of(summary, *modified) : ""));
        out += table_line(cells);
    }
    if (!list.empty()) out += '\n';
    if (list.size() < count) out += not_shown_sentence(list.size(), reported, count) + ".\n\n";
    return out;
}

std::string errors(const verify::Summary& summary) {
    if (summary.errors().empty()) return "";
    const std::uint64_t rows = total(summary).errors;
    std::string out =
        rows > 0 ? fmt::format("### Not verified: {}\n\n", counted(rows, "row", "rows")) : "### Errors\n\n";
    for (const ErrorGroup& group : grouped_errors(summary)) {
        out += fmt::format("- **{}** {}, {}: {}", verify::name(group.reason), prose(group.operation),
                           counted(group.count, "row", "rows"), code(group.text));
        if (!group.ids.empty()) out += fmt::format(" ({})", id_list(group.ids, group.ids.size()));
        out += '\n';
    }
    if (summary.truncated()) out += fmt::format("\n{}\n", errors_cut_sentence);
    return out + '\n';
}

std::string critical_ids(const verify::Summary& summary) {
    std::string out;
    for (const Check check : summary.all()) {
        const std::uint64_t count = summary.tally(check).mismatched;
        if (!check.critical() || count == 0) continue;
        std::vector<std::string> ids;
        for (const verify::Mismatch* mismatch : worst_first(summary, check)) ids.push_back(mismatch->id);
        out += fmt::format("**CRITICAL** {}: {}\n\n", check.name(), id_list(ids, count));
    }
    return out;
}

} // namespace

std::string render_markdown(const verify::Summary& summary) {
    std::string out = fmt::format("## {}\n\n", summary_sentence(summary)) + critical_ids(summary);
    const std::string drift = drift_sentence(summary);
    if (!drift.empty()) out += drift + "\n\n";
    for (const std::string& hint : summary.hints()) out += fmt::format("> **Hint:** {}.\n\n", prose(hint));
    out += counts(summary);
    const verify::PerCheck<std::size_t> rows = rows_for_a_person(summary);
    for (const Check check : verify::critical_first(summary.all())) out += mismatches(summary, check, rows[check]);
    out += errors(summary);
    for (const Fact& fact : facts_of(summary)) out += fmt::format("- {}: {}\n", fact.label, prose(fact.text));
    return out;
}

} // namespace report
