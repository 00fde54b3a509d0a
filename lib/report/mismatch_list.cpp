#include "report/mismatch_list.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"
#include "report/worst_first.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace report {

namespace {

using verify::Check;
using verify::Mismatch;
using verify::Shown;

constexpr std::size_t narrowest_id = 12;
constexpr std::size_t widest_id = 40;       // a wider one does not cost the other rows their columns
constexpr std::size_t narrowest_label = 16; // a narrower column holds too little of a title
constexpr std::size_t below = 4;            // indentation of what stands below a row

struct Row {
    const Mismatch* mismatch = nullptr;
    std::string id;
    Shown values;
    std::string age; // of the last change on chain
    std::string remark;
};

/// How the columns are set: the first that leaves the ids enough room is taken.
struct Setting {
    bool age = true;
    std::size_t gap = column_gap;
};
constexpr std::array<Setting, 4> settings{{{true, column_gap}, {true, 1}, {false, column_gap}, {false, 1}}};

std::vector<Row> rows_of(const verify::Summary& summary, Check check, std::size_t most) {
    Mismatches list = worst_first(summary, check);
    list.resize(std::min(list.size(), most));
    std::vector<Shown> values = shown(list);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto& modified = list[i]->seen.last_modified_ledger;
        rows.push_back({list[i], base::harmless(list[i]->id), std::move(values[i]),
                        modified ? age_of(summary, *modified) : "", ""});
        rows.back().remark = remarks(*list[i], rows.back().values.note);
    }
    return rows;
}

// The title, or the address.
std::string label_of(const Mismatch& mismatch) {
    return mismatch.check().resource().titled ? shown_title(mismatch.title) : base::harmless(mismatch.address);
}

std::string title_of(Check check) {
    std::string out;
    for (const char c : check.name()) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out.append(check->profile().measured) + (check.critical() ? ", CRITICAL" : "");
}

Colour colour_of(Check check) {
    return check.critical() ? Colour::red : Colour::yellow;
}

// A value that is too wide for a column, so that the row is written as text.
bool too_wide(const Row& row, std::size_t width) {
    const std::size_t widest = (width - std::min(width, narrowest_id)) / 3 - column_gap;
    const auto wide = [widest](const std::string& text) { return columns(text) > widest; };
    return wide(row.values.database) || wide(row.values.chain) || wide(row.values.difference);
}

std::string as_text(const Row& row, std::size_t width) {
    std::string values = fmt::format("{} in the database, {} on chain", row.values.database, row.values.chain);
    if (!row.values.difference.empty()) values += fmt::format(", {}", row.values.difference);
    return wrapped(row.id, column_gap, width) + wrapped(values, below, width);
}

/// The rows of one check in columns. An id that has no place in its column stands on a line of its own.
class Columns {
  public:
    Columns(const std::vector<Row>& rows, Check check, std::size_t width) : check_(check), width_(width) {
        std::size_t widest = narrowest_id;
        for (const Row& row : rows) {
            any_age_ = any_age_ || !row.age.empty();
            if (columns(row.id) <= widest_id) widest = std::max(widest, columns(row.id));
            if (!too_wide(row, width)) rows_.push_back(&row);
        }
        for (const Setting& setting : settings) {
            setting_ = setting;
            if (room() >= widest) break;
        }
        if (room() < widest) setting_ = settings[0];
        for (const Row* row : rows_) {
            const bool fits = columns(row->id) <= room() && keeps_its_columns(row->id);
            ids_.push_back(fits ? row->id : "");
        }
        title_apart_ = columns(title_of(check)) > room();
    }

    /// The heading, and below it the lines of each row.
    std::pair<std::string, std::vector<std::string>> lines(const Paint& paint) const {
        const Grid bare = grid(ids_, {});
        const std::size_t left = width_ - std::min(width_, bare.width() + setting_.gap);
        std::vector<std::string> labels;
        for (const Row* row : rows_) {
            std::string label = left < narrowest_label ? "" : fitted(label_of(*row->mismatch), left);
            labels.push_back(keeps_its_columns(label) ? std::move(label) : "");
        }
        const Grid whole = grid(ids_, labels);
        std::string heading = title_apart_ ? paint(title_of(check_), colour()) + '\n' : "";
        heading += whole.heading(paint);
        std::vector<std::string> out;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const std::string apart = ids_[i].empty() ? wrapped(rows_[i]->id, column_gap, width_) : "";
            out.push_back(apart + whole.line(i, paint));
        }
        return {std::move(heading), std::move(out)};
    }

  private:
    Colour colour() const { return check_.critical() ? Colour::red : Colour::bold; }
    std::size_t room() const {
        const std::size_t taken = grid(std::vector<std::string>(rows_.size()), {}).width() - title_columns();
        return width_ - std::min(width_, taken);
    }
    std::size_t title_columns() const { return title_apart_ ? 0 : columns(title_of(check_)); }

    Grid grid(const std::vector<std::string>& ids, const std::vector<std::string>& labels) const {
        const bool measured = check_->profile().scale != verify::Scale::none;
        const bool age = setting_.age && any_age_;
        std::vector<Column> layout{
            {title_apart_ ? "" : title_of(check_), Align::left, colour()}, {"database"}, {"on chain"}};
        if (measured) layout.push_back({"difference"});
        if (age) layout.push_back({"changed ago"});
        const bool any_label =
            std::any_of(labels.begin(), labels.end(), [](const auto& text) { return !text.empty(); });
        if (any_label) layout.push_back({std::string(check_.resource().label), Align::left});
        Grid out(std::move(layout), setting_.gap);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const Shown& values = rows_[i]->values;
            std::vector<Cell> cells{{ids[i]}, {values.database}, {values.chain}};
            if (measured) cells.push_back({values.difference});
            cells.back().colour = colour_of(check_);
            if (age) cells.push_back({rows_[i]->age});
            if (any_label) cells.push_back({labels[i]});
            out.add(std::move(cells));
        }
        return out;
    }

    Check check_;
    std::size_t width_;
    std::vector<const Row*> rows_;
    std::vector<std::string> ids_;
    Setting setting_;
    bool any_age_ = false;
    bool title_apart_ = false;
};

} // namespace

std::string mismatch_section(const verify::Summary& summary, Check check, std::size_t most, const TableStyle& style,
                             const Paint& paint) {
    const std::uint64_t count = summary.tally(check).mismatched;
    if (count == 0) return "";
    const std::vector<Row> rows = rows_of(summary, check, most);
    const auto& [heading, lines] = Columns(rows, check, style.width).lines(paint);
    std::string out = heading;
    const bool same_remark = rows.size() > 1 && std::all_of(rows.begin(), rows.end(), [&rows](const Row& row) {
                                 return row.remark == rows.front().remark;
                             });
    auto line = lines.begin();
    const std::size_t most_lines = std::max(most, std::min<std::size_t>(2 * most, 6)); // rows may take more than one
    std::size_t shown = 0;
    std::size_t taken = 0;
    for (const Row& row : rows) {
        std::string text = too_wide(row, style.width) ? as_text(row, style.width) : *line++;
        if (!same_remark) text += wrapped(row.remark, below, style.width);
        taken += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        if (shown > 0 && taken > most_lines) break;
        out += text;
        ++shown;
    }
    if (same_remark && !rows.front().remark.empty())
        out += wrapped("each: " + rows.front().remark, column_gap, style.width);
    if (shown < count) {
        const std::size_t reported = worst_first(summary, check).size();
        out += wrapped(not_shown_sentence(shown, reported, count), column_gap, style.width);
    }
    return out;
}

} // namespace report
