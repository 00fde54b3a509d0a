#include "cmd/parse.hpp"
#include "cmd/settings/options.hpp"
#include "cmd/settings/settings_table.hpp"
#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

using parsing::faults;
using parsing::required;
using parsing::TemporaryFile;
using parsing::Variables;

namespace {

/// tests/bad_config: a file of one fault each, which says in its first two lines what the program should say of it.
struct BadConfig {
    std::string path;
    std::string setting;
    std::string expected;
};

std::string header(std::istream& in, std::string_view label) {
    std::string line;
    std::getline(in, line);
    return line.starts_with(label) ? line.substr(label.size()) : "";
}

std::vector<BadConfig> bad_configs() {
    std::vector<BadConfig> all;
    for (const auto& entry : std::filesystem::directory_iterator(TEST_SOURCE_DIR "/bad_config")) {
        std::ifstream in(entry.path());
        const std::string setting = header(in, "# fault: ");
        all.push_back({entry.path(), setting, header(in, "# expected: ")});
    }
    return all;
}

// What holds a secret in these tests says so.
void check_no_secret(const std::vector<cmd::ConfigFault>& list) {
    for (const cmd::ConfigFault& fault : list) {
        const base::Event event = cmd::config_error_event(fault);
        std::string all = event.message;
        base::JsonWriter writer(all);
        base::write_fields(writer, event.fields);
        for (const char* secret : {"S3CRET", "SCRETSEED"}) CHECK(all.find(secret) == std::string::npos);
    }
}

std::set<std::string> settings_of(const std::vector<cmd::ConfigFault>& list) {
    std::set<std::string> names;
    for (const cmd::ConfigFault& fault : list) names.insert(fault.setting);
    return names;
}

Variables without(const std::string& name) {
    Variables variables = required();
    variables.erase(name.ends_with("_FILE") ? name.substr(0, name.size() - 5) : name);
    return variables;
}

} // namespace

TEST_CASE("each bad configuration file has its one fault named, with what would be right") {
    for (const BadConfig& bad : bad_configs()) {
        INFO(bad.path);
        const auto list = faults({"run", "--config", bad.path}, without(bad.setting));
        REQUIRE_FALSE(bad.expected.empty());
        REQUIRE(list.size() == 1);
        CHECK(list.front().setting == bad.setting);
        CHECK_THAT(list.front().expected, Catch::Contains(bad.expected));
        check_no_secret(list);
    }
}

TEST_CASE("every setting that can be wrong has a bad configuration file") {
    std::set<std::string> covered;
    for (const BadConfig& bad : bad_configs()) covered.insert(bad.setting);
    for (const cmd::Setting& setting : cmd::settings()) {
        INFO(setting.name);
        const bool any_text = setting.name == "STELLAR_NETWORK_PASSPHRASE" || setting.name == "ALERT_WEBHOOK_SECRET";
        CHECK((covered.contains(setting.name) || any_text));
    }
}

TEST_CASE("all faults are reported in one go, from every source") {
    const TemporaryFile file("rate-limit = 0\nno-such-key = 1\n");
    const auto list = faults({"run", "--config", file.path(), "--output", "xml", "--only", "odds,balance"},
                             {{"DATABASE_URL", "postgresql://app:S3CRET@db:x/market"},
                              {"SOROBAN_RPC_URL", "http://rpc.example.org/S3CRET"},
                              {"SYNC_MAX_RETRIES", "many"}});
    CHECK(settings_of(list) == std::set<std::string>{"no-such-key", "DATABASE_URL", "SOROBAN_RPC_URL",
                                                     "SYNC_MAX_RETRIES", "SYNC_RATE_LIMIT", "SYNC_OUTPUT", "--only",
                                                     "AMM_CONTRACT_ADDRESS"});
    CHECK(list.size() == 8);
    check_no_secret(list);
}

TEST_CASE("what is required and missing is a fault each") {
    CHECK(settings_of(faults({"run"}, {})) ==
          std::set<std::string>{"DATABASE_URL", "SOROBAN_RPC_URL", "AMM_CONTRACT_ADDRESS"});
}

TEST_CASE("faults are logged as far as it is known how") {
    const auto outcome = parsing::parse({"run", "--log-format", "text", "--rate-limit", "0"});
    CHECK(std::get<cmd::Faults>(outcome).options.log.format == base::LogFormat::text);
    CHECK_FALSE(std::get<cmd::Faults>(parsing::parse({"run", "--log-format", "xml"})).options.log.format);
}

TEST_CASE("a secret may come from a file, and a final newline is dropped") {
    const TemporaryFile database("postgresql://app:S3CRET@db/market\n");
    const TemporaryFile rpc("https://rpc.example.org/S3CRET\r\n");
    const TemporaryFile config("database-url-file = '" + database.path() + "'\n");
    Variables variables = without("DATABASE_URL");
    variables.erase("SOROBAN_RPC_URL");
    variables["SOROBAN_RPC_URL_FILE"] = rpc.path();
    const cmd::Options by_file = parsing::options({"run", "--config", config.path()}, variables);
    CHECK(by_file.rpc.urls == std::vector{base::Secret("https://rpc.example.org/S3CRET")});
    const cmd::Options by_flag = parsing::options({"run", "--database-url-file", database.path()}, variables);
    CHECK(by_flag.database.connection.keywords == by_file.database.connection.keywords);
}

TEST_CASE("a shard that does not exist, or is given twice, is a fault") {
    const auto only_fault = [](std::vector<std::string> arguments, const std::string& index = "") {
        auto variables = parsing::required();
        variables["JOB_COMPLETION_INDEX"] = index;
        arguments.insert(arguments.begin(), "run");
        const auto list = parsing::faults(std::move(arguments), variables);
        REQUIRE(list.size() == 1);
        return parsing::text_of(list.front());
    };
    for (const std::string wrong :
         {"7/7", "-1/2", "1", "/", "1/", "/2", "1/2/3", "0/0", "1/10001", "0x1/2", "1/99999999999999999999"})
        CHECK(only_fault({"--shard=" + wrong}) ==
              "SYNC_SHARD=" + wrong + ": K/N, such as 0/4: N shards (1 to 10000), and K from 0 to N-1");
    CHECK(only_fault({"--shard-count=0"}, "0").starts_with("SYNC_SHARD_COUNT=0: "));
    CHECK(only_fault({"--shard-count=4", "--shard=0/4"}, "0") ==
          "SYNC_SHARD_COUNT=4: either SYNC_SHARD or SYNC_SHARD_COUNT, not both");
    for (const std::string wrong : {"", "4", "-1", "one"})
        CHECK(only_fault({"--shard-count=4"}, wrong)
                  .starts_with("JOB_COMPLETION_INDEX=" + wrong + ": a number from 0 to 3"));
}

TEST_CASE("a secret and its file may not both be given, wherever they come from") {
    const TemporaryFile database("postgresql://app:S3CRET@db/market\n");
    const auto list = faults({"run", "--database-url-file", database.path()});
    REQUIRE(list.size() == 1);
    CHECK(list.front().setting == "DATABASE_URL_FILE");
    CHECK(list.front().expected == "either DATABASE_URL or DATABASE_URL_FILE, not both");

    const TemporaryFile config("soroban-rpc-url = \"https://rpc.example.org/S3CRET\"\n");
    Variables variables = without("SOROBAN_RPC_URL");
    variables["SOROBAN_RPC_URL_FILE"] = "/nonexistent";
    CHECK(settings_of(faults({"run", "--config", config.path()}, variables)) ==
          std::set<std::string>{"SOROBAN_RPC_URL_FILE"});
}

TEST_CASE("a secret's file that is empty, missing, or the secret itself is a fault that gives nothing away") {
    const TemporaryFile empty("\n");
    for (const std::string& path : {empty.path(), std::string("/nonexistent"), std::string("/tmp"),
                                    std::string("postgresql://app:S3CRET@db/market"), std::string("password=S3CRET")}) {
        INFO(path);
        const auto list = faults({"run", "--database-url-file", path}, without("DATABASE_URL"));
        CHECK(settings_of(list) == std::set<std::string>{"DATABASE_URL_FILE"});
        check_no_secret(list);
    }
}

TEST_CASE("a configuration file that cannot be read is a fault") {
    for (const char* path : {"/nonexistent", "/"})
        CHECK(settings_of(faults({"run", "--config", path})) == std::set<std::string>{"--config"});
}

TEST_CASE("ids for checks that --only leaves out are a fault") {
    const auto fault = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "run");
        return settings_of(faults(std::move(arguments)));
    };
    CHECK(fault({"--only", "balances", "--market", "5"}) == std::set<std::string>{"--market"});
    CHECK(fault({"--only", "odds", "--user", "5"}) == std::set<std::string>{"--user"});
    CHECK(fault({"--only", "balances", "--user", "5", "--market", "5"}) == std::set<std::string>{"--market"});
    CHECK(fault({"--only", "everything"}) == std::set<std::string>{"--only"});
    CHECK(fault({"--only", ","}) == std::set<std::string>{"--only"});
}

TEST_CASE("a wrong value is shown, harmless and short") {
    const auto list = faults({"run", "--read-mode", "\x1b[31m" + std::string(500, 'x')});
    REQUIRE(list.size() == 1);
    CHECK(list.front().value.starts_with("?[31mxxx"));
    CHECK(list.front().value.size() <= 100);
    const base::Event event = cmd::config_error_event({"SYNC_RATE_LIMIT", "0", "a whole number from 1 to 1000"});
    CHECK(event.type == "CONFIG_ERROR");
    CHECK(event.message == "SYNC_RATE_LIMIT is \"0\": expected a whole number from 1 to 1000");
}

TEST_CASE("a channel that is listed without what it needs is a fault that names what is missing") {
    const std::map<std::string, std::set<std::string>> needs{
        {"SLACK", {"SLACK_WEBHOOK_URL"}},
        {"PAGERDUTY", {"PAGERDUTY_ROUTING_KEY"}},
        {"EMAIL", {"SMTP_URL", "ALERT_EMAIL_FROM", "ALERT_EMAIL_TO"}},
        {"WEBHOOK", {"ALERT_WEBHOOK_URL"}},
        {"ALERTMANAGER", {"ALERTMANAGER_URL"}}};
    for (const auto& [channel, settings] : needs) {
        for (const std::string list : {"SYNC_ALERT_CHANNELS", "SYNC_CRITICAL_ALERT_CHANNELS"}) {
            Variables variables = required();
            variables[list] = "LOG," + channel;
            const auto found = faults({"run"}, variables);
            CHECK(settings_of(found) == settings);
            for (const cmd::ConfigFault& fault : found)
                CHECK_THAT(fault.expected, Catch::Contains("which the channel " + channel + " of " + list + " needs"));
        }
    }
}

TEST_CASE(
    "a faulty setting of an alert is one fault, gives no secret away, and counts though its channel is not listed") {
    for (const auto& [setting, value] :
         std::map<std::string, std::string>{{"SLACK_WEBHOOK_URL", "http://hooks.example.org/services/S3CRET"},
                                            {"SLACK_WEBHOOK_URL", "hooks.example.org/S3CRET"},
                                            {"PAGERDUTY_ROUTING_KEY", "S3CRET"},
                                            {"PAGERDUTY_EVENTS_URL", "http://user:S3CRET@events.example.org"},
                                            {"SMTP_URL", "https://user:S3CRET@mail.example.org"},
                                            {"ALERT_WEBHOOK_URL", "http://[::1]:port/S3CRET"},
                                            {"ALERTMANAGER_URL", "http://alertmanager:9093/S3CRET"}}) {
        for (const std::string channels : {"LOG", "SLACK,PAGERDUTY,EMAIL,WEBHOOK,ALERTMANAGER"}) {
            Variables variables = required();
            variables["SLACK_WEBHOOK_URL"] = "https://hooks.example.org/services/S3CRET";
            variables["PAGERDUTY_ROUTING_KEY"] = std::string(32, 'a');
            variables["SMTP_URL"] = "smtp://mail.example.org:587";
            variables["ALERT_EMAIL_FROM"] = "a@example.org";
            variables["ALERT_EMAIL_TO"] = "b@example.org";
            variables["ALERT_WEBHOOK_URL"] = "https://example.org";
            variables["ALERTMANAGER_URL"] = "https://alertmanager:9093";
            variables["SYNC_ALERT_CHANNELS"] = channels;
            variables[setting] = value;
            const auto found = faults({"run"}, variables);
            CHECK(settings_of(found) == std::set<std::string>{setting});
            CHECK(found.size() == 1);
            check_no_secret(found);
        }
    }
}

TEST_CASE("plain http to another machine is refused in every URL, unless SYNC_ALLOW_HTTP says so") {
    std::size_t urls = 0;
    for (const cmd::Setting& setting : cmd::settings()) {
        // Mail has STARTTLS, the database sslmode.
        if (!setting.placeholder.starts_with("URL") || setting.name == "SMTP_URL" || setting.name == "DATABASE_URL")
            continue;
        ++urls;
        CAPTURE(setting.name);
        Variables variables = required();
        for (const char* host : {"example.org", "10.0.0.1", "127.0.0.1.example.org", "localhost@example.org", "0",
                                 "[::2]", "0127.0.0.1"}) {
            CAPTURE(host);
            variables[setting.name] = fmt::format("http://{}/S3CRET", host);
            const auto list = faults({"run"}, variables);
            REQUIRE(list.size() == 1);
            CHECK(list.front().setting == setting.name);
            CHECK_THAT(list.front().expected, Catch::Contains("SYNC_ALLOW_HTTP"));
            check_no_secret(list);
            variables["SYNC_ALLOW_HTTP"] = "1";
            CHECK(faults({"run"}, variables).empty());
            variables.erase("SYNC_ALLOW_HTTP");
        }
        for (const char* url : {"http://127.0.0.1:1", "http://localhost", "http://[::1]:8000", "https://example.org"}) {
            variables[setting.name] = url;
            CHECK(faults({"run"}, variables).empty());
        }
    }
    CHECK(urls == 6); // RPC, Slack, PagerDuty, webhook, Alertmanager, Pushgateway
}
