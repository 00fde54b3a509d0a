#include "metrics/prometheus.hpp"

#include "report/sample.hpp"

#include <catch2/catch.hpp>

#include <string>

using metrics::CycleEnd;
using metrics::Metrics;

namespace {

constexpr CycleEnd completed{base::ExitCode::mismatch, true, "1.2.3"};
constexpr CycleEnd cut{base::ExitCode::incomplete, false, "1.2.3"};

/// A cycle whose calls to the RPC are known.
verify::Summary cycle() {
    static constexpr std::array<base::Duration, 2> bounds{std::chrono::milliseconds(100), std::chrono::seconds(1)};
    verify::Summary summary = sample::full_summary();
    summary.rpc_calls = {{"getHealth", "answered", 1}, {"getLedgerEntries", "timed out", 3}};
    summary.rpc_latency = base::Histogram(bounds);
    summary.rpc_latency.add(std::chrono::microseconds(99'999));
    summary.rpc_latency.add(std::chrono::milliseconds(101));
    summary.rpc_latency.add(std::chrono::seconds(2));
    summary.latest_ledger = 51'234'570;
    summary.latest_ledger_age = std::chrono::milliseconds(4'250);
    summary.indexer = verify::Indexer{51'234'000, 51'234'570, 60, {}};
    return summary;
}

Metrics first(const verify::Summary& summary, const CycleEnd& end = completed) {
    return metrics::render_metrics(summary, end, "", {});
}

/// The value of a series as it stands in the text; "(absent)" where it does not.
std::string value(const std::string& text, const std::string& series) {
    const std::string line = "\n" + series + " ";
    const std::size_t at = text.find(line);
    if (at == std::string::npos) return "(absent)";
    const std::size_t start = at + line.size();
    return text.substr(start, text.find('\n', start) - start);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("A cycle's counts, times and verdict are its metrics", "[report][prometheus]") {
    const Metrics metrics = first(cycle());
    CHECK_FALSE(metrics.anew);
    const std::string& text = metrics.text;
    CHECK(value(text, R"(sync_mismatches_total{priority="NORMAL",type="ODDS"})") == "2");
    CHECK(value(text, R"(sync_mismatches_total{priority="CRITICAL",type="OUTCOME"})") == "1");
    CHECK(value(text, R"(sync_mismatches_total{priority="NORMAL",type="BALANCE"})") == "2");
    CHECK(value(text, R"(sync_errors_total{operation="balances"})") == "1203");
    CHECK(value(text, R"(sync_errors_total{operation="alert"})") == "0");
    CHECK(value(text, R"(sync_rpc_requests_total{method="getLedgerEntries",result="timed_out"})") == "3");
    CHECK(value(text, "sync_rpc_retries_total") == "1");
    CHECK(value(text, R"(sync_duration_seconds_bucket{le="10"})") == "0");
    CHECK(value(text, R"(sync_duration_seconds_bucket{le="30"})") == "1");
    CHECK(value(text, R"(sync_duration_seconds_bucket{le="+Inf"})") == "1");
    CHECK(value(text, "sync_duration_seconds_sum") == "12.345");
    CHECK(value(text, "sync_duration_seconds_count") == "1");
    CHECK(value(text, R"(sync_rpc_request_duration_seconds_bucket{le="0.1"})") == "1");
    CHECK(value(text, R"(sync_rpc_request_duration_seconds_bucket{le="1"})") == "2");
    CHECK(value(text, R"(sync_rpc_request_duration_seconds_bucket{le="+Inf"})") == "3");
    CHECK(value(text, "sync_rpc_request_duration_seconds_sum") == "2.200999");
    CHECK(value(text, R"(sync_items{check="odds",result="matched"})") == "117");
    CHECK(value(text, R"(sync_items{check="odds",result="mismatched"})") == "2");
    CHECK(value(text, R"(sync_items{check="odds",result="transient"})") == "1");
    CHECK(value(text, R"(sync_items{check="balances",result="error"})") == "1203");
    CHECK(value(text, R"(sync_items{check="balances",result="skipped"})") == "1");
    CHECK(value(text, R"(sync_status{status="MISMATCH"})") == "1");
    CHECK(value(text, R"(sync_status{status="IN_SYNC"})") == "0");
    CHECK(value(text, "sync_status_since_timestamp_seconds") == "1795438692.468");
    CHECK(value(text, "sync_last_run_timestamp_seconds") == "1795438692.468");
    CHECK(value(text, "sync_last_complete_timestamp_seconds") == "1795438692.468");
    CHECK(value(text, "sync_last_exit_code") == "1");
    CHECK(value(text, "sync_ledger") == "51234570");
    CHECK(value(text, "sync_ledger_age_seconds") == "4.25");
    CHECK(value(text, "sync_indexer_lag_ledgers") == "570");
    CHECK(value(text, "sync_indexer_max_lag_ledgers") == "60");
    CHECK(value(text, R"(sync_build_info{version="1.2.3"})") == "1");
    CHECK(value(text, "sync_shards") == "1");
}

TEST_CASE("Counters and histograms go on from the cycles before, gauges do not", "[report][prometheus]") {
    const verify::Summary summary = cycle();
    Metrics metrics = first(summary);
    for (int i = 0; i < 2; ++i) {
        metrics = metrics::render_metrics(summary, completed, metrics.text, {});
        REQUIRE_FALSE(metrics.anew);
    }
    CHECK(value(metrics.text, R"(sync_mismatches_total{priority="NORMAL",type="ODDS"})") == "6");
    CHECK(value(metrics.text, R"(sync_errors_total{operation="balances"})") == "3609");
    CHECK(value(metrics.text, R"(sync_rpc_requests_total{method="getHealth",result="answered"})") == "3");
    CHECK(value(metrics.text, "sync_rpc_retries_total") == "3");
    CHECK(value(metrics.text, R"(sync_duration_seconds_bucket{le="30"})") == "3");
    CHECK(value(metrics.text, "sync_duration_seconds_sum") == "37.035");
    CHECK(value(metrics.text, "sync_rpc_request_duration_seconds_sum") == "6.602997");
    CHECK(value(metrics.text, "sync_rpc_request_duration_seconds_count") == "9");
    CHECK(value(metrics.text, R"(sync_items{check="odds",result="mismatched"})") == "2");
}

TEST_CASE("A series that this version does not know keeps its count", "[report][prometheus]") {
    const std::string earlier = "# TYPE sync_errors_total counter\nsync_errors_total{operation=\"new\"} 5\n";
    const Metrics metrics = metrics::render_metrics(cycle(), completed, earlier, {});
    CHECK_FALSE(metrics.anew);
    CHECK(value(metrics.text, R"(sync_errors_total{operation="new"})") == "5");
}

TEST_CASE("A cycle that was not completed leaves the time of the last complete one", "[report][prometheus]") {
    verify::Summary summary = cycle();
    CHECK(value(first(summary, cut).text, "sync_last_complete_timestamp_seconds") == "0");
    const Metrics before = first(summary);
    summary.end += std::chrono::minutes(5);
    const Metrics after = metrics::render_metrics(summary, cut, before.text, {});
    CHECK(value(after.text, "sync_last_complete_timestamp_seconds") == "1795438692.468");
    CHECK(value(after.text, "sync_last_run_timestamp_seconds") == "1795438992.468");
}

TEST_CASE("The status is kept since when the first cycle in a row had it", "[report][prometheus]") {
    constexpr const char* since = "sync_status_since_timestamp_seconds";
    verify::Summary drifting = cycle();
    verify::Summary in_sync = sample::plain_summary();
    const Metrics one = first(drifting);
    drifting.end += std::chrono::minutes(5);
    const Metrics two = metrics::render_metrics(drifting, completed, one.text, {});
    CHECK(value(two.text, since) == "1795438692.468");
    in_sync.end += std::chrono::minutes(10);
    const Metrics three = metrics::render_metrics(in_sync, completed, two.text, {});
    CHECK(value(three.text, since) == "1795439292.468");
    CHECK(value(three.text, R"(sync_status{status="IN_SYNC"})") == "1");
    drifting.end += std::chrono::minutes(10);
    CHECK(value(metrics::render_metrics(drifting, completed, three.text, {}).text, since) == "1795439592.468");
}

TEST_CASE("What no cycle of ours can have written is not gone on from, and it is said why", "[report][prometheus]") {
    const std::string sound = first(cycle()).text;
    std::string earlier;
    std::string why;
    SECTION("not Prometheus's format") {
        earlier = "sync_errors_total{operation=\"odds\" 5\n";
        why = "line 1: labels are not parted by a comma";
    }
    SECTION("cut off") {
        earlier = sound.substr(0, sound.size() - 1);
        why = "it is cut off";
    }
    SECTION("another type") {
        earlier = replaced(sound, "# TYPE sync_errors_total counter", "# TYPE sync_errors_total gauge");
        why = "sync_errors_total is a gauge";
    }
    SECTION("a bucket that is missing") {
        earlier = replaced(sound, "sync_duration_seconds_bucket{le=\"30\"} 1\n", "");
        why = "sync_duration_seconds_bucket{le=\"30\"} is missing";
    }
    SECTION("buckets of other limits") {
        earlier = replaced(sound, "sync_duration_seconds_bucket{le=\"30\"}", "sync_duration_seconds_bucket{le=\"33\"}");
        why = "sync_duration_seconds_bucket{le=\"30\"} is missing";
    }
    SECTION("buckets that decrease") {
        earlier =
            replaced(sound, "sync_duration_seconds_bucket{le=\"60\"} 1", "sync_duration_seconds_bucket{le=\"60\"} 0");
        why = "sync_duration_seconds_bucket decreases";
    }
    SECTION("buckets that do not add up") {
        earlier = replaced(sound, "sync_duration_seconds_count 1", "sync_duration_seconds_count 2");
        why = "sync_duration_seconds_count is not sync_duration_seconds_bucket";
    }
    const Metrics metrics = metrics::render_metrics(cycle(), completed, earlier, {});
    REQUIRE(metrics.anew);
    CHECK_THAT(*metrics.anew, Catch::Contains(why));
    CHECK(metrics.text == sound);
}

TEST_CASE("A shard goes on from its own metrics alone", "[report][prometheus]") {
    const metrics::Labels one{{"shard", "0-2"}};
    const metrics::Labels two{{"shard", "1-2"}};
    const std::string text = metrics::render_metrics(cycle(), completed, "", one).text;
    CHECK(value(text, R"(sync_rpc_retries_total{shard="0-2"})") == "1");
    const Metrics other = metrics::render_metrics(cycle(), completed, text, two);
    CHECK(value(other.text, R"(sync_rpc_retries_total{shard="1-2"})") == "1");
    CHECK(other.text.find("0-2") == std::string::npos);
    CHECK(value(metrics::render_metrics(cycle(), completed, text, one).text,
                R"(sync_rpc_retries_total{shard="0-2"})") == "2");
}
