#include "report/layout.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace report {

namespace {

constexpr std::size_t gap = 2;                 // before each column
constexpr std::size_t narrowest_for_text = 20; // whatever the indentation

struct Range {
    char32_t first, last;
};

// Unicode's East_Asian_Width W and F, by blocks: what may be off by one is a few unassigned or narrow signs.
constexpr std::array<Range, 18> wide{{{0x1100, 0x115F},
                                      {0x231A, 0x231B},
                                      {0x23E9, 0x23EC},
                                      {0x25FD, 0x25FE},
                                      {0x2614, 0x2615},
                                      {0x26BD, 0x26BE},
                                      {0x2705, 0x2705},
                                      {0x2728, 0x2728},
                                      {0x274C, 0x274C},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xA960, 0xA97F},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};

// Marks that stand on the character before them, and joiners.
constexpr std::array<Range, 22> zero{
    {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},   {0x0610, 0x061A},  {0x064B, 0x065F}, {0x06D6, 0x06DC},
     {0x0900, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C},   {0x0941, 0x0948},  {0x094D, 0x094D}, {0x0E31, 0x0E31},
     {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},  {0x200B, 0x200D}, {0x20D0, 0x20FF},
     {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF}}};

template <std::size_t N>
bool among(char32_t c, const std::array<Range, N>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [c](Range range) { return c >= range.first && c <= range.last; });
}

std::size_t columns_of(char32_t c) {
    if (c < 0x300) return 1;
    if (among(c, zero)) return 0;
    return among(c, wide) ? 2 : 1;
}

// The bytes of the longest beginning that takes at most `limit` columns.
std::size_t beginning(std::string_view text, std::size_t limit) {
    std::size_t bytes = 0;
    std::size_t taken = 0;
    while (bytes < text.size()) {
        const base::Utf8Character character = base::first_character(text.substr(bytes));
        taken += columns_of(character.code_point);
        if (taken > limit) break;
        bytes += character.size;
    }
    return bytes;
}

// Where the longest ending starts that takes at most `limit` columns.
std::size_t ending(std::string_view text, std::size_t limit) {
    const std::size_t whole = columns(text);
    std::size_t start = beginning(text, whole > limit ? whole - limit : 0);
    // A wide character astride the cut stays out, and so do marks whose character does.
    while (columns(text.substr(start)) > limit) start += base::first_character(text.substr(start)).size;
    while (start < text.size() && columns_of(base::first_character(text.substr(start)).code_point) == 0)
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
        count += columns_of(character.code_point);
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

Grid::Grid(std::vector<Column> layout) : layout_(std::move(layout)) {
    for (const Column& column : layout_) widths_.push_back(columns(column.title));
}

void Grid::add(std::vector<Cell> row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], columns(row[i].text));
    rows_.push_back(std::move(row));
}

std::size_t Grid::width() const {
    std::size_t sum = 0;
    for (const std::size_t width : widths_) sum += gap + width;
    return sum;
}

std::string Grid::heading(const Paint& paint) const {
    std::vector<Cell> titles;
    for (const Column& column : layout_) titles.push_back({column.title, Colour::dim});
    return put(titles, paint);
}

std::string Grid::line(std::size_t row, const Paint& paint) const {
    return put(rows_[row], paint);
}

std::string Grid::put(const std::vector<Cell>& cells, const Paint& paint) const {
    std::string out;
    std::size_t owed = 0; // blanks, written only when something follows
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        const std::size_t padding = widths_[i] - columns(cell.text);
        const bool right = layout_[i].align == Align::right;
        owed += gap + (right ? padding : 0);
        if (!cell.text.empty()) {
            out.append(owed, ' ').append(paint(cell.text, cell.colour));
            owed = 0;
        }
        if (!right) owed += padding;
    }
    return out += '\n';
}

} // namespace report
