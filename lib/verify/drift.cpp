#include "verify/drift.hpp"

#include "verify/odds.hpp"

#include <algorithm>

namespace verify {
namespace {

std::size_t bin_of(const Difference& difference) {
    if (difference.check->profile().scale == Scale::amount) return decade_of(difference.size);
    return std::min(static_cast<std::size_t>(difference.size * Drift::bins / odds_one), Drift::bins - 1); // 1: the last
}

} // namespace

std::size_t decade_of(base::u128 stroops) {
    std::size_t decade = 0;
    for (; stroops >= 10; stroops /= 10) ++decade;
    return decade;
}

void Drift::add(const Difference& difference) {
    if (difference.check->profile().scale == Scale::none) return;
    const base::u128 size = difference.size;
    largest = std::max(largest, size);
    smallest = count() == 0 ? size : std::min(smallest, size);
    Bin& bin = histogram[bin_of(difference)];
    if (difference.chain_has_less) {
        chain_less += size;
        ++total.less;
        ++bin.less;
    } else {
        chain_more += size;
        ++total.more;
        ++bin.more;
    }
}

} // namespace verify
