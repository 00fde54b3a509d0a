#include "cmd/doctor.hpp"

#include "cmd/alerts.hpp"
#include "cmd/metrics.hpp"
#include "cmd/parts.hpp"
#include "diagnose/checklist.hpp"
#include "diagnose/checklist_text.hpp"
#include "diagnose/diagnosis.hpp"
#include "diagnose/endpoints.hpp"

#include <fmt/format.h>

#include <array>

namespace cmd {
namespace {

using diagnose::Mark;
using diagnose::Part;

std::string in_words(Origin origin) {
    constexpr std::array<std::string_view, 5> names{"", "default", "file", "environment", "flag"};
    return std::string(names[static_cast<std::size_t>(origin)]);
}

void write_checklist(const Options& options, const diagnose::Checklist& list, Terminal& terminal) {
    std::vector<diagnose::SettingLine> settings;
    for (const ShownSetting& setting : options.shown)
        settings.push_back({setting.name, setting.value, in_words(setting.origin)});
    const Output usual = terminal.out_is_terminal() ? Output::text : Output::json;
    switch (options.result.output.value_or(usual)) {
    case Output::text:
    case Output::html: // there is no page of it
        return terminal.out(diagnose::render_checklist(list, settings, {terminal.width(), terminal.colour_out()}));
    case Output::json:
        return terminal.out(diagnose::render_checklist_json(list, settings));
    case Output::none:
        return;
    }
}

diagnose::Settings diagnose_settings(const Options& options) {
    return {options.selection,
            options.database.connection.schema,
            options.database.custom_sql,
            options.target,
            options.token,
            options.watermark};
}

void add_configuration(const Options& options, diagnose::Checklist& list) {
    list.add({Part::configuration, "settings", Mark::ok, "every setting is sound"});
    for (const ConfigWarning& warning : options.warnings)
        list.add({Part::configuration, warning.setting, Mark::warning, warning.text});
    for (const std::string& warning : options.database.connection.warnings)
        list.add({Part::configuration, "DATABASE_URL", Mark::warning, warning, "leave it out"});
}

/// Which channels would be told; and, where that is wanted, that each takes an alert.
void add_alerts(const Options& options, const std::string& sync_id, diagnose::Checklist& list, net::Means& means) {
    const auto names = [](const std::vector<alert::AlertChannel>& channels) {
        std::string out;
        for (const alert::AlertChannel channel : channels) (out += out.empty() ? "" : ", ") += alert::name(channel);
        return out;
    };
    list.add({Part::alerts, "channels", Mark::ok,
              fmt::format("NORMAL: {}; CRITICAL: {}", names(options.alerts.channels),
                          names(options.alerts.critical_channels)),
              options.test_alert ? "" : "`--send-test-alert` tries them"});
    if (metrics_are_lost(options))
        list.add({Part::alerts, "metrics", Mark::warning,
                  "nothing is sent to where they go: METRICS is in neither list",
                  "add METRICS to SYNC_ALERT_CHANNELS, or to SYNC_CRITICAL_ALERT_CHANNELS"});
    if (!options.test_alert) return;
    for (const alert::ChannelOutcome& outcome : send_test_alert(options, sync_id, means)) {
        const std::string name(alert::name(outcome.channel));
        if (outcome.failed == 0)
            list.add({Part::alerts, name, Mark::ok, "a test alert was taken"});
        else
            list.add({Part::alerts, name, Mark::failed, "the test alert was not delivered: " + outcome.failure,
                      "see that the channel's settings are right and its server can be reached from here"});
    }
    for (const ExaminedStore& store : examine_metrics(options, means)) {
        const std::string name = fmt::format("METRICS to {}", store.destination);
        if (store.failure.empty())
            list.add({Part::alerts, name, Mark::ok, "they would be taken"});
        else
            list.add({Part::alerts, name, Mark::failed, store.failure,
                      "see that the destination is right, and may be written to from here"});
    }
}

} // namespace

base::ExitCode run_doctor(const Options& options, const std::string& sync_id, Terminal& terminal,
                          base::Interrupt& interrupt) {
    const base::SystemClock clock;
    const base::TimePoint deadline = clock.now() + options.cycle_timeout;
    terminal.hurry_at(deadline);
    base::Log log = make_log(options.log, sync_id, clock, terminal);
    diagnose::Checklist list;
    add_configuration(options, list);

    net::HttpClient http(http_settings(options.rpc), clock);
    diagnose::Endpoints endpoints(dispatcher_settings(options, deadline), http, clock, log, jitter());
    db::Database database = make_database(options, clock, log);
    diagnose::Diagnosis diagnosis(diagnose_settings(options), list, clock);
    // Each part has its share of the time that is left, so that none that is silent takes it from the others.
    std::size_t parts_left = endpoints.size() + 2;
    const auto open_loop = [&](net::Dispatcher& dispatcher) {
        const base::TimePoint now = clock.now();
        const auto share = (deadline - now) / static_cast<std::int64_t>(parts_left--);
        return cycle::Loop(http, database, dispatcher, clock, interrupt, now + share);
    };

    cycle::Loop loop = open_loop(endpoints.first());
    diagnosis.examine_database(loop);
    for (std::size_t i = 0; i < endpoints.size() && !interrupt.raised(); ++i) endpoints.examine(i, open_loop);
    endpoints.report(list);
    if (net::Dispatcher* dispatcher = endpoints.usable()) {
        cycle::Loop last = open_loop(*dispatcher);
        diagnosis.examine_contracts(last);
    } else {
        diagnosis.skip_contracts();
    }
    const std::function<double()> random = jitter();
    net::Means means{http, clock, interrupt, log, random};
    if (!interrupt.raised()) add_alerts(options, sync_id, list, means);
    list.signal = interrupt.raised();
    write_checklist(options, list, terminal);
    return list.exit_code();
}

base::ExitCode run_doctor(const Faults& faults, Terminal& terminal) {
    diagnose::Checklist list;
    for (const ConfigFault& fault : faults.list)
        list.add({Part::configuration, fault.setting, Mark::failed,
                  fault.value.empty() ? "it is missing or cannot be shown" : fmt::format("it is \"{}\"", fault.value),
                  fmt::format("expected {}", fault.expected)});
    list.add({Part::configuration, "everything else", Mark::skipped, "not tried with a configuration that is wrong"});
    write_checklist(faults.options, list, terminal);
    return list.exit_code();
}

} // namespace cmd
