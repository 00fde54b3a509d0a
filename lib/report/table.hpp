// The result of a cycle for a person.
#pragma once

#include "verify/summary.hpp"

#include <cstddef>
#include <string>

namespace report {

struct TableStyle {
    std::size_t width = 80; // columns of the terminal
    bool colour = false;
};

/// By how much balances differ in all, and hints; what differs, grouped by check and the worst first; what could not be
/// verified and why; the counts; and last, next to the prompt, the verdict in words. Everything from the database or
/// the chain is made harmless. Lines fit the width (but for amounts of more digits than it has columns); ends with a
/// newline.
std::string render_table(const verify::Summary& summary, const TableStyle& style);

} // namespace report
