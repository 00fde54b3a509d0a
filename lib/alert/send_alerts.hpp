// Notifies the channels of the settings of what a cycle has found.
#pragma once

#include "alert/deliver.hpp"
#include "verify/summary.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace alert {

struct AlertSettings {
    std::vector<AlertChannel> channels; // notified of NORMAL mismatches
    std::vector<AlertChannel> critical_channels;
    ChannelAddresses addresses; // the host is set here

    /// Whether either list names the channel.
    bool list(AlertChannel channel) const {
        const auto has = [channel](const auto& all) { return std::find(all.begin(), all.end(), channel) != all.end(); };
        return has(channels) || has(critical_channels);
    }
};

/// At the end of a cycle whose deadline was `deadline`; takes net::time_for_alerts at most, from the deadline if that
/// has passed. A message that could not be delivered becomes an error of the summary.
void send_alerts(const AlertSettings& settings, net::DeliveryLimits limits, verify::Summary& summary,
                 base::TimePoint deadline, net::Means& means);

/// Sends one alert, clearly marked as a test, through every channel that either list names, METRICS excepted; in the
/// order in which they are named. Takes net::time_for_test_alert at most.
std::vector<ChannelOutcome> send_test_alert(const AlertSettings& settings, net::DeliveryLimits limits,
                                            const std::string& sync_id, net::Means& means);

/// Writes ALERT_FAILED and counts the failed messages of `outcome` as an error of the summary.
void delivery_failed(const ChannelOutcome& outcome, verify::Summary& summary, net::Means& means);

} // namespace alert
