#include "diagnose/doctor.hpp"

#include "diagnose/endpoints.hpp"

#include <fmt/format.h>

namespace diagnose {
namespace {

void add_configuration(const std::vector<SettingRemark>& warnings, Checklist& list) {
    list.add({Part::configuration, "settings", Mark::ok, "every setting is sound"});
    for (const SettingRemark& warning : warnings)
        list.add({Part::configuration, warning.setting, Mark::warning, warning.text, warning.advice});
}

/// Which channels would be notified; and, for a test alert, whether each takes it.
void add_alerts(const DoctorSettings& settings, Checklist& list, net::Means means, const std::string& sync_id) {
    const auto names = [](const std::vector<alert::AlertChannel>& channels) {
        std::string out;
        for (const alert::AlertChannel channel : channels) (out += out.empty() ? "" : ", ") += alert::name(channel);
        return out;
    };
    list.add({Part::alerts, "channels", Mark::ok,
              fmt::format("NORMAL: {}; CRITICAL: {}", names(settings.alerts.channels),
                          names(settings.alerts.critical_channels)),
              settings.test_alert ? "" : "`--send-test-alert` tries them"});
    const bool metrics_wanted = settings.alerts.list(alert::AlertChannel::metrics);
    if (!metrics_wanted && !settings.metrics.go_nowhere())
        list.add({Part::alerts, "metrics", Mark::warning,
                  "nothing is sent to where they go: METRICS is in neither list",
                  "add METRICS to SYNC_ALERT_CHANNELS, or to SYNC_CRITICAL_ALERT_CHANNELS"});
    if (!settings.test_alert) return;
    for (const alert::ChannelOutcome& outcome :
         alert::send_test_alert(settings.alerts, settings.limits, sync_id, means)) {
        const std::string name(alert::name(outcome.channel));
        if (outcome.failed == 0)
            list.add({Part::alerts, name, Mark::ok, "a test alert was taken"});
        else
            list.add({Part::alerts, name, Mark::failed, "the test alert was not delivered: " + outcome.failure,
                      "see that the channel's settings are right and its server can be reached from here"});
    }
    if (!metrics_wanted) return;
    for (const metrics::ExaminedStore& store : metrics::examine_metrics(settings.metrics, settings.limits, means)) {
        const std::string name = fmt::format("METRICS to {}", store.destination);
        if (store.outcome)
            list.add({Part::alerts, name, Mark::ok, "they would be taken"});
        else
            list.add({Part::alerts, name, Mark::failed, store.outcome.error(),
                      "see that the destination is right, and may be written to from here"});
    }
}

} // namespace

Checklist examine(cycle::Session& session, const DoctorSettings& settings) {
    Checklist list;
    add_configuration(settings.warnings, list);
    base::Interrupt& interrupt = session.interrupt();
    Endpoints endpoints(session.settings().rpc, session.channel(), session.clock(), session.log(),
                        session.settings().random);
    Diagnosis diagnosis(settings.cycle, list, session.clock());
    // So that no part that is silent takes the time from the others.
    std::size_t parts_left = endpoints.size() + 2;
    const auto open_loop = [&](net::Dispatcher& dispatcher) {
        const base::TimePoint now = session.clock().now();
        const auto share = (session.deadline() - now) / static_cast<std::int64_t>(parts_left--);
        return session.loop(dispatcher, now + share);
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
    if (!interrupt.raised()) add_alerts(settings, list, session.means(), session.settings().sync_id);
    list.signal = interrupt.raised();
    return list;
}

Checklist faulty_configuration(const std::vector<SettingRemark>& faults) {
    Checklist list;
    for (const SettingRemark& fault : faults)
        list.add({Part::configuration, fault.setting, Mark::failed,
                  fault.value.empty() ? "it is missing or cannot be shown" : fmt::format("it is \"{}\"", fault.value),
                  fmt::format("expected {}", fault.text)});
    list.add({Part::configuration, "everything else", Mark::skipped, "not tried with a configuration that is wrong"});
    return list;
}

} // namespace diagnose
