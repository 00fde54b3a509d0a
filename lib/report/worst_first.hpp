// The mismatches of one check in the order and in the words in which a person sees them, whatever the format.
#pragma once

#include "check/summary.hpp"

#include <array>
#include <string>
#include <vector>

namespace report {

/// The critical check first: winners are paid by it.
inline constexpr std::array<check::Kind, 3> worst_check_first{check::Kind::outcomes, check::Kind::odds,
                                                              check::Kind::balances};

using Mismatches = std::vector<const check::Mismatch*>;

/// The listed ones of a check, in the summary's order. They point into the summary.
Mismatches worst_first(const check::Summary& summary, check::Kind kind);

/// As text, all of a list with as many decimals.
struct ShownValues {
    std::string database;
    std::string chain;
    std::string difference; // with its sign; empty for outcomes
};
/// Of mismatches of one check.
std::vector<ShownValues> shown_values(const Mismatches& list);

/// "seen in ledger 51234567, modified in 51230000, not confirmed by a second look"; empty where nothing is known.
std::string sighting(const check::Mismatch& mismatch);

} // namespace report
