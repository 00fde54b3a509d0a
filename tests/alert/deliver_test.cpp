// Retries, time and isolation between channels, over a scripted channel. What real servers make of the messages stands
// beside the payloads' tests and in integration/.
#include "alert/deliver.hpp"

#include "alert/alert_sample.hpp"
#include "alert/webhook.hpp"
#include "fakes/alert_endpoints.hpp"
#include "fakes/node.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <map>

using namespace std::chrono_literals;
using alert::AlertChannel;
using alert::ChannelOutcome;
using fakes::http;
using fakes::ScriptedChannel;
using fakes::transport;
using net::HttpRequest;

namespace {

struct Post {
    fakes::TickClock clock;
    base::Interrupt interrupt;
    std::string log_text;
    base::Log log{{base::LogFormat::json, base::Level::debug, false}, "id", clock, [this](std::string_view line) {
                      log_text += line;
                  }};
    ScriptedChannel channel;
    net::Means means{channel, clock, interrupt, log, [] { return 0.5; }};
    alert::ChannelAddresses addresses;
    net::DeliveryLimits limits;
    base::TimePoint start = clock.now();

    explicit Post(ScriptedChannel::Answer answer) : channel(clock, std::move(answer)) {
        addresses.slack_url = base::Secret("https://slack.example" + fakes::slack_path);
        addresses.pagerduty_url = base::Secret("https://pagerduty.example/v2/enqueue");
        addresses.pagerduty_key = base::Secret(fakes::routing_key);
        addresses.smtp_url = base::Secret("smtp://user:SECRET@mail.example:587");
        addresses.email_from = "sync@example.org";
        addresses.email_to = {"a@example.org", "b@example.org"};
        addresses.webhook_url = base::Secret("https://hook.example/SECRET");
        addresses.webhook_secret = base::Secret("SECRETkey");
        addresses.alertmanager_url = base::Secret("https://am.example/");
        addresses.host = "host-1";
        limits.until = clock.now() + 10s;
    }

    std::map<AlertChannel, ChannelOutcome> deliver(const verify::Summary& summary,
                                                   const std::vector<AlertChannel>& to) {
        std::vector<alert::ChannelAlert> alerts;
        for (const AlertChannel one : to) alerts.push_back({one, alert::alert_of(summary, sample::everything)});
        std::map<AlertChannel, ChannelOutcome> outcomes;
        for (ChannelOutcome& outcome : alert::deliver(alerts, addresses, limits, means))
            outcomes[outcome.channel] = std::move(outcome);
        return outcomes;
    }

    std::vector<ScriptedChannel::Sent> sent_to(const std::string& host) const {
        std::vector<ScriptedChannel::Sent> found;
        for (const auto& sent : channel.sent())
            if (sent.request.url.find(host) != std::string::npos) found.push_back(sent);
        return found;
    }
};

const std::vector<AlertChannel> all{AlertChannel::log,         AlertChannel::metrics,   AlertChannel::email,
                                    AlertChannel::slack,       AlertChannel::pagerduty, AlertChannel::webhook,
                                    AlertChannel::alertmanager};

bool is_for(const HttpRequest& request, std::string_view host) {
    return request.url.find(host) != std::string::npos;
}

} // namespace

TEST_CASE("Every channel is told at once, and says how many messages it took", "[report][deliver]") {
    Post post([](const HttpRequest&) { return http(200, "ok"); });
    const verify::Summary summary = sample::full_summary();
    const auto outcomes = post.deliver(summary, all);
    REQUIRE(outcomes.size() == 6); // METRICS has its own way
    for (const auto& [channel, outcome] : outcomes) {
        CAPTURE(alert::name(channel));
        CHECK(outcome.failed == 0);
        CHECK(outcome.failure.empty());
        CHECK(outcome.messages == (channel == AlertChannel::pagerduty ? 5U : channel == AlertChannel::email ? 2U : 1U));
    }
    for (const auto& sent : post.channel.sent())
        if (!is_for(sent.request, "pagerduty")) CHECK(sent.at == post.start);
    CHECK(post.sent_to("am.example").at(0).request.url == "https://am.example/api/v2/alerts");
    const HttpRequest hook = post.sent_to("hook.example").at(0).request;
    REQUIRE(hook.headers.size() == 1);
    CHECK(hook.headers[0].name == "X-Stellar-Sync-Signature");
    CHECK(hook.headers[0].value == alert::webhook_signature("SECRETkey", post.clock.wall_now(), hook.body));
    CHECK(post.log_text.find("\"type\":\"ALERT\"") != std::string::npos);
}

TEST_CASE("Nobody is told of nothing", "[report][deliver]") {
    Post post([](const HttpRequest&) { return http(200, "ok"); });
    CHECK(post.deliver(sample::plain_summary(), all).empty());
    CHECK(post.channel.sent().empty());
    CHECK(post.log_text.empty());
}

TEST_CASE("A failing channel hides no other, and fails for good where trying again is of no use", "[report][deliver]") {
    Post post([](const HttpRequest& request) {
        if (is_for(request, "slack")) return http(404, "no_service");
        if (is_for(request, "hook")) return http(503, "");
        return http(202, "ok");
    });
    const auto outcomes = post.deliver(sample::full_summary(), all);
    CHECK(outcomes.at(AlertChannel::slack).failure == "HTTP status 404: no_service");
    CHECK(outcomes.at(AlertChannel::slack).failed == 1);
    CHECK(post.sent_to("slack").size() == 1);
    CHECK(outcomes.at(AlertChannel::webhook).failure == "HTTP status 503");
    CHECK(post.sent_to("hook").size() == 4);
    for (const AlertChannel channel : {AlertChannel::email, AlertChannel::pagerduty, AlertChannel::alertmanager})
        CHECK(outcomes.at(channel).failed == 0);
}

TEST_CASE("A message is tried again after 1, 2 and 4 s, and no sooner than Retry-After says", "[report][deliver]") {
    std::size_t calls = 0;
    Post post([&calls](const HttpRequest&) {
        ScriptedChannel::Script script = http(429, "");
        if (++calls == 2) script.outcome.retry_after = 3s;
        if (calls == 4) script = http(200, "ok");
        return script;
    });
    post.limits.until = post.start + 20s;
    CHECK(post.deliver(sample::full_summary(), {AlertChannel::slack}).at(AlertChannel::slack).failed == 0);
    const auto sent = post.channel.sent();
    REQUIRE(sent.size() == 4);
    CHECK(sent[1].at - sent[0].at == 1010ms);
    CHECK(sent[2].at - sent[1].at == 3010ms);
    CHECK(sent[3].at - sent[2].at == 4010ms);
    CHECK(sent[3].request.body == sent[0].request.body);
    std::size_t retries = 0;
    for (std::size_t at = post.log_text.find("RETRY"); at != std::string::npos;
         at = post.log_text.find("RETRY", at + 1))
        ++retries;
    CHECK(retries == 3);
}

TEST_CASE("What cannot be waited for within the time kept back is not", "[report][deliver]") {
    Post post([](const HttpRequest&) {
        ScriptedChannel::Script script = http(429, "");
        script.outcome.retry_after = 60s;
        return script;
    });
    const auto outcomes = post.deliver(sample::full_summary(), {AlertChannel::slack});
    CHECK(outcomes.at(AlertChannel::slack).failure == "HTTP status 429");
    CHECK(post.clock.now() - post.start < 1s);
}

TEST_CASE("A channel that hangs ends with the time kept back, and the others are told meanwhile", "[report][deliver]") {
    Post post([](const HttpRequest& request) {
        ScriptedChannel::Script script = http(200, "ok");
        if (is_for(request, "slack") || is_for(request, "mail")) script.latency = 1h;
        return script;
    });
    post.limits.message_timeout = 60s; // the operator's: no longer than the time that is left
    const auto outcomes = post.deliver(sample::full_summary(), all);
    CHECK(post.clock.now() - post.start == 10s);
    CHECK(outcomes.at(AlertChannel::slack).failed == 1);
    CHECK(outcomes.at(AlertChannel::email).failed == 2);
    for (const AlertChannel channel : {AlertChannel::webhook, AlertChannel::pagerduty, AlertChannel::alertmanager})
        CHECK(outcomes.at(channel).failed == 0);
}

TEST_CASE("A signal that came leaves two seconds", "[report][deliver]") {
    Post post([](const HttpRequest& request) {
        ScriptedChannel::Script script = http(200, "ok");
        if (is_for(request, "slack")) script.latency = 1h;
        if (is_for(request, "hook")) script.latency = 1s;
        return script;
    });
    std::raise(SIGTERM); // blocked: it comes by Interrupt
    const auto outcomes = post.deliver(sample::full_summary(), all);
    CHECK(post.clock.now() - post.start == 2s);
    CHECK(outcomes.at(AlertChannel::slack).failed == 1);
    CHECK(outcomes.at(AlertChannel::webhook).failed == 0);
}

TEST_CASE("No more than four messages are under way to one channel", "[report][deliver]") {
    Post post([](const HttpRequest&) { return http(202, ""); });
    const auto outcomes = post.deliver(sample::lagging_summary(30, 0, 0, 0), {AlertChannel::pagerduty});
    CHECK(outcomes.at(AlertChannel::pagerduty).messages == 21);
    CHECK(outcomes.at(AlertChannel::pagerduty).failed == 0);
    CHECK(post.channel.most_in_flight() == 4);
}

TEST_CASE("A message that fails keeps none of its channel's others back", "[report][deliver]") {
    std::size_t calls = 0;
    Post post([&calls](const HttpRequest& request) {
        for (const net::HttpHeader& header : request.headers)
            if (header.name == "To" && header.value == "a@example.org") {
                ScriptedChannel::Script script = transport(net::TransportFault::connection, "RCPT failed: 550");
                script.outcome.status = 550;
                return script;
            }
        return ++calls == 2 ? http(400, R"({"errors":["Length of 'dedup_key' is incorrect"]})") : http(202, "");
    });
    const auto outcomes = post.deliver(sample::full_summary(), {AlertChannel::email, AlertChannel::pagerduty});
    CHECK(outcomes.at(AlertChannel::email).failed == 1);
    CHECK(outcomes.at(AlertChannel::email).failure == "RCPT failed: 550 (SMTP reply 550), for a@example.org");
    CHECK(outcomes.at(AlertChannel::pagerduty).failed == 1);
    CHECK(outcomes.at(AlertChannel::pagerduty).failure ==
          R"(HTTP status 400: {"errors":["Length of 'dedup_key' is incorrect"]})");
}

TEST_CASE("A server's words are quoted only where they repeat no part of a URL or key", "[report][deliver]") {
    const auto failure = [](std::string body, std::string url = "") {
        Post post([&body](const HttpRequest&) { return http(400, body); });
        if (!url.empty()) post.addresses.slack_url = base::Secret(url);
        return post.deliver(sample::full_summary(), {AlertChannel::slack}).at(AlertChannel::slack).failure;
    };
    CHECK(failure("invalid_blocks") == "HTTP status 400: invalid_blocks");
    CHECK(failure("Cannot POST " + fakes::slack_path) == "HTTP status 400");
    CHECK(failure("no such hook: abcdefSECRETghijkl") == "HTTP status 400");
    CHECK(failure("key " + fakes::routing_key) == "HTTP status 400");
    CHECK(failure("<html>Not here</html>") == "HTTP status 400");
    CHECK(failure("a b", "https://host/a%20b") == "HTTP status 400"); // what stands there decoded
    CHECK(failure("") == "HTTP status 400");
    CHECK(failure("\x1b[2Jodd\nsecond line") == "HTTP status 400: ?[2Jodd");
    CHECK(failure(std::string(100'000, 'x')).size() < 250);
}
