#include "cmd/commands.hpp"

#include "cmd/console/cycle_log.hpp"
#include "cmd/console/progress_bar.hpp"
#include "cmd/settings/session_settings.hpp"
#include "report/events.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/table.hpp"
#include "verify/summary.hpp"

#include <fmt/format.h>

#include <optional>

namespace cmd {
namespace {

/// Writes to the log what the cycle finds out, too.
class ItemLog final : public CycleLog {
  public:
    using CycleLog::CycleLog;

    void mismatch(const verify::Mismatch& mismatch) override { log().write(report::mismatch_event(mismatch)); }
    void error(const verify::Error& error) override { log().write(report::item_error_event(error)); }
    void disagreement(const verify::Disagreement& disagreement, const verify::Error& error) override {
        log().write(report::disagreement_event(disagreement, error));
    }
    void transient(verify::Check check, std::string_view id) override {
        log().write(report::transient_event(check, std::string(id)));
    }
    void exempt(const verify::Exempted& exempted) override { log().write(report::exempt_event(exempted)); }
    void exemption_unused(const verify::Exemption& exemption) override {
        log().write(report::exemption_unused_event(exemption));
    }
};

bool shows_progress(When when, const Terminal& terminal) {
    if (when != When::automatic) return when == When::always;
    return terminal.err_is_terminal() && terminal.moves_cursor();
}

void write_result(const ResultOptions& options, const verify::Summary& summary, Terminal& terminal) {
    switch (terminal.output(options.output)) {
    case Output::text:
        return terminal.out(report::render_table(summary, {terminal.width(), terminal.colour_out()}));
    case Output::json:
        return terminal.out(report::render_json(summary));
    case Output::html:
        return terminal.out(report::render_html(summary));
    case Output::none:
        return;
    }
}

/// Notifies the channels, METRICS last: its counters include the alerts.
void send_reports(const Options& options, cycle::Session& session, verify::Summary& summary) {
    net::Means means = session.means();
    const net::DeliveryLimits limits = delivery_limits(options.calls);
    alert::send_alerts(options.alerts, limits, summary, session.deadline(), means);
    if (!options.alerts.list(alert::AlertChannel::metrics)) return;
    const cycle::Selection& selection = options.selection;
    const bool complete = summary.completed() && selection.markets.empty() && selection.users.empty();
    const auto end = [&] {
        return metrics::CycleEnd{summary.exit_code(options.result.fail_on), complete, STELLAR_SYNC_VERSION,
                                 selection.shard.count};
    };
    metrics::send_metrics(
        metrics_settings(options), limits, summary, end, session.deadline(), means, [&](std::string text) {
            alert::delivery_failed({alert::AlertChannel::metrics, 1, 1, std::move(text)}, summary, means);
        });
}

} // namespace

base::ExitCode run(const Options& options, cycle::Session& session, Terminal& terminal) {
    const base::Clock& clock = session.clock();
    base::Log& log = session.log();
    verify::Summary summary(options.result.max_reported);
    summary.sync_id = session.settings().sync_id;
    summary.start = clock.wall_now();
    summary.checks = options.selection.checks;
    if (const db::Shard& shard = options.selection.shard; shard.count > 1) {
        summary.shard = fmt::format("{}/{}", shard.index, shard.count);
    }
    ItemLog listener(log, options.cycle_timeout);
    cycle::Findings findings(summary, listener, clock);

    std::optional<ProgressBar> progress;
    if (shows_progress(options.console.progress, terminal)) progress.emplace(terminal, clock);

    log.write(report::start_event(summary.checks, summary.shard));
    for (const ConfigWarning& warning : options.warnings) log.write(config_warning_event(warning));
    for (const std::string& warning : options.database.connection.warnings) findings.warning(warning);
    cycle::SyncService(cycle_settings(options, summary.start), session.loop(), findings,
                       progress ? &*progress : nullptr)
        .execute_sync_cycle();
    summary.end = clock.wall_now();
    if (summary.nothing_checked() && summary.status() == verify::Status::in_sync) {
        log.write(report::nothing_checked_event());
    }
    if (!options.dry_run) send_reports(options, session, summary);
    log.write(report::complete_event(summary));
    if (terminal.lost_lines() > 0) log.write(report::lines_lost_event(terminal.lost_lines()));
    write_result(options.result, summary, terminal);
    return summary.exit_code(options.result.fail_on);
}

} // namespace cmd
