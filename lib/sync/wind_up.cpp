// How a cycle ends: what was not settled finds its place in the result, so that every row in scope stands in it once.
#include "sync/sync_service.hpp"

#include "verify/hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace cycle {
namespace {

/// For counting what was not reached: part of the time kept back for reporting, or of what is left of the cycle's time.
constexpr base::Duration patience_after_timeout = std::chrono::seconds(5);
constexpr base::Duration patience_before_timeout = std::chrono::seconds(30);
constexpr base::Duration patience_after_signal = std::chrono::milliseconds(500);

std::vector<verify::RpcCalls> calls_of(const net::CallStatistics& statistics) {
    std::vector<verify::RpcCalls> calls;
    for (std::size_t method = 0; method < net::rpc_methods; ++method) {
        for (std::size_t result = 0; result < net::request_results; ++result) {
            calls.push_back({net::name(static_cast<net::RpcMethod>(method)), net::name_of_result(result),
                             statistics.count(static_cast<net::RpcMethod>(method), result)});
        }
    }
    return calls;
}

/// The result is put together in blocks larger than any that rows have left free: without this both would count.
void give_free_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace

void SyncService::wind_up(bool finished) {
    if (!finished && loop_.cut()) {
        if (const auto signal = loop_.signal()) {
            findings_.stopped(*signal);
        } else {
            findings_.timed_out();
        }
    }
    close_items();
    give_free_memory_back();
    count_unread();
    report_not_verified();
    report_exemptions(finished);
    verify::Summary& summary = findings_.summary();
    verify::add_systematic_hints(summary, causes_);
    if (summary.indexer && summary.indexer->lagging()) findings_.indexer_lag();
    const net::Dispatcher& dispatcher = loop_.dispatcher();
    summary.network = dispatcher.network();
    summary.rpc_requests = dispatcher.statistics().requests();
    summary.rpc_retries = dispatcher.statistics().retries();
    summary.rpc_calls = calls_of(dispatcher.statistics());
    summary.rpc_latency = dispatcher.statistics().latency();
    if (const auto& node = dispatcher.node_ledger()) {
        summary.latest_ledger = std::max(node->sequence, dispatcher.start_ledger());
        summary.latest_ledger_age = node->age;
    }
    if (chain_) {
        if (const auto ledgers = chain_->ledgers()) {
            summary.answered_from(ledgers->first);
            summary.answered_from(ledgers->second);
            summary.latest_ledger = std::max(summary.latest_ledger.value_or(0), ledgers->second);
        }
    }
}

/// What is under way ends here: suspects that nobody looked at again are mismatches, not confirmed.
void SyncService::close_items() {
    loop_.dispatcher().abandon();
    if (!loop_.database().idle()) loop_.database().abandon();
    if (chain_) {
        for (Item& item : chain_->abandon()) take_answer(std::move(item));
        share_out_calls(); // none waits any more
        rows_->hold_rows(false);
    }
    if (other_endpoints_) {
        for (Item& item : other_endpoints_->abandon()) cannot_recheck(std::move(item));
    }
    for (Held& held : std::exchange(held_, {})) cannot_recheck(std::move(held.item));
    for (Suspect& suspect : std::exchange(being_read_, {})) cannot_recheck(std::move(suspect));
    for (Suspect& suspect : suspects_.take_all()) cannot_recheck(std::move(suspect));
    for (; rows_ && rows_->has_row(); rows_->take(0)) {
        const Check check = rows_->check();
        if (is_skipped(check, rows_->row())) {
            findings_.skipped(check);
        } else {
            ++not_verified_[check];
        }
    }
}

void SyncService::count_unread() {
    if (!rows_) return;
    const base::TimePoint now = loop_.clock().now();
    const base::TimePoint until =
        findings_.summary().signal
            ? now + patience_after_signal
            : std::max(now + patience_after_timeout, std::min(now + patience_before_timeout, loop_.deadline()));
    auto& unread = database_lost_ ? not_readable_ : not_verified_;
    for (const Stretch& rows : rows_->unread()) count(rows, until, unread);
    for (const Stretch& rows : unreadable_) count(rows, until, not_readable_);
}

/// Adds the rows of a stretch to its check's sum. Where they cannot be counted, that is told, once a check.
void SyncService::count(const Stretch& rows, base::TimePoint until, verify::PerCheck<std::uint64_t>& sums) {
    const Check check = rows.scope.check;
    if (uncounted_[check]) return;
    const auto& obstacle = source_->obstacle(check);
    uncounted_[check] = obstacle && !db::countable(*source_, rows.scope);
    if (uncounted_[check]) return;
    const base::Duration patience = until - loop_.clock().now();
    std::optional<db::Answer> answer;
    if (patience > base::Duration::zero()) {
        answer = loop_.ask_at_last(db::count(*source_, rows.scope, rows.range), patience);
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
void SyncService::report_obstacle(Check check) {
    const db::Obstacle& obstacle = *source_->obstacle(check);
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

void SyncService::report_not_verified() {
    const verify::Summary& summary = findings_.summary();
    const bool cut = summary.signal || summary.timed_out;
    const bool given_up = loop_.dispatcher().exhausted() || !cut;
    for (const Check check : settings_.selection.checks) {
        if (source_ && source_->obstacle(check)) {
            report_obstacle(check);
            continue;
        }
        const std::uint64_t unreadable = not_readable_[check];
        if (unreadable > 0) {
            findings_.not_verified(
                check, unreadable, verify::Reason::database,
                fmt::format("{} rows were not verified: the database did not give them", unreadable));
        }
        const std::uint64_t count = not_verified_[check];
        if (count == 0) continue;
        if (given_up) {
            findings_.not_verified(check, count, verify::Reason::rpc,
                                   fmt::format("{} rows were not verified: no RPC endpoint is left", count));
        } else {
            findings_.not_verified(check, count, verify::Reason::not_reached,
                                   fmt::format("{} rows were not reached: {}", count,
                                               summary.timed_out ? "the time for the cycle was over"
                                                                 : "the cycle was stopped by a signal"));
        }
    }
}

/// One that no longer holds, or that nothing was found for, is to be taken out of the file.
void SyncService::report_exemptions(bool finished) {
    if (settings_.exemptions.empty()) return;
    verify::Summary& summary = findings_.summary();
    summary.exemptions.emplace();
    const Selection& selection = settings_.selection;
    for (const verify::Exemption* exemption : settings_.exemptions.expired()) findings_.exemption_expired(*exemption);
    // Only a cycle over all rows of a check can tell; of a row that is an error by itself its exemption knows.
    if (!finished || !selection.markets.empty() || !selection.users.empty() || selection.shard.count > 1) return;
    for (const Check check : selection.checks) {
        if (not_verified_[check] + not_readable_[check] > 0 || uncounted_[check] || source_->obstacle(check)) continue;
        for (const verify::Exemption* exemption : settings_.exemptions.unused(check))
            findings_.exemption_unused(*exemption);
    }
}

} // namespace cycle
