// Numbers and verdicts in words: what the log, the table and the alerts say alike.
#pragma once

#include "base/uint256.hpp"
#include "check/finding.hpp"
#include "check/summary.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace report {

/// "1 item", "5 items".
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);

/// "1 outcome (CRITICAL), the odds of 2 markets and 3 balances differ", of counts in the order of Kind.
std::string differing_sentence(const std::array<std::uint64_t, 3>& by_kind);

/// "850 ms", "12.3 s", "4 min 2 s".
std::string shown_duration(std::chrono::milliseconds duration);

/// For a person, six decimals: "0.650000"; something smaller than that and not 0 is "<0.000001".
std::string shown_odds(std::uint64_t odds);

/// With a sign, of the chain less the database: "+0.050000".
std::string shown_difference(const check::OddsDifference& odds);
std::string shown_difference(const check::BalanceDifference& balance);

/// "no liquidity on chain" where one side alone is empty, which is a mismatch whatever the odds; else nothing.
std::string_view one_sided(const check::OddsDifference& odds);

/// A market's title where there is room for little: harmless, and of at most 200 bytes. The JSON result and the log
/// have it whole.
std::string shown_title(std::string_view title);

/// What one mismatch is, in a sentence. Not made harmless.
std::string mismatch_sentence(const check::Mismatch& mismatch);

/// A difference that an exemption accepts, and why.
std::string exempt_sentence(const check::Exempted& exempted);
/// "the exemption of balances u1 expired on 2026-11-30 (refund): it accepts nothing any more".
std::string expired_sentence(const check::Exemption& exemption);
/// That all was verified and it accepted nothing.
std::string unused_sentence(const check::Exemption& exemption);

/// How far the indexer lags, and how many mismatches that explains.
std::string indexer_sentence(const check::Indexer& indexer);

/// Of one check, with the unit of what is shown: "2 markets differ (price of YES)", "1 user differs (USDC)".
std::string how_many_differ(check::Kind kind, std::uint64_t count);

/// That the list of a check's mismatches was cut: it holds the worst `listed` of `count`.
std::string not_listed_sentence(std::size_t listed, std::uint64_t count);

/// With as many decimals as it takes, two at least: "50.00", "0.0000012".
std::string shown_usdc(const base::U256& stroops);

/// By how much the balances differ, all of them: "2 balances differ: the chain has 0.00001 USDC more in 1 and 50.00
/// USDC less in 1; the largest difference is 50.00 USDC." Empty if none does.
std::string drift_sentence(const check::Summary& summary);

/// The tallies of all checks together.
check::Tally total(const check::Summary& summary);
std::uint64_t markets_checked(const check::Summary& summary);
std::uint64_t users_checked(const check::Summary& summary);

/// The verdict in one to three sentences.
std::string summary_sentence(const check::Summary& summary);

} // namespace report
