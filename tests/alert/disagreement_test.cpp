// What RPC endpoints disagree about, in every channel.
#include "alert/alert_sample.hpp"
#include "alert/alertmanager.hpp"
#include "alert/email.hpp"
#include "alert/events.hpp"
#include "alert/pagerduty.hpp"
#include "alert/slack.hpp"
#include "checks.hpp"
#include "fakes/alert_endpoints.hpp"
#include "integration/program.hpp"
#include "report/events.hpp"
#include "report/table.hpp"

#include <catch2/catch.hpp>

using alert::alert_of;
using alert::Routing;
using integration::pointer;

namespace {

constexpr Routing normal{true, false};
constexpr Routing critical{false, true};

verify::Summary disagreeing(const std::vector<std::string>& ids) {
    verify::Summary summary = sample::plain_summary();
    for (const std::string& id : ids) {
        verify::Error error =
            sample::error(id, verify::Reason::disagreement, "https://a.example says NO, https://b.example says YES");
        error.operation = "outcomes";
        summary.add(Kind::outcomes, std::move(error));
    }
    return summary;
}

const std::string text_of_one = "ENDPOINTS DISAGREE: 1 outcome could not be verified, for one RPC endpoint is wrong. "
                                "market 44: https://a.example says "
                                "NO, https://b.example says YES.";

} // namespace

TEST_CASE("A disagreement is told with NORMAL, and wakes nobody", "[report][alert]") {
    const verify::Summary summary = disagreeing({"44"});
    CHECK(alert_of(summary, critical).empty());
    const alert::Alert alert = alert_of(summary, normal);
    REQUIRE_FALSE(alert.empty());
    CHECK_FALSE(alert.critical());
    CHECK(alert::headline(alert) == "the RPC endpoints disagree about 1 outcome");
    CHECK(alert::disagreement_text(alert) == text_of_one);
    CHECK(alert::disagreement_text(alert_of(sample::full_summary(), normal)).empty());
    const base::Event event = alert::alert_event(alert);
    CHECK(event.level == base::Level::warn);
    CHECK(event.fields.back().name == "endpointsDisagree");
    CHECK(std::get<std::uint64_t>(event.fields.back().value) == 1);
}

TEST_CASE("Of many disagreements three are named, beside what differs", "[report][alert]") {
    verify::Summary summary = disagreeing({"1", "2", "3", "4"});
    summary.add(sample::balance_mismatch("12", 1, 2));
    const alert::Alert alert = alert_of(summary, normal);
    CHECK(alert::headline(alert) == "1 balance differs; the RPC endpoints disagree about 4 outcomes");
    const std::string text = alert::disagreement_text(alert);
    CHECK(text.starts_with("ENDPOINTS DISAGREE: 4 outcomes could not be verified"));
    CHECK(text.find("market 3: ") != std::string::npos);
    CHECK(text.find("market 4: ") == std::string::npos);
    CHECK(text.ends_with("; and more."));
}

TEST_CASE("Every channel says in its own way what the endpoints disagree about", "[report][alert]") {
    verify::Summary summary = disagreeing({"44"});
    const alert::Alert alert = alert_of(summary, normal);

    const std::string slack = alert::slack_message(alert);
    CHECK(fakes::fault_in_slack_message(slack) == "");
    CHECK(pointer(slack, "/blocks/0/text/text") == R"(":warning: RPC endpoints disagree")");
    CHECK(pointer(slack, "/blocks/2/text/text") == '"' + text_of_one + '"');

    const auto events = alert::pagerduty_events(alert, fakes::routing_key, "host");
    REQUIRE(events.size() == 1);
    CHECK(fakes::fault_in_pagerduty_event(events[0]) == "");
    CHECK(pointer(events[0], "/dedup_key") == R"("stellar-sync/ENDPOINTS_DISAGREE")");
    CHECK(pointer(events[0], "/payload/severity") == R"("warning")");
    CHECK(pointer(events[0], "/payload/summary") == '"' + text_of_one + '"');

    const std::string alerts = alert::alertmanager_alerts(alert);
    CHECK(pointer(alerts, "/0/labels") == R"({"alertname":"StellarSyncEndpointsDisagree","priority":"NORMAL"})");
    CHECK(pointer(alerts, "/0/annotations/summary") == '"' + text_of_one + '"');
    CHECK(pointer(alerts, "/1") == "(absent)");

    const alert::Email mail = alert::email_of(alert, {"sync@example.org", {"ops@example.org"}});
    CHECK(mail.headers.at(2) == "Subject: [stellar-sync] the RPC endpoints disagree about 1 outcome");
    CHECK(mail.text.find("\nENDPOINTS DISAGREE: 1 outcome") != std::string::npos);
    CHECK(mail.html.find("<p>ENDPOINTS DISAGREE: 1 outcome") != std::string::npos);

    summary.shard = "2/7"; // which has markets of its own
    CHECK(pointer(alert::pagerduty_events(alert, fakes::routing_key, "host")[0], "/dedup_key") ==
          R"("stellar-sync/ENDPOINTS_DISAGREE/2/7")");
    CHECK(pointer(alert::alertmanager_alerts(alert), "/0/labels/shard") == R"("2/7")");
}

TEST_CASE("A hostile id or endpoint in a disagreement is harmless, and breaks no channel's limit", "[report][alert]") {
    verify::Summary summary = disagreeing({sample::hostile_id, std::string(5000, '<'), std::string(5000, '&')});
    const alert::Alert alert = alert_of(summary, normal);
    CHECK(fakes::fault_in_slack_message(alert::slack_message(alert)) == "");
    for (const std::string& event : alert::pagerduty_events(alert, fakes::routing_key, "host"))
        CHECK(fakes::fault_in_pagerduty_event(event) == "");
    for (const std::string& header : alert::email_of(alert, {"sync@example.org", {"ops@example.org"}}).headers)
        CHECK(header.find("\nBcc:") == std::string::npos);
}

TEST_CASE("The text result says that the endpoints disagree, and what each says", "[report][text]") {
    const std::string table = report::render_table(disagreeing({"44", "45"}), {80, false});
    INFO(table);
    CHECK(table.find("the RPC endpoints disagree: one of them is wrong") != std::string::npos);
    CHECK(table.find("https://a.example says NO") != std::string::npos);
}
