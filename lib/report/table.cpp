#include "report/table.hpp"

#include "base/text.hpp"
#include "report/error_list.hpp"
#include "report/facts.hpp"
#include "report/layout.hpp"
#include "report/mismatch_list.hpp"
#include "report/wording.hpp"
#include "report/worst_first.hpp"

#include <fmt/format.h>

namespace report {

namespace {

Colour colour_of(verify::Status status) {
    switch (status) {
    case verify::Status::in_sync:
        return Colour::green;
    case verify::Status::mismatch:
    case verify::Status::failed:
        return Colour::red;
    case verify::Status::incomplete:
        return Colour::yellow;
    }
    return Colour::none;
}

Cell count(std::uint64_t number, Colour colour_if_any = Colour::none) {
    return {shown_number(number), number > 0 ? colour_if_any : Colour::none};
}

std::string counts(const verify::Summary& summary, const Paint& paint) {
    Grid grid(
        {{"check", Align::left}, {"in scope"}, {"checked"}, {"matched"}, {"mismatched"}, {"transient"}, {"errors"}});
    for (const verify::Check check : summary.checks) {
        const verify::Tally& tally = summary.tally(check);
        grid.add({{std::string(check.name())},
                  count(tally.in_scope()),
                  count(tally.checked()),
                  count(tally.matched),
                  count(tally.mismatched, check.critical() ? Colour::red : Colour::yellow),
                  count(tally.transient),
                  count(tally.errors, Colour::yellow)});
    }
    std::string out = grid.heading(paint);
    for (std::size_t i = 0; i < grid.size(); ++i) out += grid.line(i, paint);
    return out;
}

std::string facts(const verify::Summary& summary, const TableStyle& style, const Paint& paint) {
    std::string out;
    constexpr std::size_t label_width = 9;
    const auto fact = [&](std::string_view label, std::string_view text) {
        std::string block = wrapped(text, 2 + label_width, style.width);
        const std::string padded = fmt::format("  {:<{}}", label, label_width);
        out += paint(padded, Colour::dim) + block.substr(padded.size());
    };
    for (const Fact& each : facts_of(summary)) fact(each.label, base::harmless(each.text));
    return out;
}

// The totals, and the hints.
std::string opening(const verify::Summary& summary, const TableStyle& style, const Paint& paint) {
    std::string out = wrapped(drift_sentence(summary), 0, style.width);
    constexpr std::string_view label = "HINT";
    for (const std::string& hint : summary.hints()) {
        const std::string block = wrapped(fmt::format("{}: {}.", label, base::harmless(hint)), 0, style.width);
        out += paint(label, Colour::yellow) + block.substr(label.size());
    }
    return out;
}

// The ids of CRITICAL mismatches, for the lines above the verdict.
std::string critical_ids(const verify::Summary& summary, const TableStyle& style, const Paint& paint) {
    std::string out;
    for (const verify::Check check : summary.all()) {
        const std::uint64_t many = summary.tally(check).mismatched;
        if (!check.critical() || many == 0) continue;
        std::vector<std::string> ids;
        for (const verify::Mismatch* mismatch : worst_first(summary, check)) ids.push_back(mismatch->id);
        constexpr std::string_view label = "CRITICAL";
        const std::string text = fmt::format("{} {}: {}", label, check.name(), listed_ids(std::move(ids), many, 5));
        out += paint(label, Colour::red) + wrapped(text, 0, style.width).substr(label.size());
    }
    return out;
}

} // namespace

std::string render_table(const verify::Summary& summary, const TableStyle& style) {
    const Paint paint(style.colour);
    std::string out = opening(summary, style, paint);
    const verify::PerCheck<std::size_t> rows = rows_for_a_person(summary);
    std::string sections;
    for (const verify::Check check : verify::critical_first(summary.all()))
        sections += mismatch_section(summary, check, rows[check], style, paint);
    sections += error_section(summary, style, paint);
    if (!sections.empty()) out += sections + '\n';
    out += counts(summary, paint) + facts(summary, style, paint) + '\n';
    out += critical_ids(summary, style, paint);
    const std::string verdict = wrapped(summary_sentence(summary), 0, style.width);
    return out += paint(std::string_view(verdict).substr(0, verdict.size() - 1), colour_of(summary.status())) + '\n';
}

} // namespace report
