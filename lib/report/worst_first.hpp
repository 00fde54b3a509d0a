// The mismatches of a check in the order and in the words in which a person sees them, whatever the format.
#pragma once

#include "verify/summary.hpp"

#include <string>
#include <vector>

namespace report {

using Mismatches = std::vector<const verify::Mismatch*>;

/// The listed ones of a check, in the summary's order. They point into the summary.
Mismatches worst_first(const verify::Summary& summary, verify::Check check);

/// Of mismatches of one check: as text, all with as many decimals.
std::vector<verify::Shown> shown(const Mismatches& list);

/// "seen in ledger 51234567, modified in 51230000, not confirmed by a second look"; empty where nothing is known.
std::string sighting(const verify::Mismatch& mismatch);

} // namespace report
