#include "report/alert.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {

namespace {

constexpr std::size_t longest_id = 100;
constexpr std::size_t longest_endpoints = 300; // two of them, and what each says

using check::Kind;

std::size_t place(Kind kind) {
    return static_cast<std::size_t>(kind);
}

std::string_view subject(Kind kind) {
    switch (kind) {
    case Kind::odds:
        return "Odds of market (YES)";
    case Kind::outcomes:
        return "Outcome of market";
    case Kind::balances:
        return "Balance of user (USDC)";
    }
    return "";
}

// "2026-11-23 12:58:12 UTC"
std::string shown_time(base::WallTime time) {
    std::string text = base::rfc3339(time);
    text.resize(text.find('.'));
    text[text.find('T')] = ' ';
    return text + " UTC";
}

/// Of the mismatches that this alert is about alone.
check::Indexer indexer_of(const Alert& alert) {
    check::Indexer indexer = *alert.summary->indexer;
    indexer.mismatches_of = alert.explained;
    return indexer;
}

} // namespace

std::string_view name(AlertChannel channel) {
    constexpr std::array<std::string_view, 7> names{"LOG",       "METRICS", "EMAIL",       "SLACK",
                                                    "PAGERDUTY", "WEBHOOK", "ALERTMANAGER"};
    return names[static_cast<std::size_t>(channel)];
}

std::uint64_t sum(const CountByKind& counts) {
    return counts[0] + counts[1] + counts[2];
}

CountByKind differing(const Alert& alert) {
    CountByKind out = alert.counts;
    for (const Kind kind : check::all_kinds) out[place(kind)] += alert.hinted[place(kind)];
    return out;
}

bool Alert::critical() const {
    const std::size_t outcomes = place(Kind::outcomes);
    return counts[outcomes] + explained[outcomes] + hinted[outcomes] > 0;
}

check::Priority Alert::lag_priority() const {
    return explained[place(Kind::outcomes)] > 0 ? check::Priority::critical : check::Priority::normal;
}

CountByKind Alert::beyond(std::size_t shown) const {
    CountByKind left = counts;
    for (std::size_t i = 0; i < std::min(shown, listed.size()); ++i) --left[place(listed[i]->kind())];
    return left;
}

Alert alert_of(const check::Summary& summary, Routing routing) {
    Alert alert;
    alert.summary = &summary;
    const bool lagging = summary.indexer && summary.indexer->lagging();
    for (const std::string& hint : summary.hints()) alert.hints.push_back(base::harmless(hint));
    for (const Kind kind : worst_check_first) {
        const std::string& hint = summary.hint_about(kind);
        if (!(check::priority_of(kind) == check::Priority::critical ? routing.critical : routing.normal)) {
            std::erase(alert.hints, base::harmless(hint));
            continue;
        }
        alert.counts[place(kind)] = summary.tally(kind).mismatched;
        if (lagging) {
            alert.explained[place(kind)] = summary.indexer->mismatches_of[place(kind)];
            alert.counts[place(kind)] -= alert.explained[place(kind)];
        }
        if (!hint.empty()) {
            std::swap(alert.counts[place(kind)], alert.hinted[place(kind)]);
            continue;
        }
        for (const check::Mismatch* mismatch : worst_first(summary, kind)) {
            const bool stood_for = lagging && mismatch->likely_cause == check::Cause::indexer_lag;
            if (!stood_for) alert.listed.push_back(mismatch);
        }
    }
    // Nobody knows yet that money is at stake: whoever is to be woken for that is not woken for this.
    if (routing.normal) alert.disagreements = summary.disagreements();
    return alert;
}

Alert test_alert(const check::Summary& summary) {
    Alert alert;
    alert.summary = &summary;
    alert.test = true;
    return alert;
}

std::string headline(const Alert& alert) {
    if (alert.test) return "TEST ALERT: this channel works; nothing is wrong";
    std::string out;
    if (const CountByKind counts = differing(alert); sum(counts) > 0) out = differing_sentence(counts);
    if (alert.lagging()) {
        out += fmt::format("{}the indexer lags by {}, which explains {}", out.empty() ? "" : "; ",
                           counted(alert.summary->indexer->lag(), "ledger", "ledgers"),
                           counted(sum(alert.explained), "mismatch", "mismatches"));
    }
    if (alert.disagreements > 0) {
        out += fmt::format("{}the RPC endpoints disagree about {}", out.empty() ? "" : "; ",
                           counted(alert.disagreements, "outcome", "outcomes"));
    }
    return out;
}

std::string lag_text(const Alert& alert) {
    if (!alert.lagging()) return "";
    return fmt::format("INDEXER LAG: {}. This one alert stands for all of these.", indexer_sentence(indexer_of(alert)));
}

std::string totals_text(const Alert& alert) {
    const std::size_t balances = place(Kind::balances);
    const std::uint64_t count = differing(alert)[balances] + alert.explained[balances];
    return count > 1 ? drift_sentence(*alert.summary) : "";
}

std::string hint_text(const std::string& hint) {
    constexpr std::size_t longest_hint = 1000;
    return fmt::format("Hint: {}.", base::shortened(hint, longest_hint));
}

std::string disagreement_text(const Alert& alert) {
    if (alert.disagreements == 0) return "";
    constexpr std::size_t shown = 3;
    std::string out = fmt::format("ENDPOINTS DISAGREE: {} could not be verified, for one RPC endpoint is wrong",
                                  counted(alert.disagreements, "outcome", "outcomes"));
    std::size_t listed = 0;
    for (const check::Error& error : alert.summary->errors()) {
        if (error.reason != check::Reason::disagreement) continue;
        out += fmt::format("{}market {}: {}", listed == 0 ? ". " : "; ",
                           base::shortened(base::harmless(error.resource_id), longest_id),
                           base::shortened(base::harmless(error.text), longest_endpoints));
        if (++listed == shown) break;
    }
    if (alert.disagreements > listed) out += "; and more";
    return out + ".";
}

std::string counts_text(const CountByKind& counts) {
    std::string out;
    const auto add = [&](Kind kind, std::string_view one, std::string_view many) {
        const std::uint64_t count = counts[place(kind)];
        if (count > 0) out += (out.empty() ? "" : ", ") + counted(count, one, many);
    };
    add(Kind::outcomes, "outcome", "outcomes");
    add(Kind::odds, "market's odds", "markets' odds");
    add(Kind::balances, "balance", "balances");
    return out;
}

std::string origin_text(const Alert& alert) {
    const check::Summary& summary = *alert.summary;
    std::string out = fmt::format("Cycle {} of {}", summary.sync_id, shown_time(summary.end));
    if (!summary.shard.empty()) out += fmt::format(", shard {}", summary.shard);
    if (!summary.network.empty()) out += fmt::format("; {}", base::shortened(base::harmless(summary.network), 100));
    if (summary.first_ledger) out += fmt::format("; ledgers {} to {}", *summary.first_ledger, *summary.last_ledger);
    return out;
}

AlertItem item_of(const check::Mismatch& mismatch) {
    AlertItem item;
    item.what = subject(mismatch.kind());
    item.id = base::shortened(base::harmless(mismatch.id), longest_id);
    item.title = shown_title(mismatch.title);
    item.values = shown_values({&mismatch}).front();
    item.note = sighting(mismatch);
    if (const auto* odds = std::get_if<check::OddsDifference>(&mismatch.difference)) {
        if (const std::string_view side = one_sided(*odds); !side.empty())
            item.note = fmt::format("{}{}{}", side, item.note.empty() ? "" : ", ", item.note);
    }
    return item;
}

std::string unique_id(std::string_view id, std::size_t limit) {
    constexpr std::size_t digits = 16;
    const std::string text = base::harmless(id);
    if (text == id && text.size() <= limit) return text;
    return base::shortened(text, limit - digits - 1) + "~" + base::to_hex(base::sha256(id)).substr(0, digits);
}

} // namespace report
