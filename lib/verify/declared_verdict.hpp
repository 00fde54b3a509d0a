// The comparison of a declared check: one verdict per row.
#pragma once

#include "base/uint256.hpp"
#include "stellar/scval_view.hpp"
#include "verify/declaration.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace verify {

/// One side for a person or a machine: a number or text as text.
using LineValue = std::variant<std::nullptr_t, bool, std::string>;

/// A line of `compare` whose two sides differ.
struct LineDifference {
    std::size_t line = 0;             // of Declaration::comparisons
    LineValue database{};             // the column's text, a bool, or null
    LineValue chain{};                // likewise; a number with all its decimals
    bool absent = false;              // nothing was found on chain; chain is null
    bool chain_has_less = false;      // numbers
    std::optional<base::U256> size{}; // numbers: how far apart, in 10^-decimals

    friend bool operator==(const LineDifference&, const LineDifference&) = default;
};

/// A line that could not be compared.
struct LineFailure {
    std::size_t line = 0;
    Unverifiable why;
};

struct Verdict {
    std::vector<LineDifference> differences; // any: the row is a mismatch
    std::vector<LineFailure> not_compared;   // without a difference: the row is an error, by the first
    std::uint32_t compared = 0;              // a bit for each line that was compared
    bool absent = false;                     // nothing was found, whatever the verdict
};

/// Compares a row with what was found under its key; nullopt if nothing was, in a contract that exists.
Verdict verdict_of(const Declaration& declaration, const Row& row, const std::optional<stellar::ScView>& found);

/// The column of a line as a mismatch shows it: its text, a bool, or null.
LineValue shown_column(const Comparison& line, const Row& row);

/// "+1", "-0.0000001": chain less database, with its sign. Precondition: there is a size.
std::string signed_size(const Declaration& declaration, const LineDifference& difference);

/// The two differ in case, blanks, `-` and `_` only: "in_transit", "InTransit".
bool is_spelling(std::string_view a, std::string_view b);

} // namespace verify
