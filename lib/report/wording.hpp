// Numbers and verdicts in words, shared by the log, the results and the alerts.
#pragma once

#include "base/clock.hpp"
#include "base/uint256.hpp"
#include "verify/finding.hpp"
#include "verify/summary.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace report {

/// Bytes of an id or of a database's text in a message; the event's fields have it whole.
inline constexpr std::size_t longest_in_message = 100;

/// The digits before the point in groups of three: "-1,250.00"; text that is not a number stays as it is.
std::string grouped(std::string_view number);
/// "51,234,570".
std::string shown_number(std::uint64_t number);

/// "1 item", "5,000 items".
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);

/// "1 outcome (CRITICAL), the odds of 2 markets and 3 balances differ".
std::string differing_sentence(const verify::PerCheck<std::uint64_t>& counts);

/// "850 ms", "12.3 s", "4 min 2 s".
std::string shown_duration(std::chrono::milliseconds duration);

/// "35 s", "12 min", "1 h 50 min", "3 d 4 h": the two largest units, rounded down.
std::string shown_age(std::chrono::seconds age);
/// How long before the end of the cycle a ledger closed, at 5 s a ledger, as shown_age(); empty if unknown.
std::string age_of(const verify::Summary& summary, std::uint32_t ledger);
/// About when a ledger closed, as shown_time(); empty if unknown.
std::string closing_time(const verify::Summary& summary, std::uint32_t ledger);
/// "2026-11-23 12:58:00 UTC".
std::string shown_time(base::WallTime time);

/// A market's title, harmless and cut to 200 bytes. The JSON result and the log have it whole.
std::string shown_title(std::string_view title);

/// One mismatch as a sentence. Not made harmless.
std::string mismatch_sentence(const verify::Mismatch& mismatch);

/// A difference that an exemption accepts, and the reason given for it.
std::string exempt_sentence(const verify::Exempted& exempted);
/// "the exemption of balances u1 expired on 2026-11-30 (refund); it no longer applies".
std::string expired_sentence(const verify::Exemption& exemption);
/// An exemption that accepted nothing although every row was verified.
std::string unused_sentence(const verify::Exemption& exemption);

/// How far the indexer is behind, and how many mismatches that explains.
std::string indexer_sentence(const verify::Indexer& indexer);

/// "2 markets differ (price of YES)", "1 user differs (USDC)".
std::string how_many_differ(verify::Check check, std::uint64_t count);

/// How many of the `count` mismatches of a check are missing from a list of the worst `shown`, and where they are; the
/// JSON result lists `reported` of them. Precondition: shown < count.
std::string not_shown_sentence(std::size_t shown, std::size_t reported, std::uint64_t count);

/// Without zeros at the end, but with two decimals at least: "1,250.00", "0.0000012".
std::string shown_amount(const base::U256& stroops);

/// The totals of all amounts that differ: "2 balances differ: the chain has 0.00001 USDC more in 1 and 50.00 USDC less
/// in 1; the largest difference is 50.00 USDC." Empty if no amount differs.
std::string drift_sentence(const verify::Summary& summary);

/// The tallies of all checks together.
verify::Tally total(const verify::Summary& summary);
/// Rows checked by all checks of this resource.
std::uint64_t checked(const verify::Summary& summary, const verify::Resource& resource);
std::uint64_t skipped(const verify::Summary& summary);

/// The verdict in one to three sentences.
std::string summary_sentence(const verify::Summary& summary);

} // namespace report
