// OutcomeVerifier: the winning outcome of RESOLVED markets against the market contracts. CRITICAL: winners are paid by
// it.
#pragma once

#include "verify/market.hpp"

#include <cstdint>

namespace verify {

struct OutcomeClaim {
    stellar::Hash market_id{}; // what the contract is asked for; of a row that does not know it: the contract's bytes
    stellar::Hash contract{};  // the market's own, or the one that many share
    bool shared = false;
    std::optional<std::int64_t> outcome;
    bool id_from_row = false; // then no contract that holds another market can speak for it
    bool id_proven = false;   // the contract holds no market id, and the AMM has a pool under its address
};

struct OutcomeRow {
    MarketColumns market;
    std::optional<std::string_view> winning_outcome;
};

/// What the chain says of a market.
struct ChainOutcome {
    std::optional<std::uint32_t> outcome; // 0 NO, 1 YES; with status 2 alone
    std::uint32_t status = 0;             // 2 is resolved: stellar::market_status_name()
    friend bool operator==(const ChainOutcome&, const ChainOutcome&) = default;
};

struct OutcomeDifference {
    std::optional<std::int64_t> database;
    std::optional<std::uint32_t> chain; // 0 NO, 1 YES
    std::optional<std::uint32_t> chain_status = std::nullopt;

    operator Difference() const; // NOLINT: it is one
};

/// "YES", "NO", "none", or the number if it is neither 0 nor 1.
std::string outcome_name(std::optional<std::int64_t> outcome);
/// "open", "closed", "resolved", "disputed", "cancelled", "initializing"; any other status in digits.
std::string market_status_name(std::uint32_t status);
/// The chain's side: with the market's status if there is no outcome, as in "none (disputed)" and "none (status 7)".
std::string chain_outcome_name(const OutcomeDifference& outcome);

/// The words for a contract that was asked for one market and holds another.
std::string holds_another_market(const stellar::Hash& held);

class OutcomeVerifier final : public Verifier {
  public:
    constexpr OutcomeVerifier() = default;

    const Profile& profile() const override;
    ClaimResult claim(const Row& row, const Target& target) const override;
    /// NULL is "no outcome". BAD_ADDRESS for a contract address that is neither a C... strkey nor 64 hex digits, and
    /// for a hex market id without a market contract in the target; BAD_VALUE for an outcome that is not an integer, a
    /// boolean, YES or NO; CONTRACT for a hex market id if the market contract holds another market alone.
    ClaimResult claim(const OutcomeRow& row, const Target& target) const;

    Question first_question(const Claim& claim, const Target& target) const override;
    /// market_state, winning_outcome, market_id.
    void keys(Question question, const Claim& claim, const Target& target, Keys& out) const override;
    Call call(const Claim& claim, const Target& target) const override;
    void identify(Claim& claim, const Identified& learnt) const override;
    bool needs_control(const Claim& claim, const Target& target) const override;
    Call control(const Target& target, const base::Hash& random_id) const override;
    Unverifiable unknown(const Reading& answer) const override;
    Reading read_entries(Question question, const Claim& claim, const Target& target, std::span<const Stored> entries,
                         std::uint32_t ledger) const override;
    Reading read_call(const Claim& claim, std::string_view error, std::string_view result,
                      std::uint32_t ledger) const override;
    std::pair<std::string_view, std::string_view> function(const Target& target) const override;

    Difference measure(const Claim& claim, const ChainValue& chain) const override;
    /// Whatever is not the same.
    bool differs(const Difference& difference, const Thresholds& thresholds) const override;
    bool says_the_same(const Claim& claim, const Difference& difference) const override;

    Shown show(const Difference& difference) const override;
    std::string sentence(std::string_view id, const Difference& difference) const override;
    Said said(const Difference& difference) const override;
    std::string show(const ChainValue& chain) const override;
    std::vector<std::string> steps(const Difference& difference, const Thresholds& thresholds) const override;
};

inline constexpr OutcomeVerifier outcomes;

} // namespace verify
