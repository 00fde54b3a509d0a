// Text in columns for a terminal: widths are counted in columns of the screen, not in bytes. Expects harmless UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace report {

/// How many columns a terminal takes for it at most: 2 for wide characters (CJK, emoji), 0 for combining marks. Of a
/// sequence of joined emoji every part counts, as on terminals that do not join them.
std::size_t columns(std::string_view text);

/// At most `limit` columns; what is too long loses its middle: "clh3k9...1abc".
std::string fitted(std::string_view text, std::size_t limit);

/// Each of them fitted; none at all where two that differ would look the same.
std::vector<std::string> fitted_apart(const std::vector<std::string>& texts, std::size_t limit);

/// It takes as many columns on every terminal and leaves what stands beside it in its order: what belongs into a
/// column. Not so: right-to-left script, joined emoji, flags.
bool keeps_its_columns(std::string_view text);

/// Breaks at blanks, and inside a word that is wider than a line. Each line starts with `indent` blanks and is at most
/// `width` columns (at least 20 are taken for the text) and ends with a newline.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

enum class Colour { none, bold, dim, red, green, yellow };

/// Paints, or leaves alone where there is no colour.
class Paint {
  public:
    explicit Paint(bool colour) : colour_(colour) {}
    std::string operator()(std::string_view text, Colour colour) const;

  private:
    bool colour_;
};

inline constexpr std::size_t column_gap = 2; // blanks before each column

enum class Align { left, right };

struct Column {
    std::string title;
    Align align = Align::right;
};

struct Cell {
    std::string text;
    Colour colour = Colour::none;
};

/// Rows under titles, every column as wide as its widest cell, `column_gap` before each.
class Grid {
  public:
    explicit Grid(std::vector<Column> layout);

    void add(std::vector<Cell> row);
    std::size_t width() const;
    /// Lines with their newline; without blanks at the end.
    std::string heading(const Paint& paint) const;
    std::string line(std::size_t row, const Paint& paint) const;
    std::size_t size() const { return rows_.size(); }

  private:
    std::string put(const std::vector<Cell>& cells, const Paint& paint) const;

    std::vector<Column> layout_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<Cell>> rows_;
};

} // namespace report
