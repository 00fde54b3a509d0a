// The sizes of the differences of one check as a picture: SVG inside an HTML page.
#pragma once

#include "verify/drift.hpp"

#include <string>

namespace report {

/// A histogram of all differences: up if the chain has more than the database, down if it has less. Prices from 0 to
/// 1, amounts by decades. Each bar has a title that says what it counts. The page colours the classes "more", "less",
/// "axis" and "grid"; labels of the class "minor" may be hidden if there is little room. Precondition: `drift` is not
/// empty.
std::string drift_plot(verify::Check check, const verify::Drift& drift);

/// A bound of the plot's scale that half of the differences do not exceed: "0.025", "100 USDC". Precondition: as above.
std::string half_at_most(verify::Check check, const verify::Drift& drift);

} // namespace report
