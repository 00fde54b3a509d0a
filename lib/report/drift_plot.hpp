// How large the differences of one check are, as a picture: SVG to stand inside an HTML page.
#pragma once

#include "verify/drift.hpp"

#include <string>

namespace report {

/// A histogram of all differences: up if the chain has more than the database, down if it has less. Prices from
/// 0 to 1, amounts by decades. Each bar says in a title what it counts; classes "more", "less", "axis"
/// and "grid" leave the colours to the page. `drift` counts at least one.
std::string drift_plot(verify::Check check, const verify::Drift& drift);

/// What half of the differences do not exceed, as the plot's scale has it: "0.025", "100 USDC". Likewise not empty.
std::string half_at_most(verify::Check check, const verify::Drift& drift);

} // namespace report
