// Marked secrets in every setting that can carry one, the real program through success, drift and every failure that
// can be provoked: no mark in anything that it writes, sends or leaves behind, but where the secret belongs.
#include "cmd/settings/settings_table.hpp"
#include "cmd/temporary_file.hpp"
#include "fakes/pseudo_terminal.hpp"
#include "integration/marked.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <memory>

using fakes::Ended;
using fakes::run_program;
using integration::Environment;
using integration::gives_away;
using integration::mark;
using integration::MarkedWorld;
using integration::Temper;
using parsing::TemporaryFile;

namespace {

void check_silent(const std::string& text) {
    INFO(text);
    CHECK_FALSE(gives_away(text));
}

Ended check_silent(const std::vector<std::string>& arguments, const Environment& environment) {
    CAPTURE(arguments);
    Ended ended = run_program(arguments, environment);
    check_silent(ended.out);
    check_silent(ended.err);
    return ended;
}

std::string without(std::string text, const std::string& part) {
    for (std::size_t at = 0; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
    return text;
}

/// The requests that arrived: the marks of a URL in its own path and login, the routing key in PagerDuty's events.
void check_requests(const MarkedWorld& marked) {
    const Environment secrets = marked.secrets();
    for (const fakes::ReceivedRequest& request : marked.receiver.received()) {
        const std::string service = request.target.substr(1, request.target.find('/', 1) - 1);
        CAPTURE(service, request.target);
        std::string target = request.target;
        for (const char* place : {"Path3", "Query4"}) target = without(target, mark + service + place);
        check_silent(target);
        check_silent(service == "pagerduty" ? without(request.body, secrets.at("PAGERDUTY_ROUTING_KEY"))
                                            : request.body);
        for (const auto& [name, value] : request.headers)
            if (name != "authorization") check_silent(value);
    }
    for (const std::string& mail : marked.mail.mails()) check_silent(mail);
    CHECK(marked.elsewhere.received().empty());
    std::ifstream metrics(marked.metrics_file);
    check_silent(std::string{std::istreambuf_iterator<char>(metrics), {}});
}

bool arrived(const MarkedWorld& marked, const std::string& service) {
    for (const fakes::ReceivedRequest& request : marked.receiver.received())
        if (request.target.starts_with("/" + service + "/" + mark) && request.headers.contains("authorization"))
            return true;
    return false;
}

} // namespace

TEST_CASE("Secrets: the search finds them plain, in other cases and in base64", "[integration][secrets]") {
    CHECK(gives_away("x" + mark + "y"));
    CHECK(gives_away("X-S3CRETMARK"));
    CHECK(gives_away("Basic UzNjcmV0TWFya1VzZXI6eA=="));
    CHECK(gives_away("Basic eFMzY3JldE1hcms6eA=="));
    CHECK(gives_away("Basic eHhTM2NyZXRNYXJrOng="));
    CHECK(gives_away("AHBhc3M6d29yZC9TRUNSRVQ="));
    CHECK_FALSE(gives_away("S3cret Mark, ALERT_WEBHOOK_SECRET, word"));
}

TEST_CASE("Secrets: a cycle that succeeds gives none away, and each arrives where it belongs",
          "[integration][secrets]") {
    MarkedWorld marked;
    const Environment environment = marked.environment();
    for (const char* output : {"text", "json", "html", "none"}) {
        const Ended ended =
            check_silent({"run", "--output", output, "--log-format", output[0] == 't' ? "text" : "json"}, environment);
        CHECK(ended.code == 1);
        CHECK(ended.err.find("ALERT_FAILED") == std::string::npos);
    }
    for (const char* service : {"rpc", "slack", "pagerduty", "webhook", "alertmanager", "pushgateway"}) {
        CAPTURE(service);
        CHECK(arrived(marked, service));
    }
    CHECK(marked.mail.mails().size() == 4);
    CHECK(check_silent({"run", "--dry-run"}, environment).code == 1);
    CHECK(check_silent({"explain", "--user", "drifting", "--output", "text"}, environment).code == 1);
    CHECK(check_silent({"explain", "--market", "market", "--output", "json"}, environment).code == 1);
    CHECK(check_silent({"doctor", "--output", "text"}, environment).code == 0);
    CHECK(check_silent({"doctor", "--output", "json", "--send-test-alert"}, environment).code == 0);
    marked.in_sync();
    CHECK(check_silent({"run"}, environment).code == 0);
    check_requests(marked);
}

TEST_CASE("Secrets: given by flag, by file or in the configuration file they are as safe", "[integration][secrets]") {
    MarkedWorld marked;
    const Environment secrets = marked.secrets();
    Environment plain = marked.environment();
    Environment by_file;
    std::vector<std::string> flags{"run"};
    std::string config;
    std::vector<std::unique_ptr<TemporaryFile>> files;
    for (const auto& [name, value] : secrets) {
        plain.erase(name);
        flags.push_back("--" + cmd::flag_of(name));
        flags.push_back(value);
        files.push_back(std::make_unique<TemporaryFile>(value + "\n"));
        by_file[name + "_FILE"] = files.back()->path();
        config += fmt::format("{} = '{}'\n", cmd::flag_of(name), value);
    }
    CHECK(check_silent(flags, plain).code == 1);
    const TemporaryFile config_file(config);
    CHECK(check_silent({"run", "--config", config_file.path()}, plain).code == 1);
    by_file.insert(plain.begin(), plain.end());
    CHECK(check_silent({"run"}, by_file).code == 1);
    CHECK(check_silent({"doctor"}, by_file).code == 0);
    check_requests(marked);
}

TEST_CASE("Secrets: on a terminal with progress", "[integration][secrets]") {
    MarkedWorld marked;
    Environment environment = marked.environment();
    environment["TERM"] = "xterm-256color";
    environment["SYNC_MAX_RPS"] = "10";
    fakes::PseudoTerminal terminal(100, 40);
    fakes::Program program({"run", "--progress", "always"}, environment, {.terminal = terminal.program_end()});
    CHECK(program.wait().code == 1);
    const std::string shown = terminal.rest();
    CHECK(shown.find("odds") != std::string::npos);
    check_silent(shown);
}

TEST_CASE("Secrets: servers that refuse, complain, redirect, and repeat all they were sent", "[integration][secrets]") {
    MarkedWorld marked;
    const Environment environment = marked.environment();
    for (const Temper temper : {Temper::refuses, Temper::complains, Temper::errs_in_json, Temper::redirects}) {
        CAPTURE(static_cast<int>(temper));
        marked.rpc = Temper::good;
        marked.rest = temper;
        CHECK(check_silent({"run"}, environment).code == 1);
        check_silent({"run", "--output", "html", "--log-format", "text"}, environment);
        check_silent({"doctor", "--send-test-alert", "--output", "text"}, environment);
        marked.rpc = temper;
        for (const char* command : {"run", "doctor"}) CHECK(check_silent({command}, environment).code != 0);
        check_silent({"explain", "--user", "drifting", "--output", "text"}, environment);
        check_silent({"run", "--output", "text", "--log-format", "text"}, environment);
    }
    check_requests(marked);
}

TEST_CASE("Secrets: nobody there, TLS that fails, a wrong password", "[integration][secrets]") {
    MarkedWorld marked;
    const Environment good = marked.environment();
    const Environment secrets = marked.secrets();
    fakes::Authority authority;
    const fakes::HttpReceiver tls(authority.issue(fakes::Authority::this_machine));
    const auto run_all = [](const Environment& environment) {
        CHECK(check_silent({"run"}, environment).code != 0);
        check_silent({"doctor", "--send-test-alert"}, environment);
        check_silent({"run", "--output", "text", "--log-format", "text"}, environment);
    };
    for (const auto& [name, value] : secrets) {
        if (value.find("://") == std::string::npos) continue;
        CAPTURE(name);
        Environment environment = good;
        std::string& url = environment[name];
        const std::size_t port = url.find(':', url.find('@'));
        const std::size_t end = std::min(url.find('/', port), url.size());
        url.replace(port, end - port, ":1");
        run_all(environment);
        if (!value.starts_with("http://")) continue;
        url.replace(port, 2, tls.url().substr(tls.url().rfind(':')));
        url.insert(4, "s");
        run_all(environment);
    }
    Environment environment = good;
    std::string& database = environment["DATABASE_URL"];
    database.insert(database.find('@'), "wrong" + mark);
    run_all(environment);
    database = secrets.at("DATABASE_URL") + "&sslmode=verify-full";
    run_all(environment);
    environment = good;
    std::string& mail = environment["SMTP_URL"];
    mail.insert(mail.find('@'), "wrong" + mark);
    CHECK(check_silent({"run"}, environment).code == 1);
    CHECK(tls.received().empty());
    check_requests(marked);
}

TEST_CASE("Secrets: in what is wrong with the settings", "[integration][secrets]") {
    MarkedWorld marked;
    const Environment good = marked.environment();
    const std::vector<std::string> values{
        mark,
        "nonsense " + mark,
        "ftp://u:" + mark + "@host/" + mark,
        "http://" + mark + "@rpc.example.org/" + mark + "?k=" + mark,
        "https://u:" + mark + "/" + mark + "@host",
        "https://host:" + mark,
        "postgresql://u:" + mark + "@host:99999/x",
        "postgresql://u:" + mark + "#@host/x?sslmode=" + mark,
        "host=h password=" + mark + " sslmode=" + mark,
        "smtps://u:" + mark + "@:x",
    };
    for (const cmd::Setting& setting : cmd::settings()) {
        if (!setting.secret) continue;
        CAPTURE(setting.name);
        for (const std::string& value : values) {
            Environment environment = good;
            environment[setting.name] = value;
            // Wrong beside it, so that no cycle begins where the value may be what it is.
            CHECK(check_silent({"run", "--max-retries", "x"}, environment).code == 2);
        }
        Environment environment = good;
        environment.erase(setting.name);
        const std::string file = cmd::file_name_of(setting);
        environment[file] = good.at(setting.name); // the secret in place of its file's path
        CHECK(check_silent({"run"}, environment).code == 2);
        CHECK(check_silent({"doctor", "--output", "text"}, environment).code == 2);
        environment = good;
        environment[file] = "/nonexistent"; // both
        CHECK(check_silent({"run"}, environment).code == 2);
    }
}

TEST_CASE("Secrets: in what is wrong with the command line or the configuration file", "[integration][secrets]") {
    MarkedWorld marked;
    const Environment environment = marked.environment();
    const std::string url = environment.at("DATABASE_URL");
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {url},
             {"run", url},
             {"run", "--databse-url", url},
             {"run", "--databse-url=" + url},
             {"--database-url", url},
             {"--database-url=" + url, "run"},
             {"run", "--database-url", url, "--nonsense"},
             {"run", "--database-url", url, "--max-retries", url},
             {"run", "--config", url},
             {"run", "--only", url},
             {"run", "--metrics-file", url + "/"},
             {"run", "--ca-file", url},
             {"run", "--usdc-asset", url},
             {"doctor", "--shard", url},
             {"run", "--generate", url},
         })
        CHECK(check_silent(arguments, environment).code == 2);
    for (const char* flag : {"--help", "--version", "--print-config"})
        CHECK(check_silent({flag}, environment).code == 0);
    for (const std::string& text :
         {"databse-url = \"" + url + "\"\n", "database-url = " + url + "\n", "database-url = \"" + url + "\n",
          url + "\n", "[" + url + "]\nx = 1\n", "rate-limit = \"" + url + "\"\n"}) {
        const TemporaryFile config(text);
        CHECK(check_silent({"run", "--config", config.path()}, environment).code == 2);
    }
    Environment misspelt = environment;
    misspelt["SYNC_PUSHGATEWAY_ULR"] = url;
    CHECK(check_silent({"run"}, environment).code == 1);
}
