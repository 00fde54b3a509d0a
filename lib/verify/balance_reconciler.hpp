// BalanceReconciler: users' USDC balances against the trust lines and balance entries of their wallets.
#pragma once

#include "base/int128.hpp"
#include "verify/claim.hpp"
#include "verify/reading.hpp"

namespace verify {

struct BalanceClaim {
    stellar::Address holder;
    base::i128 balance = 0; // stroops
};

struct UserRow {
    std::string_view id;
    std::optional<std::string_view> wallet_address;
    std::optional<std::string_view> usdc_balance;
};

struct BalanceDifference {
    base::i128 database = 0; // stroops
    base::i128 chain = 0;
    base::u128 difference = 0;

    operator Difference() const; // NOLINT: it is one
};

class BalanceReconciler final : public Verifier {
  public:
    constexpr BalanceReconciler() = default;

    const Profile& profile() const override;
    ClaimResult claim(const Row& row, const Target& target) const override;
    /// For a user with a wallet. BAD_ADDRESS for an address that does not decode strictly, or is the asset's own
    /// issuer; BAD_VALUE for a balance that is NULL, not a number or too large. A negative balance is compared as it
    /// is.
    ClaimResult claim(const UserRow& row, const Target& target) const;

    Question first_question(const Claim& claim, const Target& target) const override;
    /// The trust line or the balance entry.
    void keys(Question question, const Claim& claim, const Target& target, Keys& out) const override;
    Call call(const Claim& claim, const Target& target) const override;
    Reading read_entries(Question question, const Claim& claim, const Target& target, std::span<const Stored> entries,
                         std::uint32_t ledger) const override;
    Reading read_call(const Claim& claim, std::string_view error, std::string_view result,
                      std::uint32_t ledger) const override;

    Difference measure(const Claim& claim, const ChainValue& chain) const override;
    /// A difference above the threshold.
    bool differs(const Difference& difference, const Thresholds& thresholds) const override;
    bool says_the_same(const Claim& claim, const Difference& difference) const override;

    Shown show(const Difference& difference) const override;
    std::string sentence(std::string_view id, const Difference& difference) const override;
    Said said(const Difference& difference) const override;
    std::string show(const ChainValue& chain) const override;
    std::string threshold(const Thresholds& thresholds) const override;
    std::vector<std::string> steps(const Difference& difference, const Thresholds& thresholds) const override;
};

inline constexpr BalanceReconciler balances;

} // namespace verify
