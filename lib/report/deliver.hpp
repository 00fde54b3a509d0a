// Sends the alerts of a cycle: all channels at once, each message tried again as an RPC call is, by the same policy and
// the same classification of failures. One channel's failure is nobody else's.
#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "base/secret.hpp"
#include "report/alert.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace net {
class Channel;
}

namespace report {

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

struct DeliveryLimits {
    base::RetryPolicy retry;
    base::Duration message_timeout = std::chrono::seconds(10); // for one try
    base::TimePoint until = base::never;                       // what has not been delivered by then has failed
    base::Duration after_signal = std::chrono::seconds(2); // SIGINT or SIGTERM, before or meanwhile, leaves this much
};

/// What sending takes; all outlive it.
struct Means {
    net::Channel& channel;
    const base::Clock& clock;
    base::Interrupt& interrupt;
    base::Log& log;
    std::function<double()> random; // in [0, 1], for the jitter
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
                                    const DeliveryLimits& limits, Means& means);

} // namespace report
