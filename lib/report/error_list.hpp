// The table's part that shows what could not be verified, and why.
#pragma once

#include "report/layout.hpp"
#include "report/table.hpp"
#include "verify/summary.hpp"

#include <string>

namespace report {

/// Errors grouped by reason, check and text, with the ids they concern; empty where there are none.
std::string error_section(const verify::Summary& summary, const TableStyle& style, const Paint& paint);

} // namespace report
