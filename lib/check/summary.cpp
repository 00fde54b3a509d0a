#include "check/summary.hpp"

#include <algorithm>
#include <csignal>
#include <tuple>

namespace check {
namespace {

/// Numbers by their value, other ids by their bytes.
bool comes_before(const Mismatch& a, const Mismatch& b) {
    const auto is_number = [](std::string_view id) { return id.find_first_not_of("0123456789") == id.npos; };
    const auto digits = [&](const Mismatch& mismatch) { return is_number(mismatch.id) ? mismatch.id.size() : 0; };
    return std::tuple(a.kind(), digits(a), std::string_view(a.id)) <
           std::tuple(b.kind(), digits(b), std::string_view(b.id));
}

} // namespace

std::string_view name(Status status) {
    constexpr std::array<std::string_view, 4> names{"IN_SYNC", "MISMATCH", "INCOMPLETE", "FAILED"};
    return names[static_cast<std::size_t>(status)];
}

void Summary::add(Mismatch mismatch) {
    ++tally(mismatch.kind()).mismatched;
    if (indexer && mismatch.likely_cause == Cause::indexer_lag) {
        ++indexer->mismatches_of[static_cast<std::size_t>(mismatch.kind())];
    }
    if (mismatches_.size() < max_reported_) {
        mismatches_.push_back(std::move(mismatch));
        evict_below_ = mismatches_.size();
        return;
    }
    truncated_ = true;
    if (mismatch.priority() != Priority::critical) return;
    while (evict_below_ > 0 && mismatches_[evict_below_ - 1].priority() == Priority::critical) --evict_below_;
    if (evict_below_ > 0) mismatches_[--evict_below_] = std::move(mismatch);
}

void Summary::add(Exempted exempted) {
    Tally& counts = tally(exempted.mismatch.kind());
    ++counts.matched;
    ++counts.exempt;
    if (exempted_.size() < max_reported_) {
        exempted_.push_back(std::move(exempted));
    } else {
        truncated_ = true;
    }
}

void Summary::add(Kind kind, Error error) {
    tally(kind).errors += error.count;
    if (error.reason == Reason::disagreement) ++disagreements_;
    add(std::move(error));
}

void Summary::add(Error error) {
    error_seen_ = true;
    rows_missed_ = rows_missed_ || error.aggregate || error.reason == Reason::database;
    errors_by_operation_[error.operation] += error.count;
    if (error.aggregate) {
        errors_.push_back(std::move(error));
    } else if (listed_errors_ < max_reported_) {
        ++listed_errors_;
        errors_.push_back(std::move(error));
    } else {
        truncated_ = true;
    }
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

void Summary::put_in_order() {
    std::stable_sort(mismatches_.begin(), mismatches_.end(), comes_before);
    std::stable_sort(exempted_.begin(), exempted_.end(),
                     [](const Exempted& a, const Exempted& b) { return comes_before(a.mismatch, b.mismatch); });
}

bool Summary::any_mismatch() const {
    return std::any_of(tallies_.begin(), tallies_.end(), [](const Tally& tally) { return tally.mismatched > 0; });
}

bool Summary::nothing_checked() const {
    return std::all_of(tallies_.begin(), tallies_.end(), [](const Tally& tally) { return tally.in_scope() == 0; });
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

} // namespace check
