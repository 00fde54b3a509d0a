#include "cmd/run.hpp"

#include "base/interrupt.hpp"
#include "cmd/alerts.hpp"
#include "cmd/cycle_log.hpp"
#include "cmd/metrics.hpp"
#include "cmd/parts.hpp"
#include "cmd/progress_bar.hpp"
#include "report/events.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/table.hpp"
#include "verify/summary.hpp"

#include <fmt/format.h>

#include <functional>
#include <optional>

namespace cmd {
namespace {

/// Tells the log what the cycle finds out, too.
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
    const Output usual = terminal.out_is_terminal() ? Output::text : Output::json;
    switch (options.output.value_or(usual)) {
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

} // namespace

base::ExitCode run(const Options& options, const std::string& sync_id, Terminal& terminal, base::Interrupt& interrupt) {
    const base::SystemClock clock;
    const base::TimePoint deadline = clock.now() + options.cycle_timeout;
    terminal.hurry_at(deadline);
    verify::Summary summary(options.result.max_reported);
    summary.sync_id = sync_id;
    summary.start = clock.wall_now();
    summary.checks = options.selection.checks;
    if (const db::Shard& shard = options.selection.shard; shard.count > 1) {
        summary.shard = fmt::format("{}/{}", shard.index, shard.count);
    }
    base::Log log = make_log(options.log, summary.sync_id, clock, terminal);

    const std::function<double()> random = jitter();
    net::HttpClient http(http_settings(options.rpc), clock);
    net::Dispatcher dispatcher(dispatcher_settings(options, deadline), http, clock, log, random);
    db::Database database = make_database(options, clock, log);
    cycle::Loop loop(http, database, dispatcher, clock, interrupt, deadline);
    ItemLog listener(log, options.cycle_timeout);
    cycle::Findings findings(summary, listener, clock);

    std::optional<ProgressBar> progress;
    if (shows_progress(options.console.progress, terminal)) progress.emplace(terminal, clock);

    log.write(report::start_event(summary.checks, summary.shard));
    for (const ConfigWarning& warning : options.warnings) log.write(config_warning_event(warning));
    for (const std::string& warning : options.database.connection.warnings) findings.warning(warning);
    try {
        cycle::SyncService(cycle_settings(options, summary.start), loop, findings, progress ? &*progress : nullptr)
            .execute_sync_cycle();
    } catch (const base::Misconfigured& fault) {
        log.write({base::Level::error, "CONFIG_ERROR", fault.what(), {{"setting", fault.setting()}}});
        return base::ExitCode::misconfigured;
    }
    summary.end = clock.wall_now();
    if (summary.nothing_checked() && summary.status() == verify::Status::in_sync) {
        log.write(report::nothing_checked_event());
    }
    net::Means means{http, clock, interrupt, log, random};
    send_alerts(options, summary, deadline, means);
    send_metrics(options, summary, deadline, means);
    log.write(report::complete_event(summary));
    if (terminal.lost_lines() > 0) log.write(report::lines_lost_event(terminal.lost_lines()));
    write_result(options.result, summary, terminal);
    return summary.exit_code(options.result.fail_on);
}

} // namespace cmd
