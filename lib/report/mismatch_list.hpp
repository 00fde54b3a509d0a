// The table's part that shows what differs.
#pragma once

#include "report/layout.hpp"
#include "report/table.hpp"
#include "verify/summary.hpp"

#include <string>

namespace report {

/// The mismatches of one check, the worst first; empty where there are none.
std::string mismatch_section(const verify::Summary& summary, verify::Check check, const TableStyle& style,
                             const Paint& paint);

} // namespace report
