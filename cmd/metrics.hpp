// Where the metrics of a cycle go.
#pragma once

#include "check/summary.hpp"
#include "cmd/options.hpp"
#include "report/deliver.hpp"

namespace cmd {

/// Where METRICS are a channel of either list, and this is no dry run: to each destination that is set, each of which
/// counts on from what it holds itself. What fails is an ALERT_FAILED event and an error of the summary, and keeps
/// nothing else from going on. The file comes last, so that it tells of a Pushgateway that could not be reached. Takes
/// 10 s at most, from the cycle's `deadline` where that has passed.
void send_metrics(const Options& options, check::Summary& summary, base::TimePoint deadline, report::Means& means);

} // namespace cmd
