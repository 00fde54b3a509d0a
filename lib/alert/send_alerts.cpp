#include "alert/send_alerts.hpp"

#include "alert/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unistd.h>

namespace alert {

namespace {

bool has(const std::vector<AlertChannel>& channels, AlertChannel channel) {
    return std::find(channels.begin(), channels.end(), channel) != channels.end();
}

std::vector<AlertChannel> all_channels(const AlertSettings& settings) {
    std::vector<AlertChannel> all = settings.channels;
    for (const AlertChannel channel : settings.critical_channels)
        if (!has(all, channel)) all.push_back(channel);
    return all;
}

ChannelAddresses addresses_of(const AlertSettings& settings) {
    ChannelAddresses addresses = settings.addresses;
    std::array<char, 256> name{};
    const bool named = gethostname(name.data(), name.size() - 1) == 0 && name.front() != '\0';
    addresses.host = named ? name.data() : "unknown";
    return addresses;
}

verify::Error error_of(const ChannelOutcome& outcome, base::WallTime now) {
    verify::Error error;
    error.operation = "alert";
    error.resource_id = name(outcome.channel);
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

void delivery_failed(const ChannelOutcome& outcome, verify::Summary& summary, net::Means& means) {
    verify::Error error = error_of(outcome, means.clock.wall_now());
    means.log.write(alert_failed_event(error, outcome.messages));
    summary.alert_failed(std::move(error));
}

void send_alerts(const AlertSettings& settings, net::DeliveryLimits limits, verify::Summary& summary,
                 base::TimePoint deadline, net::Means& means) {
    std::vector<ChannelAlert> alerts;
    for (const AlertChannel channel : all_channels(settings)) {
        const Routing routing{has(settings.channels, channel), has(settings.critical_channels, channel)};
        alerts.push_back({channel, alert_of(summary, routing)});
    }
    limits.until = std::min(means.clock.now(), deadline) + net::time_for_alerts;
    for (const ChannelOutcome& outcome : deliver(alerts, addresses_of(settings), limits, means)) {
        summary.alerts_sent += outcome.messages - outcome.failed;
        if (outcome.failed > 0) {
            delivery_failed(outcome, summary, means);
        } else if (outcome.channel != AlertChannel::log) {
            means.log.write(alert_sent_event(outcome.channel, outcome.messages));
        }
    }
}

std::vector<ChannelOutcome> send_test_alert(const AlertSettings& settings, net::DeliveryLimits limits,
                                            const std::string& sync_id, net::Means& means) {
    verify::Summary summary(0);
    summary.sync_id = sync_id;
    summary.start = summary.end = means.clock.wall_now();
    std::vector<ChannelAlert> alerts;
    for (const AlertChannel channel : all_channels(settings)) alerts.push_back({channel, test_alert(summary)});
    limits.until = means.clock.now() + net::time_for_test_alert;
    return deliver(alerts, addresses_of(settings), limits, means);
}

} // namespace alert
