// Sends the metrics of a cycle to each destination of the settings.
#pragma once

#include "base/secret.hpp"
#include "metrics/metrics_store.hpp"
#include "metrics/prometheus.hpp"
#include "net/delivery.hpp"
#include "verify/summary.hpp"

#include <functional>
#include <string>
#include <vector>

namespace metrics {

/// Where metrics go; empty: not there.
struct MetricsSettings {
    std::string file;
    base::Secret pushgateway;
    unsigned shard = 1; // of `shards`
    unsigned shards = 1;

    bool go_nowhere() const { return file.empty() && pushgateway.empty(); }
};

/// Stores the metrics at each destination that is set; each counts on from what it holds itself. `failed` gets the text
/// of a failure, which keeps nothing else from going on. The file comes last, so that it says if a Pushgateway could
/// not be reached. Takes 10 s at most, from the cycle's `deadline` if that has passed.
void send_metrics(const MetricsSettings& settings, net::DeliveryLimits limits, const verify::Summary& summary,
                  const std::function<CycleEnd()>& end, base::TimePoint deadline, net::Means& means,
                  const std::function<void(std::string text)>& failed);

struct ExaminedStore {
    std::string destination; // without secrets
    Stored outcome;          // whether a cycle's metrics would be taken
};

/// Each destination that send_metrics would send to; none of them is changed. Takes net::time_for_metrics at most.
std::vector<ExaminedStore> examine_metrics(const MetricsSettings& settings, net::DeliveryLimits limits,
                                           net::Means& means);

} // namespace metrics
