// What it takes to deliver a report: alerts and metrics go out by the same means and within the same limits.
#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/interrupt.hpp"

#include <chrono>
#include <functional>

namespace net {

class Channel;

/// 10 s after the deadline of a cycle are kept for reporting: alerts end within 8 s of it, a Pushgateway within 9 s;
/// the rest is for the metrics file and the result.
inline constexpr base::Duration time_for_alerts = std::chrono::seconds(8);
inline constexpr base::Duration time_for_metrics = std::chrono::seconds(9);
/// A test alert, which no cycle precedes.
inline constexpr base::Duration time_for_test_alert = std::chrono::seconds(10);

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

} // namespace net
