#include "checks.hpp"
#include "cmd/settings/options.hpp"

#include "cmd/parse.hpp"
#include "cmd/settings/settings_table.hpp"
#include "cmd/temporary_file.hpp"
#include "printers.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace std::chrono_literals;
using parsing::options;
using parsing::parse;
using parsing::required;
using parsing::TemporaryFile;
using parsing::Variables;

namespace {

Variables with(Variables variables, const Variables& more) {
    for (const auto& [name, value] : more) variables[name] = value;
    return variables;
}

cmd::Exit exit_of(std::vector<std::string> arguments) {
    const cmd::ParseOutcome outcome = parse(std::move(arguments));
    REQUIRE(std::holds_alternative<cmd::Exit>(outcome));
    return std::get<cmd::Exit>(outcome);
}

} // namespace

TEST_CASE("with nothing but what is required, every setting has its documented default") {
    const cmd::Options o = options({"run"});
    CHECK(o.rpc.urls == std::vector{base::Secret("https://rpc.example.org/S3CRET")});
    CHECK(o.rpc.passphrase.empty());
    CHECK(o.rpc.max_in_flight == 5);
    CHECK(o.rpc.max_per_second == 0);
    CHECK(o.rpc.max_ledger_age == 60s);
    CHECK(o.rpc.ca_file.empty());
    CHECK(o.calls.timeout == 10s);
    CHECK(o.calls.retry.max_retries == 3);
    CHECK(o.calls.retry.first_delay == 1s);
    CHECK(o.calls.retry.multiplier == 2);
    CHECK(o.cycle_timeout == 240s);
    CHECK(o.target.mode == verify::ReadMode::automatic);
    CHECK(o.target.pool_function == "get_pool_state");
    CHECK(o.target.outcome_function == "get_market_state");
    CHECK_FALSE(o.target.market_contract);
    CHECK_FALSE(o.token.asset);
    CHECK_FALSE(o.token.contract);
    CHECK(o.judgement.thresholds.odds == 10'000'000'000'000'000);
    CHECK(o.judgement.thresholds.balance == 10);
    CHECK(o.judgement.confirm_attempts == 1);
    CHECK(o.judgement.confirm_delay == 6s);
    CHECK(o.selection.checks == verify::Checks{Kind::odds, Kind::outcomes, Kind::balances});
    CHECK(o.selection.shard.index == 0);
    CHECK(o.selection.shard.count == 1);
    CHECK(o.metrics.file.empty());
    CHECK(o.metrics.pushgateway.empty());
    CHECK_FALSE(o.result.output);
    CHECK(o.result.max_reported == 1000);
    CHECK(o.result.fail_on.mismatch);
    CHECK(o.result.fail_on.incomplete);
    CHECK_FALSE(o.log.format);
    CHECK(o.log.least == base::Level::info);
    CHECK(o.database.connection.schema == "public");
}

TEST_CASE("a flag outranks the environment, which outranks the file, which outranks the default") {
    const TemporaryFile file("rate-limit = 7\nmax-retries = \"8\"  # a number may be quoted\nconfirm-attempts = 2\n");
    const Variables variables = with(required(), {{"SYNC_RATE_LIMIT", "11"}, {"SYNC_MAX_RETRIES", "12"}});
    const cmd::Options o = options({"run", "--rate-limit", "13", "--config", file.path()}, variables);
    CHECK(o.rpc.max_in_flight == 13);
    CHECK(o.calls.retry.max_retries == 12);
    CHECK(o.judgement.confirm_attempts == 2);
    CHECK(o.cycle_timeout == 240s);
}

TEST_CASE("an empty variable counts as unset") {
    const TemporaryFile file("rate-limit = 7\n");
    CHECK(options({"run", "--config", file.path()}, with(required(), {{"SYNC_RATE_LIMIT", ""}})).rpc.max_in_flight ==
          7);
    CHECK(options({"run"}, with(required(), {{"SYNC_MAX_RETRIES", ""}})).calls.retry.max_retries == 3);
}

TEST_CASE("of each setting it is known where its value comes from, and a secret is masked") {
    const TemporaryFile file("rate-limit = 7\n");
    const TemporaryFile secret("postgresql://app:S3CRET@db:5432/market\n");
    Variables variables = with(required(), {{"DATABASE_URL_FILE", secret.path()}, {"SYNC_MAX_RETRIES", "12"}});
    variables.erase("DATABASE_URL");
    const cmd::Options o = options({"run", "--max-rps", "2.5", "--config", file.path()}, variables);
    const auto shown = [&o](std::string_view name) {
        for (const cmd::ShownSetting& setting : o.shown)
            if (setting.name == name)
                return setting.value + std::string(" by ") + "nDfeF"[static_cast<int>(setting.origin)];
        return std::string("not shown");
    };
    CHECK(o.shown.size() == cmd::settings().size());
    CHECK(shown("DATABASE_URL_FILE") == "postgresql://***@db:5432/market by e");
    CHECK(shown("SOROBAN_RPC_URL") == "https://rpc.example.org/*** by e");
    CHECK(shown("SYNC_MAX_RPS") == "2.5 by F");
    CHECK(shown("SYNC_MAX_RETRIES") == "12 by e");
    CHECK(shown("SYNC_RATE_LIMIT") == "7 by f");
    CHECK(shown("SYNC_CONFIRM_ATTEMPTS") == "1 by D");
    CHECK(shown("USDC_ASSET") == " by n");
}

TEST_CASE("every kind of setting is understood") {
    const cmd::Options o =
        options({"run",
                 "--odds-threshold=0.0000000000000000019",
                 "--balance-threshold=12.34567899",
                 "--max-rps=2.5",
                 "--retry-backoff-multiplier=1.5",
                 "--read-mode=STORAGE",
                 "--fail-on=incomplete",
                 "--output=none",
                 "--log-format=json",
                 "--log-level=debug",
                 "--max-reported=0",
                 "--confirm-attempts=0",
                 "--timeout-ms=86400000",
                 "--usdc-asset=USDC:GAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSABOV",
                 "--usdc-contract-address=CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM",
                 "--market-contract-address=CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM",
                 "--stellar-network-passphrase=Test SDF Network ; September 2015",
                 "--markets-sql= SELECT 1 ; ;\n",
                 "--users-sql=SELECT ';'",
                 "--pool-function=p",
                 "--outcome-function=o"});
    CHECK(o.judgement.thresholds.odds == 1); // "more than 1.9 units" is "more than 1 unit"
    CHECK(o.judgement.thresholds.balance == 123'456'789);
    CHECK(o.rpc.max_per_second == 2.5);
    CHECK(o.calls.retry.multiplier == 1.5);
    CHECK(o.target.mode == verify::ReadMode::storage);
    CHECK_FALSE(o.result.fail_on.mismatch);
    CHECK(o.result.fail_on.incomplete);
    CHECK(o.result.output == cmd::Output::none);
    CHECK(o.log.format == base::LogFormat::json);
    CHECK(o.log.least == base::Level::debug);
    CHECK(o.result.max_reported == 0);
    CHECK(o.judgement.confirm_attempts == 0);
    CHECK(o.cycle_timeout == 24h);
    CHECK(o.token.asset->code == "USDC");
    CHECK(o.token.contract == o.target.market_contract);
    CHECK(o.target.amm == *o.target.market_contract);
    CHECK(o.rpc.passphrase == "Test SDF Network ; September 2015");
    CHECK(o.database.custom_sql.markets == "SELECT 1");
    CHECK(o.database.custom_sql.users == "SELECT ';'");
    CHECK(o.target.pool_function == "p");
    CHECK(o.target.outcome_function == "o");
    CHECK_FALSE(options({"run", "--fail-on", "none"}).result.fail_on.incomplete);
}

TEST_CASE("a list of endpoints keeps its order, from the file as an array too") {
    const TemporaryFile file("soroban-rpc-url = ['https://a.example.org', \"https://b.example.org/x\",]\n");
    Variables variables = required();
    variables.erase("SOROBAN_RPC_URL");
    const std::vector expected{base::Secret("https://a.example.org"), base::Secret("https://b.example.org/x")};
    CHECK(options({"run", "--config", file.path()}, variables).rpc.urls == expected);
    CHECK(options({"run", "--soroban-rpc-url", "https://a.example.org, https://b.example.org/x,"}).rpc.urls ==
          expected);
}

TEST_CASE("plain http is for this machine, or for those who ask for it") {
    for (const char* url : {"http://localhost:8000/rpc", "http://127.0.0.1", "http://127.1.2.3:80/",
                            "http://[::1]:8000", "http://LocalHost/", "http://user:pw@127.0.0.1/"}) {
        INFO(url);
        CHECK(options({"run", "--soroban-rpc-url", url}).rpc.urls.size() == 1);
    }
    for (const char* url : {"http://10.0.0.1", "http://localhost.example.org", "http://127.0.0.1.example.org",
                            "http://127.0.0.1@example.org/", "http://0127.0.0.1/", "http://[::2]/",
                            "http://127.0.0.1./", "http://128.0.0.1/"}) {
        INFO(url);
        const auto faults = parsing::faults({"run", "--soroban-rpc-url", url});
        REQUIRE(faults.size() == 1);
        CHECK(faults.front().setting == "SOROBAN_RPC_URL");
        CHECK(options({"run", "--soroban-rpc-url", url, "--allow-http", "1"}).rpc.urls.size() == 1);
    }
}

TEST_CASE("the flags --market and --user choose the checks, --only narrows them") {
    const auto kinds = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "run");
        return options(std::move(arguments)).selection.checks;
    };
    CHECK(kinds({"--market", "5"}) == verify::Checks{Kind::odds, Kind::outcomes});
    CHECK(kinds({"--user", "5"}) == verify::Checks{Kind::balances});
    CHECK(kinds({"--market", "5", "--user", "6"}).size() == 3);
    CHECK(kinds({"--only", "balances,odds"}) == verify::Checks{Kind::odds, Kind::balances});
    CHECK(kinds({"--only", "odds", "--only", "outcomes"}) == verify::Checks{Kind::odds, Kind::outcomes});
    CHECK(kinds({"--only", "outcomes", "--market", "5"}) == verify::Checks{Kind::outcomes});
    CHECK(kinds({"--only", "odds,balances", "--market", "5"}) == verify::Checks{Kind::odds});

    const cmd::Options o = options({"run", "--market", "5", "--market=a,b", "--user", "[x]"});
    CHECK(o.selection.markets == std::vector<std::string>{"5", "a,b"});
    CHECK(o.selection.users == std::vector<std::string>{"[x]"});
}

TEST_CASE("the AMM's address is needed for the odds alone") {
    Variables variables = required();
    variables.erase("AMM_CONTRACT_ADDRESS");
    CHECK(options({"run", "--only", "outcomes,balances"}, variables).selection.checks.size() == 2);
    CHECK(options({"run", "--user", "7"}, variables).selection.checks.size() == 1);
    const auto faults = parsing::faults({"run"}, variables);
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().setting == "AMM_CONTRACT_ADDRESS");
}

TEST_CASE("the flags --help and --version go to standard output") {
    for (const char* flag : {"--help", "-h"}) {
        CHECK(exit_of({flag}).code == base::ExitCode::in_sync);
        CHECK(exit_of({flag}).out.find("stellar-sync run") != std::string::npos);
        const std::string help = exit_of({"run", flag}).out;
        CHECK(help.find("--odds-threshold 0..1") != std::string::npos);
        CHECK(help.find("DATABASE_URL_FILE") != std::string::npos);
        for (std::size_t start = 0, end; (end = help.find('\n', start)) != std::string::npos; start = end + 1)
            CHECK(end - start <= 80);
    }
    const std::string version = exit_of({"--version"}).out;
    CHECK(version.starts_with("stellar-sync "));
    for (const char* library : {"libcurl", "libpq", "simdjson", "fmt", "CLI11", "toml++", "OpenSSL"})
        CHECK(version.find(library) != std::string::npos);
}

TEST_CASE("a command line that cannot be understood is a usage error that repeats no value") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{}, "Usage: stellar-sync run"},
        {{"check-all"}, "no such command"},
        {{"run", "--databse-url=postgresql://app:S3CRET@db/x"},
         "no flag --databse-url; did you mean --database-url?\n"},
        {{"run", "--databse-url", "postgresql://app:S3CRET@db/x"},
         "no flag --databse-url; did you mean --database-url?\n"},
        {{"run", "postgresql://app:S3CRET@db/x"}, "belongs to no flag"},
        {{"--rate-limit", "5", "run"}, "--rate-limit stands behind the command"},
        {{"run", "--market"}, "--market"},
        {{"run", "--market", "a", "b"}, "belongs to no flag"},
        {{"run", "--output", "json", "--output", "text"}, "--output is given twice"},
        {{"run", "--\x1b[31m"}, "?[31m"},
    };
    for (const auto& [arguments, what] : cases) {
        const cmd::Exit exit = exit_of(arguments);
        CHECK(exit.code == base::ExitCode::misconfigured);
        CHECK(exit.out.empty());
        CHECK_THAT(exit.err, Catch::Contains(what));
        CHECK(exit.err.find("S3CRET") == std::string::npos);
    }
}

TEST_CASE("a shard is K/N, or the number that a Kubernetes Indexed Job gives to each of its pods") {
    const auto shard = [](std::vector<std::string> arguments, const Variables& more = {}) {
        arguments.insert(arguments.begin(), "run");
        const db::Shard found = options(std::move(arguments), with(required(), more)).selection.shard;
        return std::pair(found.index, found.count);
    };
    CHECK(shard({"--shard=2/7"}) == std::pair(2U, 7U));
    CHECK(shard({"--shard", "0 / 1"}) == std::pair(0U, 1U));
    CHECK(shard({}, {{"SYNC_SHARD", "9999/10000"}}) == std::pair(9999U, 10000U));
    CHECK(shard({"--shard-count=4"}, {{"JOB_COMPLETION_INDEX", "3"}}) == std::pair(3U, 4U));
    CHECK(shard({}, {{"SYNC_SHARD_COUNT", "4"}, {"JOB_COMPLETION_INDEX", "0"}}) == std::pair(0U, 4U));
    CHECK(shard({}, {{"JOB_COMPLETION_INDEX", "3"}}) == std::pair(0U, 1U)); // some other job's
}

TEST_CASE("who is told of what is read from lists, and LOG and METRICS are told unless others are named") {
    using alert::AlertChannel;
    const alert::AlertSettings usual = options({"run"}).alerts;
    CHECK(usual.channels == std::vector{AlertChannel::log, AlertChannel::metrics});
    CHECK(usual.critical_channels == usual.channels);
    CHECK(usual.addresses.pagerduty_url.reveal() == "https://events.pagerduty.com/v2/enqueue");
    const parsing::TemporaryFile key("R0123456789abcdefghijklmnopqrstu\n");
    const parsing::TemporaryFile config("alert-channels = [\"slack\", \"EMAIL\", \"SLACK\"]\n"
                                        "critical-alert-channels = \"PagerDuty, WEBHOOK,ALERTMANAGER\"\n"
                                        "slack-webhook-url = \"http://127.0.0.1:1/services/x\"\n"
                                        "pagerduty-routing-key-file = \"" +
                                        key.path() +
                                        "\"\n"
                                        "smtp-url = \"smtps://user%40host:pass@mail.example.org\"\n"
                                        "alert-email-from = \"sync@example.org\"\n"
                                        "alert-email-to = [\"a@example.org\", \"b+c@example.org\"]\n"
                                        "alert-webhook-url = \"https://example.org/hook\"\n"
                                        "alert-webhook-secret = \"s3cret\"\n"
                                        "alertmanager-url = \"http://localhost:9093/\"\n");
    const alert::AlertSettings alerts = options({"run", "--config", config.path()}).alerts;
    CHECK(alerts.channels == std::vector{AlertChannel::slack, AlertChannel::email});
    CHECK(alerts.critical_channels ==
          std::vector{AlertChannel::pagerduty, AlertChannel::webhook, AlertChannel::alertmanager});
    CHECK(alerts.addresses.slack_url.reveal() == "http://127.0.0.1:1/services/x");
    CHECK(alerts.addresses.pagerduty_key.reveal() == "R0123456789abcdefghijklmnopqrstu");
    CHECK(alerts.addresses.smtp_url.reveal() == "smtps://user%40host:pass@mail.example.org");
    CHECK(alerts.addresses.email_to == std::vector<std::string>{"a@example.org", "b+c@example.org"});
    CHECK(alerts.addresses.webhook_secret.reveal() == "s3cret");
    CHECK_FALSE(options({"run"}).dry_run);
    CHECK(options({"run", "--dry-run"}).dry_run);
}

TEST_CASE("metrics go to a file and to a Pushgateway, whose URL may stand in a file") {
    const TemporaryFile url("https://user:S3CRET@push.example.org/base//\n");
    const cmd::Options o = options({"run", "--metrics-file", "out.prom", "--pushgateway-url-file", url.path()});
    CHECK(o.metrics.file == "out.prom");
    CHECK(o.metrics.pushgateway.reveal() == "https://user:S3CRET@push.example.org/base");
    CHECK(options({"run", "--pushgateway-url", "http://push:9091", "--allow-http=1"}).metrics.pushgateway.reveal() ==
          "http://push:9091");
}
