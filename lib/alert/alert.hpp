// What an alert says, before a channel's format is given to it: which mismatches of the cycle a channel is notified of,
// one by one, how many there are in all, those for which the indexer's lag stands, and what RPC endpoints disagree
// about.
#pragma once

#include "report/worst_first.hpp"
#include "verify/summary.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alert {

/// METRICS takes the summary itself, the others a message.
enum class AlertChannel { log, metrics, email, slack, pagerduty, webhook, alertmanager };

std::string_view name(AlertChannel channel); // "LOG", ...

/// Which mismatches a channel is notified of (SYNC_ALERT_CHANNELS, SYNC_CRITICAL_ALERT_CHANNELS).
struct Routing {
    bool normal = false;
    bool critical = false;
};

using CountPerCheck = verify::PerCheck<std::uint64_t>;

/// Points into the summary it was made of.
struct Alert {
    const verify::Summary* summary = nullptr;
    report::Mismatches listed;      // the critical check first, in each the worst; no more than the summary lists
    CountPerCheck counts{};         // exact; those that are alerted one by one
    CountPerCheck explained{};      // exact; those for which one alert about the indexer stands
    CountPerCheck hinted{};         // exact; those of checks for which one alert with a hint stands
    std::vector<std::string> hints; // harmless sentences about a likely systematic fault
    CountPerCheck disagreements{};  // exact; items that two endpoints do not agree about: with NORMAL
    bool test = false;              // of `doctor --send-test-alert`; says nothing of any mismatch

    /// There is nothing to tell. A hint alone notifies nobody.
    bool empty() const { return !test && sum(counts) + sum(explained) + sum(hinted) + sum(disagreements) == 0; }
    bool lagging() const { return sum(explained) > 0; }
    bool critical() const;
    verify::Priority lag_priority() const; // of the mismatches it explains
    /// How many of a check are beyond the first `shown` of the list.
    CountPerCheck beyond(std::size_t shown) const;
};

/// With a lag above SYNC_MAX_INDEXER_LAG mismatches marked INDEXER_LAG are alerted by one alert for all. If a hint
/// explains all mismatches of a check, one alert stands for the others of that check.
Alert alert_of(const verify::Summary& summary, Routing routing);
/// Clearly marked; `summary` has the sync id and the time.
Alert test_alert(const verify::Summary& summary);

/// Whether any of them is of a CRITICAL check.
bool any_critical(const CountPerCheck& counts);

/// By check, those that the indexer's lag does not explain.
CountPerCheck differing(const Alert& alert);

// The words that all channels share. From the database only what is harmless, and bounded.

/// One line of ASCII: "1 outcome (CRITICAL) and 3 balances differ", "the indexer lags by 90 ledgers, ..."
std::string headline(const Alert& alert);
/// The indexer's lag and how many mismatches it explains; empty where the alert is not about it.
std::string lag_text(const Alert& alert);
/// By how much balances differ in all, if it is about several; else empty.
std::string totals_text(const Alert& alert);
/// "Hint: balances: all 5000 users that were compared differ: ..."
std::string hint_text(const std::string& hint);
/// About what the RPC endpoints disagree, and who says what of the first few; empty where they do not.
std::string disagreement_text(const Alert& alert);
/// "2 outcomes, 980 balances"; empty where there are none.
std::string counts_text(const CountPerCheck& counts);
/// The cycle, its end, the network and the ledgers.
std::string origin_text(const Alert& alert);

struct AlertItem {
    std::string what;  // "Outcome of market", "Odds of market (YES)", "Balance of user (USDC)"
    std::string id;    // at most 100 bytes
    std::string title; // at most 200 bytes; empty for users
    verify::Shown values;
    std::string note; // where and how it was seen
};
AlertItem item_of(const verify::Mismatch& mismatch);

/// The id itself, or where it is too long or holds what does not travel well, its beginning and a digest of it: at most
/// `limit` bytes (20 at least), and different for different ids.
std::string unique_id(std::string_view id, std::size_t limit);

} // namespace alert
