#include "report/wording.hpp"

#include "base/text.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>
#include <vector>

namespace report {

namespace {

constexpr std::size_t longest_id = 100; // bytes; the event's fields have it whole
constexpr std::size_t longest_reason = 200;
constexpr std::size_t longest_title = 200;
constexpr std::chrono::seconds seconds_per_ledger{5};

// "a", "a and b", "a, b and c".
std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += i + 1 == parts.size() ? " and " : ", ";
        out += parts[i];
    }
    return out;
}

// "12 markets and 400 users", "400 users".
std::string what_was_checked(const verify::Summary& summary) {
    std::vector<const verify::Resource*> resources;
    std::vector<std::string> parts;
    for (const verify::Check check : summary.checks) {
        const verify::Resource& resource = check.resource();
        if (std::find(resources.begin(), resources.end(), &resource) != resources.end()) continue;
        resources.push_back(&resource);
        parts.push_back(counted(checked(summary, resource), resource.one, resource.many));
    }
    return joined(parts);
}

verify::PerCheck<std::uint64_t> mismatches_of(const verify::Summary& summary) {
    verify::PerCheck<std::uint64_t> counts;
    for (const verify::Check check : summary.all()) counts[check] = summary.tally(check).mismatched;
    return counts;
}

std::string verdict(const verify::Summary& summary) {
    switch (summary.status()) {
    case verify::Status::mismatch:
        return fmt::format("OUT OF SYNC: {}.", differing_sentence(mismatches_of(summary)));
    case verify::Status::failed:
        return total(summary).checked() == 0 ? "FAILED: nothing could be verified."
                                             : "FAILED: the cycle could not go on; it had found no difference.";
    case verify::Status::incomplete:
        return "INCOMPLETE: no difference found among the rows that could be verified.";
    case verify::Status::in_sync:
        break;
    }
    if (summary.nothing_checked()) return "IN SYNC, but no row was in scope: nothing was checked.";
    return fmt::format("IN SYNC: {} checked, no difference found.", what_was_checked(summary));
}

std::string drift_sentence(verify::Check check, const verify::Drift& drift) {
    const auto& [one, many] = check->profile().things;
    const std::string_view unit = check->profile().unit;
    std::string out = fmt::format("{} {}: the chain has ", counted(drift.count(), one, many),
                                  drift.count() == 1 ? "differs" : "differ");
    const auto [more, less] = drift.total;
    if (more > 0) out += fmt::format("{} {} more", shown_amount(drift.chain_more), unit);
    if (more > 0 && less > 0) out += fmt::format(" in {} and ", shown_number(more));
    if (less > 0) out += fmt::format("{} {} less", shown_amount(drift.chain_less), unit);
    if (more > 0 && less > 0) out += fmt::format(" in {}", shown_number(less));
    if (drift.count() > 1)
        out += fmt::format("; the largest difference is {} {}", shown_amount({0, drift.largest}), unit);
    return out + ".";
}

// From the closing of a ledger to the end of the cycle, nullopt if unknown.
std::optional<std::chrono::seconds> seconds_since(const verify::Summary& summary, std::uint32_t ledger) {
    if (!summary.latest_ledger || ledger > *summary.latest_ledger) return std::nullopt;
    const base::Duration latest = summary.latest_ledger_age.value_or(base::Duration{});
    return std::chrono::duration_cast<std::chrono::seconds>(latest) +
           seconds_per_ledger * (*summary.latest_ledger - ledger);
}

} // namespace

std::string differing_sentence(const verify::PerCheck<std::uint64_t>& counts) {
    const verify::Checks checks = verify::critical_first(counts);
    std::vector<std::string> parts;
    for (const verify::Check check : checks) {
        const verify::Profile& profile = check->profile();
        parts.push_back(fmt::format("{}{}{}", profile.of,
                                    counted(counts[check], profile.things.first, profile.things.second),
                                    check.critical() ? " (CRITICAL)" : ""));
    }
    const bool one = checks.size() == 1 && sum(counts) == 1 && checks.front()->profile().of.empty();
    return fmt::format("{} {}", joined(parts), one ? "differs" : "differ");
}

std::string grouped(std::string_view number) {
    const std::size_t sign = number.empty() || (number[0] != '-' && number[0] != '+') ? 0 : 1;
    const std::size_t point = std::min(number.find('.'), number.size());
    const std::string_view whole = number.substr(0, point);
    if (whole.find_first_not_of("0123456789", sign) != std::string_view::npos) return std::string(number);
    std::string out(number);
    for (std::size_t at = point; at > sign + 3; at -= 3) out.insert(at - 3, 1, ',');
    return out;
}

std::string shown_number(std::uint64_t number) {
    return grouped(fmt::to_string(number));
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
    return fmt::format("{} {}", shown_number(count), count == 1 ? singular : plural);
}

std::string shown_duration(std::chrono::milliseconds duration) {
    const auto ms = duration.count();
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (ms < 60'000) return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
    return fmt::format("{} min {} s", ms / 60'000, ms % 60'000 / 1000);
}

std::string shown_age(std::chrono::seconds age) {
    const auto s = age.count();
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min", s / 60);
    if (s < 86'400) return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
    return fmt::format("{} d {} h", s / 86'400, s % 86'400 / 3600);
}

std::string age_of(const verify::Summary& summary, std::uint32_t ledger) {
    const auto age = seconds_since(summary, ledger);
    return age ? shown_age(*age) : "";
}

std::string closing_time(const verify::Summary& summary, std::uint32_t ledger) {
    const auto age = seconds_since(summary, ledger);
    return age ? shown_time(summary.end - *age) : "";
}

std::string shown_time(base::WallTime time) {
    return base::rfc3339(time).replace(19, std::string::npos, " UTC").replace(10, 1, " ");
}

std::string mismatch_sentence(const verify::Mismatch& mismatch) {
    const std::string id = base::shortened(mismatch.id, longest_id);
    return mismatch.check()->sentence(id, mismatch.difference);
}

std::string shown_title(std::string_view title) {
    return base::shortened(base::harmless(title), longest_title);
}

std::string exempt_sentence(const verify::Exempted& exempted) {
    return fmt::format("{}; accepted until {}: {}", mismatch_sentence(exempted.mismatch),
                       verify::to_text(exempted.expires), base::shortened(exempted.reason, longest_reason));
}

std::string expired_sentence(const verify::Exemption& exemption) {
    return fmt::format("the exemption of {} {} expired on {} ({}); it no longer applies", exemption.check.name(),
                       base::shortened(exemption.id, longest_id), verify::to_text(exemption.expires),
                       base::shortened(exemption.reason, longest_reason));
}

std::string unused_sentence(const verify::Exemption& exemption) {
    return fmt::format("the exemption of {} {} ({}) accepted nothing: the two sides agree, or differ by more, or there "
                       "is no such row; correct it or remove it from SYNC_EXEMPTIONS_FILE",
                       exemption.check.name(), base::shortened(exemption.id, longest_id),
                       base::shortened(exemption.reason, longest_reason));
}

std::string indexer_sentence(const verify::Indexer& indexer) {
    std::string out = fmt::format("the indexer has processed ledgers up to {}, {} behind the node's latest",
                                  shown_number(indexer.watermark), counted(indexer.lag(), "ledger", "ledgers"));
    if (indexer.mismatches() > 0) {
        out += fmt::format("; {} changed on chain after that",
                           counted(indexer.mismatches(), "mismatch was", "mismatches were"));
    }
    return out;
}

std::string how_many_differ(verify::Check check, std::uint64_t count) {
    const verify::Resource& resource = check.resource();
    return fmt::format("{} {}{}", counted(count, resource.one, resource.many), count == 1 ? "differs" : "differ",
                       check->profile().measured);
}

std::string not_shown_sentence(std::size_t shown, std::size_t reported, std::uint64_t count) {
    std::string out = fmt::format("{}{} not shown", shown_number(count - shown), shown == 0 ? "" : " more");
    if (reported == count) return out + "; --output json lists all of them";
    if (reported > shown)
        return fmt::format("{}; --output json lists {}, the log has all", out, shown_number(reported));
    return out + " (SYNC_MAX_REPORTED); the log has all";
}

std::string shown_amount(const base::U256& stroops) {
    std::string text = verify::format_stroops(stroops);
    const std::size_t least = text.find('.') + 3;
    text.resize(std::max(least, text.find_last_not_of('0') + 1));
    return grouped(text);
}

std::string drift_sentence(const verify::Summary& summary) {
    std::string out;
    for (const verify::Check check : summary.all()) {
        const verify::Drift& drift = summary.drift(check);
        if (check->profile().scale != verify::Scale::amount || drift.count() == 0) continue;
        if (!out.empty()) out += ' ';
        out += drift_sentence(check, drift);
    }
    return out;
}

verify::Tally total(const verify::Summary& summary) {
    verify::Tally sum;
    for (const verify::Check check : summary.all()) {
        const verify::Tally& tally = summary.tally(check);
        sum.matched += tally.matched;
        sum.mismatched += tally.mismatched;
        sum.transient += tally.transient;
        sum.errors += tally.errors;
        sum.exempt += tally.exempt;
    }
    return sum;
}

std::uint64_t checked(const verify::Summary& summary, const verify::Resource& resource) {
    std::uint64_t sum = 0;
    for (const verify::Check check : summary.all()) {
        if (&check.resource() == &resource) sum += summary.tally(check).checked();
    }
    return sum;
}

std::uint64_t skipped(const verify::Summary& summary) {
    std::uint64_t sum = 0;
    for (const verify::Check check : summary.all()) sum += summary.skipped(check);
    return sum;
}

std::string summary_sentence(const verify::Summary& summary) {
    std::string out = verdict(summary);
    const verify::Tally sum = total(summary);
    if (sum.errors > 0)
        out += fmt::format(" {} of {} could not be verified.", shown_number(sum.errors),
                           counted(sum.in_scope(), "row", "rows"));
    if (sum.exempt > 0)
        out += fmt::format(" {} accepted by exemptions.", counted(sum.exempt, "difference is", "differences are"));
    if (summary.alerts_failed > 0)
        out += fmt::format(" {} could not be delivered.", counted(summary.alerts_failed, "alert", "alerts"));
    if (summary.unavailable) out += " The database or the RPC was not available.";
    if (summary.timed_out) out += " The cycle was cut short by its time-out.";
    if (summary.signal) out += fmt::format(" Stopped by {}.", *summary.signal == SIGINT ? "SIGINT" : "SIGTERM");
    return out;
}

} // namespace report
