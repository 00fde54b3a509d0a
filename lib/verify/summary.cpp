#include "verify/summary.hpp"

#include <algorithm>
#include <csignal>

namespace verify {
namespace {

std::size_t bytes_of(const Error& error) {
    return sizeof(Error) + error.operation.size() + error.resource_id.size() + error.text.size();
}

} // namespace

std::string_view name(Status status) {
    constexpr std::array<std::string_view, 4> names{"IN_SYNC", "MISMATCH", "INCOMPLETE", "FAILED"};
    return names[static_cast<std::size_t>(status)];
}

void Summary::add(Mismatch mismatch) {
    const Check check = mismatch.check();
    ++tally(check).mismatched;
    if (indexer && mismatch.likely_cause == Cause::indexer_lag) ++indexer->mismatches_of[check];
    drifts_[check].add(mismatch.difference);
    if (!mismatches_.add(std::move(mismatch))) truncated_ = true;
}

void Summary::add(Exempted exempted) {
    Tally& counts = tally(exempted.mismatch.check());
    ++counts.matched;
    ++counts.exempt;
    if (!exempted_.add(std::move(exempted))) truncated_ = true;
}

void Summary::add(Check check, Error error) {
    tally(check).errors += error.count;
    if (!error.aggregate) failures_[check][error.reason] += error.count;
    add(std::move(error));
}

void Summary::add(Error error) {
    error_seen_ = true;
    rows_missed_ = rows_missed_ || error.aggregate || error.reason == Reason::database;
    errors_by_operation_[error.operation] += error.count;
    if (!error.aggregate && !has_room_for(error)) {
        truncated_ = true;
        return;
    }
    errors_.push_back(std::move(error));
}

bool Summary::has_room_for(const Error& error) {
    std::size_t& listed = listed_errors_[error.operation];
    const std::size_t bytes = bytes_of(error);
    if (listed == max_reported_ || bytes > most_bytes_of_errors - error_bytes_) return false;
    ++listed;
    error_bytes_ += bytes;
    return true;
}

void Summary::alert_failed(Error error) {
    error_seen_ = true;
    alerts_failed += error.count;
    errors_by_operation_[error.operation] += error.count;
    errors_.push_back(std::move(error));
}

void Summary::answered_from(std::uint32_t ledger) {
    first_ledger = std::min(first_ledger.value_or(ledger), ledger);
    last_ledger = std::max(last_ledger.value_or(ledger), ledger);
}

void Summary::add_hint(std::string sentence) {
    if (std::find(hints_.begin(), hints_.end(), sentence) == hints_.end()) hints_.push_back(std::move(sentence));
}

void Summary::add_hint(Check check, std::string sentence) {
    hint_about_[check] = sentence;
    add_hint(std::move(sentence));
}

PerCheck<std::uint64_t> Summary::disagreements() const {
    PerCheck<std::uint64_t> counts;
    for (const auto& [check, failures] : failures_) {
        if (const auto found = failures.find(Reason::disagreement); found != failures.end())
            counts[check] = found->second;
    }
    return counts;
}

bool Summary::any_mismatch() const {
    return std::any_of(tallies_.begin(), tallies_.end(), [](const auto& of) { return of.second.mismatched > 0; });
}

bool Summary::nothing_checked() const {
    return std::all_of(tallies_.begin(), tallies_.end(), [](const auto& of) { return of.second.in_scope() == 0; });
}

Status Summary::status() const {
    if (any_mismatch()) return Status::mismatch;
    if (unavailable) return Status::failed;
    if (error_seen_ || timed_out || signal) return Status::incomplete;
    return Status::in_sync;
}

base::ExitCode Summary::exit_code(FailOn fail_on) const {
    using base::ExitCode;
    if (signal) return *signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated;
    if (fail_on.mismatch && any_mismatch()) return ExitCode::mismatch;
    // With mismatches muted the cycle is judged by the rest.
    if (unavailable) return ExitCode::unavailable;
    const bool incomplete = error_seen_ || timed_out;
    return fail_on.incomplete && incomplete ? ExitCode::incomplete : ExitCode::in_sync;
}

} // namespace verify
