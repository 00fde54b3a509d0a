#include "verify/compare.hpp"

#include <fmt/format.h>

namespace verify {

std::optional<Difference> compare(const Claim& claim, const ChainValue& chain, const Thresholds& thresholds) {
    Difference difference = claim.check->measure(claim, chain);
    if (!claim.check->differs(difference, thresholds)) return std::nullopt;
    return difference;
}

std::string judgement(const Difference& difference, const std::string& size, const Thresholds& thresholds) {
    const bool differs = difference.check->differs(difference, thresholds);
    return fmt::format("difference {}, threshold {}: {}", size, difference.check->threshold(thresholds),
                       differs ? "above it, differs" : "not above it, no difference");
}

} // namespace verify
