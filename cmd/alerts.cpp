#include "cmd/alerts.hpp"

#include "alert/events.hpp"
#include "cmd/setting_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unistd.h>

namespace cmd {

namespace {

using alert::AlertChannel;

constexpr base::Duration time_for_alerts = std::chrono::seconds(8);
constexpr base::Duration time_for_test = std::chrono::seconds(10);

bool has(const std::vector<AlertChannel>& channels, AlertChannel channel) {
    return std::find(channels.begin(), channels.end(), channel) != channels.end();
}

std::vector<AlertChannel> all_channels(const AlertOptions& options) {
    std::vector<AlertChannel> all = options.channels;
    for (const AlertChannel channel : options.critical_channels)
        if (!has(all, channel)) all.push_back(channel);
    return all;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') return "unknown";
    return name.data();
}

alert::ChannelAddresses addresses_of(const Options& options) {
    alert::ChannelAddresses addresses = options.alerts.addresses;
    addresses.smtp_requires_tls = !options.rpc.allow_http && !is_mail_of_this_machine(addresses.smtp_url.reveal());
    addresses.host = host_name();
    return addresses;
}

net::DeliveryLimits limits_of(const Options& options, base::TimePoint until) {
    net::DeliveryLimits limits;
    limits.retry = options.calls.retry;
    limits.message_timeout = options.calls.timeout;
    limits.until = until;
    return limits;
}

verify::Error error_of(const alert::ChannelOutcome& outcome, base::WallTime now) {
    verify::Error error;
    error.operation = "alert";
    error.resource_id = alert::name(outcome.channel);
    error.reason = verify::Reason::alert;
    error.text = outcome.failed == outcome.messages ? outcome.failure
                                                    : fmt::format("{} (and {} of {} messages in all)", outcome.failure,
                                                                  outcome.failed, outcome.messages);
    error.count = outcome.failed;
    error.aggregate = outcome.failed > 1;
    error.time = now;
    return error;
}

} // namespace

void send_alerts(const Options& options, verify::Summary& summary, base::TimePoint deadline, net::Means& means) {
    if (options.dry_run) return;
    std::vector<alert::ChannelAlert> alerts;
    for (const AlertChannel channel : all_channels(options.alerts)) {
        const alert::Routing routing{has(options.alerts.channels, channel),
                                     has(options.alerts.critical_channels, channel)};
        alerts.push_back({channel, alert::alert_of(summary, routing)});
    }
    const base::TimePoint until = std::min(means.clock.now(), deadline) + time_for_alerts;
    for (const alert::ChannelOutcome& outcome :
         alert::deliver(alerts, addresses_of(options), limits_of(options, until), means)) {
        summary.alerts_sent += outcome.messages - outcome.failed;
        if (outcome.failed > 0) {
            verify::Error error = error_of(outcome, means.clock.wall_now());
            means.log.write(alert::alert_failed_event(error, outcome.messages));
            summary.alert_failed(std::move(error));
        } else if (outcome.channel != AlertChannel::log) {
            means.log.write(alert::alert_sent_event(outcome.channel, outcome.messages));
        }
    }
}

std::vector<alert::ChannelOutcome> send_test_alert(const Options& options, const std::string& sync_id,
                                                   net::Means& means) {
    verify::Summary summary(0);
    summary.sync_id = sync_id;
    summary.start = summary.end = means.clock.wall_now();
    std::vector<alert::ChannelAlert> alerts;
    for (const AlertChannel channel : all_channels(options.alerts))
        alerts.push_back({channel, alert::test_alert(summary)});
    const base::TimePoint until = means.clock.now() + time_for_test;
    return alert::deliver(alerts, addresses_of(options), limits_of(options, until), means);
}

} // namespace cmd
