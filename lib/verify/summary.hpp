// The result of a cycle: counts that add up, exact totals, the lists (capped), the status and the exit code.
#pragma once

#include "base/clock.hpp"
#include "base/errors.hpp"
#include "base/histogram.hpp"
#include "verify/checks.hpp"
#include "verify/drift.hpp"
#include "verify/exemption.hpp"
#include "verify/finding.hpp"
#include "verify/ranking.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verify {

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
    std::uint32_t watermark = 0;             // the last ledger it has processed
    std::uint32_t ledger = 0;                // the node's latest then
    std::uint32_t max_lag = 0;               // ledgers that are normal
    PerCheck<std::uint64_t> mismatches_of{}; // those whose likely cause it is

    std::uint64_t mismatches() const { return sum(mismatches_of); }
    std::uint32_t lag() const { return ledger > watermark ? ledger - watermark : 0; }
    bool lagging() const { return lag() > max_lag; }
};

/// Requests of a method that ended with a result, as net/call_statistics.hpp names both.
struct RpcCalls {
    std::string_view method;
    std::string_view result;
    std::uint64_t count = 0;
};

/// What became of the exemptions that accepted nothing.
struct IdleExemptions {
    std::vector<Exemption> expired;
    std::vector<Exemption> unused;
};

/// What the lists of a summary may take together is 8 MiB: ids, addresses, titles and texts included.
inline constexpr std::size_t most_bytes_of_mismatches = std::size_t{6} << 20;
inline constexpr std::size_t most_bytes_of_exempted = std::size_t{1} << 20;
inline constexpr std::size_t most_bytes_of_errors = std::size_t{1} << 20; // less the aggregates, which are few

class Summary {
  public:
    /// `max_reported` mismatches are listed of each check, the worst; as many that exemptions accept; and as many
    /// errors of each operation, the first to come.
    explicit Summary(std::size_t max_reported, Checks all = built_in_checks())
        : all_(std::move(all)), max_reported_(max_reported), mismatches_(max_reported, most_bytes_of_mismatches),
          exempted_(max_reported, most_bytes_of_exempted) {}

    /// Every check of the configuration.
    const Checks& all() const { return all_; }

    void matched(Check check) { ++tally(check).matched; }
    void transient(Check check) { ++tally(check).transient; }
    /// Rows without an address, which are not in scope.
    void skipped(Check check, std::uint64_t rows = 1) { skipped_[check] += rows; }
    void add(Mismatch mismatch);
    /// Counts as matched.
    void add(Exempted exempted);
    /// An item's error, or that of all rows with its id; an aggregate counts `error.count` items and is listed whatever
    /// the cap.
    void add(Check check, Error error);
    /// An error that stands in no check's counts: an id that was not found, the database lost.
    void add(Error error);
    /// A channel of which not all alerts could be delivered; listed whatever the cap. The cycle itself is not less
    /// complete for it.
    void alert_failed(Error error);
    void answered_from(std::uint32_t ledger);
    /// A sentence about a likely systematic fault; each is kept once.
    void add_hint(std::string sentence);
    /// One that explains all mismatches of a check: one alert stands for them.
    void add_hint(Check check, std::string sentence);

    Tally& tally(Check check) { return tallies_[check]; }
    const Tally& tally(Check check) const { return tallies_[check]; }
    /// Items that two endpoints do not agree about; they stand among the errors.
    PerCheck<std::uint64_t> disagreements() const;
    std::uint64_t skipped(Check check) const { return skipped_[check]; }
    /// How far the mismatches of a check are apart: all of them, whatever is listed. Exempted ones are none.
    const Drift& drift(Check check) const { return drifts_[check]; }
    /// Rows of a check that could not be verified, by reason; less those given up together.
    const std::map<Reason, std::uint64_t>& failures(Check check) const { return failures_[check]; }
    /// In the order of ranks_before, whatever the order in which they came.
    const WorstList<Mismatch>::Items& mismatches() const { return mismatches_.items(); }
    const std::vector<Error>& errors() const { return errors_; }
    const WorstList<Exempted>::Items& exempted() const { return exempted_.items(); }
    bool truncated() const { return truncated_; }
    const std::vector<std::string>& hints() const { return hints_; }
    /// The hint that explains all mismatches of a check; empty if there is none.
    const std::string& hint_about(Check check) const { return hint_about_[check]; }
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
    Checks checks;                            // those that were asked for
    std::string shard;                        // "K/N"; empty where this cycle has all rows

  private:
    bool has_room_for(const Error& error);

    Checks all_;
    std::size_t max_reported_;
    PerCheck<Tally> tallies_;
    PerCheck<std::uint64_t> skipped_;
    PerCheck<Drift> drifts_;
    PerCheck<std::map<Reason, std::uint64_t>> failures_;
    WorstList<Mismatch> mismatches_;
    WorstList<Exempted> exempted_;
    std::vector<Error> errors_;
    std::vector<std::string> hints_;
    PerCheck<std::string> hint_about_;
    bool truncated_ = false;
    bool error_seen_ = false;
    bool rows_missed_ = false; // the database did not give them, or they were not reached
    std::map<std::string, std::uint64_t> errors_by_operation_;
    std::map<std::string, std::size_t> listed_errors_; // by operation, less the aggregates
    std::size_t error_bytes_ = 0;                      // of those
};

} // namespace verify
