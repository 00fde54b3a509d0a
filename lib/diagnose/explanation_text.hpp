// What `explain` says about one item, for a person and for a machine.
#pragma once

#include "diagnose/explanation.hpp"
#include "report/table.hpp"
#include "verify/compare.hpp"
#include "verify/summary.hpp"

#include <string>
#include <vector>

namespace diagnose {

/// `list` is empty where the item is not in scope, or was not come to. Ends with a newline.
std::string render_explanation(const std::vector<diagnose::Explanation>& list, const verify::Summary& summary,
                               const verify::Thresholds& thresholds, const report::TableStyle& style);

/// One object: status, network, items (check, resourceId, verdict, threshold, looks), errors. Ends with a newline.
std::string render_explanation_json(const std::vector<diagnose::Explanation>& list, const verify::Summary& summary,
                                    const verify::Thresholds& thresholds);

} // namespace diagnose
