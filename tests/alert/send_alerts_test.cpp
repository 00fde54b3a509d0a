// The test alert, over real HTTP. What a cycle sends stands in integration/alerts_test.cpp.
#include "alert/send_alerts.hpp"

#include "cmd/parse.hpp"
#include "cmd/settings/session_settings.hpp"
#include "fakes/alert_endpoints.hpp"
#include "fakes/http_receiver.hpp"
#include "net/http.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <utility>

using alert::AlertChannel;
using fakes::GivenAnswer;
using fakes::HttpReceiver;
using fakes::ReceivedRequest;

namespace {

std::vector<alert::ChannelOutcome> send(const parsing::Variables& variables, std::string& log_text) {
    const cmd::Options options = parsing::options({"run"}, variables);
    const base::SystemClock clock;
    base::Interrupt interrupt;
    base::Log log({base::LogFormat::json, base::Level::debug, false}, "id", clock,
                  [&log_text](std::string_view line) { log_text += line; });
    net::HttpClient http({}, clock);
    net::Means means{http, clock, interrupt, log, [] { return 0.5; }};
    return alert::send_test_alert(options.alerts, cmd::delivery_limits(options.calls),
                                  "0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90", means);
}

} // namespace

TEST_CASE("a test alert goes once through every channel that is listed, and says what it is") {
    const HttpReceiver slack(fakes::slack);
    const HttpReceiver pagerduty(fakes::pagerduty);
    const HttpReceiver webhook;
    const HttpReceiver alertmanager([](const ReceivedRequest&) { return GivenAnswer{400, "bad_data"}; });
    parsing::Variables variables = parsing::required();
    variables["SYNC_ALERT_CHANNELS"] = "LOG,METRICS,SLACK,WEBHOOK";
    variables["SYNC_CRITICAL_ALERT_CHANNELS"] = "SLACK,PAGERDUTY,ALERTMANAGER";
    variables["SLACK_WEBHOOK_URL"] = slack.url() + fakes::slack_path;
    variables["PAGERDUTY_EVENTS_URL"] = pagerduty.url() + "/v2/enqueue";
    variables["PAGERDUTY_ROUTING_KEY"] = fakes::routing_key;
    variables["ALERT_WEBHOOK_URL"] = webhook.url() + "/SECRET";
    variables["ALERTMANAGER_URL"] = alertmanager.url() + "/prefix/";
    std::string log;
    const auto outcomes = send(variables, log);

    std::vector<std::pair<AlertChannel, std::string>> found;
    for (const alert::ChannelOutcome& outcome : outcomes) found.emplace_back(outcome.channel, outcome.failure);
    CHECK(found ==
          std::vector<std::pair<AlertChannel, std::string>>{{AlertChannel::log, ""},
                                                            {AlertChannel::slack, ""},
                                                            {AlertChannel::webhook, ""},
                                                            {AlertChannel::pagerduty, ""},
                                                            {AlertChannel::alertmanager, "HTTP status 400: bad_data"}});
    CHECK(log.find("TEST ALERT") != std::string::npos);
    CHECK(log.find("SECRET") == std::string::npos);
    for (const HttpReceiver* receiver : {&slack, &pagerduty, &webhook, &alertmanager}) {
        REQUIRE(receiver->received().size() == 1);
        CHECK(receiver->received()[0].body.find("TEST ALERT: this channel works; nothing is wrong") !=
              std::string::npos);
    }
    CHECK(alertmanager.received()[0].target == "/prefix/api/v2/alerts");
    CHECK(alertmanager.received()[0].body.find(R"("alertname":"StellarSyncTest")") != std::string::npos);
    CHECK_FALSE(webhook.received()[0].headers.contains("x-stellar-sync-signature")); // there is no secret to sign with
}

TEST_CASE("a test alert that nobody outside is listed for is an event of the log") {
    std::string log;
    const auto outcomes = send(parsing::required(), log);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].channel == AlertChannel::log);
    CHECK(std::count(log.begin(), log.end(), '\n') == 1);
}
