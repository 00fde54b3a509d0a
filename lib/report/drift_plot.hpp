// How large the differences of one check are, as a picture: SVG to stand inside an HTML page.
#pragma once

#include "check/finding.hpp"
#include "report/worst_first.hpp"

#include <string>

namespace report {

/// A histogram of the differences: up where the chain has more than the database, down where it has less. Odds over
/// prices from 0 to 1, balances over decades of USDC. Each bar says in a title what it counts; classes "more", "less",
/// "axis" and "grid" leave the colours to the page. `list` holds mismatches of odds or of balances and is not empty.
std::string drift_plot(const Mismatches& list);

} // namespace report
