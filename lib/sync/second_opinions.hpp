// Second opinions: with several RPC endpoints, a CRITICAL mismatch is asked of another endpoint before anybody is
// paged.
//
// If the other endpoint contradicts, the first is asked once more, from no older ledger: the chain may have moved on
// between the two. If they still differ, that is a finding of its own, neither a mismatch nor a match. An endpoint that
// cannot tell does not keep anybody from being paged.
//
// Owns nothing: an item that waits for an answer is with OtherEndpoints or ChainReads.
// Inputs: mismatches, and the answers for Purpose::second_opinion and first_again.
// Outputs: in Findings a mismatch or a transient, in Coverage a disagreement.
#pragma once

#include "sync/chain_reads.hpp"
#include "sync/coverage.hpp"
#include "sync/other_endpoints.hpp"

namespace cycle {

class SecondOpinions {
  public:
    /// All outlive this.
    SecondOpinions(const CycleSettings& settings, Watermark& watermark, Loop& loop, Findings& findings,
                   Coverage& coverage, ChainReads& chain, OtherEndpoints& others)
        : settings_(settings), watermark_(watermark), loop_(loop), findings_(findings), coverage_(coverage),
          chain_(chain), others_(others) {}

    /// The item has differed at its last recheck (`suspect`): asks for a second opinion if one is needed, or reports
    /// it.
    void mismatch_found(Item item);
    /// Reports it without asking anybody: a needed second opinion counts as unavailable.
    void report_mismatch(verify::Mismatch mismatch);

    void take_second(AnsweredItem answered);
    void take_first_again(Item item, const verify::ChainValue& chain);
    /// The first endpoint cannot be asked again: the contradiction stands.
    void disagree(Item item);

  private:
    bool needed(const verify::Mismatch& mismatch) const;

    const CycleSettings& settings_;
    Watermark& watermark_;
    Loop& loop_;
    Findings& findings_;
    Coverage& coverage_;
    ChainReads& chain_;
    OtherEndpoints& others_;
};

} // namespace cycle
