#include "report/layout.hpp"

#include "base/character_width.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <map>

namespace report {

namespace {

constexpr std::size_t narrowest_for_text = 20; // columns, even if the indentation is wide

// A variation selector may make the character before it wide.
std::size_t columns_at_most(char32_t c) {
    constexpr char32_t emoji_selector = 0xFE0F;
    return c == emoji_selector ? 1 : base::columns_of(c);
}

// The size in bytes of the longest prefix of at most `limit` columns.
std::size_t beginning(std::string_view text, std::size_t limit) {
    std::size_t bytes = 0;
    std::size_t taken = 0;
    while (bytes < text.size()) {
        const base::Utf8Character character = base::first_character(text.substr(bytes));
        taken += columns_at_most(character.code_point);
        if (taken > limit) break;
        bytes += character.size;
    }
    return bytes;
}

// The offset of the longest suffix of at most `limit` columns.
std::size_t ending(std::string_view text, std::size_t limit) {
    const std::size_t whole = columns(text);
    std::size_t start = beginning(text, whole > limit ? whole - limit : 0);
    // A wide character across the cut is left out, and so are the marks of a character that was left out.
    while (columns(text.substr(start)) > limit) start += base::first_character(text.substr(start)).size;
    while (start < text.size() && base::columns_of(base::first_character(text.substr(start)).code_point) == 0)
        start += base::first_character(text.substr(start)).size;
    return start;
}

std::string_view code_of(Colour colour) {
    switch (colour) {
    case Colour::none:
        return "";
    case Colour::bold:
        return "\x1b[1m";
    case Colour::dim:
        return "\x1b[2m";
    case Colour::red:
        return "\x1b[1;31m";
    case Colour::green:
        return "\x1b[32m";
    case Colour::yellow:
        return "\x1b[33m";
    }
    return "";
}

} // namespace

std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const base::Utf8Character character = base::first_character(text);
        count += columns_at_most(character.code_point);
        text.remove_prefix(character.size);
    }
    return count;
}

std::string fitted(std::string_view text, std::size_t limit) {
    if (columns(text) <= limit) return std::string(text);
    constexpr std::string_view dots = "...";
    if (limit <= dots.size() + 1) return std::string(text.substr(0, beginning(text, limit)));
    const std::size_t kept = limit - dots.size();
    std::string out(text.substr(0, beginning(text, kept - kept / 2)));
    out += dots;
    return out += text.substr(ending(text, kept / 2));
}

std::vector<std::string> fitted_apart(const std::vector<std::string>& texts, std::size_t limit) {
    std::vector<std::string> out;
    std::map<std::string, std::string_view> shortened; // and the text it stands for
    for (const std::string& text : texts) {
        out.push_back(fitted(text, limit));
        if (shortened.try_emplace(out.back(), text).first->second != text) return {};
    }
    return out;
}

bool keeps_its_columns(std::string_view text) {
    while (!text.empty()) {
        const base::Utf8Character character = base::first_character(text);
        if (base::shifts_its_line(character.code_point)) return false;
        text.remove_prefix(character.size);
    }
    return true;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    const std::size_t room = std::max(width, indent + narrowest_for_text) - indent;
    std::string out;
    while (!text.empty()) {
        std::size_t end = beginning(text, room);
        std::size_t next = end;
        if (end < text.size() && text[end] != ' ') {
            const std::size_t blank = text.substr(0, end).rfind(' ');
            if (blank != std::string_view::npos && blank > 0) {
                end = blank;
                next = blank;
            }
        }
        while (end > 0 && text[end - 1] == ' ') --end;
        while (next < text.size() && text[next] == ' ') ++next;
        out.append(indent, ' ').append(text.substr(0, end)).append(1, '\n');
        text.remove_prefix(next);
    }
    return out;
}

std::string Paint::operator()(std::string_view text, Colour colour) const {
    if (!colour_ || colour == Colour::none || text.empty()) return std::string(text);
    std::string out(code_of(colour));
    return out.append(text).append("\x1b[0m");
}

Grid::Grid(std::vector<Column> layout, std::size_t gap) : layout_(std::move(layout)), gap_(gap) {
    for (const Column& column : layout_) widths_.push_back(columns(column.title));
}

void Grid::add(std::vector<Cell> row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], columns(row[i].text));
    rows_.push_back(std::move(row));
}

std::size_t Grid::width() const {
    std::size_t sum = 0;
    for (const std::size_t width : widths_) sum += gap_ + width;
    return sum;
}

std::string Grid::heading(const Paint& paint) const {
    std::vector<Cell> titles;
    for (const Column& column : layout_) titles.push_back({column.title, column.colour});
    return put(titles, paint);
}

std::string Grid::line(std::size_t row, const Paint& paint) const {
    return put(rows_[row], paint);
}

std::string Grid::put(const std::vector<Cell>& cells, const Paint& paint) const {
    std::string out;
    std::size_t owed = 0; // blanks, written only before a text
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        const std::size_t padding = widths_[i] - columns(cell.text);
        const bool right = layout_[i].align == Align::right;
        owed += gap_ + (right ? padding : 0);
        if (!cell.text.empty()) {
            out.append(owed, ' ').append(paint(cell.text, cell.colour));
            owed = 0;
        }
        if (!right) owed += padding;
    }
    return out += '\n';
}

} // namespace report
