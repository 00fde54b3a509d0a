// The table's part that shows what could not be verified, and why.
#pragma once

#include "report/layout.hpp"
#include "report/table.hpp"
#include "verify/summary.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace report {

/// Errors grouped by reason, check and text, with the ids they are about; empty if there are none.
std::string error_section(const verify::Summary& summary, const TableStyle& style, const Paint& paint);

/// "7, 12 and 4,061 more": at most `most` ids, harmless, of `count`.
std::string listed_ids(std::vector<std::string> ids, std::uint64_t count, std::size_t most);

} // namespace report
