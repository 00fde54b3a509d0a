// Whole cycles whose mismatches are told to whoever is listed: the program itself, real servers or strict doubles.
#include "alert/webhook.hpp"
#include "fakes/alert_endpoints.hpp"
#include "fakes/http_receiver.hpp"
#include "fakes/mail_server.hpp"
#include "fakes/monitoring.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <set>
#include <thread>

using namespace std::chrono_literals;
using fakes::Ended;
using fakes::GivenAnswer;
using fakes::HttpReceiver;
using fakes::ReceivedRequest;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::pointer;
using integration::World;

namespace {

constexpr const char* every_channel = "LOG,METRICS,EMAIL,SLACK,PAGERDUTY,WEBHOOK,ALERTMANAGER";

/// One NORMAL mismatch of each kind and a CRITICAL one.
void fill(World& world) {
    world.open_market("m1", contract(1), "50", "50", std::pair{4U, 6U});
    world.resolved_market("m2", contract(2), 1, 2, 0);
    world.user("u1", account(3), "12.5", 0);
    world.flush();
    world.database.exec("UPDATE markets SET title = '<!channel> & 日本 🏆' WHERE id = 'm2'");
}

struct Channels {
    fakes::MailServer mail{"starttls"};
    HttpReceiver slack{fakes::slack};
    HttpReceiver pagerduty{fakes::pagerduty};
    HttpReceiver webhook;
    HttpReceiver told_by_alertmanager;
    fakes::AlertmanagerServer alertmanager{told_by_alertmanager.url()};

    void add_to(Environment& environment) const {
        environment["SYNC_ALERT_CHANNELS"] = every_channel;
        environment["SYNC_CRITICAL_ALERT_CHANNELS"] = every_channel;
        environment["SLACK_WEBHOOK_URL"] = slack.url() + fakes::slack_path;
        environment["PAGERDUTY_EVENTS_URL"] = pagerduty.url() + "/v2/enqueue";
        environment["PAGERDUTY_ROUTING_KEY"] = fakes::routing_key;
        environment["SMTP_URL"] = mail.url(fakes::MailServer::login);
        environment["SYNC_CA_FILE"] = mail.ca_file();
        environment["ALERT_EMAIL_FROM"] = "sync@example.org";
        environment["ALERT_EMAIL_TO"] = "ops@example.org,oncall@example.org";
        environment["ALERT_WEBHOOK_URL"] = webhook.url() + "/hook/SECRET";
        environment["ALERT_WEBHOOK_SECRET"] = "the SECRET of the hook";
        environment["ALERTMANAGER_URL"] = alertmanager.url();
    }
};

void check_no_secret(const Ended& ended) {
    std::string out = ended.out;
    const std::string name = "ALERT_WEBHOOK_SECRET"; // a setting's, which check lists
    if (const std::size_t at = out.find(name); at != std::string::npos) out.erase(at, name.size());
    CHECK(out.find("SECRET") == std::string::npos);
    CHECK(ended.err.find("SECRET") == std::string::npos);
}

/// To a hook alone, which answers so.
Ended run_with_hook(World& world, const HttpReceiver& hook, Environment more = {}) {
    Environment environment = environment_of(world);
    environment["SYNC_ALERT_CHANNELS"] = "WEBHOOK,SLACK";
    environment["SYNC_CRITICAL_ALERT_CHANNELS"] = "LOG";
    environment["ALERT_WEBHOOK_URL"] = hook.url() + "/hook/SECRET";
    environment["SLACK_WEBHOOK_URL"] = hook.url() + "/slack/SECRET";
    environment.merge(more);
    return run_program({"run"}, environment);
}

} // namespace

TEST_CASE("Mismatches arrive in every channel, once each, and no secret in any output", "[integration][alerts]") {
    World world;
    fill(world);
    const Channels channels;
    Environment environment = environment_of(world);
    channels.add_to(environment);
    const Ended ended = run_program({"run", "--log-level", "debug"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 1);
    CHECK(pointer(ended.out, "/errors") == "[]");
    check_no_secret(ended);
    CHECK(events(ended, "ALERT").size() == 1);
    CHECK(events(ended, "ALERT_SENT").size() == 5);
    CHECK(events(ended, "ALERT_FAILED").empty());

    const auto slack = channels.slack.received();
    REQUIRE(slack.size() == 1);
    CHECK(pointer(slack[0].body, "/text") ==
          R"("stellar-sync: 1 outcome (CRITICAL), the odds of 1 market and 1 balance differ")");
    CHECK(pointer(slack[0].body, "/blocks/2/fields/0/text").find("&lt;!channel&gt; &amp; 日本 🏆") != std::string::npos);

    std::set<std::string> incidents;
    for (const ReceivedRequest& event : channels.pagerduty.received())
        incidents.insert(pointer(event.body, "/dedup_key") + pointer(event.body, "/payload/severity"));
    CHECK(incidents == std::set<std::string>{R"("stellar-sync/OUTCOME/m2""critical")",
                                             R"("stellar-sync/ODDS/m1""warning")",
                                             R"("stellar-sync/BALANCE/u1""warning")"});

    const auto mails = channels.mail.mails();
    REQUIRE(mails.size() == 2);
    CHECK(std::set<std::string>{pointer(mails[0], "/to"), pointer(mails[1], "/to")} ==
          std::set<std::string>{R"(["ops@example.org"])", R"(["oncall@example.org"])"});
    CHECK(pointer(mails[0], "/tls") == "true");
    CHECK(pointer(mails[0], "/defects") == "[]");

    const auto hooks = channels.webhook.received();
    REQUIRE(hooks.size() == 1);
    CHECK(pointer(hooks[0].body, "/mismatches") == pointer(ended.out, "/mismatches"));
    const std::string signature = hooks[0].headers.at("x-stellar-sync-signature");
    const std::int64_t time = std::stoll(signature.substr(2));
    CHECK(signature == alert::webhook_signature("the SECRET of the hook", base::WallTime(std::chrono::seconds(time)),
                                                hooks[0].body));

    const std::string alerts = channels.alertmanager.get("alerts");
    CHECK(pointer(alerts, "/2") != "(absent)");
    CHECK(pointer(alerts, "/3") == "(absent)");
    CHECK(alerts.find(R"("resource_id":"m2")") != std::string::npos);
}

TEST_CASE("NORMAL and CRITICAL mismatches go to their own channels", "[integration][alerts]") {
    World world;
    fill(world);
    const HttpReceiver slack(fakes::slack);
    const HttpReceiver pagerduty(fakes::pagerduty);
    Environment environment = environment_of(world);
    environment["SYNC_ALERT_CHANNELS"] = "SLACK";
    environment["SYNC_CRITICAL_ALERT_CHANNELS"] = "PAGERDUTY";
    environment["SLACK_WEBHOOK_URL"] = slack.url() + fakes::slack_path;
    environment["PAGERDUTY_EVENTS_URL"] = pagerduty.url() + "/v2/enqueue";
    environment["PAGERDUTY_ROUTING_KEY"] = fakes::routing_key;
    const Ended ended = run_program({"run"}, environment);
    CHECK(ended.code == 1);
    REQUIRE(slack.received().size() == 1);
    CHECK(pointer(slack.received()[0].body, "/text") == R"("stellar-sync: the odds of 1 market and 1 balance differ")");
    REQUIRE(pagerduty.received().size() == 1);
    CHECK(pointer(pagerduty.received()[0].body, "/dedup_key") == R"("stellar-sync/OUTCOME/m2")");
}

TEST_CASE("A cycle in sync, and a dry run, tell nobody", "[integration][alerts]") {
    World world;
    const HttpReceiver hook;
    Environment environment = environment_of(world);
    environment["SYNC_ALERT_CHANNELS"] = "LOG,WEBHOOK";
    environment["ALERT_WEBHOOK_URL"] = hook.url();
    world.user("u", account(1), "1", 10'000'000);
    world.flush();
    CHECK(run_program({"run"}, environment).code == 0);
    world.database.exec("UPDATE users SET usdc_balance = 2");
    const Ended dry = run_program({"run", "--dry-run"}, environment);
    CHECK(dry.code == 1);
    CHECK(events(dry, "MISMATCH").size() == 1);
    CHECK(events(dry, "ALERT").empty());
    CHECK(hook.received().empty());
    CHECK(run_program({"run"}, environment).code == 1);
    CHECK(hook.received().size() == 1);
}

TEST_CASE("One failing channel does not hide another, and is an event, an error and an exit code",
          "[integration][alerts]") {
    World world;
    fill(world);
    const HttpReceiver hook([](const ReceivedRequest& request) {
        if (request.target.starts_with("/slack")) return GivenAnswer{404, "no hook " + request.target};
        return GivenAnswer{};
    });
    const Ended ended = run_with_hook(world, hook);
    INFO(ended.err);
    CHECK(ended.code == 1);
    CHECK(hook.received().size() == 2);
    CHECK(pointer(ended.out, "/errors/0/operation") == R"("alert")");
    CHECK(pointer(ended.out, "/errors/0/resourceId") == R"("SLACK")");
    CHECK(pointer(ended.out, "/errors/0/reason") == R"("ALERT")");
    CHECK(pointer(ended.out, "/errors/0/error") == R"("HTTP status 404")");
    CHECK(events(ended, "ALERT_FAILED").size() == 1);
    CHECK(events(ended, "ALERT_SENT").size() == 1);
    check_no_secret(ended);
    // With mismatches muted the cycle is judged by the rest: the alert is an error like any other.
    CHECK(run_with_hook(world, hook, {{"SYNC_FAIL_ON", "incomplete"}}).code == 3);
    CHECK(run_with_hook(world, hook, {{"SYNC_FAIL_ON", "none"}}).code == 0);
}

TEST_CASE("A channel that is busy is tried again, and one that redirects is not followed", "[integration][alerts]") {
    World world;
    fill(world);
    int calls = 0;
    const HttpReceiver hook([&calls](const ReceivedRequest& request) {
        if (request.target.starts_with("/slack")) return GivenAnswer{302, "", {{"Location", "/elsewhere"}}};
        return ++calls < 3 ? GivenAnswer{429, "", {{"Retry-After", "1"}}} : GivenAnswer{};
    });
    const Ended ended = run_with_hook(world, hook);
    CHECK(pointer(ended.out, "/errors/0/error") == R"("HTTP status 302")");
    CHECK(pointer(ended.out, "/errors/1") == "(absent)");
    CHECK(hook.received().size() == 4);
    CHECK(events(ended, "RETRY").size() == 2);
}

TEST_CASE("A channel that hangs ends within the time kept back, also behind the deadline and a signal",
          "[integration][alerts]") {
    World world;
    fill(world);
    const HttpReceiver hook([](const ReceivedRequest& request) {
        return GivenAnswer{200, "", {}, request.target.starts_with("/slack") ? 60s : 0s};
    });
    const auto start = std::chrono::steady_clock::now();
    const auto took = [&start] { return std::chrono::steady_clock::now() - start; };
    SECTION("the deadline has cut the cycle") {
        world.node.faults().add(
            {.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = 2}); // the first asks for the token
        const Ended ended = run_with_hook(
            world, hook,
            {{"SYNC_TIMEOUT_MS", "4000"}, {"SYNC_OPERATION_TIMEOUT_MS", "60000"}, {"SYNC_CONFIRM_DELAY_MS", "100"}});
        INFO(ended.err);
        CHECK(ended.code == 1);
        CHECK(pointer(ended.out, "/timedOut") == "true");
        CHECK(events(ended, "ALERT_FAILED").size() == 1);
        CHECK(events(ended, "ALERT_SENT").size() == 1);
        CHECK(took() < 4s + 10s);
    }
    SECTION("a signal comes meanwhile") {
        Environment environment = environment_of(world);
        environment["SYNC_ALERT_CHANNELS"] = "WEBHOOK,SLACK";
        environment["ALERT_WEBHOOK_URL"] = hook.url() + "/hook/SECRET";
        environment["SLACK_WEBHOOK_URL"] = hook.url() + "/slack/SECRET";
        fakes::Program program({"run"}, environment, {});
        const auto until = std::chrono::steady_clock::now() + 30s;
        while (hook.received().size() < 2 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(5ms);
        const auto signalled = std::chrono::steady_clock::now();
        program.signal(SIGTERM);
        const Ended ended = program.wait();
        INFO(ended.err);
        CHECK(std::chrono::steady_clock::now() - signalled < 8s);
        CHECK_FALSE(ended.killed);
        CHECK(events(ended, "ALERT_FAILED").size() == 1);
        CHECK(events(ended, "ALERT_SENT").size() == 1);
        CHECK(pointer(ended.out, "/status") == R"("MISMATCH")");
    }
}

TEST_CASE("One alert stands for all mismatches that the indexer's lag explains", "[integration][alerts]") {
    World world;
    world.user("old", account(1), "1", 0);
    world.node.ledger().close(10);
    world.user("new", account(2), "1", 0);
    world.user("newer", account(3), "1", 0);
    world.resolved_market("market", contract(4), 1, 2, 0);
    world.node.ledger().close(10);
    world.flush();
    const HttpReceiver pagerduty(fakes::pagerduty);
    Environment environment = environment_of(world);
    environment["SYNC_WATERMARK_SQL"] = "SELECT 1005";
    environment["SYNC_ALERT_CHANNELS"] = environment["SYNC_CRITICAL_ALERT_CHANNELS"] = "PAGERDUTY,LOG";
    environment["PAGERDUTY_EVENTS_URL"] = pagerduty.url() + "/v2/enqueue";
    environment["PAGERDUTY_ROUTING_KEY"] = fakes::routing_key;
    environment["SYNC_MAX_INDEXER_LAG"] = "14";
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 1);
    // They keep their events, their counts and their places in the result.
    CHECK(events(ended, "MISMATCH").size() == 4);
    CHECK(pointer(ended.out, "/checks/balances/mismatched") == "3");
    CHECK(pointer(ended.out, "/checks/outcomes/mismatched") == "1");
    CHECK(pointer(ended.out, "/mismatches/3") != "(absent)");
    CHECK(events(ended, "INDEXER_LAG").size() == 1);
    std::map<std::string, std::string> severities;
    for (const ReceivedRequest& event : pagerduty.received())
        severities[pointer(event.body, "/dedup_key")] = pointer(event.body, "/payload/severity");
    CHECK(severities == std::map<std::string, std::string>{{R"("stellar-sync/BALANCE/old")", R"("warning")"},
                                                           {R"("stellar-sync/INDEXER_LAG")", R"("critical")"}});
    const auto alerts = events(ended, "ALERT");
    REQUIRE(alerts.size() == 1);
    CHECK(pointer(alerts[0], "/balances") == "1");
    CHECK(pointer(alerts[0], "/explainedByIndexerLag") == "3");
}

TEST_CASE("doctor: --send-test-alert sends one through every channel, and says which took it",
          "[integration][alerts][check]") {
    World world;
    fill(world);
    const Channels channels;
    const fakes::PushgatewayServer gateway;
    Environment environment = environment_of(world);
    channels.add_to(environment);
    environment["SYNC_PUSHGATEWAY_URL"] = gateway.url();
    const std::string before = fakes::http_get(gateway.url() + "/metrics");
    const auto status_of = [](const Ended& ended, const std::string& what) {
        const std::string key = "\"what\":\"" + what + "\",\"status\":\"";
        const std::size_t at = ended.out.find(key);
        if (at == std::string::npos) return std::string("no such point");
        return ended.out.substr(at + key.size(), ended.out.find('"', at + key.size()) - at - key.size());
    };
    {
        const Ended quiet = run_program({"doctor"}, environment);
        INFO(quiet.out << quiet.err);
        CHECK(quiet.code == 0);
        CHECK(status_of(quiet, "SLACK") == "no such point");
        CHECK(channels.slack.received().empty());
        CHECK(channels.mail.mails().empty());
    }
    {
        const Ended ended = run_program({"doctor", "--send-test-alert"}, environment);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 0);
        check_no_secret(ended);
        for (const char* channel : {"LOG", "EMAIL", "SLACK", "PAGERDUTY", "WEBHOOK", "ALERTMANAGER"}) {
            INFO(channel);
            CHECK(status_of(ended, channel) == "ok");
        }
        CHECK(status_of(ended, "METRICS to " + gateway.url()) == "ok");
        CHECK(events(ended, "ALERT").size() == 1);
    }
    // The mismatches that there are stand in none of them.
    REQUIRE(channels.slack.received().size() == 1);
    CHECK(pointer(channels.slack.received()[0].body, "/text") ==
          R"("stellar-sync: TEST ALERT: this channel works; nothing is wrong")");
    REQUIRE(channels.pagerduty.received().size() == 1);
    CHECK(pointer(channels.pagerduty.received()[0].body, "/dedup_key") == R"("stellar-sync/TEST")");
    CHECK(pointer(channels.pagerduty.received()[0].body, "/payload/severity") == R"("info")");
    REQUIRE(channels.mail.mails().size() == 2); // a recipient each
    CHECK_THAT(pointer(channels.mail.mails()[0], "/headers/Subject"), Catch::Contains("TEST ALERT"));
    REQUIRE(channels.webhook.received().size() == 1);
    CHECK(pointer(channels.webhook.received()[0].body, "/test") == "true");
    CHECK_THAT(channels.alertmanager.get("alerts"),
               Catch::Contains("StellarSyncTest") && !Catch::Contains("StellarSyncMismatch"));
    CHECK(fakes::http_get(gateway.url() + "/metrics").find("stellar_sync") == std::string::npos);
}

TEST_CASE("doctor: --send-test-alert fails where a channel does, and tells the others all the same",
          "[integration][alerts][check]") {
    World world;
    fill(world);
    const HttpReceiver hook([](const ReceivedRequest& request) {
        if (request.target.starts_with("/slack")) return GivenAnswer{404, "no_service"};
        return GivenAnswer{};
    });
    Environment environment = environment_of(world);
    environment["SYNC_ALERT_CHANNELS"] = "SLACK,WEBHOOK,METRICS";
    environment["SLACK_WEBHOOK_URL"] = hook.url() + "/slack/SECRET";
    environment["ALERT_WEBHOOK_URL"] = hook.url() + "/hook/SECRET";
    environment["SYNC_PUSHGATEWAY_URL"] = hook.url() + "/SECRET"; // which is none
    environment["SYNC_METRICS_FILE"] = "/nowhere/stellar-sync.prom";
    const Ended ended = run_program({"doctor", "--send-test-alert", "--output", "text"}, environment);
    INFO(ended.out << ended.err);
    CHECK(ended.code == 2);
    check_no_secret(ended);
    CHECK_THAT(ended.out,
               Catch::Contains("FAILED   SLACK: the test alert was not delivered: HTTP status 404: no_service"));
    CHECK_THAT(ended.out, Catch::Contains("ok       WEBHOOK: a test alert was taken"));
    CHECK_THAT(ended.out, Catch::Contains("what answers is no"));
    CHECK_THAT(ended.out, Catch::Contains("no file can be made in"));
    CHECK_THAT(ended.out, Catch::Contains("NOT READY"));
}

TEST_CASE("doctor: metrics that no list of channels sends anywhere are warned of", "[integration][alerts][check]") {
    World world;
    fill(world);
    Environment environment = environment_of(world);
    environment["SYNC_ALERT_CHANNELS"] = environment["SYNC_CRITICAL_ALERT_CHANNELS"] = "LOG";
    CHECK_THAT(run_program({"doctor"}, environment).out, !Catch::Contains("METRICS is in neither list"));
    environment["SYNC_METRICS_FILE"] = "/nowhere/stellar-sync.prom";
    const Ended ended = run_program({"doctor"}, environment);
    CHECK(ended.code == 0);
    CHECK_THAT(ended.out, Catch::Contains("METRICS is in neither list"));
}
