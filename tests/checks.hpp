// The built-in checks by short names, and a verifier's functions as a test calls them.
#pragma once

#include "verify/balance_reconciler.hpp"
#include "verify/compare.hpp"
#include "verify/market_odds_verifier.hpp"
#include "verify/outcome_verifier.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace Kind {
inline constexpr verify::Check odds{verify::market_odds};
inline constexpr verify::Check outcomes{verify::outcomes};
inline constexpr verify::Check balances{verify::balances};
} // namespace Kind

/// Odds, outcomes, balances.
using PerKind = std::array<std::uint64_t, 3>;

namespace verify {

inline bool operator==(const PerCheck<std::uint64_t>& a, const PerKind& b) {
    return PerKind{a[Kind::odds], a[Kind::outcomes], a[Kind::balances]} == b;
}

/// All columns of a market.
struct MarketRow {
    std::string_view id;
    std::optional<std::string_view> contract_address;
    std::optional<std::string_view> title;
    std::optional<std::string_view> yes_liquidity;
    std::optional<std::string_view> no_liquidity;
    std::optional<std::string_view> winning_outcome;
    std::optional<std::string_view> market_id = std::nullopt;
};

inline ClaimResult claim_odds(const MarketRow& row) {
    return market_odds.claim(
        OddsRow{{row.id, row.contract_address, row.title, row.market_id}, row.yes_liquidity, row.no_liquidity});
}
inline ClaimResult claim_outcome(const MarketRow& row, const Target& target) {
    return outcomes.claim(OutcomeRow{{row.id, row.contract_address, row.title, row.market_id}, row.winning_outcome},
                          target);
}
inline ClaimResult claim_balance(const UserRow& row, const Target& target) {
    return balances.claim(row, target);
}

inline Question first_question(const Claim& claim, const Target& target) {
    return claim.check->first_question(claim, target);
}
inline void keys_for(Question question, const Claim& claim, const Target& target, Keys& out) {
    out.clear();
    claim.check->keys(question, claim, target, out);
}
inline void keys_of(const Claim& claim, const Target& target, Keys& out) {
    keys_for(Question::storage, claim, target, out);
}
inline void pool_keys_of(const Claim& claim, const Target& target, Keys& out) {
    keys_for(Question::pool, claim, target, out);
}
inline Call call_for(const Claim& claim, const Target& target) {
    return claim.check->call(claim, target);
}
inline void identify(Claim& claim, const Identified& learnt) {
    claim.check->identify(claim, learnt);
}
inline bool needs_control(const Claim& claim, const Target& target) {
    return claim.check->needs_control(claim, target);
}
inline Call control_for(const Target& target, const stellar::Hash& random_id) {
    return outcomes.control(target, random_id);
}
inline Unverifiable unknown_market(const Reading& answer) {
    return outcomes.unknown(answer);
}
inline Reading read_entries(Question question, const Claim& claim, const Target& target,
                            std::span<const Stored> entries, std::uint32_t ledger) {
    return claim.check->read_entries(question, claim, target, entries, ledger);
}
inline Reading read_storage(const Claim& claim, const Target& target, std::span<const Stored> entries,
                            std::uint32_t ledger) {
    return read_entries(Question::storage, claim, target, entries, ledger);
}
inline Reading read_pool(const Claim& claim, std::span<const Stored> entries, std::uint32_t ledger) {
    return read_entries(Question::pool, claim, {}, entries, ledger);
}
inline Reading read_call(const Claim& claim, std::string_view error, std::string_view result, std::uint32_t ledger) {
    return claim.check->read_call(claim, error, result, ledger);
}

inline Difference measure(const Claim& claim, const ChainValue& chain) {
    return claim.check->measure(claim, chain);
}
inline bool differs(const Difference& difference, const Thresholds& thresholds) {
    return difference.check->differs(difference, thresholds);
}
inline bool says_the_same(const Claim& claim, const Difference& difference) {
    return claim.check == difference.check && claim.check->says_the_same(claim, difference);
}

} // namespace verify
