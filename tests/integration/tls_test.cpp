// TLS to real servers whose certificates are good, or bad in each way, and redirects: where the program's requests, and
// the secrets in them, go. There is no switch that turns verification off, so none is tested.
#include "fakes/alert_endpoints.hpp"
#include "fakes/authority.hpp"
#include "fakes/http_receiver.hpp"
#include "fakes/mail_server.hpp"
#include "integration/program.hpp"
#include "net/http.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace std::chrono_literals;
using fakes::Authority;
using fakes::Certificate;
using fakes::Ended;
using fakes::GivenAnswer;
using fakes::HttpReceiver;
using fakes::ReceivedRequest;
using fakes::run_program;
using integration::account;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::pointer;
using integration::World;

namespace {

/// A TLS end of the node: each request goes on to it.
HttpReceiver::Answer relay_to(const std::string& url) {
    return [url](const ReceivedRequest& request) {
        const base::SystemClock clock;
        net::HttpClient client({}, clock);
        client.start({url, request.body, 10s});
        for (;;) {
            auto ended = client.wait({}, clock.now() + 10s);
            if (ended.empty()) continue;
            return GivenAnswer{static_cast<int>(ended.front().status), ended.front().body};
        }
    };
}

void one_drifting_user(World& world) {
    world.user("u", account(1), "1", 0);
    world.flush();
}

Environment only_balances(World& world) {
    Environment environment = environment_of(world);
    environment["SYNC_MAX_RETRIES"] = "0";
    environment["SYNC_CONFIRM_ATTEMPTS"] = "0";
    return environment;
}

/// Every alert channel that speaks HTTP, and the Pushgateway.
Environment all_at(Environment environment, const std::string& url) {
    environment["SYNC_ALERT_CHANNELS"] = "SLACK,PAGERDUTY,WEBHOOK,ALERTMANAGER,METRICS";
    environment["SLACK_WEBHOOK_URL"] = url + "/slack/SECRET";
    environment["PAGERDUTY_EVENTS_URL"] = url + "/pagerduty";
    environment["PAGERDUTY_ROUTING_KEY"] = fakes::routing_key;
    environment["ALERT_WEBHOOK_URL"] = url + "/webhook/SECRET";
    environment["ALERT_WEBHOOK_SECRET"] = "SECRET";
    environment["ALERTMANAGER_URL"] = url + "/alertmanager";
    environment["SYNC_PUSHGATEWAY_URL"] = url + "/pushgateway";
    return environment;
}

struct BadCertificate {
    const char* name;
    const char* says;
    const char* advises;
};

} // namespace

TEST_CASE("With SYNC_CA_FILE a private authority's certificates are accepted everywhere", "[integration][tls]") {
    World world;
    one_drifting_user(world);
    Authority authority;
    const Certificate certificate = authority.issue(Authority::this_machine);
    const HttpReceiver node(certificate, relay_to(world.node.url()));
    const HttpReceiver receiver(certificate, [](const ReceivedRequest&) { return GivenAnswer{200, "ok"}; });
    const fakes::MailServer mail(GENERATE("starttls", "smtps"), certificate);
    Environment environment = all_at(only_balances(world), receiver.url("localhost"));
    environment["SOROBAN_RPC_URL"] = node.url();
    environment["SYNC_CA_FILE"] = authority.ca_file();
    environment["SYNC_ALERT_CHANNELS"] += ",EMAIL";
    environment["SMTP_URL"] = mail.url(fakes::MailServer::login);
    environment["ALERT_EMAIL_FROM"] = "sync@example.org";
    environment["ALERT_EMAIL_TO"] = "ops@example.org";
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 1);
    CHECK(pointer(ended.out, "/errors") == "[]");
    CHECK(events(ended, "ALERT_FAILED").empty());
    CHECK_FALSE(node.received().empty());
    CHECK(receiver.received().size() == 6); // the Pushgateway is read and written
    REQUIRE(mail.mails().size() == 1);
    CHECK(pointer(mail.mails()[0], "/tls") == "true");
}

TEST_CASE("A bad certificate is refused everywhere, with what to do, and no request arrives", "[integration][tls]") {
    World world;
    one_drifting_user(world);
    Authority authority;
    Authority stranger;
    const auto [name, says, advises] =
        GENERATE(BadCertificate{"unknown authority", "unable to get local issuer certificate", "as SYNC_CA_FILE"},
                 BadCertificate{"wrong host", "matches target", "must be one that the certificate names"},
                 BadCertificate{"expired", "certificate has expired", "needs a new certificate"});
    CAPTURE(name);
    const bool wrong_host = std::string_view(name) == "wrong host";
    const Certificate certificate = (std::string_view(name) == "unknown authority" ? stranger : authority)
                                        .issue(wrong_host ? "DNS:elsewhere.example.org" : Authority::this_machine,
                                               std::string_view(name) == "expired" ? -1 : 2);
    const HttpReceiver receiver(certificate, relay_to(world.node.url()));
    Environment environment = only_balances(world);
    environment["SYNC_CA_FILE"] = authority.ca_file();

    SECTION("the RPC's") {
        environment["SOROBAN_RPC_URL"] = receiver.url("localhost") + "/SECRET";
        const Ended ended = run_program({"run"}, environment);
        INFO(ended.err);
        CHECK(ended.code == 4);
        const auto passed_over = events(ended, "RPC_ENDPOINT_PASSED_OVER");
        REQUIRE(passed_over.size() == 1);
        CHECK_THAT(passed_over[0], Catch::Contains(says) && Catch::Contains(advises));
        const Ended checked = run_program({"doctor"}, environment);
        CHECK_THAT(checked.out, Catch::Contains(says) && Catch::Contains(advises));
        CHECK((ended.out + ended.err + checked.out + checked.err).find("/SECRET") == std::string::npos);
    }
    SECTION("the alert channels', and the Pushgateway's") {
        const Ended ended = run_program({"run"}, all_at(environment, receiver.url("localhost")));
        INFO(ended.err);
        CHECK(ended.code == 1);
        const auto failed = events(ended, "ALERT_FAILED");
        CHECK(failed.size() == 5);
        for (const std::string& event : failed) CHECK_THAT(event, Catch::Contains(says) && Catch::Contains(advises));
    }
    SECTION("the mail server's") {
        const std::string mode = GENERATE("starttls", "smtps");
        const fakes::MailServer mail(mode, certificate);
        environment["SYNC_ALERT_CHANNELS"] = "EMAIL";
        environment["SMTP_URL"] = mail.url(fakes::MailServer::login);
        environment["ALERT_EMAIL_FROM"] = "sync@example.org";
        environment["ALERT_EMAIL_TO"] = "ops@example.org";
        const Ended ended = run_program({"run"}, environment);
        const auto failed = events(ended, "ALERT_FAILED");
        REQUIRE(failed.size() == 1);
        CHECK_THAT(failed[0], Catch::Contains(says) && Catch::Contains(advises));
        CHECK(mail.mails().empty());
    }
    CHECK(receiver.received().empty());
}

TEST_CASE("Without SYNC_CA_FILE the system's authorities alone are trusted", "[integration][tls]") {
    World world;
    Authority authority;
    const HttpReceiver node(authority.issue(Authority::this_machine), relay_to(world.node.url()));
    Environment environment = only_balances(world);
    environment["SOROBAN_RPC_URL"] = node.url();
    // What turns verification off in other programs turns nothing off here.
    environment["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    for (const char* name : {"CURL_INSECURE", "SYNC_INSECURE", "GIT_SSL_NO_VERIFY"}) environment[name] = "1";
    environment["SYNC_ALLOW_HTTP"] = "1";
    const Ended ended = run_program({"run"}, environment);
    CHECK(ended.code == 4);
    CHECK_THAT(ended.err, Catch::Contains("SYNC_CA_FILE"));
    CHECK(node.received().empty());
    environment["SSL_CERT_FILE"] = authority.ca_file();
    CHECK(run_program({"run"}, environment).code == 0);
}

TEST_CASE("A file of authorities that holds none is said to be wrong", "[integration][tls]") {
    World world;
    Authority authority;
    const HttpReceiver node(authority.issue(Authority::this_machine), relay_to(world.node.url()));
    Environment environment = only_balances(world);
    environment["SOROBAN_RPC_URL"] = node.url();
    environment["SYNC_CA_FILE"] = "/etc/passwd";
    CHECK(run_program({"run"}, environment).code == 2);
    environment.erase("SYNC_CA_FILE");
    environment["SSL_CERT_FILE"] = "/etc/passwd"; // libcurl's own
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 4);
    CHECK_THAT(ended.err, Catch::Contains("must hold certificates as PEM"));
    CHECK(node.received().empty());
}

TEST_CASE("PostgreSQL's certificate is verified with sslmode=verify-full and sslrootcert", "[integration][tls]") {
    fakes::OwnServer server;
    Authority authority;
    Authority stranger;
    server.offer_tls(authority.issue("IP:127.0.0.1"));
    World world({}, {}, server);
    one_drifting_user(world);
    Environment environment = only_balances(world);
    const auto code_with = [&](const std::string& ca_file, const std::string& host) {
        std::string url = world.database.url() + "?sslmode=verify-full&sslrootcert=" + ca_file;
        const std::size_t at = url.find("@127.0.0.1");
        REQUIRE(at != std::string::npos);
        url.replace(at, 10, "@" + host);
        environment["DATABASE_URL"] = url;
        return run_program({"run"}, environment);
    };
    CHECK(code_with(authority.ca_file(), "127.0.0.1").code == 1);
    const auto refused = [&](const Ended& ended, const std::string& says) {
        INFO(ended.err);
        CHECK(ended.code == 2);
        CHECK_THAT(ended.err, Catch::Contains(says));
        CHECK(ended.err.find("s3cret") == std::string::npos);
    };
    refused(code_with(stranger.ca_file(), "127.0.0.1"), "certificate verify failed");
    refused(code_with(authority.ca_file(), "localhost"), "does not match host name");
    refused(code_with("/nonexistent.pem", "127.0.0.1"), "root certificate file");
}

TEST_CASE("A redirect to another host is followed by nobody, so no secret arrives there", "[integration][tls]") {
    World world;
    one_drifting_user(world);
    const HttpReceiver elsewhere;
    const int status = GENERATE(301, 302, 303, 307, 308);
    const HttpReceiver redirecting([&](const ReceivedRequest& request) {
        return GivenAnswer{status, "", {{"Location", elsewhere.url("localhost") + request.target}}};
    });
    Environment environment = only_balances(world);
    SECTION("the RPC") {
        environment["SOROBAN_RPC_URL"] = redirecting.url() + "/SECRET?key=SECRET";
        const Ended ended = run_program({"run"}, environment);
        CHECK(ended.code == 4);
        CHECK_THAT(ended.err, Catch::Contains(fmt::format("HTTP status {}", status)));
    }
    SECTION("the alert channels and the Pushgateway") {
        std::string url = redirecting.url();
        url.insert(url.find("://") + 3, "user:SECRET@");
        const Ended ended = run_program({"run"}, all_at(environment, url));
        INFO(ended.err);
        CHECK(ended.code == 1);
        CHECK(events(ended, "ALERT_FAILED").size() == 5);
    }
    CHECK_FALSE(redirecting.received().empty());
    CHECK(elsewhere.received().empty());
}
