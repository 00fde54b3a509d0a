// The cycle that the renderers' tests show: one mismatch of each kind and more, errors, and a title that means harm.
#pragma once

#include "checks.hpp"
#include "verify/odds.hpp"
#include "verify/summary.hpp"

#include <string>

namespace sample {

inline constexpr base::WallTime start{std::chrono::milliseconds(1'795'438'680'123)}; // 2026-11-23T12:58:00.123Z
inline const std::string contract = "CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM";
inline const std::string wallet = "GAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSABOV";

inline verify::OddsDifference odds(verify::Reserves database, verify::Reserves chain) {
    const verify::Odds a = verify::odds_of(database);
    const verify::Odds b = verify::odds_of(chain);
    return {database, chain, a, b, a.yes > b.yes ? a.yes - b.yes : b.yes - a.yes};
}

inline verify::Mismatch odds_mismatch() {
    return {"clh3k9x2v0000qzrm8g2d1abc",
            contract,
            "Will it \x1b[31mrain\x1b[0m in Paris tomorrow, or will the sun shine over the whole of France?",
            odds({10'000'000'000, 20'000'000'000}, {12'000'000'000, 20'000'000'000}),
            {51'234'568, 51'230'000, false},
            true,
            start};
}

inline verify::Mismatch one_sided_mismatch() {
    return {"43", contract, "Empty", odds({0, 0}, {5, 5}), {51'234'568, std::nullopt, false}, false, start};
}

inline verify::Mismatch outcome_mismatch() {
    return {"44", contract, "Who wins?", verify::OutcomeDifference{1, std::nullopt}, {51'234'569, 51'000'000, true},
            true, start};
}

inline verify::Mismatch balance_mismatch(std::string id, base::i128 database, base::i128 chain) {
    return {std::move(id),
            wallet,
            "",
            verify::BalanceDifference{database, chain, base::distance(database, chain)},
            {51'234'570, 51'234'000, false},
            true,
            start};
}

inline verify::Error error(std::string id, verify::Reason reason, std::string text) {
    return {"balances", std::move(id), reason, std::move(text), 1, false, start};
}

/// A cycle of which nothing is known yet.
inline verify::Summary empty_summary(std::size_t max_reported = 1000) {
    verify::Summary summary(max_reported);
    summary.sync_id = "0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90";
    summary.start = start;
    summary.end = start + std::chrono::milliseconds(12'345);
    summary.checks = verify::built_in_checks();
    return summary;
}

/// A cycle that was completed.
inline verify::Summary plain_summary(std::size_t max_reported = 1000) {
    verify::Summary summary = empty_summary(max_reported);
    summary.network = "Test SDF Network ; September 2015";
    summary.answered_from(51'234'567);
    summary.answered_from(51'234'570);
    summary.rpc_requests = 512;
    summary.rpc_retries = 1;
    for (int i = 0; i < 117; ++i) summary.matched(Kind::odds);
    for (int i = 0; i < 1117; ++i) summary.matched(Kind::balances);
    summary.skipped(Kind::balances);
    return summary;
}

/// One with something of everything, cut short by the deadline.
inline verify::Summary full_summary(std::size_t max_reported = 1000) {
    verify::Summary summary = plain_summary(max_reported);
    summary.timed_out = true;
    summary.transient(Kind::odds);
    summary.add(one_sided_mismatch());
    summary.add(odds_mismatch());
    summary.add(outcome_mismatch());
    summary.add(balance_mismatch("7", 31'250'000, 31'250'100));
    summary.add(balance_mismatch("0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90", 12'500'000'000, 12'000'000'000));
    for (const char* id : {"1000", "1003", "1006"})
        summary.add(Kind::balances, error(id, verify::Reason::bad_address, "the checksum does not match"));
    verify::Error cut = error("", verify::Reason::not_reached, "the time-out of the cycle");
    cut.count = 1200;
    cut.aggregate = true;
    summary.add(Kind::balances, cut);
    return summary;
}

/// One whose titles and ids are in many scripts, or mean harm.
inline verify::Summary world_summary() {
    verify::Summary summary = plain_summary();
    const auto market = [&](std::string id, std::string title, base::u128 chain_yes) {
        verify::Mismatch mismatch = odds_mismatch();
        mismatch.id = std::move(id);
        mismatch.title = std::move(title);
        mismatch.difference = odds({10'000'000'000, 20'000'000'000}, {chain_yes, 20'000'000'000});
        summary.add(std::move(mismatch));
    };
    market("100", "日本は優勝しますか？", 21'000'000'000);
    market("101", "Wird es in Zu\xCC\x88rich schneien?", 22'000'000'000); // u and a combining diaeresis
    market("市場-102", "한국 대통령 선거 결과는? 투표율이 70%를 넘을까요, 아니면 지난번보다 낮을까요?", 23'000'000'000);
    market("103", "האם ירד גשם ב-2026?", 24'000'000'000);
    market("104",
           "Family \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 of the year "
           "\xF0\x9F\x8F\x86",
           25'000'000'000);
    market("105",
           "paid\xE2\x80\xAE ton saw \xE2\x80\xAC\x1b[2J\x1b]0;gone\x07\r\nline two\t\xC2\x9B"
           "1m",
           26'000'000'000);
    std::string pile = "z";
    for (int i = 0; i < 40; ++i) pile += "\xCD\x82"; // marks that a terminal would draw over the lines around
    market("106", pile + "algo", 27'000'000'000);
    verify::Mismatch outcome = outcome_mismatch();
    outcome.title = "مَن سيفوز؟";
    summary.add(outcome);
    verify::Mismatch user = balance_mismatch("usuario-ñandú", 1, 123'456'789'012'345);
    summary.add(user);
    summary.add(Kind::balances, error("用户-1", verify::Reason::bad_value, "'\xEF\xBC\x91.5' is no number"));
    return summary;
}

} // namespace sample
