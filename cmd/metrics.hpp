// Where the metrics of a cycle go.
#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "check/summary.hpp"
#include "cmd/options.hpp"
#include "net/channel.hpp"

#include <functional>

namespace cmd {

/// What sending takes besides the options.
struct Surroundings {
    net::Channel& channel;
    const base::Clock& clock;
    base::Interrupt& interrupt;
    base::Log& log;
    std::function<double()> random;
    base::TimePoint deadline; // the cycle's; what is sent may take a little longer
};

/// Sends them to each destination that is set, each of which counts on from what it holds itself. What fails is an
/// ALERT_FAILED event and an error of the summary, and keeps nothing else from going on. The file comes last, so that
/// it tells of a Pushgateway that could not be reached.
void send_metrics(const Options& options, check::Summary& summary, const Surroundings& around);

} // namespace cmd
