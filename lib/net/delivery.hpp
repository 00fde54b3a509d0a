// What it takes to deliver a report: alerts and metrics are sent by the same means and within the same limits.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "base/retry_budget.hpp"
#include "base/time_budget.hpp"
#include "net/channel.hpp"

#include <chrono>
#include <functional>
#include <vector>

namespace net {

/// 10 s after the deadline of a cycle are kept for reporting: alerts end within 8 s of it, a Pushgateway within 9 s;
/// the rest is for the metrics file and the result.
inline constexpr base::Duration time_for_alerts = std::chrono::seconds(8);
inline constexpr base::Duration time_for_metrics = std::chrono::seconds(9);
/// A test alert, which no cycle precedes.
inline constexpr base::Duration time_for_test_alert = std::chrono::seconds(10);
/// What SIGINT or SIGTERM leaves of them, whether it comes meanwhile or came before.
inline constexpr base::Duration alerts_after_signal = std::chrono::seconds(2);
inline constexpr base::Duration metrics_after_signal = std::chrono::seconds(1);

struct DeliveryLimits {
    base::RetryPolicy retry;
    base::Duration message_timeout = std::chrono::seconds(10); // for one try
    base::TimePoint until = base::never;                       // what has not been delivered by then has failed
    base::Duration after_signal = alerts_after_signal;
};

/// What sending takes; all outlive it.
struct Means {
    net::Channel& channel;
    const base::Clock& clock;
    base::Interrupt& interrupt;
    base::Log& log;
    std::function<double()> random; // in [0, 1], for the jitter
};

/// The time of one delivery, and waiting in it.
class DeliveryTime {
  public:
    /// `means` outlive this.
    DeliveryTime(const DeliveryLimits& limits, Means& means)
        : time_(means.clock, limits.until), after_signal_(limits.after_signal), means_(means) {}

    /// Shortened if a signal has come.
    const base::TimeBudget& now_left();
    bool signalled() const { return signalled_; }
    /// Waits for the end of a transfer, a signal, or `until`; returns the transfers that have ended.
    std::vector<HttpOutcome> wait(base::TimePoint until);

  private:
    base::TimeBudget time_;
    base::Duration after_signal_;
    Means& means_;
    bool signalled_ = false;
};

} // namespace net
