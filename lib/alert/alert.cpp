#include "alert/alert.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace alert {

namespace {

constexpr std::size_t longest_id = 100;
constexpr std::size_t longest_endpoints = 300; // two of them, and what each says

// "2026-11-23 12:58:12 UTC"
std::string shown_time(base::WallTime time) {
    std::string text = base::rfc3339(time);
    text.resize(text.find('.'));
    text[text.find('T')] = ' ';
    return text + " UTC";
}

/// Of the mismatches that this alert is about alone.
verify::Indexer indexer_of(const Alert& alert) {
    verify::Indexer indexer = *alert.summary->indexer;
    indexer.mismatches_of = alert.explained;
    return indexer;
}

} // namespace

std::string_view name(AlertChannel channel) {
    constexpr std::array<std::string_view, 7> names{"LOG",       "METRICS", "EMAIL",       "SLACK",
                                                    "PAGERDUTY", "WEBHOOK", "ALERTMANAGER"};
    return names[static_cast<std::size_t>(channel)];
}

CountPerCheck differing(const Alert& alert) {
    CountPerCheck out = alert.counts;
    for (const auto& [check, count] : alert.hinted) out[check] += count;
    return out;
}

bool any_critical(const CountPerCheck& counts) {
    return std::any_of(counts.begin(), counts.end(),
                       [](const auto& of) { return of.first.critical() && of.second > 0; });
}

bool Alert::critical() const {
    return any_critical(counts) || any_critical(explained) || any_critical(hinted);
}

verify::Priority Alert::lag_priority() const {
    return any_critical(explained) ? verify::Priority::critical : verify::Priority::normal;
}

CountPerCheck Alert::beyond(std::size_t shown) const {
    CountPerCheck left = counts;
    for (std::size_t i = 0; i < std::min(shown, listed.size()); ++i) --left[listed[i]->check()];
    return left;
}

Alert alert_of(const verify::Summary& summary, Routing routing) {
    Alert alert;
    alert.summary = &summary;
    const bool lagging = summary.indexer && summary.indexer->lagging();
    for (const std::string& hint : summary.hints()) alert.hints.push_back(base::harmless(hint));
    for (const verify::Check check : verify::critical_first(summary.all())) {
        const std::string& hint = summary.hint_about(check);
        if (!(check.critical() ? routing.critical : routing.normal)) {
            std::erase(alert.hints, base::harmless(hint));
            continue;
        }
        alert.counts[check] = summary.tally(check).mismatched;
        if (lagging) {
            alert.explained[check] = std::as_const(*summary.indexer).mismatches_of[check];
            alert.counts[check] -= alert.explained[check];
        }
        if (!hint.empty()) {
            std::swap(alert.counts[check], alert.hinted[check]);
            continue;
        }
        for (const verify::Mismatch* mismatch : report::worst_first(summary, check)) {
            const bool stood_for = lagging && mismatch->likely_cause == verify::Cause::indexer_lag;
            if (!stood_for) alert.listed.push_back(mismatch);
        }
    }
    // Nobody knows yet that money is at stake: whoever is to be woken for that is not woken for this.
    if (routing.normal) alert.disagreements = summary.disagreements();
    return alert;
}

Alert test_alert(const verify::Summary& summary) {
    Alert alert;
    alert.summary = &summary;
    alert.test = true;
    return alert;
}

std::string headline(const Alert& alert) {
    if (alert.test) return "TEST ALERT: this channel works; nothing is wrong";
    std::string out;
    if (const CountPerCheck counts = differing(alert); sum(counts) > 0) out = report::differing_sentence(counts);
    if (alert.lagging()) {
        out += fmt::format("{}the indexer lags by {}, which explains {}", out.empty() ? "" : "; ",
                           report::counted(alert.summary->indexer->lag(), "ledger", "ledgers"),
                           report::counted(sum(alert.explained), "mismatch", "mismatches"));
    }
    if (sum(alert.disagreements) > 0) {
        out += fmt::format("{}the RPC endpoints disagree about {}", out.empty() ? "" : "; ",
                           counts_text(alert.disagreements));
    }
    return out;
}

std::string lag_text(const Alert& alert) {
    if (!alert.lagging()) return "";
    return fmt::format("INDEXER LAG: {}. This one alert stands for all of these.",
                       report::indexer_sentence(indexer_of(alert)));
}

std::string totals_text(const Alert& alert) {
    const CountPerCheck counts = differing(alert);
    std::uint64_t amounts = 0;
    for (const verify::Check check : alert.summary->all()) {
        if (check->profile().scale == verify::Scale::amount) amounts += counts[check] + alert.explained[check];
    }
    return amounts > 1 ? report::drift_sentence(*alert.summary) : "";
}

std::string hint_text(const std::string& hint) {
    constexpr std::size_t longest_hint = 1000;
    return fmt::format("Hint: {}.", base::shortened(hint, longest_hint));
}

std::string disagreement_text(const Alert& alert) {
    if (sum(alert.disagreements) == 0) return "";
    constexpr std::size_t shown = 3;
    std::string out = fmt::format("ENDPOINTS DISAGREE: {} could not be verified, for one RPC endpoint is wrong",
                                  counts_text(alert.disagreements));
    std::size_t listed = 0;
    for (const verify::Error& error : alert.summary->errors()) {
        if (error.reason != verify::Reason::disagreement) continue;
        out += fmt::format("{}market {}: {}", listed == 0 ? ". " : "; ",
                           base::shortened(base::harmless(error.resource_id), longest_id),
                           base::shortened(base::harmless(error.text), longest_endpoints));
        if (++listed == shown) break;
    }
    if (sum(alert.disagreements) > listed) out += "; and more";
    return out + ".";
}

std::string counts_text(const CountPerCheck& counts) {
    std::string out;
    for (const verify::Check check : verify::critical_first(counts)) {
        const auto& [one, many] = check->profile().items;
        out += (out.empty() ? "" : ", ") + report::counted(counts[check], one, many);
    }
    return out;
}

std::string origin_text(const Alert& alert) {
    const verify::Summary& summary = *alert.summary;
    std::string out = fmt::format("Cycle {} of {}", summary.sync_id, shown_time(summary.end));
    if (!summary.shard.empty()) out += fmt::format(", shard {}", summary.shard);
    if (!summary.network.empty()) out += fmt::format("; {}", base::shortened(base::harmless(summary.network), 100));
    if (summary.first_ledger) out += fmt::format("; ledgers {} to {}", *summary.first_ledger, *summary.last_ledger);
    return out;
}

AlertItem item_of(const verify::Mismatch& mismatch) {
    AlertItem item;
    item.what = mismatch.check()->profile().subject;
    item.id = base::shortened(base::harmless(mismatch.id), longest_id);
    item.title = report::shown_title(mismatch.title);
    item.values = report::shown({&mismatch}).front();
    item.note = report::sighting(mismatch);
    if (const std::string_view why = item.values.note; !why.empty())
        item.note = fmt::format("{}{}{}", why, item.note.empty() ? "" : ", ", item.note);
    return item;
}

std::string unique_id(std::string_view id, std::size_t limit) {
    constexpr std::size_t digits = 16;
    const std::string text = base::harmless(id);
    if (text == id && text.size() <= limit) return text;
    return base::shortened(text, limit - digits - 1) + "~" + base::to_hex(base::sha256(id)).substr(0, digits);
}

} // namespace alert
