// What a cycle has to say, as log events. The pieces of a mismatch stand here once, for the event and the JSON result.
#pragma once

#include "base/event.hpp"
#include "verify/finding.hpp"
#include "verify/summary.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace report {

/// A mismatch taken apart. The MISMATCH event carries all of it; the JSON result names the resource and the two values
/// in its own way and carries the rest as metadata.
struct MismatchPieces {
    base::Field resource;   // marketId or userId
    base::Fields subject;   // contractAddress and title, or walletAddress
    base::Field database;   // databaseOdds, databaseOutcome or databaseBalance
    base::Field blockchain; // blockchainOdds, ...
    base::Fields extent;    // difference and reserves
    base::Fields seen;      // confirmed, ledger, lastModifiedLedger, archived
};

MismatchPieces pieces_of(const verify::Mismatch& mismatch);

/// MISMATCH: a warning, or an error where the priority is CRITICAL.
base::Event mismatch_event(const verify::Mismatch& mismatch);

/// resourceId (null where it is about no single item), reason, error, and the count of an aggregate.
base::Fields error_fields(const verify::Error& error);

/// ITEM_ERROR: a warning for one item, an error for many at once and for what is about no item.
base::Event item_error_event(const verify::Error& error);

/// ENDPOINTS_DISAGREE: of an outcome, with what each says; `error` is what stands in the result for it.
base::Event disagreement_event(const verify::Disagreement& disagreement, const verify::Error& error);

/// TRANSIENT: a suspect that agreed at the second look.
base::Event transient_event(verify::Check check, std::string_view id);

/// EXEMPT: a difference that an exemption accepts.
base::Event exempt_event(const verify::Exempted& exempted);
/// EXEMPTION_EXPIRED, EXEMPTION_UNUSED: to be taken out of the file.
base::Event exemption_expired_event(const verify::Exemption& exemption);
base::Event exemption_unused_event(const verify::Exemption& exemption);
/// largest, chainMore, chainLess over all mismatches of a check, decimal strings; null if they are not amounts.
base::Fields drift_fields(verify::Check check, const verify::Drift& drift);

/// check, resourceId, reason, expires.
base::Fields exemption_fields(const verify::Exemption& exemption);

/// `shard` as in the summary.
base::Event start_event(const verify::Checks& checks, const std::string& shard);

/// INDEXER_LAG: the application's indexer is further behind than is normal.
base::Event indexer_lag_event(const verify::Indexer& indexer);

/// SYNC_TIMEOUT: the deadline cut the cycle short.
base::Event timeout_event(base::Duration timeout);

/// SYNC_STOPPED: SIGINT or SIGTERM did.
base::Event stopped_event(int signal);

/// LOG_LINES_LOST: standard error took no more.
base::Event lines_lost_event(std::uint64_t count);

/// SYNC_COMPLETE, also for a cycle cut short or failed: its status says which.
base::Event complete_event(const verify::Summary& summary);

/// NOTHING_CHECKED: no row at all was in scope, which is more often a wrong database than a new application.
base::Event nothing_checked_event();

} // namespace report
