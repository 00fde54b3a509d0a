#include "diagnose/explain.hpp"

#include "cmd/commands.hpp"
#include "cmd/console/cycle_log.hpp"
#include "cmd/settings/session_settings.hpp"
#include "diagnose/explanation_text.hpp"

namespace cmd {

base::ExitCode run_explain(const Options& options, cycle::Session& session, Terminal& terminal) {
    verify::Summary summary(options.result.max_reported);
    summary.start = session.clock().wall_now();
    CycleLog listener(session.log(), options.cycle_timeout);
    const auto list = diagnose::explain(session, cycle_settings(options, summary.start), summary, listener);
    const verify::Thresholds& thresholds = options.judgement.thresholds;
    switch (terminal.output(options.result.output)) {
    case Output::text:
    case Output::html: // it has no page
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
