#include "check/drift.hpp"

#include <algorithm>

namespace check {
namespace {

bool chain_has_less(const Difference& difference) {
    if (const auto* odds = std::get_if<OddsDifference>(&difference)) {
        return odds->chain_odds.yes < odds->database_odds.yes;
    }
    const auto& balance = std::get<BalanceDifference>(difference);
    return balance.chain < balance.database;
}

std::size_t bin_of(const Difference& difference) {
    const base::u128 size = extent(difference);
    if (!std::holds_alternative<OddsDifference>(difference)) return decade_of(size);
    return std::min(static_cast<std::size_t>(size * Drift::bins / odds_one), Drift::bins - 1); // 1 itself: the last
}

} // namespace

base::u128 extent(const Difference& difference) {
    if (const auto* odds = std::get_if<OddsDifference>(&difference)) return odds->difference;
    if (const auto* balance = std::get_if<BalanceDifference>(&difference)) return balance->difference;
    return 0;
}

std::size_t decade_of(base::u128 stroops) {
    std::size_t decade = 0;
    for (; stroops >= 10; stroops /= 10) ++decade;
    return decade;
}

void Drift::add(const Difference& difference) {
    if (std::holds_alternative<OutcomeDifference>(difference)) return;
    const base::u128 size = extent(difference);
    largest = std::max(largest, size);
    smallest = count() == 0 ? size : std::min(smallest, size);
    Bin& bin = histogram[bin_of(difference)];
    if (chain_has_less(difference)) {
        chain_less += size;
        ++total.less;
        ++bin.less;
    } else {
        chain_more += size;
        ++total.more;
        ++bin.more;
    }
}

} // namespace check
