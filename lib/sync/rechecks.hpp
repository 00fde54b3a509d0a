// Rechecks: what differs is reported only if it still differs when both sides have been read again.
//
// After the delay the row is read again, and then the chain. A recheck counts only from a later ledger than before, and
// never from a ledger before the row was written (by the watermark that was read with it). While the node does not move
// on, its latest ledger is polled, and the row is read again once it has. A node that stays behind the indexer is asked
// no more: another endpoint is, if there is one.
//
// Owns the items that wait: for the delay or a ledger (Suspects), for their row, or with their row for a ledger.
// Inputs: differences; the database's answers to next_query(); rechecks that were not answered.
// Outputs: items to ask the chain for, to ChainReads or OtherEndpoints; mismatches, to SecondOpinions; rows that agree
// by now, to Findings; rows that the node cannot judge, to Coverage.
#pragma once

#include "sync/chain_reads.hpp"
#include "sync/coverage.hpp"
#include "sync/other_endpoints.hpp"
#include "sync/second_opinions.hpp"
#include "sync/suspects.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace cycle {

class Rechecks {
  public:
    /// All outlive this.
    Rechecks(const CycleSettings& settings, Prepared& prepared, Loop& loop, Findings& findings, Coverage& coverage,
             ChainReads& chain, OtherEndpoints& others, SecondOpinions& opinions);

    /// The item differs, now. It is a mismatch if it has differed at all its rechecks, or there is no time for another
    /// one; otherwise it waits. A difference by a ledger before the row was written does not count.
    void suspect_found(Item item, verify::Mismatch mismatch);
    /// The recheck was not answered because its endpoint is gone: the row is read again for the one that serves now.
    void ask_again(Item item);
    /// The chain's side cannot be read at this recheck.
    void failed(Item item, const verify::Unverifiable& why);
    /// The difference found before stands, not confirmed; unless it was found before the row was written.
    void cannot_recheck(Item item) { settle_unconfirmed(suspect_of(std::move(item))); }

    /// The statement that reads rows again, if any are wanted now. Precondition: !reading().
    std::optional<db::Query> next_query();
    bool reading() const { return !reading_.empty(); }
    /// The same statement, for another try. Precondition of this and the next four: reading().
    db::Query query() const;
    void rows_arrived(db::Rows rows);
    /// The statement fails for good. False if that says nothing about single rows: then call give_up_rows().
    bool rows_refused(const db::DatabaseError& error);
    void give_up_rows();

    /// Follows the node's latest ledger while an item waits for a later one.
    void follow_ledger();
    /// Settles everything that waits, as cannot_recheck() does.
    void give_up_waiting();
    void abandon();

    std::size_t waiting() const { return suspects_.size() + held_.size(); }
    std::size_t rows_wanted() const { return reading_.size(); }
    bool idle() const { return suspects_.empty() && held_.empty() && !reading(); }
    /// Whether the memory allows more differences, and rows to be read again.
    bool has_room() const;
    bool has_room_to_read() const;
    /// When the next delay ends; base::never if none runs.
    base::TimePoint next_due() const { return suspects_.next_due(loop_.clock().now()); }

  private:
    /// Its row was read again, and the node is still at a ledger from before that.
    struct Held {
        Item item;
        base::TimePoint since;
    };

    static Suspect suspect_of(Item item);
    void settle_unconfirmed(Suspect suspect);
    void warn(const verify::Mismatch& mismatch, const verify::Unverifiable& why);
    void recheck(Suspect suspect, const std::shared_ptr<const db::Rows>& rows,
                 std::optional<verify::ClaimResult> claim);
    void ask_of_later_ledger(Item item);
    void release_held();
    std::optional<base::TimePoint> late_since() const;
    void node_stalled();

    const CycleSettings& settings_;
    Prepared& prepared_;
    Loop& loop_;
    Findings& findings_;
    Coverage& coverage_;
    ChainReads& chain_;
    OtherEndpoints& others_;
    SecondOpinions& opinions_;
    Suspects suspects_;
    std::vector<Suspect> reading_; // of one check: their rows are asked for
    Purpose reading_for_ = Purpose::recheck;
    std::size_t rows_a_statement_;
    SharedRows rows_read_;
    std::vector<Held> held_;
    bool stall_reported_ = false;
};

} // namespace cycle
