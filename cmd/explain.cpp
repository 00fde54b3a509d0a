#include "cmd/explain.hpp"

#include "cmd/cycle_log.hpp"
#include "cmd/parts.hpp"
#include "diagnose/explanation_text.hpp"
#include "diagnose/recorder.hpp"
#include "report/events.hpp"
#include "verify/summary.hpp"

namespace cmd {

base::ExitCode run_explain(const Options& options, const std::string& sync_id, Terminal& terminal,
                           base::Interrupt& interrupt) {
    const base::SystemClock clock;
    const base::TimePoint deadline = clock.now() + options.cycle_timeout;
    terminal.hurry_at(deadline);
    base::Log log = make_log(options.log, sync_id, clock, terminal);
    verify::Summary summary(options.result.max_reported);
    summary.start = clock.wall_now();

    net::HttpClient http(http_settings(options.rpc), clock);
    net::Dispatcher dispatcher(dispatcher_settings(options, deadline), http, clock, log, jitter());
    db::Database database = make_database(options, clock, log);
    cycle::Loop loop(http, database, dispatcher, clock, interrupt, deadline);
    CycleLog listener(log, options.cycle_timeout);
    cycle::Findings findings(summary, listener, clock);
    diagnose::Recorder recorder(options.judgement.thresholds);
    cycle::CycleSettings settings = cycle_settings(options, summary.start);
    settings.witness = &recorder;
    settings.selection.shard = {}; // the item is explained whichever shard's settings these are
    try {
        cycle::SyncService(std::move(settings), loop, findings).execute_sync_cycle();
    } catch (const base::Misconfigured& fault) {
        log.write({base::Level::error, "CONFIG_ERROR", fault.what(), {{"setting", fault.setting()}}});
        return base::ExitCode::misconfigured;
    }
    const auto list = recorder.explanations(summary);
    const verify::Thresholds& thresholds = options.judgement.thresholds;
    const Output usual = terminal.out_is_terminal() ? Output::text : Output::json;
    switch (options.result.output.value_or(usual)) {
    case Output::text:
    case Output::html: // there is no page of it
        terminal.out(
            diagnose::render_explanation(list, summary, thresholds, {terminal.width(), terminal.colour_out()}));
        break;
    case Output::json:
        terminal.out(diagnose::render_explanation_json(list, summary, thresholds));
        break;
    case Output::none:
        break;
    }
    return summary.exit_code(options.result.fail_on);
}

} // namespace cmd
