// The alerts in a real Alertmanager.
#include "alert/alert_sample.hpp"
#include "alert/alertmanager.hpp"
#include "fakes/http_receiver.hpp"
#include "fakes/monitoring.hpp"
#include "integration/program.hpp"
#include "net/failure.hpp"
#include "net/http.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace std::chrono_literals;
using fakes::AlertmanagerServer;
using fakes::HttpReceiver;
using integration::pointer;

namespace {

/// Posts the alerts of a cycle that has found the same just now.
net::HttpOutcome post(const AlertmanagerServer& alertmanager, const verify::Summary& sample,
                      std::chrono::milliseconds lasts) {
    const base::SystemClock clock;
    verify::Summary summary(10'000);
    summary.end = clock.wall_now();
    summary.indexer = sample.indexer;
    if (summary.indexer) summary.indexer->mismatches_of = {};
    for (verify::Mismatch mismatch : sample.mismatches()) {
        mismatch.time = summary.end;
        summary.add(std::move(mismatch));
    }
    net::HttpClient http({}, clock);
    net::HttpRequest request;
    request.url = alertmanager.url() + "/api/v2/alerts";
    request.body = alert::alertmanager_alerts(alert::alert_of(summary, {true, true}), lasts);
    request.timeout = 10s;
    http.start(std::move(request));
    for (;;) {
        auto ended = http.wait({}, clock.now() + 20s);
        if (!ended.empty()) return std::move(ended.front());
    }
}

std::size_t size_of(const std::string& json) {
    std::size_t count = 0;
    while (pointer(json, fmt::format("/{}", count)) != "(absent)") ++count;
    return count;
}

/// A webhook message with this status that tells of outcomes.
std::string message_of(const HttpReceiver& receiver, const std::string& status) {
    for (const fakes::ReceivedRequest& request : receiver.received())
        if (pointer(request.body, "/status") == "\"" + status + "\"" &&
            pointer(request.body, "/groupLabels/type") == R"("OUTCOME")")
            return request.body;
    return "";
}

void await(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (!holds() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(50ms);
    CHECK(holds());
}

} // namespace

TEST_CASE("Alertmanager groups the alerts, tells of them once, and lets them resolve by themselves",
          "[integration][alertmanager]") {
    const HttpReceiver receiver;
    const AlertmanagerServer alertmanager(receiver.url());
    // Kept alive as the next cycle would, which finds the same again.
    const verify::Summary summary = sample::full_summary();
    REQUIRE(net::delivery_failure(post(alertmanager, summary, 4s)) == std::nullopt);
    REQUIRE(net::delivery_failure(post(alertmanager, summary, 4s)) == std::nullopt);
    const std::string alerts = alertmanager.get("alerts");
    CHECK(size_of(alerts) == 5); // those of the second time are the same
    CHECK(size_of(alertmanager.get("alerts/groups")) == 3);
    await([&] { return !message_of(receiver, "firing").empty(); });
    const std::string firing = message_of(receiver, "firing");
    CHECK(pointer(firing, "/alerts/0/labels") ==
          R"({"alertname":"StellarSyncMismatch","priority":"CRITICAL","resource_id":"44","resource_type":"MARKET",)"
          R"("type":"OUTCOME"})");
    await([&] { return !message_of(receiver, "resolved").empty(); });
    await([&] { return size_of(alertmanager.get("alerts")) == 0; });
}

TEST_CASE("Alertmanager takes hostile titles and ids, and bytes that are no UTF-8", "[integration][alertmanager]") {
    const HttpReceiver receiver;
    const AlertmanagerServer alertmanager(receiver.url());
    const net::HttpOutcome outcome = post(alertmanager, sample::hostile_summary(), 1min);
    INFO(outcome.body);
    CHECK(outcome.status == 200);
    CHECK(size_of(alertmanager.get("alerts")) == 3);
}

TEST_CASE("Alertmanager takes five hundred alerts at once, and those that sum up the rest",
          "[integration][alertmanager]") {
    const HttpReceiver receiver;
    const AlertmanagerServer alertmanager(receiver.url());
    CHECK(post(alertmanager, sample::lagging_summary(2, 600, 3000, 90, 10'000), 1min).status == 200);
    CHECK(size_of(alertmanager.get("alerts")) == 502); // 500, the balances that are left, the lag
}
