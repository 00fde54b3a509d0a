#include "integration/marked.hpp"

#include "cmd/settings/settings_table.hpp"
#include "net/http.hpp"
#include "stellar/base64.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unistd.h>

namespace integration {
namespace {

using fakes::GivenAnswer;
using fakes::ReceivedRequest;

const std::string database_password = mark + "Database:/?#@7"; // to be percent-encoded

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// http://user:password@host/path?query#fragment, a mark in each place. `base` is http://host.
std::string url(const std::string& base, const std::string& name) {
    const std::size_t host = base.find("://") + 3;
    return fmt::format("http://{0}{1}UserA1:{0}{1}Login2@{2}/{1}/{0}{1}Path3?apikey={0}{1}Query4", mark, name,
                       base.substr(host));
}

GivenAnswer relayed(const std::string& node, const ReceivedRequest& request) {
    using namespace std::chrono_literals;
    const base::SystemClock clock;
    net::HttpClient client({}, clock);
    client.start({node, request.body, 10s});
    for (;;) {
        auto ended = client.wait({}, clock.now() + 10s);
        if (!ended.empty()) return {static_cast<int>(ended.front().status), ended.front().body};
    }
}

std::string decoded_login(const ReceivedRequest& request) {
    const auto header = request.headers.find("authorization");
    std::string login;
    if (header != request.headers.end()) stellar::append_decoded_base64(login, header->second.substr(6));
    return login;
}

std::string everything_of(const ReceivedRequest& request) {
    std::string text = request.target + " " + decoded_login(request);
    for (const auto& [name, value] : request.headers) text += " " + value;
    return text + " " + request.body;
}

} // namespace

bool gives_away(const std::string& text) {
    std::vector<std::string> signs{mark, "word/SECRET", "word%2FSECRET"};
    for (const std::string& secret : {mark, std::string("word/SECRET")}) {
        // At each of the three places that it may have in a group of base64, without what depends on its neighbours.
        for (std::size_t before = 0; before < 3; ++before) {
            std::string encoded = stellar::to_base64(std::string(before, 'x') + secret);
            while (encoded.ends_with('=')) encoded.pop_back();
            signs.push_back(encoded.substr(before == 0 ? 0 : before + 1, encoded.size() - before - 3));
        }
    }
    const std::string in_lower_case = lower(text);
    return std::any_of(signs.begin(), signs.end(),
                       [&](const std::string& sign) { return in_lower_case.find(lower(sign)) != std::string::npos; });
}

MarkedWorld::MarkedWorld()
    : receiver([this](const ReceivedRequest& request) { return answer(request); }),
      metrics_file(fmt::format("/tmp/stellar-sync-marked-{}.prom", getpid())),
      role_(fmt::format("marked_{}", getpid())) {
    world.open_market("market", contract(1), "50", "50", std::pair{4U, 6U});
    world.user("drifting", account(1), "12.5", 0);
    world.user("same", account(2), "1", 10'000'000);
    world.flush();
    world.database.exec_as_superuser(fmt::format("DROP ROLE IF EXISTS {0}; CREATE ROLE {0} LOGIN PASSWORD '{1}'; "
                                                 "GRANT SELECT ON markets, users TO {0}",
                                                 role_, database_password));
}

MarkedWorld::~MarkedWorld() {
    unlink(metrics_file.c_str());
    world.database.exec_as_superuser(fmt::format("DROP OWNED BY {0}; DROP ROLE {0}", role_));
}

void MarkedWorld::in_sync() {
    world.database.exec("DELETE FROM markets; DELETE FROM users WHERE id = 'drifting'");
}

GivenAnswer MarkedWorld::answer(const ReceivedRequest& request) const {
    const bool of_rpc = request.target.starts_with("/rpc");
    switch (of_rpc ? rpc.load() : rest.load()) {
    case Temper::good:
        if (of_rpc) return relayed(world.node.url(), request);
        return {200, request.method == "GET" ? "# TYPE up gauge\nup 1\n" : "ok"}; // a Pushgateway tells of itself
    case Temper::refuses:
        return {401, "no entry with " + everything_of(request)};
    case Temper::complains:
        return {400, "not with " + everything_of(request)};
    case Temper::errs_in_json: {
        std::string text;
        for (const char c : everything_of(request))
            if (c != '"' && c != '\\' && c != '\n') text += c;
        return {200, fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":-32602,"message":"{}"}}}})",
                                 pointer(request.body, "/id"), text)};
    }
    case Temper::hangs:
        return {200, "", {}, std::chrono::minutes(1)};
    case Temper::redirects:
        return {307, "", {{"Location", elsewhere.url() + request.target}}};
    }
    return {};
}

Environment MarkedWorld::secrets() const {
    std::string database = world.database.url(role_);
    const std::size_t colon = database.find(':', database.find("://") + 3);
    database.replace(colon + 1, database.find('@') - colon - 1, mark + "Database%3A%2F%3F%23%407");
    Environment known{
        {"DATABASE_URL", database + "?schema=public&sslpassword=" + mark + "Key8"},
        {"SOROBAN_RPC_URL", url(receiver.url(), "rpc")},
        {"SLACK_WEBHOOK_URL", url(receiver.url(), "slack")},
        {"PAGERDUTY_EVENTS_URL", url(receiver.url(), "pagerduty")},
        {"PAGERDUTY_ROUTING_KEY", mark + std::string(32 - mark.size(), 'k')},
        {"SMTP_URL", mail.url(fakes::MailServer::login)},
        {"ALERT_WEBHOOK_URL", url(receiver.url(), "webhook")},
        {"ALERT_WEBHOOK_SECRET", mark + " of the webhook"},
        {"ALERTMANAGER_URL", url(receiver.url(), "alertmanager")},
        {"SYNC_PUSHGATEWAY_URL", url(receiver.url(), "pushgateway")},
    };
    for (const char* base_url : {"ALERTMANAGER_URL", "SYNC_PUSHGATEWAY_URL"})
        known[base_url].erase(known[base_url].find('?')); // a path is added
    for (const cmd::Setting& setting : cmd::settings()) {
        INFO(setting.name);
        const bool sounds_secret =
            setting.name.find("URL") != std::string::npos || setting.name.find("KEY") != std::string::npos ||
            setting.name.find("SECRET") != std::string::npos || setting.name.find("PASSWORD") != std::string::npos ||
            setting.name.find("TOKEN") != std::string::npos;
        REQUIRE(setting.secret == sounds_secret);
        REQUIRE(known.contains(setting.name) == setting.secret); // a new secret needs its marks above
    }
    return known;
}

Environment MarkedWorld::environment() const {
    Environment environment = secrets();
    const Environment more{
        {"AMM_CONTRACT_ADDRESS", environment_of(const_cast<World&>(world)).at("AMM_CONTRACT_ADDRESS")},
        {"SYNC_ALERT_CHANNELS", "LOG,METRICS,EMAIL,SLACK,PAGERDUTY,WEBHOOK,ALERTMANAGER"},
        {"SYNC_CRITICAL_ALERT_CHANNELS", "LOG,METRICS,EMAIL,SLACK,PAGERDUTY,WEBHOOK,ALERTMANAGER"},
        {"ALERT_EMAIL_FROM", "sync@example.org"},
        {"ALERT_EMAIL_TO", "ops@example.org"},
        {"SYNC_METRICS_FILE", metrics_file},
        {"SYNC_CA_FILE", mail.ca_file()},
        {"SYNC_LOG_LEVEL", "debug"},
        {"SYNC_MAX_RETRIES", "1"},
        {"SYNC_RETRY_DELAY_MS", "1"},
        {"SYNC_CONFIRM_DELAY_MS", "1"},
    };
    environment.insert(more.begin(), more.end());
    return environment;
}

} // namespace integration
