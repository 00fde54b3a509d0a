#include "sync/progress.hpp"

#include "sync/sync_service.hpp"

namespace cycle {

Estimates estimate_rows(Loop& loop, const db::Source& source, const std::vector<db::Scope>& scopes) {
    Estimates estimates;
    for (const db::Scope& scope : scopes) {
        auto& estimate = estimates[scope.check];
        if (scope.ids) {
            estimate = scope.ids->size();
        } else if (source.at(db::table_of(scope.check)).stored) {
            const std::optional<db::Answer> answer = loop.ask(db::estimate(source, scope));
            if (answer && *answer) estimate = db::count_of(**answer);
        }
    }
    return estimates;
}

void SyncService::tell_watcher() {
    if (watcher_ == nullptr || loop_.clock().now() < watcher_->due()) return;
    Progress progress{{}, unsettled() + being_read_.size()};
    const verify::Summary& summary = findings_.summary();
    for (const Check check : settings_.selection.checks) {
        const std::uint64_t read = rows_->arrived(check) - summary.skipped(check);
        const bool exact = rows_->all_arrived(check);
        std::optional<std::uint64_t> rows = estimates_[check];
        if (exact || (rows && *rows < read)) rows = read;
        progress.checks.push_back({check, summary.tally(check).in_scope(), rows, exact});
    }
    watcher_->told(progress);
}

} // namespace cycle
