#include "metrics/send_metrics.hpp"

#include "metrics/events.hpp"
#include "metrics/metrics_file.hpp"
#include "metrics/pushgateway.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace metrics {
namespace {

/// `limits` are for a Pushgateway.
template <class Use>
void for_each_store(const MetricsSettings& settings, net::DeliveryLimits limits, net::Means& means, Use use) {
    const std::string shard = fmt::format("{}-{}", settings.shard, settings.shards);
    if (!settings.pushgateway.empty()) {
        limits.after_signal = net::metrics_after_signal;
        Pushgateway gateway(settings.pushgateway, shard, limits, means);
        use(gateway);
    }
    if (!settings.file.empty()) {
        Labels group;
        if (settings.shards > 1) group["shard"] = shard;
        MetricsFile file(settings.file, std::move(group));
        use(file);
    }
}

/// Goes on from what the store holds.
Stored store(MetricsStore& store, const CycleEnd& end, const verify::Summary& summary, base::Log& log) {
    const base::Result<std::string> earlier = store.read();
    if (!earlier) return base::fail(earlier.error());
    const Metrics metrics = render_metrics(summary, end, *earlier, store.group());
    if (metrics.anew) log.write(metrics_anew_event(store.name(), *metrics.anew));
    return store.replace(metrics.text);
}

} // namespace

void send_metrics(const MetricsSettings& settings, net::DeliveryLimits limits, const verify::Summary& summary,
                  const std::function<CycleEnd()>& end, base::TimePoint deadline, net::Means& means,
                  const std::function<void(std::string text)>& failed) {
    limits.until = std::min(means.clock.now(), deadline) + net::time_for_metrics;
    for_each_store(settings, limits, means, [&](MetricsStore& destination) {
        const Stored stored = store(destination, end(), summary, means.log);
        if (stored)
            means.log.write(metrics_stored_event(destination.name()));
        else
            failed(fmt::format("the metrics could not be stored in {}: {}", destination.name(), stored.error()));
    });
}

std::vector<ExaminedStore> examine_metrics(const MetricsSettings& settings, net::DeliveryLimits limits,
                                           net::Means& means) {
    std::vector<ExaminedStore> found;
    limits.until = means.clock.now() + net::time_for_metrics;
    for_each_store(settings, limits, means, [&](MetricsStore& destination) {
        found.push_back({destination.name(), destination.examine()});
    });
    return found;
}

} // namespace metrics
