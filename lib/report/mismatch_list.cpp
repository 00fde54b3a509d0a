#include "report/mismatch_list.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"
#include "report/worst_first.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {

namespace {

using verify::Check;
using verify::Mismatch;
using verify::Shown;

constexpr std::size_t detail_indent = 6;
constexpr std::size_t narrowest_id = 12; // below that a shortened id says too little, and values get lines of their own
constexpr std::size_t narrowest_label = 16; // a column for titles that is narrower would hold next to none

// What the id stands for: the title, or the address.
std::string label_of(const Mismatch& mismatch) {
    return mismatch.check().resource().titled ? shown_title(mismatch.title) : base::harmless(mismatch.address);
}

bool is_measured(Check check) {
    return check->profile().scale != verify::Scale::none;
}

// What stands below a mismatch's values, line by line.
struct Below {
    bool id = false;    // where it was shortened
    bool label = false; // where it has no column
};

std::string details(const Mismatch& mismatch, const Shown& values, Below below, std::size_t width) {
    std::string out;
    const auto line = [&](std::string_view text) { out += wrapped(text, detail_indent, width); };
    if (below.id) line(fmt::format("id {}", base::harmless(mismatch.id)));
    line(values.note);
    if (below.label) line(label_of(mismatch));
    if (mismatch.check().resource().titled) line(base::harmless(mismatch.address));
    for (const std::string& detail : values.details) line(detail);
    line(sighting(mismatch));
    return out;
}

Colour colour_of(Check check) {
    return check.critical() ? Colour::red : Colour::yellow;
}

std::vector<Column> layout_of(Check check) {
    std::vector<Column> layout{{std::string(check.resource().one), Align::left}, {"database"}, {"on chain"}};
    if (is_measured(check)) layout.push_back({"difference"});
    return layout;
}

std::vector<Cell> row_of(std::string id, const Shown& values, Check check) {
    std::vector<Cell> row{{std::move(id)}, {values.database}, {values.chain}};
    if (is_measured(check))
        row.push_back({values.difference, colour_of(check)});
    else
        row.back().colour = colour_of(check);
    return row;
}

// Amounts with so many digits that they do not fit side by side, or ids that have no place in a column: one below the
// other.
std::string stacked(const Mismatch& mismatch, const Shown& values, std::size_t width, const Paint& paint) {
    const Check check = mismatch.check();
    std::string out = wrapped(fmt::format("{} {}", check.resource().one, base::harmless(mismatch.id)), 2, width);
    Grid grid({{"", Align::left}, {""}});
    grid.add({{"  database"}, {values.database}});
    grid.add({{"  on chain"}, {values.chain}});
    if (!values.difference.empty()) grid.add({{"  difference"}, {values.difference, colour_of(check)}});
    for (std::size_t i = 0; i < grid.size(); ++i) out += grid.line(i, paint);
    return out + details(mismatch, values, {.id = false, .label = true}, width);
}

// How wide the table is with these ids.
std::size_t width_with(const std::vector<std::string>& ids, const std::vector<Shown>& values, Check check) {
    Grid grid(layout_of(check));
    for (std::size_t i = 0; i < values.size(); ++i) grid.add(row_of(ids[i], values[i], check));
    return grid.width();
}

// The ids as they stand in the column that the values leave for them; none where it is too narrow to tell them apart.
std::vector<std::string> ids_in_column(const Mismatches& list, const std::vector<Shown>& values, std::size_t width) {
    const Check check = list.front()->check();
    std::vector<std::string> ids;
    for (const Mismatch* mismatch : list) ids.push_back(base::harmless(mismatch->id));
    if (!std::all_of(ids.begin(), ids.end(), keeps_its_columns)) return {};
    const std::size_t taken =
        width_with(std::vector<std::string>(list.size()), values, check) - check.resource().one.size();
    if (width < taken + narrowest_id) return {};
    return fitted_apart(ids, width - taken);
}

std::string side_by_side(const Mismatches& list, const std::vector<std::string>& ids, const std::vector<Shown>& values,
                         std::size_t width, const Paint& paint) {
    const Check check = list.front()->check();
    const std::size_t taken = width_with(ids, values, check) + column_gap;
    const std::size_t room = width > taken + narrowest_label ? width - taken : 0;
    std::vector<std::string> labels;
    for (const Mismatch* mismatch : list) {
        std::string label = label_of(*mismatch);
        const bool fits = columns(label) <= room && keeps_its_columns(label);
        labels.push_back(fits ? std::move(label) : "");
    }
    std::vector<Column> layout = layout_of(check);
    const bool any_label = std::any_of(labels.begin(), labels.end(), [](const auto& label) { return !label.empty(); });
    layout.push_back({any_label ? std::string(check.resource().label) : "", Align::left});
    Grid grid(std::move(layout));
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::vector<Cell> row = row_of(ids[i], values[i], check);
        row.push_back({labels[i]});
        grid.add(std::move(row));
    }
    std::string out = grid.heading(paint);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool id_is_whole = ids[i] == base::harmless(list[i]->id);
        out +=
            grid.line(i, paint) + details(*list[i], values[i], {.id = !id_is_whole, .label = labels[i].empty()}, width);
    }
    return out;
}

std::string title_of(Check check, std::uint64_t count, const Paint& paint) {
    std::string upper;
    for (const char c : check.name()) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    std::string out = paint(upper, Colour::bold) + ": " + how_many_differ(check, count);
    return check.critical() ? out + ", " + paint("CRITICAL", Colour::red) : out;
}

} // namespace

std::string mismatch_section(const verify::Summary& summary, Check check, const TableStyle& style, const Paint& paint) {
    const std::uint64_t count = summary.tally(check).mismatched;
    if (count == 0) return "";
    std::string out = title_of(check, count, paint) + "\n";
    const Mismatches list = worst_first(summary, check);
    if (!list.empty()) {
        const std::vector<Shown> values = shown(list);
        const std::vector<std::string> ids = ids_in_column(list, values, style.width);
        out += '\n';
        if (!ids.empty())
            out += side_by_side(list, ids, values, style.width, paint);
        else
            for (std::size_t i = 0; i < list.size(); ++i) out += stacked(*list[i], values[i], style.width, paint);
    }
    if (list.size() < count) out += wrapped(not_listed_sentence(list.size(), count), 2, style.width);
    return out;
}

} // namespace report
