// The cycles that the alerts' tests tell of.
#pragma once

#include "alert/alert.hpp"
#include "report/sample.hpp"
#include "verify/hints.hpp"

#include <fmt/format.h>

#include <string>

namespace sample {

inline constexpr alert::Routing everything{true, true};

/// An id and a title that mean harm: markup, mentions, quotes, line breaks, an encoded word, bytes that are no UTF-8.
inline const std::string hostile_id = "`<!channel>`\r\nBcc: x@example.org\xFF\"'&";
inline const std::string hostile_title = "<script>alert(1)</script> <!here> & =?utf-8?q?X?= "
                                         "\r\n.\r\n\x1b[2J\xE2\x80\xAE \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x8F\x86 "
                                         "*bold* `code` \xC3( \xF0\x9F";

inline verify::Summary hostile_summary() {
    verify::Summary summary = plain_summary();
    verify::Mismatch odds_one = odds_mismatch();
    odds_one.id = hostile_id;
    odds_one.title = hostile_title;
    summary.add(odds_one);
    verify::Mismatch outcome = outcome_mismatch();
    outcome.id.assign(5000, 'i').append("<");
    outcome.title.assign(1000, '&').append(100'000, 't');
    summary.add(outcome);
    summary.add(balance_mismatch(hostile_id, -1, 5));
    return summary;
}

/// `outcomes`, `odds` and `balances` mismatches, of which every third was changed after the indexer's watermark.
inline verify::Summary lagging_summary(int outcomes, int odds, int balances, std::uint32_t lag,
                                       std::size_t max_reported = 1000) {
    verify::Summary summary = plain_summary(max_reported);
    summary.indexer = verify::Indexer{51'234'570 - lag, 51'234'570, 60, {}};
    const auto add = [&](verify::Mismatch mismatch, int number) {
        mismatch.id = fmt::format("{}-{}", mismatch.check().name(), number);
        mismatch.likely_cause = number % 3 == 0 ? verify::Cause::indexer_lag : verify::Cause::drift;
        summary.add(std::move(mismatch));
    };
    for (int i = 0; i < odds; ++i) add(odds_mismatch(), i);
    for (int i = 0; i < balances; ++i) add(balance_mismatch("", i, 1000), i);
    for (int i = 0; i < outcomes; ++i) add(outcome_mismatch(), i);
    return summary;
}

/// Of 6,117 users 5,000 differ, from 0.0000001 to 0.0005 USDC; an outcome besides; and a hint that is about no check.
inline verify::Summary hinted_summary() {
    verify::Summary summary = plain_summary();
    for (int i = 1; i <= 5000; ++i) summary.add(balance_mismatch(fmt::format("u{}", i), 0, i));
    summary.add(outcome_mismatch());
    summary.add_hint("the token is <Circle's>\x1b[1m");
    verify::add_systematic_hints(summary);
    return summary;
}

} // namespace sample
