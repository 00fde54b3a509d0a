// The result of a cycle: counts that add up, the lists (capped), the status and the exit code.
#pragma once

#include "base/clock.hpp"
#include "base/errors.hpp"
#include "base/histogram.hpp"
#include "check/exemption.hpp"
#include "check/finding.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace check {

/// One check's rows: every row in scope stands in exactly one of the four.
struct Tally {
    std::uint64_t matched = 0;
    std::uint64_t mismatched = 0;
    std::uint64_t transient = 0;
    std::uint64_t errors = 0;
    std::uint64_t exempt = 0; // of the matched: different, and accepted by an exemption

    std::uint64_t checked() const { return matched + mismatched + transient; }
    std::uint64_t in_scope() const { return checked() + errors; }
};

enum class Status { in_sync, mismatch, incomplete, failed };

std::string_view name(Status status); // "IN_SYNC", ...

/// Which exit codes may be returned (SYNC_FAIL_ON).
struct FailOn {
    bool mismatch = true;
    bool incomplete = true;
};

/// How far the application's indexer was when it was last asked (SYNC_WATERMARK_SQL).
struct Indexer {
    std::uint32_t watermark = 0;                  // the last ledger it has processed
    std::uint32_t ledger = 0;                     // the node's latest then
    std::uint32_t max_lag = 0;                    // ledgers that are normal
    std::array<std::uint64_t, 3> mismatches_of{}; // by check, those whose likely cause it is

    std::uint64_t mismatches() const { return mismatches_of[0] + mismatches_of[1] + mismatches_of[2]; }
    std::uint32_t lag() const { return ledger > watermark ? ledger - watermark : 0; }
    bool lagging() const { return lag() > max_lag; }
};

/// Requests of a method that ended with a result, as net/call_statistics.hpp names both.
struct RpcCalls {
    std::string_view method;
    std::string_view result;
    std::uint64_t count = 0;
};

/// A difference that an exemption accepts.
struct Exempted {
    Mismatch mismatch; // what it would be without
    std::string reason;
    Day expires{};
};

/// What became of the exemptions that accepted nothing.
struct IdleExemptions {
    std::vector<Exemption> expired;
    std::vector<Exemption> unused;
};

class Summary {
  public:
    explicit Summary(std::size_t max_reported) : max_reported_(max_reported) {}

    void matched(Kind kind) { ++tally(kind).matched; }
    void transient(Kind kind) { ++tally(kind).transient; }
    void skipped_user() { ++users_skipped_; }
    /// Where the list is full a CRITICAL mismatch takes the place of one that is not.
    void add(Mismatch mismatch);
    /// Counts as matched.
    void add(Exempted exempted);
    /// An item's error; an aggregate counts `error.count` items and is listed whatever the cap.
    void add(Kind kind, Error error);
    /// An error that stands in no check's counts: an id that was not found, the database lost.
    void add(Error error);
    /// A channel of which not all alerts could be delivered; listed whatever the cap. The cycle itself is no less
    /// complete for it.
    void alert_failed(Error error);
    void answered_from(std::uint32_t ledger);
    /// A sentence about a likely systematic fault; each is kept once.
    void add_hint(std::string sentence);
    /// Puts the lists of what differs in the order of the checks and, in each, of the ids: not of the answers' coming,
    /// so that two results can be held against each other.
    void put_in_order();

    Tally& tally(Kind kind) { return tallies_[static_cast<std::size_t>(kind)]; }
    const Tally& tally(Kind kind) const { return tallies_[static_cast<std::size_t>(kind)]; }
    /// Items that two endpoints do not agree about; they stand among the errors.
    std::uint64_t disagreements() const { return disagreements_; }
    std::uint64_t users_skipped() const { return users_skipped_; }
    const std::vector<Mismatch>& mismatches() const { return mismatches_; }
    const std::vector<Error>& errors() const { return errors_; }
    const std::vector<Exempted>& exempted() const { return exempted_; }
    bool truncated() const { return truncated_; }
    const std::vector<std::string>& hints() const { return hints_; }
    bool any_mismatch() const;
    bool any_error() const { return error_seen_; }
    bool nothing_checked() const; // no row in scope at all
    /// Every row in scope was gone through, whatever came of it: neither cut short nor given up.
    bool completed() const { return !timed_out && !signal && !unavailable && !rows_missed_; }
    /// By Error::operation; an aggregate counts all its items.
    const std::map<std::string, std::uint64_t>& errors_by_operation() const { return errors_by_operation_; }

    /// FAILED where the cycle could not go on for want of the database or the RPC.
    Status status() const;
    base::ExitCode exit_code(FailOn fail_on) const;

    // What the cycle knows besides its items; set by whoever runs it.
    std::string sync_id;
    base::WallTime start{};
    base::WallTime end{};
    bool timed_out = false;
    std::optional<int> signal; // SIGINT or SIGTERM
    bool unavailable = false;  // database or RPC unreachable, lost, or stale from the start
    std::string network;       // passphrase; empty where no node was reached
    std::optional<std::uint32_t> first_ledger;
    std::optional<std::uint32_t> last_ledger;
    std::uint64_t rpc_requests = 0;
    std::uint64_t rpc_retries = 0;
    std::vector<RpcCalls> rpc_calls;                 // every method with every result, also where there was none
    base::Histogram rpc_latency{{}};                 // of the requests that ended
    std::optional<std::uint32_t> latest_ledger;      // the highest that a node told of
    std::optional<base::Duration> latest_ledger_age; // when a node was last asked for it, where it told
    std::optional<Indexer> indexer;
    std::uint64_t alerts_sent = 0;            // messages
    std::uint64_t alerts_failed = 0;          // messages that could not be delivered
    std::optional<IdleExemptions> exemptions; // where there are any
    std::vector<Kind> kinds;                  // the checks that were asked for
    std::string shard;                        // "K/N"; empty where this cycle has all rows

  private:
    std::size_t max_reported_;
    std::array<Tally, 3> tallies_{};
    std::uint64_t users_skipped_ = 0;
    std::uint64_t disagreements_ = 0;
    std::vector<Mismatch> mismatches_;
    std::size_t evict_below_ = 0; // from there on all that are listed are CRITICAL
    std::vector<Error> errors_;
    std::vector<Exempted> exempted_;
    std::vector<std::string> hints_;
    bool truncated_ = false;
    bool error_seen_ = false;
    bool rows_missed_ = false; // the database did not give them, or they were not reached
    std::map<std::string, std::uint64_t> errors_by_operation_;
    std::size_t listed_errors_ = 0; // less the aggregates
};

} // namespace check
