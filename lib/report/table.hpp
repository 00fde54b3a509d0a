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

/// The totals in money, and hints; the worst mismatches of each check, at most 20; what could not be verified and why;
/// the counts; the ids of CRITICAL mismatches; and last, next to the prompt, the verdict. A few mismatches fit a screen
/// of 80 by 24, any number fits two. Everything from the database or the chain is made harmless. No line is wider than
/// the width; ends with a newline.
std::string render_table(const verify::Summary& summary, const TableStyle& style);

} // namespace report
