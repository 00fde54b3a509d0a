// Mail to a real server, aiosmtpd: TLS, login, refusals; and what Python's parser makes of the alerts' mails.
#include "alert/alert_sample.hpp"
#include "alert/email.hpp"
#include "fakes/mail_server.hpp"
#include "integration/program.hpp"
#include "net/failure.hpp"
#include "net/http.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

using namespace std::chrono_literals;
using fakes::MailServer;
using integration::pointer;

namespace {

/// RFC 5322 recommends 78; the line in which libcurl gives the boundary has more, and is the only one.
constexpr int longest_line = 86;

struct Client {
    base::SystemClock clock;
    net::HttpClient http;

    explicit Client(std::string ca_file) : http({std::move(ca_file), "stellar-sync/test"}, clock) {}

    net::HttpOutcome send(std::string url, alert::Email mail = {{"Subject: x"}, "x\n", "x\n"}, bool require_tls = true,
                          std::string to = "ops@example.org") {
        http.send_mail({std::move(url), require_tls, "sync@example.org", std::move(to), std::move(mail.headers),
                        std::move(mail.text), std::move(mail.html), 10s});
        for (;;) {
            auto ended = http.wait({}, clock.now() + 20s);
            if (!ended.empty()) return std::move(ended.front());
        }
    }
};

std::optional<net::FailureKind> failure_of(const net::HttpOutcome& outcome) {
    const auto failure = net::mail_failure(outcome);
    if (!failure) return std::nullopt;
    INFO(failure->text);
    CHECK(failure->text.find("SECRET") == std::string::npos);
    return failure->kind;
}

alert::Email mail_of(const verify::Summary& summary) {
    return alert::email_of(alert::alert_of(summary, sample::everything),
                           {"sync@example.org", {"ops@example.org", "oncall@example.org"}});
}

/// The JSON string at a pointer, as text.
std::string text_at(const std::string& json, std::string_view path) {
    simdjson::dom::parser parser;
    std::string_view text;
    REQUIRE(parser.parse(json).at_pointer(path).get(text) == simdjson::SUCCESS);
    return std::string(text);
}

} // namespace

TEST_CASE("A mail goes out with STARTTLS and login", "[net][mail]") {
    const MailServer server("starttls");
    Client client(server.ca_file());
    const net::HttpOutcome outcome = client.send(server.url(MailServer::login));
    INFO(outcome.fault_text);
    CHECK_FALSE(failure_of(outcome));
    REQUIRE(server.mails().size() == 1);
    const std::string mail = server.mails()[0];
    CHECK(pointer(mail, "/tls") == "true");
    CHECK(pointer(mail, "/login") == R"("alerts@example.org")");
    CHECK(pointer(mail, "/from") == R"("sync@example.org")");
    CHECK(pointer(mail, "/to") == R"(["ops@example.org"])");

    CHECK(failure_of(client.send(server.url("alerts%40example.org:wrongSECRET"))) == net::FailureKind::unauthorized);
    CHECK(failure_of(client.send(server.url())) == net::FailureKind::unauthorized); // the server wants a login
    CHECK(server.mails().size() == 1);
}

TEST_CASE("A mail goes out over TLS from the start, with login", "[net][mail]") {
    const MailServer server("smtps");
    Client client(server.ca_file());
    CHECK_FALSE(failure_of(client.send(server.url(MailServer::login))));
    REQUIRE(server.mails().size() == 1);
    CHECK(pointer(server.mails()[0], "/tls") == "true");
    CHECK(pointer(server.mails()[0], "/login") == R"("alerts@example.org")");
}

TEST_CASE("A mail server whose certificate nobody vouches for gets neither login nor mail", "[net][mail]") {
    const MailServer server(GENERATE("starttls", "smtps"));
    Client client("");
    CHECK(failure_of(client.send(server.url(MailServer::login))) == net::FailureKind::unusable);
    CHECK(server.mails().empty());
}

TEST_CASE("Without STARTTLS nothing is sent where TLS is required", "[net][mail]") {
    const MailServer server("plain");
    Client client(server.ca_file());
    CHECK(failure_of(client.send(server.url(MailServer::login))) == net::FailureKind::unusable);
    CHECK(server.mails().empty());
    CHECK_FALSE(failure_of(client.send(server.url(), {{"Subject: x"}, "x\n", "x\n"}, false)));
    REQUIRE(server.mails().size() == 1);
    CHECK(pointer(server.mails()[0], "/tls") == "false");
}

TEST_CASE("A mailbox that is refused for good, one that is refused for now, and a server that is not there",
          "[net][mail]") {
    const MailServer server("plain");
    Client client("");
    const auto to = [&](const std::string& mailbox) {
        return client.send(server.url(), {{}, "x\n", ""}, false, mailbox);
    };
    CHECK(failure_of(to("nobody@example.org")) == net::FailureKind::unusable);
    CHECK(failure_of(to("later@example.org")) == net::FailureKind::busy);
    CHECK_FALSE(failure_of(to("later@example.org")));
    CHECK(failure_of(client.send("smtp://127.0.0.1:1")) == net::FailureKind::connection);
    CHECK(failure_of(client.send("http://127.0.0.1:1")) == net::FailureKind::unusable);
}

TEST_CASE("Lines that begin with a dot arrive as they are", "[net][mail]") {
    const MailServer server("plain");
    Client client("");
    const std::string text = ".\n..a\n.b\n\ttab, blank \n" + std::string(200, '.') + "\n\xC3\xA9=\n-- \nend\n";
    CHECK_FALSE(failure_of(client.send(server.url(), {{"Subject: x"}, text, "<p>.</p>\n"}, false)));
    const std::string mail = server.mails().at(0);
    CHECK(text_at(mail, "/parts/text~1plain") == text);
    CHECK(pointer(mail, "/ascii") == "true");
    CHECK(std::stoi(pointer(mail, "/longest_line")) <= longest_line);
}

TEST_CASE("Python's parser finds no fault in the mail of an alert, and in it what was meant", "[net][mail]") {
    const MailServer server("plain");
    Client client("");
    verify::Summary alone = sample::plain_summary();
    verify::Mismatch hostile = sample::odds_mismatch();
    hostile.id = "market 7";
    hostile.title = "Dot\r\n.\r\nBcc: x@y <b>&</b> \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x8F\x86 caf\xC3\xA9";
    alone.add(hostile);
    for (const verify::Summary& summary :
         {sample::full_summary(), sample::hostile_summary(), sample::lagging_summary(9, 200, 2000, 90), alone})
        CHECK_FALSE(failure_of(client.send(server.url(), mail_of(summary), false)));
    const std::vector<std::string> mails = server.mails();
    REQUIRE(mails.size() == 4);
    for (const std::string& mail : mails) {
        CHECK(pointer(mail, "/defects") == "[]");
        CHECK(pointer(mail, "/type") == R"("multipart/alternative")");
        CHECK(pointer(mail, "/header_count") == "8");
        CHECK(pointer(mail, "/headers/From") == R"("stellar-sync <sync@example.org>")");
        CHECK(pointer(mail, "/headers/To") == R"("ops@example.org, oncall@example.org")");
        CHECK(pointer(mail, "/headers/Auto-Submitted") == R"("auto-generated")");
        CHECK(pointer(mail, "/bare_newlines") == "0");
        CHECK(pointer(mail, "/ascii") == "true");
        CHECK(std::stoi(pointer(mail, "/longest_line")) <= longest_line);
        CHECK(pointer(mail, "/parts/text~1plain") != "(absent)");
        CHECK(pointer(mail, "/parts/text~1html") != "(absent)");
    }
    CHECK(pointer(mails[0], "/headers/Subject") ==
          R"("[stellar-sync] 1 outcome (CRITICAL), the odds of 2 markets and 2 balances differ")");
    const std::string plain = text_at(mails[0], "/parts/text~1plain");
    CHECK(plain.find("\nOutcome of market 44\n  Who wins?\n  database YES, on chain none\n") != std::string::npos);
    CHECK(plain.find("  database 1,250.00, on chain 1,200.00, difference -50.00\n") != std::string::npos);
    CHECK(text_at(mails[3], "/headers/Subject") ==
          "[stellar-sync] Odds of market (YES) market 7, \"Dot??.??Bcc: x@y <b>&</b> \xE6\x97\xA5\xE6\x9C\xAC "
          "\xF0\x9F\x8F\x86 caf\xC3\xA9\", differs");
    CHECK(text_at(mails[3], "/parts/text~1html").find("&lt;b&gt;&amp;&lt;/b&gt; \xE6\x97\xA5") != std::string::npos);
    CHECK(text_at(mails[3], "/parts/text~1plain").find("\xF0\x9F\x8F\x86 caf\xC3\xA9\n") != std::string::npos);
}
