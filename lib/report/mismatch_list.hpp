// The table's part that shows what differs.
#pragma once

#include "report/layout.hpp"
#include "report/table.hpp"
#include "verify/summary.hpp"

#include <cstddef>
#include <string>

namespace report {

/// The `rows` worst mismatches of one check, a line each if the width allows it, else fewer of them in as many lines;
/// empty if nothing differs.
std::string mismatch_section(const verify::Summary& summary, verify::Check check, std::size_t rows,
                             const TableStyle& style, const Paint& paint);

} // namespace report
