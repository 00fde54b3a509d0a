// The comparison itself.
#pragma once

#include "verify/claim.hpp"
#include "verify/finding.hpp"
#include "verify/odds.hpp"
#include "verify/reading.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace verify {

/// "Differ" means strictly more than these.
struct Thresholds {
    std::uint64_t odds = odds_one / 100; // of 10^-18
    base::u128 balance = 10;             // stroops
};

/// What differs, or nothing where database and chain agree.
std::optional<Difference> compare(const Claim& claim, const ChainValue& chain, const Thresholds& thresholds);

/// "difference 0.05, threshold 0.01: above it, differs".
std::string judgement(const Difference& difference, const std::string& size, const Thresholds& thresholds);

} // namespace verify
