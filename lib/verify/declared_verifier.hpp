// A declared check as a verifier: one object for each [[check]] of the configuration. Part of the design: whatever an
// application keeps on chain is verified like its markets and balances.
//
// A row is read under its key; an absence counts once its contract is known to exist. A balance of a token that is
// given by its contract takes one question before that: which classic asset the contract is of, whose accounts have
// trust lines.
#pragma once

#include "verify/declared_verdict.hpp"
#include "verify/reading.hpp"
#include "verify/verifier.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace verify {

/// The chain's side of a row, compared already: the bytes that it was read from do not outlive the answer.
struct DeclaredValue {
    std::shared_ptr<const Verdict> verdict; // nullptr: nothing differs
    std::uint32_t compared = 0;             // a bit for each line that was compared
    bool absent = false;                    // nothing was found
};

/// What a mismatch of a declared check has.
struct DeclaredDifference {
    std::shared_ptr<const Verdict> verdict; // nullptr: nothing differs
    std::string read{};                     // "persistent Stream(u64 5)", if something differs
};

class DeclaredVerifier final : public Verifier {
  public:
    /// `place`: among all checks.
    DeclaredVerifier(Declaration declaration, std::size_t place);
    DeclaredVerifier(const DeclaredVerifier&) = delete;
    DeclaredVerifier& operator=(const DeclaredVerifier&) = delete;

    const Declaration& declaration() const { return declaration_; }
    const Profile& profile() const override { return profile_; }

    ClaimResult claim(const Row& row, const Target& target) const override;
    Question first_question(const Claim& claim, const Target& target) const override;
    void keys(Question question, const Claim& claim, const Target& target, Keys& out) const override;
    Call call(const Claim& claim, const Target& target) const override;
    void identify(Claim& claim, const Identified& learnt) const override;
    Reading read_entries(Question question, const Claim& claim, const Target& target, std::span<const Stored> entries,
                         std::uint32_t ledger) const override;
    Reading read_call(const Claim& claim, std::string_view error, std::string_view result,
                      std::uint32_t ledger) const override;
    Difference measure(const Claim& claim, const ChainValue& chain) const override;
    bool differs(const Difference& difference, const Thresholds& thresholds) const override;
    bool says_the_same(const Claim& claim, const Difference& difference) const override;
    Shown show(const Difference& difference) const override;
    std::string sentence(std::string_view id, const Difference& difference) const override;
    Said said(const Difference& difference) const override;
    std::string show(const ChainValue& chain) const override;
    std::vector<std::string> steps(const Difference& difference, const Thresholds& thresholds) const override;

  private:
    bool balance() const { return declaration_.read.source == Read::Source::balance; }
    Reading judge(const Claim& claim, const std::optional<stellar::ScView>& found, Sighting seen) const;
    Reading read_instance(const Claim& claim, const Stored& stored, Sighting seen) const;
    Reading read_balance(const Claim& claim, const Stored& stored, Sighting seen) const;
    Reading read_token(const Claim& claim, const Target& target, const Stored& stored) const;

    Declaration declaration_;
    std::string type_;
    std::string scope_;
    std::vector<Column> columns_;
    Resource resource_;
    Profile profile_;
};

} // namespace verify
