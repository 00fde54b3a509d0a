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
    return {fmt::to_string(number), number > 0 ? colour_if_any : Colour::none};
}

std::vector<Cell> count_row(std::string title, const verify::Tally& tally, Colour mismatched) {
    return {{std::move(title)},
            count(tally.in_scope()),
            count(tally.checked()),
            count(tally.matched),
            count(tally.mismatched, mismatched),
            count(tally.transient),
            count(tally.errors, Colour::yellow)};
}

std::string counts(const verify::Summary& summary, const Paint& paint) {
    Grid grid(
        {{"check", Align::left}, {"in scope"}, {"checked"}, {"matched"}, {"mismatched"}, {"transient"}, {"errors"}});
    for (const verify::Check check : summary.checks)
        grid.add(count_row(std::string(check.name()), summary.tally(check),
                           check.critical() ? Colour::red : Colour::yellow));
    if (grid.size() != 1) grid.add(count_row("total", total(summary), Colour::none));
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

// By how much the two sides differ in all, and what is probably wrong as a whole.
std::string opening(const verify::Summary& summary, const TableStyle& style, const Paint& paint) {
    std::string out;
    const std::string drift = drift_sentence(summary);
    if (!drift.empty()) out += wrapped(drift, 0, style.width) + '\n';
    constexpr std::string_view label = "HINT";
    for (const std::string& hint : summary.hints()) {
        const std::string block = wrapped(fmt::format("{}: {}.", label, base::harmless(hint)), 0, style.width);
        out += paint(label, Colour::yellow) + block.substr(label.size()) + '\n';
    }
    return out;
}

} // namespace

std::string render_table(const verify::Summary& summary, const TableStyle& style) {
    const Paint paint(style.colour);
    std::string out = opening(summary, style, paint);
    for (const verify::Check check : verify::critical_first(summary.all())) {
        const std::string section = mismatch_section(summary, check, style, paint);
        if (!section.empty()) out += section + '\n';
    }
    const std::string errors = error_section(summary, style, paint);
    if (!errors.empty()) out += errors + '\n';
    out += counts(summary, paint) + '\n';
    out += facts(summary, style, paint) + '\n';

    const std::string verdict = wrapped(summary_sentence(summary), 0, style.width);
    return out += paint(std::string_view(verdict).substr(0, verdict.size() - 1), colour_of(summary.status())) + '\n';
}

} // namespace report
