// A contract value whose parts come from columns: `Stream(id: u64)` of a declaration. What does not depend on the row
// is XDR already, so a row costs its columns alone.
#pragma once

#include "verify/column_value.hpp"
#include "verify/row.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verify {

/// What stands for a text: a column of the row, or the text itself.
struct Operand {
    std::string text; // the column's name, or the literal
    std::optional<std::size_t> column{};

    /// nullopt for NULL.
    std::optional<std::string_view> of(const Row& row) const {
        return column ? row[*column] : std::optional<std::string_view>(text);
    }
};

/// XDR of keys beyond which a row is BAD_VALUE.
inline constexpr std::size_t most_key_bytes = 1024;

class Pattern {
  public:
    // Building, from front to back.

    /// An enum variant (Vec[Symbol name, ...]) or, without a name, a tuple (Vec[...]), up to the matching close().
    void open(std::string_view name);
    void close();
    /// A literal. The error as of append_scval().
    FromColumn<std::monostate> add(Type type, std::string_view literal);
    /// A column's value. NULL is Void if it is optional, else an error.
    void add(Type type, const Operand& column, bool optional);

    // Use.

    /// Appends the XDR. The errors name the column: BAD_VALUE (also if the value is longer than `most` bytes),
    /// BAD_ADDRESS.
    FromColumn<std::monostate> append(std::string& out, const Row& row, std::size_t most = most_key_bytes) const;
    /// "Stream(u64 5)"; a column that cannot be converted as its text.
    std::string text(const Row& row) const;
    /// XDR that any row has.
    std::size_t fixed_bytes() const;

  private:
    struct Hole {
        Operand column;
        Type type{};
        bool optional = false;
    };
    /// What stands in front of a hole, and the hole; the last piece has none.
    struct Piece {
        std::string xdr;
        std::string text;
        std::optional<Hole> hole{};
    };
    struct Vec {
        std::size_t piece = 0;
        std::size_t count_at = 0; // in the piece's XDR
        bool named = false;
        std::uint32_t elements = 0; // behind the name
    };

    void begin_element();
    static FromColumn<std::monostate> append(std::string& out, const Hole& hole, const Row& row);

    std::vector<Piece> pieces_{1};
    std::vector<Vec> open_;
};

} // namespace verify
