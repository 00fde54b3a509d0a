// Numbers and verdicts in words: what the log, the table and the alerts say alike.
#pragma once

#include "base/uint256.hpp"
#include "verify/finding.hpp"
#include "verify/summary.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace report {

/// Bytes of an id or a text of the database in a message; the event's fields have it whole.
inline constexpr std::size_t longest_in_message = 100;

/// "1 item", "5 items".
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);

/// "1 outcome (CRITICAL), the odds of 2 markets and 3 balances differ".
std::string differing_sentence(const verify::PerCheck<std::uint64_t>& counts);

/// "850 ms", "12.3 s", "4 min 2 s".
std::string shown_duration(std::chrono::milliseconds duration);

/// A market's title where there is room for little: harmless, and of at most 200 bytes. The JSON result and the log
/// have it whole.
std::string shown_title(std::string_view title);

/// What one mismatch is, in a sentence. Not made harmless.
std::string mismatch_sentence(const verify::Mismatch& mismatch);

/// A difference that an exemption accepts, and why.
std::string exempt_sentence(const verify::Exempted& exempted);
/// "the exemption of balances u1 expired on 2026-11-30 (refund): it accepts nothing any more".
std::string expired_sentence(const verify::Exemption& exemption);
/// That all was verified and it accepted nothing.
std::string unused_sentence(const verify::Exemption& exemption);

/// How far the indexer lags, and how many mismatches that explains.
std::string indexer_sentence(const verify::Indexer& indexer);

/// Of one check, with the unit of what is shown: "2 markets differ (price of YES)", "1 user differs (USDC)".
std::string how_many_differ(verify::Check check, std::uint64_t count);

/// That the list of a check's mismatches was cut: it holds the worst `listed` of `count`.
std::string not_listed_sentence(std::size_t listed, std::uint64_t count);

/// With as many decimals as it takes, two at least: "50.00", "0.0000012".
std::string shown_amount(const base::U256& stroops);

/// By how much amounts differ, all of them: "2 balances differ: the chain has 0.00001 USDC more in 1 and 50.00 USDC
/// less in 1; the largest difference is 50.00 USDC." Empty if none does.
std::string drift_sentence(const verify::Summary& summary);

/// The tallies of all checks together.
verify::Tally total(const verify::Summary& summary);
/// Of all checks of rows of this kind.
std::uint64_t checked(const verify::Summary& summary, const verify::Resource& resource);
std::uint64_t skipped(const verify::Summary& summary);

/// The verdict in one to three sentences.
std::string summary_sentence(const verify::Summary& summary);

} // namespace report
