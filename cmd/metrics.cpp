#include "cmd/metrics.hpp"

#include "report/metrics_file.hpp"
#include "report/prometheus.hpp"
#include "report/pushgateway.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmd {
namespace {

/// For the Pushgateway, from the cycle's deadline where that has passed: of the 10 s that are kept back for reporting
/// one is left for the file.
constexpr base::Duration longest = std::chrono::seconds(9);
constexpr base::Duration longest_after_signal = std::chrono::seconds(2);

std::string shard_of(const db::Shard& shard) {
    return fmt::format("{}-{}", shard.index, shard.count);
}

report::CycleEnd end_of(const Options& options, const check::Summary& summary) {
    const reconcile::Selection& selection = options.selection;
    return {summary.exit_code(options.result.fail_on),
            summary.completed() && selection.markets.empty() && selection.users.empty(), STELLAR_SYNC_VERSION};
}

base::Fields fields_of(std::string_view destination) {
    return {{"channel", std::string("METRICS")}, {"destination", std::string(destination)}};
}

/// Goes on from what the store holds.
report::Stored store(report::MetricsStore& store, const report::CycleEnd& end, const check::Summary& summary,
                     base::Log& log) {
    const base::Result<std::string> earlier = store.read();
    if (!earlier) return base::fail(earlier.error());
    const report::Metrics metrics = report::render_metrics(summary, end, *earlier, store.group());
    if (metrics.anew) {
        base::Fields fields = fields_of(store.name());
        fields.push_back({"reason", *metrics.anew});
        log.write({base::Level::warn, "METRICS_ANEW",
                   fmt::format("the metrics in {} are no earlier ones of this program ({}): all counters begin at 0",
                               store.name(), *metrics.anew),
                   std::move(fields)});
    }
    return store.replace(metrics.text);
}

void send(report::MetricsStore& destination, const Options& options, check::Summary& summary,
          const Surroundings& around) {
    const report::Stored stored = store(destination, end_of(options, summary), summary, around.log);
    base::Fields fields = fields_of(destination.name());
    if (stored) {
        around.log.write({base::Level::debug, "METRICS_STORED",
                          fmt::format("the metrics are in {}", destination.name()), std::move(fields)});
        return;
    }
    const std::string text =
        fmt::format("the metrics could not be stored in {}: {}", destination.name(), stored.error());
    fields.push_back({"error", stored.error()});
    around.log.write({base::Level::error, "ALERT_FAILED", text, std::move(fields)});
    summary.add({"alert", "METRICS", check::Reason::alert, text, 1, false, around.clock.wall_now()});
}

} // namespace

void send_metrics(const Options& options, check::Summary& summary, const Surroundings& around) {
    if (!options.metrics.pushgateway.empty()) {
        const base::TimePoint latest = std::min(around.clock.now(), around.deadline) + longest;
        std::optional<base::TimePoint> signalled;
        const auto give_up_at = [&around, latest, signalled]() mutable {
            if (!signalled && around.interrupt.raised()) signalled = around.clock.now() + longest_after_signal;
            return std::min(latest, signalled.value_or(latest));
        };
        report::Pushgateway gateway({options.metrics.pushgateway, shard_of(options.selection.shard),
                                     options.calls.timeout, options.calls.retry, &around.interrupt, give_up_at},
                                    around.channel, around.clock, around.log, around.random);
        send(gateway, options, summary, around);
    }
    if (!options.metrics.file.empty()) {
        report::Labels group;
        if (options.selection.shard.count > 1) group["shard"] = shard_of(options.selection.shard);
        report::MetricsFile file(options.metrics.file, std::move(group));
        send(file, options, summary, around);
    }
}

} // namespace cmd
