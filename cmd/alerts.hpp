// Tells the channels of the settings what a cycle has found.
#pragma once

#include "alert/deliver.hpp"
#include "cmd/options.hpp"
#include "verify/summary.hpp"

#include <string>
#include <vector>

namespace cmd {

/// At the end of a cycle whose deadline was `deadline`. What could not be delivered becomes an error of the summary.
/// Takes 8 s at most, from the deadline where that has passed: the rest of the 10 s kept back for reporting is for what
/// comes after. On a dry run nobody is told.
void send_alerts(const Options& options, verify::Summary& summary, base::TimePoint deadline, net::Means& means);

/// One alert, clearly marked as a test, through every channel that either list names, METRICS excepted; in the order in
/// which they are named. An empty `failure` is success. Takes 10 s at most.
std::vector<alert::ChannelOutcome> send_test_alert(const Options& options, const std::string& sync_id,
                                                   net::Means& means);

} // namespace cmd
