#include "check/compare.hpp"

namespace check {
namespace {

std::optional<Difference> compare_odds(const Reserves& database, const Reserves& chain, std::uint64_t threshold) {
    OddsDifference found{database, chain, odds_of(database), odds_of(chain), 0};
    const std::uint64_t a = found.database_odds.yes;
    const std::uint64_t b = found.chain_odds.yes;
    found.difference = a > b ? a - b : b - a;
    const bool one_sided = database.empty() != chain.empty();
    if (found.difference > threshold || one_sided) return found;
    return std::nullopt;
}

} // namespace

std::optional<Difference> compare(const Claim& claim, const ChainValue& chain, const Thresholds& thresholds) {
    if (const auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        return compare_odds(odds->reserves, std::get<Reserves>(chain.content), thresholds.odds);
    }
    if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        const auto& held = std::get<std::optional<std::uint32_t>>(chain.content);
        const bool same = outcome->outcome.has_value() == held.has_value() &&
                          (!held || *outcome->outcome == static_cast<std::int64_t>(*held));
        if (same) return std::nullopt;
        return OutcomeDifference{outcome->outcome, held};
    }
    const auto database = std::get<BalanceClaim>(claim.content).balance;
    const auto held = std::get<base::i128>(chain.content);
    const base::u128 difference = base::distance(database, held);
    if (difference <= thresholds.balance) return std::nullopt;
    return BalanceDifference{database, held, difference};
}

bool says_the_same(const Claim& claim, const Difference& difference) {
    if (claim.content.index() != difference.index()) return false;
    if (const auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        const Reserves& before = std::get<OddsDifference>(difference).database;
        return odds->reserves.yes == before.yes && odds->reserves.no == before.no;
    }
    if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        return outcome->outcome == std::get<OutcomeDifference>(difference).database;
    }
    return std::get<BalanceClaim>(claim.content).balance == std::get<BalanceDifference>(difference).database;
}

} // namespace check
