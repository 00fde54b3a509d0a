// Where the metrics of a cycle go.
#pragma once

#include "alert/deliver.hpp"
#include "cmd/options.hpp"
#include "verify/summary.hpp"

#include <string>
#include <vector>

namespace cmd {

/// Where METRICS are a channel of either list, and this is no dry run: to each destination that is set, each of which
/// counts on from what it holds itself. What fails is an ALERT_FAILED event and an error of the summary, and keeps
/// nothing else from going on. The file comes last, so that it tells of a Pushgateway that could not be reached. Takes
/// 10 s at most, from the cycle's `deadline` where that has passed.
void send_metrics(const Options& options, verify::Summary& summary, base::TimePoint deadline, net::Means& means);

/// A destination is set, and METRICS is a channel of neither list: nothing is ever sent to it.
bool metrics_are_lost(const Options& options);

struct ExaminedStore {
    std::string destination; // without secrets
    std::string failure;     // empty: a cycle's metrics would be taken
};

/// Each destination that send_metrics would send to; none of them is changed. Takes 9 s at most.
std::vector<ExaminedStore> examine_metrics(const Options& options, net::Means& means);

} // namespace cmd
