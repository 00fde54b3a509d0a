#include "cmd/explain.hpp"

#include "check/summary.hpp"
#include "cmd/parts.hpp"
#include "diagnose/recorder.hpp"
#include "report/events.hpp"
#include "report/explanation.hpp"

namespace cmd {
namespace {

/// What the cycle says besides the verdicts, which stand in the explanation.
class WarningLog final : public reconcile::Listener {
  public:
    WarningLog(base::Log& log, base::Duration cycle_timeout) : log_(log), cycle_timeout_(cycle_timeout) {}

    void mismatch(const check::Mismatch&) override {}
    void error(const check::Error&) override {}
    void transient(check::Kind, std::string_view) override {}
    void exempt(const check::Exempted&) override {}
    void exemption_expired(const check::Exemption& exemption) override {
        log_.write(report::exemption_expired_event(exemption));
    }
    void exemption_unused(const check::Exemption&) override {}
    void indexer_lag(const check::Indexer& indexer) override { log_.write(report::indexer_lag_event(indexer)); }
    void timed_out() override { log_.write(report::timeout_event(cycle_timeout_)); }
    void stopped(int signal) override { log_.write(report::stopped_event(signal)); }
    void warning(const std::string& text) override { log_.write({base::Level::warn, "WARNING", text, {}}); }

  private:
    base::Log& log_;
    base::Duration cycle_timeout_;
};

} // namespace

base::ExitCode run_explain(const Options& options, const std::string& sync_id, Terminal& terminal,
                           base::Interrupt& interrupt) {
    const base::SystemClock clock;
    const base::TimePoint deadline = clock.now() + options.cycle_timeout;
    terminal.hurry_at(deadline);
    base::Log log = make_log(options.log, sync_id, clock, terminal);
    check::Summary summary(options.result.max_reported);
    summary.start = clock.wall_now();

    net::HttpClient http(http_settings(options.rpc), clock);
    net::Dispatcher dispatcher(dispatcher_settings(options, deadline), http, clock, log, jitter());
    db::Database database = make_database(options, clock, log);
    reconcile::Loop loop(http, database, dispatcher, clock, interrupt, deadline);
    WarningLog listener(log, options.cycle_timeout);
    reconcile::Findings findings(summary, listener, clock);
    diagnose::Recorder recorder(options.judgement.thresholds);
    reconcile::CycleSettings settings = cycle_settings(options, summary.start);
    settings.witness = &recorder;
    try {
        reconcile::Cycle(std::move(settings), loop, findings).run();
    } catch (const base::Misconfigured& fault) {
        log.write({base::Level::error, "CONFIG_ERROR", fault.what(), {{"setting", fault.setting()}}});
        return base::ExitCode::misconfigured;
    }
    const auto list = recorder.explanations(summary);
    const check::Thresholds& thresholds = options.judgement.thresholds;
    const Output usual = terminal.out_is_terminal() ? Output::text : Output::json;
    switch (options.result.output.value_or(usual)) {
    case Output::text:
    case Output::html: // there is no page of it
        terminal.out(report::render_explanation(list, summary, thresholds, {terminal.width(), terminal.colour_out()}));
        break;
    case Output::json:
        terminal.out(report::render_explanation_json(list, summary, thresholds));
        break;
    case Output::none:
        break;
    }
    return summary.exit_code(options.result.fail_on);
}

} // namespace cmd
