#include "metrics/prometheus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace metrics {
namespace {

using std::chrono::seconds;

/// From a cycle over little to one that needs all of its default time.
constexpr std::array<base::Duration, 10> duration_bounds{std::chrono::milliseconds(500),
                                                         seconds(1),
                                                         seconds(5),
                                                         seconds(10),
                                                         seconds(30),
                                                         seconds(60),
                                                         seconds(90),
                                                         seconds(120),
                                                         seconds(180),
                                                         seconds(240)};

/// Every operation that has errors (verify::Error::operation): each has its counter from the first cycle on, or the
/// first error of its kind would not be an increase.
std::vector<std::string_view> operations(const verify::Checks& checks) {
    std::vector<std::string_view> all;
    for (const verify::Check check : checks) all.push_back(check.name());
    all.insert(all.end(), {"database", "rpc", "alert"});
    return all;
}

constexpr std::array all_statuses{verify::Status::in_sync, verify::Status::mismatch, verify::Status::incomplete,
                                  verify::Status::failed};

Millionths seconds_of(base::WallTime time) {
    return millionths_of(base::Duration(time.time_since_epoch()));
}

std::string word(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), ' ', '_');
    return out;
}

/// The metrics of the cycles before.
class Earlier {
  public:
    explicit Earlier(MetricsText text) : text_(std::move(text)) {
        for (const MetricsSample& sample : text_.samples) by_series_[series(sample.name, sample.labels)] = sample.value;
    }

    const std::vector<MetricsSample>& samples() const { return text_.samples; }

    std::optional<Millionths> find(std::string_view name, const Labels& labels = {}) const {
        const auto found = by_series_.find(series(name, labels));
        return found == by_series_.end() ? std::nullopt : std::optional(found->second);
    }

    bool any_of(std::string_view family) const {
        return std::any_of(text_.samples.begin(), text_.samples.end(),
                           [family](const MetricsSample& sample) { return sample.name.starts_with(family); });
    }

    /// Where a family says that it is of another type, somebody else has written it.
    void require_type(std::string_view family, std::string_view type) const {
        const auto found = text_.types.find(family);
        if (found != text_.types.end() && found->second != type) {
            throw Contradiction{fmt::format("{} is a {}", family, found->second)};
        }
    }

    /// Thrown and caught in this file: what was read is not of our making.
    struct Contradiction {
        std::string why;
    };

  private:
    MetricsText text_;
    std::map<std::string, Millionths, std::less<>> by_series_;
};

/// `le`, as both Prometheus's libraries and this program write it.
std::string limit(base::Duration bound) {
    return decimal(millionths_of(bound));
}

class Renderer {
  public:
    Renderer(const verify::Summary& summary, const CycleEnd& end, const Earlier& earlier, const Labels& group)
        : summary_(summary), end_(end), earlier_(earlier), writer_(group) {}

    /// Throws Earlier::Contradiction.
    std::string render() {
        counters();
        histograms();
        verdict();
        items();
        disagreements();
        times();
        chain();
        build();
        return writer_.text();
    }

  private:
    void counters() {
        std::map<Labels, Millionths> mismatches;
        for (const verify::Check check : summary_.all()) {
            mismatches[{{"type", std::string(check.type())},
                        {"priority", std::string(verify::name(check.priority()))}}] =
                millionths_of(summary_.tally(check).mismatched);
        }
        counter("sync_mismatches_total", "Mismatches found, each cycle's anew", std::move(mismatches));

        std::map<Labels, Millionths> errors;
        for (const std::string_view operation : operations(summary_.all()))
            errors[{{"operation", std::string(operation)}}] = 0;
        for (const auto& [operation, count] : summary_.errors_by_operation()) {
            errors[{{"operation", operation}}] = millionths_of(count);
        }
        counter("sync_errors_total",
                "Errors: rows that could not be verified, by their check, and failures of the database, of the RPC and "
                "of alerts and metrics",
                std::move(errors));

        std::map<Labels, Millionths> calls;
        for (const verify::RpcCalls& some : summary_.rpc_calls) {
            calls[{{"method", std::string(some.method)}, {"result", word(some.result)}}] = millionths_of(some.count);
        }
        counter("sync_rpc_requests_total", "Requests to the Stellar RPC, retries included, by what came of them",
                std::move(calls));
        counter("sync_rpc_retries_total", "Requests to the Stellar RPC that were sent again",
                {{Labels{}, millionths_of(summary_.rpc_retries)}});
    }

    void histograms() {
        base::Histogram durations(duration_bounds);
        durations.add(summary_.end - summary_.start);
        histogram("sync_duration_seconds", "How long cycles took", durations);
        histogram("sync_rpc_request_duration_seconds", "How long requests to the Stellar RPC took",
                  summary_.rpc_latency);
    }

    void verdict() {
        constexpr std::string_view since = "sync_status_since_timestamp_seconds";
        const auto labels = [](verify::Status status) { return Labels{{"status", std::string(verify::name(status))}}; };
        writer_.family("sync_status", "gauge", "1 for the status of the last cycle, 0 for the others");
        for (const verify::Status status : all_statuses) {
            writer_.sample("sync_status", labels(status), millionths_of(status == summary_.status() ? 1 : 0));
        }
        const bool as_before = earlier_.find("sync_status", labels(summary_.status())) == millionths_of(1);
        gauge(since, "When the first of the cycles in a row that ended with the last one's status ended",
              as_before ? earlier_.find(since).value_or(seconds_of(summary_.end)) : seconds_of(summary_.end));
        gauge("sync_last_exit_code", "What the last cycle exited with, as far as it was known when this was written",
              millionths_of(static_cast<std::uint64_t>(end_.exit_code)));
    }

    void items() {
        writer_.family("sync_items", "gauge", "Rows of the last cycle, each in one result of its check");
        for (const verify::Check check : summary_.all()) {
            const verify::Tally& tally = summary_.tally(check);
            const std::uint64_t skipped = summary_.skipped(check);
            const std::array<std::pair<const char*, std::uint64_t>, 5> results{{{"matched", tally.matched},
                                                                                {"mismatched", tally.mismatched},
                                                                                {"transient", tally.transient},
                                                                                {"error", tally.errors},
                                                                                {"skipped", skipped}}};
            for (const auto& [result, count] : results) {
                writer_.sample("sync_items", {{"check", std::string(check.name())}, {"result", result}},
                               millionths_of(count));
            }
        }
    }

    void disagreements() {
        gauge("sync_rpc_disagreements", "Outcomes of the last cycle that two RPC endpoints do not agree about",
              millionths_of(sum(summary_.disagreements())));
    }

    void times() {
        constexpr std::string_view last_complete = "sync_last_complete_timestamp_seconds";
        gauge("sync_last_run_timestamp_seconds", "When the last cycle ended", seconds_of(summary_.end));
        gauge(last_complete,
              "When the last cycle ended that went through every row, whatever came of it; 0 before the first",
              end_.complete ? seconds_of(summary_.end) : earlier_.find(last_complete).value_or(0));
    }

    void chain() {
        if (summary_.latest_ledger) {
            gauge("sync_ledger", "The latest ledger that the last cycle saw", millionths_of(*summary_.latest_ledger));
        }
        if (summary_.latest_ledger_age) {
            gauge("sync_ledger_age_seconds",
                  "How old the node's latest ledger was when the last cycle asked it, at its start",
                  millionths_of(*summary_.latest_ledger_age));
        }
        if (summary_.indexer) {
            gauge("sync_indexer_lag_ledgers", "How far the application's indexer was behind the node",
                  millionths_of(summary_.indexer->lag()));
            gauge("sync_indexer_max_lag_ledgers", "The lag that is normal, SYNC_MAX_INDEXER_LAG",
                  millionths_of(summary_.indexer->max_lag));
        }
    }

    void build() {
        gauge("sync_shards", "How many shards share the rows, the one of this group included",
              millionths_of(end_.shards));
        writer_.family("sync_build_info", "gauge", "1, with the version of stellar-sync");
        writer_.sample("sync_build_info", {{"version", std::string(end_.version)}}, millionths_of(1));
    }

    void gauge(std::string_view name, std::string_view help, Millionths value) {
        writer_.family(name, "gauge", help);
        writer_.sample(name, {}, value);
    }

    /// Each series goes on from its earlier value; one that this cycle does not know stays.
    void counter(std::string_view name, std::string_view help, std::map<Labels, Millionths> now) {
        earlier_.require_type(name, "counter");
        for (const MetricsSample& sample : earlier_.samples()) {
            if (sample.name == name) now[sample.labels] += sample.value;
        }
        writer_.family(name, "counter", help);
        for (const auto& [labels, value] : now) writer_.sample(name, labels, value);
    }

    void histogram(std::string_view name, std::string_view help, const base::Histogram& now) {
        earlier_.require_type(name, "histogram");
        const std::string bucket = fmt::format("{}_bucket", name);
        const std::string sum = fmt::format("{}_sum", name);
        const std::string count = fmt::format("{}_count", name);
        std::vector<std::string> limits;
        for (const base::Duration bound : now.bounds()) limits.push_back(limit(bound));
        limits.emplace_back("+Inf");

        const bool go_on = earlier_.any_of(fmt::format("{}_", name));
        const auto before = [&](std::string_view series_name, const Labels& labels) -> Millionths {
            if (!go_on) return 0;
            const auto value = earlier_.find(series_name, labels);
            if (!value) throw Earlier::Contradiction{fmt::format("{} is missing", series(series_name, labels))};
            return *value;
        };
        writer_.family(name, "histogram", help);
        std::uint64_t total = 0;
        Millionths below = 0;
        for (std::size_t i = 0; i < limits.size(); ++i) {
            const Labels labels{{"le", limits[i]}};
            const Millionths earlier = before(bucket, labels);
            if (earlier < below) throw Earlier::Contradiction{fmt::format("{} decreases", bucket)};
            below = earlier;
            total += now.counts()[i];
            writer_.sample(bucket, labels, earlier + millionths_of(total));
        }
        if (before(count, {}) != below) throw Earlier::Contradiction{fmt::format("{} is not {}", count, bucket)};
        writer_.sample(sum, {}, before(sum, {}) + millionths_of(now.sum()));
        writer_.sample(count, {}, below + millionths_of(total));
    }

    const verify::Summary& summary_;
    const CycleEnd& end_;
    const Earlier& earlier_;
    MetricsWriter writer_;
};

} // namespace

Metrics render_metrics(const verify::Summary& summary, const CycleEnd& end, std::string_view earlier,
                       const Labels& group) {
    std::string why;
    if (base::Result<MetricsText> read = read_metrics(earlier, metrics_prefix, group)) {
        try {
            return {Renderer(summary, end, Earlier(std::move(*read)), group).render(), std::nullopt};
        } catch (const Earlier::Contradiction& contradiction) {
            why = contradiction.why;
        }
    } else {
        why = read.error();
    }
    return {Renderer(summary, end, Earlier({}), group).render(), std::move(why)};
}

} // namespace metrics
