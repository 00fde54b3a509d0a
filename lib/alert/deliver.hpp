// Sends the alerts of a cycle: all channels at once, each message tried again as an RPC call is, by the same policy and
// the same classification of failures. One channel's failure is nobody else's.
#pragma once

#include "alert/alert.hpp"
#include "base/secret.hpp"
#include "net/delivery.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace alert {

/// Where the channels' messages go; what a channel is not sent to needs may be empty.
struct ChannelAddresses {
    base::Secret slack_url;
    base::Secret pagerduty_url; // of the Events API
    base::Secret pagerduty_key; // the integration's routing key
    base::Secret smtp_url;
    bool smtp_requires_tls = true; // see net::Mail
    std::string email_from;
    std::vector<std::string> email_to;
    base::Secret webhook_url;
    base::Secret webhook_secret;   // empty: not signed
    base::Secret alertmanager_url; // base: /api/v2/alerts is added
    std::string host;              // who speaks
};

struct ChannelAlert {
    AlertChannel channel{};
    Alert alert;
};

/// What became of a channel's messages: one, or for PAGERDUTY one an event, for EMAIL one a recipient.
struct ChannelOutcome {
    AlertChannel channel{};
    std::uint64_t messages = 0;
    std::uint64_t failed = 0;
    std::string failure; // of the first that failed: for a person, without any secret
};

/// Ends when every message is delivered or given up, in the order of `alerts`. Writes ALERT (LOG) and
/// RETRY events. An alert that is empty is passed over, and so is METRICS.
std::vector<ChannelOutcome> deliver(const std::vector<ChannelAlert>& alerts, const ChannelAddresses& addresses,
                                    const net::DeliveryLimits& limits, net::Means& means);

} // namespace alert
