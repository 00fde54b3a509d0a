#include "cmd/metrics.hpp"

#include "alert/events.hpp"
#include "metrics/events.hpp"
#include "metrics/metrics_file.hpp"
#include "metrics/prometheus.hpp"
#include "metrics/pushgateway.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmd {
namespace {

/// Of the 10 s that are kept back for reporting one is left for the file.
constexpr base::Duration time_for_pushing = std::chrono::seconds(9);
constexpr base::Duration time_after_signal = std::chrono::seconds(1);

std::string shard_of(const db::Shard& shard) {
    return fmt::format("{}-{}", shard.index, shard.count);
}

metrics::CycleEnd end_of(const Options& options, const verify::Summary& summary) {
    const cycle::Selection& selection = options.selection;
    return {summary.exit_code(options.result.fail_on),
            summary.completed() && selection.markets.empty() && selection.users.empty(), STELLAR_SYNC_VERSION,
            selection.shard.count};
}

bool wanted(const Options& options) {
    const auto has = [](const std::vector<alert::AlertChannel>& channels) {
        return std::find(channels.begin(), channels.end(), alert::AlertChannel::metrics) != channels.end();
    };
    return has(options.alerts.channels) || has(options.alerts.critical_channels);
}

/// The destinations that are set, where METRICS are a channel of either list. `until` is for a Pushgateway.
template <class Use>
void for_each_store(const Options& options, base::TimePoint until, net::Means& means, Use use) {
    if (!wanted(options)) return;
    if (!options.metrics.pushgateway.empty()) {
        net::DeliveryLimits limits;
        limits.retry = options.calls.retry;
        limits.message_timeout = options.calls.timeout;
        limits.until = until;
        limits.after_signal = time_after_signal;
        metrics::Pushgateway gateway(options.metrics.pushgateway, shard_of(options.selection.shard), limits, means);
        use(gateway);
    }
    if (!options.metrics.file.empty()) {
        metrics::Labels group;
        if (options.selection.shard.count > 1) group["shard"] = shard_of(options.selection.shard);
        metrics::MetricsFile file(options.metrics.file, std::move(group));
        use(file);
    }
}

/// Goes on from what the store holds.
metrics::Stored store(metrics::MetricsStore& store, const metrics::CycleEnd& end, const verify::Summary& summary,
                      base::Log& log) {
    const base::Result<std::string> earlier = store.read();
    if (!earlier) return base::fail(earlier.error());
    const metrics::Metrics metrics = metrics::render_metrics(summary, end, *earlier, store.group());
    if (metrics.anew) log.write(metrics::metrics_anew_event(store.name(), *metrics.anew));
    return store.replace(metrics.text);
}

void send(metrics::MetricsStore& destination, const Options& options, verify::Summary& summary, net::Means& means) {
    const metrics::Stored stored = store(destination, end_of(options, summary), summary, means.log);
    if (stored) return means.log.write(metrics::metrics_stored_event(destination.name()));
    verify::Error error{"alert",
                        std::string(alert::name(alert::AlertChannel::metrics)),
                        verify::Reason::alert,
                        fmt::format("the metrics could not be stored in {}: {}", destination.name(), stored.error()),
                        1,
                        false,
                        means.clock.wall_now()};
    means.log.write(alert::alert_failed_event(error, 1));
    summary.alert_failed(std::move(error));
}

} // namespace

void send_metrics(const Options& options, verify::Summary& summary, base::TimePoint deadline, net::Means& means) {
    if (options.dry_run) return;
    const base::TimePoint until = std::min(means.clock.now(), deadline) + time_for_pushing;
    for_each_store(options, until, means,
                   [&](metrics::MetricsStore& destination) { send(destination, options, summary, means); });
}

bool metrics_are_lost(const Options& options) {
    return !wanted(options) && !(options.metrics.file.empty() && options.metrics.pushgateway.empty());
}

std::vector<ExaminedStore> examine_metrics(const Options& options, net::Means& means) {
    std::vector<ExaminedStore> found;
    for_each_store(options, means.clock.now() + time_for_pushing, means, [&](metrics::MetricsStore& destination) {
        const metrics::Stored taken = destination.examine();
        found.push_back({destination.name(), taken ? "" : taken.error()});
    });
    return found;
}

} // namespace cmd
