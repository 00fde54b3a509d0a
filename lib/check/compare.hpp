// The comparison itself.
#pragma once

#include "check/claim.hpp"
#include "check/finding.hpp"
#include "check/reading.hpp"

#include <optional>

namespace check {

/// "Differ" means strictly more than these.
struct Thresholds {
    std::uint64_t odds = odds_one / 100; // of 10^-18
    base::u128 balance = 10;             // stroops
};

/// Both sides, and how far they are apart.
Difference measure(const Claim& claim, const ChainValue& chain);

/// Whether they count as different. Odds: a difference above the threshold, or liquidity on one side of the comparison
/// only. Outcomes: any difference. Balances: a difference above the threshold.
bool differs(const Difference& difference, const Thresholds& thresholds);

/// What differs, or nothing where database and chain agree.
std::optional<Difference> compare(const Claim& claim, const ChainValue& chain, const Thresholds& thresholds);

/// Does the row say what it said when `difference` was found?
bool says_the_same(const Claim& claim, const Difference& difference);

} // namespace check
