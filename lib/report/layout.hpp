// Text in columns for a terminal: widths are columns of the screen, not bytes. Expects harmless UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace report {

/// The columns that a terminal needs for a text at most: 2 for wide characters (CJK, emoji), 0 for combining marks.
/// Every part of a sequence of joined emoji counts, as on terminals that do not join them.
std::size_t columns(std::string_view text);

/// At most `limit` columns; a text that is too long loses its middle: "clh3k9...1abc".
std::string fitted(std::string_view text, std::size_t limit);

/// Each text fitted; empty if two different texts would become the same.
std::vector<std::string> fitted_apart(const std::vector<std::string>& texts, std::size_t limit);

/// Whether a text may stand in a column: it is as wide on every terminal and does not reorder what is beside it.
/// Right-to-left script, joined emoji and flags may not.
bool keeps_its_columns(std::string_view text);

/// Breaks lines at blanks, and inside a word that is wider than a line. Each line starts with `indent` blanks, has at
/// most `width` columns (but room for 20 columns of text) and ends with a newline.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

enum class Colour { none, bold, dim, red, green, yellow };

/// Colours a text, or returns it unchanged if there is no colour.
class Paint {
  public:
    explicit Paint(bool colour) : colour_(colour) {}
    std::string operator()(std::string_view text, Colour colour) const;

  private:
    bool colour_;
};

inline constexpr std::size_t column_gap = 2; // blanks before each column, usually

enum class Align { left, right };

struct Column {
    std::string title;
    Align align = Align::right;
    Colour colour = Colour::dim; // of the title
};

struct Cell {
    std::string text;
    Colour colour = Colour::none;
};

/// Rows under titles; every column is as wide as its widest cell, with `gap` blanks before it.
class Grid {
  public:
    explicit Grid(std::vector<Column> layout, std::size_t gap = column_gap);

    void add(std::vector<Cell> row);
    std::size_t width() const;
    /// Lines end with a newline and have no blanks before it.
    std::string heading(const Paint& paint) const;
    std::string line(std::size_t row, const Paint& paint) const;
    std::size_t size() const { return rows_.size(); }

  private:
    std::string put(const std::vector<Cell>& cells, const Paint& paint) const;

    std::vector<Column> layout_;
    std::size_t gap_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<Cell>> rows_;
};

} // namespace report
