// What `explain` says about one item, for a person and for a machine.
#pragma once

#include "check/compare.hpp"
#include "check/explanation.hpp"
#include "check/summary.hpp"
#include "report/table.hpp"

#include <string>
#include <vector>

namespace report {

/// `list` is empty where the item is not in scope, or was not come to. Ends with a newline.
std::string render_explanation(const std::vector<check::Explanation>& list, const check::Summary& summary,
                               const check::Thresholds& thresholds, const TableStyle& style);

/// One object: status, network, items (check, resourceId, verdict, threshold, looks), errors. Ends with a newline.
std::string render_explanation_json(const std::vector<check::Explanation>& list, const check::Summary& summary,
                                    const check::Thresholds& thresholds);

} // namespace report
