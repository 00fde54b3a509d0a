#include "check/compare.hpp"

namespace check {
namespace {

Difference measure_odds(const Reserves& database, const Reserves& chain) {
    OddsDifference found{database, chain, odds_of(database), odds_of(chain), 0};
    const std::uint64_t a = found.database_odds.yes;
    const std::uint64_t b = found.chain_odds.yes;
    found.difference = a > b ? a - b : b - a;
    return found;
}

struct Differs {
    const Thresholds& thresholds;

    bool operator()(const OddsDifference& odds) const { return odds.difference > thresholds.odds || odds.one_sided(); }
    bool operator()(const OutcomeDifference& outcome) const {
        if (outcome.database.has_value() != outcome.chain.has_value()) return true;
        return outcome.chain && *outcome.database != static_cast<std::int64_t>(*outcome.chain);
    }
    bool operator()(const BalanceDifference& balance) const { return balance.difference > thresholds.balance; }
};

} // namespace

Difference measure(const Claim& claim, const ChainValue& chain) {
    if (const auto* odds = std::get_if<OddsClaim>(&claim.content)) {
        return measure_odds(odds->reserves, std::get<Reserves>(chain.content));
    }
    if (const auto* outcome = std::get_if<OutcomeClaim>(&claim.content)) {
        const auto& held = std::get<ChainOutcome>(chain.content);
        return OutcomeDifference{outcome->outcome, held.outcome, held.status};
    }
    const auto database = std::get<BalanceClaim>(claim.content).balance;
    const auto held = std::get<base::i128>(chain.content);
    return BalanceDifference{database, held, base::distance(database, held)};
}

bool differs(const Difference& difference, const Thresholds& thresholds) {
    return std::visit(Differs{thresholds}, difference);
}

std::optional<Difference> compare(const Claim& claim, const ChainValue& chain, const Thresholds& thresholds) {
    Difference difference = measure(claim, chain);
    if (!differs(difference, thresholds)) return std::nullopt;
    return difference;
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
