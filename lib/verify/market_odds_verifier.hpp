// MarketOddsVerifier: the liquidity of OPEN markets against the reserves of the AMM's pools.
#pragma once

#include "verify/market.hpp"
#include "verify/odds.hpp"

namespace verify {

struct OddsClaim {
    stellar::Hash market_id{}; // of a row that does not know it: the market contract's own bytes, until it is learnt
    Reserves reserves;         // stroops
    bool id_known = true;
};

struct OddsRow {
    MarketColumns market;
    std::optional<std::string_view> yes_liquidity;
    std::optional<std::string_view> no_liquidity;
};

struct OddsDifference {
    Reserves database; // stroops
    Reserves chain;    // the contract's raw units
    Odds database_odds;
    Odds chain_odds;
    std::uint64_t difference = 0; // of 10^-18

    /// Liquidity on one side of the comparison only: a difference whatever the odds.
    bool one_sided() const { return database.empty() != chain.empty(); }
    operator Difference() const; // NOLINT: it is one
};

class MarketOddsVerifier final : public Verifier {
  public:
    constexpr MarketOddsVerifier() = default;

    const Profile& profile() const override;
    ClaimResult claim(const Row& row, const Target& target) const override;
    /// Errors: BAD_ADDRESS for a contract address that is neither a C... strkey nor 64 hex digits, BAD_VALUE for a
    /// market_id that is not one and for a liquidity that is NULL, negative, not a number or too large. Decimals beyond
    /// the seventh are rounded half away from zero.
    ClaimResult claim(const OddsRow& row) const;

    Question first_question(const Claim& claim, const Target& target) const override;
    /// YES reserve, NO reserve; before them pool_exists for Question::pool.
    void keys(Question question, const Claim& claim, const Target& target, Keys& out) const override;
    Call call(const Claim& claim, const Target& target) const override;
    void identify(Claim& claim, const Identified& learnt) const override;
    Reading read_entries(Question question, const Claim& claim, const Target& target, std::span<const Stored> entries,
                         std::uint32_t ledger) const override;
    Reading read_call(const Claim& claim, std::string_view error, std::string_view result,
                      std::uint32_t ledger) const override;
    std::pair<std::string_view, std::string_view> function(const Target& target) const override;

    Difference measure(const Claim& claim, const ChainValue& chain) const override;
    /// A difference above the threshold, or liquidity on one side only.
    bool differs(const Difference& difference, const Thresholds& thresholds) const override;
    bool says_the_same(const Claim& claim, const Difference& difference) const override;

    Shown show(const Difference& difference) const override;
    std::string sentence(std::string_view id, const Difference& difference) const override;
    Said said(const Difference& difference) const override;
    std::string show(const ChainValue& chain) const override;
    std::string threshold(const Thresholds& thresholds) const override;
    std::vector<std::string> steps(const Difference& difference, const Thresholds& thresholds) const override;
};

inline constexpr MarketOddsVerifier market_odds;

} // namespace verify
