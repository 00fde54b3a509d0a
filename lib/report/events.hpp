// Log events of a cycle. The pieces of a mismatch are made here, for the event and for the JSON result.
#pragma once

#include "base/event.hpp"
#include "verify/finding.hpp"
#include "verify/summary.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace report {

/// The pieces of a mismatch. The MISMATCH event carries all of them; the JSON result names the resource and the two
/// values in its own way and carries the rest as metadata.
struct MismatchPieces {
    base::Field resource;   // marketId or userId
    base::Fields subject;   // contractAddress and title, or walletAddress
    base::Field database;   // databaseOdds, databaseOutcome or databaseBalance
    base::Field blockchain; // blockchainOdds, ...
    base::Fields extent;    // difference and reserves
    base::Fields seen;      // confirmed, ledger, lastModifiedLedger, archived
};

MismatchPieces pieces_of(const verify::Mismatch& mismatch);

/// MISMATCH: a warning, or an error if the priority is CRITICAL.
base::Event mismatch_event(const verify::Mismatch& mismatch);

/// resourceId (null if the error is not about a single row), reason, error, and the count of an aggregate.
base::Fields error_fields(const verify::Error& error);

/// ITEM_ERROR: a warning if it is about one row, otherwise an error.
base::Event item_error_event(const verify::Error& error);

/// ENDPOINTS_DISAGREE: the answers of both endpoints; `error` is the error that the result has for it.
base::Event disagreement_event(const verify::Disagreement& disagreement, const verify::Error& error);

/// TRANSIENT: a suspect that agreed at the recheck.
base::Event transient_event(verify::Check check, std::string_view id);

/// EXEMPT: a difference that an exemption accepts.
base::Event exempt_event(const verify::Exempted& exempted);
/// EXEMPTION_EXPIRED, EXEMPTION_UNUSED: exemptions to remove from the file.
base::Event exemption_expired_event(const verify::Exemption& exemption);
base::Event exemption_unused_event(const verify::Exemption& exemption);
/// largest, chainMore, chainLess over all mismatches of a check: decimal strings, or null if it does not compare
/// amounts.
base::Fields drift_fields(verify::Check check, const verify::Drift& drift);

/// check, resourceId, reason, expires.
base::Fields exemption_fields(const verify::Exemption& exemption);

/// `shard` as in the summary.
base::Event start_event(const verify::Checks& checks, const std::string& shard);

/// INDEXER_LAG: the application's indexer is further behind than SYNC_MAX_INDEXER_LAG.
base::Event indexer_lag_event(const verify::Indexer& indexer);

/// SYNC_TIMEOUT: the deadline cut the cycle short.
base::Event timeout_event(base::Duration timeout);

/// SYNC_STOPPED: SIGINT or SIGTERM cut the cycle short.
base::Event stopped_event(int signal);

/// LOG_LINES_LOST: standard error could not be written for a while.
base::Event lines_lost_event(std::uint64_t count);

/// SYNC_COMPLETE: also of a cycle that was cut short or failed, as its status says.
base::Event complete_event(const verify::Summary& summary);

/// NOTHING_CHECKED: no row was in scope. That is more often a wrong database than a new application.
base::Event nothing_checked_event();

} // namespace report
