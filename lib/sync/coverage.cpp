#include "sync/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace cycle {
namespace {

/// For counting what was not reached: part of the time kept back for reporting, or of what is left of the cycle's time.
constexpr base::Duration patience_after_timeout = std::chrono::seconds(5);
constexpr base::Duration patience_before_timeout = std::chrono::seconds(30);
constexpr base::Duration patience_after_signal = std::chrono::milliseconds(500);

/// The result is put together in blocks larger than any that rows have left free: without this both would count.
void give_free_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace

Coverage::Coverage(CycleSettings& settings, InScope in_scope, Loop& loop, Findings& findings)
    : settings_(settings), in_scope_(std::move(in_scope)), loop_(loop), findings_(findings) {
    for (const db::Scope& scope : in_scope_.scopes) unread_.emplace_back().scope = scope;
    for (const db::Scope& scope : in_scope_.hindered) unreadable_.emplace_back().scope = scope;
}

// ---- while the cycle runs

void Coverage::unverifiable(Check check, std::string_view id, verify::Unverifiable why, std::uint64_t rows) {
    settings_.exemptions.not_verified(check, id);
    causes_.add(check, why.reason, why.hint, rows);
    if (rows > 1) why.text += fmt::format(" ({} rows)", rows);
    findings_.unverifiable(check, id, std::move(why), rows);
}

void Coverage::row_faults(std::vector<RowFault> faults) {
    for (RowFault& fault : faults) {
        if (fault.id.empty()) {
            fault.why.text =
                fmt::format("{} of {} whose id the database cannot give either: {}",
                            fault.at_least ? "a row, or several," : "a row", fault.check.name(), fault.why.text);
        } else if (fault.at_least) {
            fault.why.text += " (how many rows have this id could not be counted)";
        }
        if (fault.rows > 0) unverifiable(fault.check, fault.id, std::move(fault.why), fault.rows);
        findings_.skipped(fault.check, fault.skipped);
    }
}

void Coverage::disagreement(const verify::Disagreement& disagreement) {
    settings_.exemptions.not_verified(disagreement.mismatch.check(), disagreement.mismatch.id);
    findings_.disagreement(disagreement);
}

void Coverage::not_readable(const std::vector<Stretch>& rows) {
    unreadable_.insert(unreadable_.end(), rows.begin(), rows.end());
}

void Coverage::lose_database() {
    database_lost_ = true;
    findings_.summary().unavailable = true;
}

// ---- at its end

void Coverage::conclude(bool finished) {
    give_free_memory_back();
    count_unread();
    for (const Check check : settings_.selection.checks) {
        if (const auto& obstacle = in_scope_.source.obstacle(check)) {
            report_obstacle(check, *obstacle);
        } else {
            report_not_verified(check);
        }
    }
    report_exemptions(finished);
    verify::add_systematic_hints(findings_.summary(), causes_);
}

void Coverage::count_unread() {
    const base::TimePoint now = loop_.clock().now();
    const base::TimePoint until =
        findings_.summary().signal
            ? now + patience_after_signal
            : std::max(now + patience_after_timeout, std::min(now + patience_before_timeout, loop_.deadline()));
    for (const Stretch& rows : unread_) count(rows, until, database_lost_ ? not_readable_ : not_verified_);
    for (const Stretch& rows : unreadable_) count(rows, until, not_readable_);
}

/// Adds the rows of a stretch to its check's sum. If they cannot be counted, that is reported once a check.
void Coverage::count(const Stretch& rows, base::TimePoint until, verify::PerCheck<std::uint64_t>& sums) {
    const Check check = rows.scope.check;
    const db::Source& source = in_scope_.source;
    if (uncounted_[check]) return;
    const auto& obstacle = source.obstacle(check);
    uncounted_[check] = obstacle && !db::countable(source, rows.scope);
    if (uncounted_[check]) return;
    const base::Duration patience = until - loop_.clock().now();
    std::optional<db::Answer> answer;
    if (patience > base::Duration::zero()) {
        db::Query query = db::count(source, rows.scope, rows.range);
        query.once = true; // a locked table, or too many rows to count: again would take as long
        answer = loop_.ask_at_last(std::move(query), patience);
    }
    if (answer && *answer) {
        const std::uint64_t number = db::count_of(**answer);
        sums[check] += number - std::min<std::uint64_t>(number, rows.range.skip);
        return;
    }
    uncounted_[check] = true;
    if (obstacle) return; // report_obstacle() says so
    findings_.failure("database", "", verify::Reason::database,
                      fmt::format("the rows of {} that were not reached could not be counted: {}", check.name(),
                                  answer ? answer->error().text : "the database took too long"));
}

/// Why a check could not run: one error with the number of its rows, or without if they cannot be counted.
void Coverage::report_obstacle(Check check, const db::Obstacle& obstacle) {
    const std::string why =
        obstacle.setting == "DATABASE_URL" ? obstacle.text : fmt::format("{}: {}", obstacle.setting, obstacle.text);
    if (uncounted_[check]) {
        findings_.failure(check.name(), "", verify::Reason::database,
                          fmt::format("its rows, which could not be counted, were not verified: {}", why));
    } else {
        findings_.not_verified(check, not_readable_[check], verify::Reason::database,
                               fmt::format("{} rows were not verified: {}", not_readable_[check], why));
    }
}

void Coverage::report_not_verified(Check check) {
    if (const std::uint64_t count = not_readable_[check]; count > 0) {
        findings_.not_verified(check, count, verify::Reason::database,
                               fmt::format("{} rows were not verified: the database did not give them", count));
    }
    const std::uint64_t count = not_verified_[check];
    if (count == 0) return;
    const verify::Summary& summary = findings_.summary();
    if (loop_.dispatcher().exhausted() || !(summary.signal || summary.timed_out)) {
        findings_.not_verified(check, count, verify::Reason::rpc,
                               fmt::format("{} rows were not verified: no RPC endpoint is left", count));
    } else {
        findings_.not_verified(
            check, count, verify::Reason::not_reached,
            fmt::format("{} rows were not reached: {}", count,
                        summary.timed_out ? "the time for the cycle was over" : "the cycle was stopped by a signal"));
    }
}

/// One that no longer holds, or that nothing was found for, is to be taken out of the file.
void Coverage::report_exemptions(bool finished) {
    const verify::Exemptions& exemptions = settings_.exemptions;
    if (exemptions.empty()) return;
    findings_.summary().exemptions.emplace();
    for (const verify::Exemption* exemption : exemptions.expired()) findings_.exemption_expired(*exemption);
    // Only a cycle over all rows of a check can tell; of a row that is an error by itself its exemption knows.
    const Selection& selection = settings_.selection;
    if (!finished || !selection.markets.empty() || !selection.users.empty() || selection.shard.count > 1) return;
    for (const Check check : selection.checks) {
        if (not_verified_[check] + not_readable_[check] > 0 || uncounted_[check] || in_scope_.source.obstacle(check))
            continue;
        for (const verify::Exemption* exemption : exemptions.unused(check)) findings_.exemption_unused(*exemption);
    }
}

} // namespace cycle
