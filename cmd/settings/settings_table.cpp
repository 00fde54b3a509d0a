#include "cmd/settings/settings_table.hpp"

#include "cmd/settings/alert_settings.hpp"
#include "cmd/settings/config_file.hpp"
#include "stellar/asset.hpp"
#include "verify/amount.hpp"
#include "verify/checks.hpp"
#include "verify/odds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmd {

namespace {

using std::string;

constexpr std::uint64_t most_per_second = 100'000;
constexpr std::uint64_t most_shards = 10'000;

// Readers that only say where a value goes.

auto whole(std::uint64_t least, std::uint64_t most, auto store) {
    return [=](const string& text, Options& options) {
        std::uint64_t number = 0;
        Problem problem = read_whole(text, least, most, "", number);
        if (!problem) store(options, number);
        return problem;
    };
}

auto milliseconds(std::uint64_t least, auto member) {
    return [=](const string& text, Options& options) { return read_milliseconds(text, least, member(options)); };
}

// A setting that is one of a few words. `member` may be an optional.
template <class T>
Setting choice(string name, std::string_view group, std::string_view placeholder, std::string_view fallback,
               std::string_view help, std::vector<std::pair<std::string_view, T>> choices, auto member) {
    Setting setting{std::move(name), group, placeholder, fallback, help, {}};
    for (const auto& [word, value] : choices) setting.words.push_back(word);
    setting.read = [choices = std::move(choices), member](const string& text, Options& options) {
        T value{};
        Problem problem = read_choice<T>(text, choices, value);
        if (!problem) member(options) = value;
        return problem;
    };
    return setting;
}

auto plain(auto read, auto member) {
    return [=](const string& text, Options& options) { return read(text, member(options)); };
}

// Readers of single settings.

Problem read_database_url(const string& text, Options& options) {
    base::Result<db::ConnectionParameters> parameters = db::parse_connection_url(text);
    if (!parameters) return "a PostgreSQL URL or libpq keyword string: " + parameters.error();
    options.database.connection = *std::move(parameters);
    return std::nullopt;
}

Problem read_amm(const string& text, Options& options) {
    Problem problem = read_contract(text, options.target.amm);
    if (!problem) options.token.amm = options.target.amm;
    return problem;
}

Problem read_market_contract(const string& text, Options& options) {
    return read_contract(text, options.target.market_contract.emplace());
}

Problem read_usdc_asset(const string& text, Options& options) {
    const base::Result<stellar::Asset> asset = stellar::parse_asset(text);
    if (!asset) return "an asset, CODE:ISSUER: " + asset.error();
    options.token.asset = *asset;
    return std::nullopt;
}

Problem read_usdc_contract(const string& text, Options& options) {
    return read_contract(text, options.token.contract.emplace());
}

// libcurl would find out with the first call.
Problem read_ca_file(const string& text, Options& options) {
    const base::Result<string> content = read_file(text);
    if (!content) return fmt::format("a file that can be read: {}", content.error());
    if (content->find("-----BEGIN ") == string::npos) return "a file of certificates, as PEM";
    options.rpc.ca_file = text;
    return std::nullopt;
}

// Odds are whole numbers of 10^-18, so with more decimals than that "strictly more than" is the same rounded down.
Problem read_odds_threshold(const string& text, Options& options) {
    const std::optional<base::u128> threshold = parse_decimal(text, verify::odds_decimals);
    if (!threshold || *threshold > verify::odds_one) return "a decimal number from 0 to 1, such as 0.01";
    options.judgement.thresholds.odds = static_cast<std::uint64_t>(*threshold);
    return std::nullopt;
}

// And balances of stroops.
Problem read_balance_threshold(const string& text, Options& options) {
    const std::optional<base::u128> threshold = parse_decimal(text, verify::stroop_decimals);
    if (!threshold) return "a decimal number of USDC, 0 or more, such as 0.000001";
    options.judgement.thresholds.balance = *threshold;
    return std::nullopt;
}

// Neither is money: from here on they are binary floats.
Problem read_multiplier(const string& text, Options& options) {
    const std::optional<base::u128> millionths = parse_decimal(text, 6);
    if (!millionths || *millionths < 1'000'000 || *millionths > 100'000'000)
        return "a decimal number from 1 to 100, such as 2 or 1.5";
    options.calls.retry.multiplier = static_cast<double>(*millionths) / 1e6;
    return std::nullopt;
}

Problem read_max_rps(const string& text, Options& options) {
    const std::optional<base::u128> thousandths = parse_decimal(text, 3);
    if (!thousandths || *thousandths > most_per_second * 1000)
        return "a decimal number from 0 (no limit) to 100000 requests per second, such as 10 or 0.5";
    options.rpc.max_per_second = static_cast<double>(*thousandths) / 1e3;
    return std::nullopt;
}

// "2/7": the third of seven.
Problem read_shard(const string& text, Options& options) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::uint64_t count = 0;
    std::uint64_t index = 0;
    const auto part = [&text](std::size_t from, std::size_t to) {
        return string(trimmed(text.substr(from, to - from)));
    };
    if (slash == text.size() || read_whole(part(slash + 1, text.size()), 1, most_shards, "", count) ||
        read_whole(part(0, slash), 0, count - 1, "", index))
        return "K/N, such as 0/4: N shards (1 to 10000), and K from 0 to N-1";
    options.selection.shard = {static_cast<unsigned>(index), static_cast<unsigned>(count)};
    return std::nullopt;
}

Problem read_fail_on(const string& text, Options& options) {
    verify::FailOn fail_on{false, false};
    const std::vector<string> words = split_list(text);
    bool none = false;
    for (const string& word : words) {
        if (same_word(word, "mismatch"))
            fail_on.mismatch = true;
        else if (same_word(word, "incomplete"))
            fail_on.incomplete = true;
        else if (same_word(word, "none"))
            none = true;
        else
            return "mismatch, incomplete, or both with a comma; or none";
    }
    if (words.empty() || (none && words.size() > 1)) return "mismatch, incomplete, or both with a comma; or none";
    options.result.fail_on = fail_on;
    return std::nullopt;
}

std::vector<Setting> connections() {
    constexpr std::string_view group = "Where to look";
    return {
        {"DATABASE_URL", group, "URL", "", "PostgreSQL URL (Prisma's work unchanged) or libpq keyword string",
         read_database_url, true, false, true},
        {"SYNC_MARKETS_SQL", group, "SELECT", "",
         "SELECT of id, contract_address, title, status, yes_liquidity, no_liquidity, winning_outcome, and market_id "
         "if known, in place of the "
         "table that is found by inspection",
         plain(read_sql, [](Options& o) -> string& { return o.database.custom_sql.markets; })},
        {"SYNC_USERS_SQL", group, "SELECT", "", "likewise, of id, wallet_address, usdc_balance",
         plain(read_sql, [](Options& o) -> string& { return o.database.custom_sql.users; })},
        {"SYNC_WATERMARK_SQL", group, "SELECT", "",
         "SELECT of one number, the last ledger that the application's indexer has processed: mismatches whose chain "
         "entry was changed after it are marked INDEXER_LAG, others DRIFT",
         plain(read_sql, [](Options& o) -> string& { return o.watermark.sql; })},
        {"SOROBAN_RPC_URL", group, "URL,...", "",
         "Stellar RPC endpoint; several are tried in this order, and an outcome that differs is asked of a second one",
         plain(read_rpc_urls, [](Options& o) -> std::vector<base::Secret>& { return o.rpc.urls; }), true, true, true},
        {"STELLAR_NETWORK_PASSPHRASE", group, "TEXT", "", "when given, the node must be of this network",
         plain(
             [](const string& text, string& out) {
                 out = text;
                 return Problem();
             },
             [](Options& o) -> string& { return o.rpc.passphrase; })},
        {"SYNC_CA_FILE", group, "FILE", "", "certificates (PEM) of a private authority for TLS", read_ca_file},
        {"SYNC_ALLOW_HTTP",
         group,
         "1|0",
         "0",
         "allow plain http to other machines",
         plain(read_switch, [](Options& o) -> bool& { return o.rpc.allow_http; }),
         false,
         false,
         false,
         {"1", "0"}},
    };
}

std::vector<Setting> contracts() {
    constexpr std::string_view group = "Contracts";
    return {
        {"AMM_CONTRACT_ADDRESS", group, "C...", "",
         "the AMM whose pools give the odds, and which holds the token; required for the odds check", read_amm},
        {"MARKET_CONTRACT_ADDRESS", group, "C...", "",
         "asked for the outcome of markets whose contract address is a 64-digit hex market id", read_market_contract},
        {"USDC_ASSET", group, "CODE:G...", "",
         "the token of balances; the one that the AMM holds unless given, else Circle's USDC", read_usdc_asset},
        {"USDC_CONTRACT_ADDRESS", group, "C...", "",
         "the token's contract; USDC_ASSET's, or the one that the AMM holds, unless given", read_usdc_contract},
        choice<verify::ReadMode>(
            "SYNC_READ_MODE", group, "MODE", "auto",
            "storage (ledger entries, fast), simulate (contract calls), or auto: storage first, "
            "the contract where storage does not tell",
            {{"auto", verify::ReadMode::automatic},
             {"storage", verify::ReadMode::storage},
             {"simulate", verify::ReadMode::simulate}},
            [](Options & o) -> auto& { return o.target.mode; }),
        {"SYNC_POOL_FUNCTION", group, "NAME", "get_pool_state", "the AMM's function that gives a pool's reserves",
         plain(read_function, [](Options& o) -> string& { return o.target.pool_function; })},
        {"SYNC_OUTCOME_FUNCTION", group, "NAME", "get_market_state",
         "the market contract's function that gives the outcome",
         plain(read_function, [](Options& o) -> string& { return o.target.outcome_function; })},
    };
}

std::vector<Setting> judgement() {
    constexpr std::string_view group = "What counts as a mismatch";
    return {
        {"SYNC_ODDS_THRESHOLD", group, "0..1", "0.01", "odds differ when they are further apart than this",
         read_odds_threshold},
        {"SYNC_BALANCE_THRESHOLD", group, "USDC", "0.000001", "balances differ when they are further apart than this",
         read_balance_threshold},
        {"SYNC_EXEMPTIONS_FILE", group, "FILE", "",
         "known drift that is accepted, as TOML: [[exemption]] with check, id, max-difference, reason, expires",
         plain(read_readable_file, [](Options& o) -> string& { return o.judgement.exemptions_file; })},
        {"SYNC_CONFIRM_ATTEMPTS", group, "N", "1", "rechecks of a difference before it is reported; 0 disables them",
         whole(0, 100, [](Options& o, std::uint64_t n) { o.judgement.confirm_attempts = static_cast<unsigned>(n); })},
        {"SYNC_CONFIRM_DELAY_MS", group, "MS", "6000", "wait before each such look",
         milliseconds(0, [](Options& o) -> base::Duration& { return o.judgement.confirm_delay; })},
        {"SYNC_MAX_INDEXER_LAG", group, "N", "60", "ledgers by which the application's indexer may lag",
         whole(0, 4'294'967'295,
               [](Options& o, std::uint64_t n) { o.watermark.max_lag = static_cast<std::uint32_t>(n); })},
        {"SYNC_MAX_LEDGER_AGE_MS", group, "MS", "60000", "a node whose latest ledger is older is stale",
         milliseconds(1, [](Options& o) -> base::Duration& { return o.rpc.max_ledger_age; })},
    };
}

std::vector<Setting> pace() {
    constexpr std::string_view group = "Time and pace";
    return {
        {"SYNC_TIMEOUT_MS", group, "MS", "240000", "for the whole cycle",
         milliseconds(1, [](Options& o) -> base::Duration& { return o.cycle_timeout; })},
        {"SYNC_OPERATION_TIMEOUT_MS", group, "MS", "10000", "for one RPC call, one SQL statement",
         milliseconds(1, [](Options& o) -> base::Duration& { return o.calls.timeout; })},
        {"SYNC_MAX_RETRIES", group, "N", "3", "retries after the first try",
         whole(0, 100, [](Options& o, std::uint64_t n) { o.calls.retry.max_retries = static_cast<unsigned>(n); })},
        {"SYNC_RETRY_DELAY_MS", group, "MS", "1000", "wait before the first retry",
         milliseconds(0, [](Options& o) -> base::Duration& { return o.calls.retry.first_delay; })},
        {"SYNC_RETRY_BACKOFF_MULTIPLIER", group, "FACTOR", "2", "by which each further wait is longer",
         read_multiplier},
        {"SYNC_RATE_LIMIT", group, "N", "5", "RPC requests in flight at most, 1 to 1000",
         whole(1, 1000, [](Options& o, std::uint64_t n) { o.rpc.max_in_flight = static_cast<unsigned>(n); })},
        {"SYNC_MAX_RPS", group, "N", "0", "RPC requests started per second at most; 0: no limit", read_max_rps},
    };
}

std::vector<Setting> shards() {
    constexpr std::string_view group = "Several runs that share the rows";
    return {
        {"SYNC_SHARD", group, "K/N", "0/1",
         "check the rows of shard K alone, of N that share all rows evenly among them; K from 0 to N-1", read_shard},
        {"SYNC_SHARD_COUNT", group, "N", "",
         "N shards, of which this is number JOB_COMPLETION_INDEX (set by a Kubernetes Indexed Job); in place of "
         "SYNC_SHARD",
         whole(1, most_shards,
               [](Options& o, std::uint64_t n) { o.selection.shard.count = static_cast<unsigned>(n); })},
    };
}

std::vector<Setting> metrics() {
    constexpr std::string_view group = "Metrics";
    return {
        {"SYNC_METRICS_FILE", group, "PATH", "", "file that the textfile collector of Prometheus's node_exporter reads",
         plain(read_output_file, [](Options& o) -> string& { return o.metrics.file; })},
        {"SYNC_PUSHGATEWAY_URL", group, "URL", "", "Prometheus Pushgateway, without /metrics",
         plain(read_base_url, [](Options& o) -> base::Secret& { return o.metrics.pushgateway; }), true},
    };
}

std::vector<Setting> output() {
    constexpr std::string_view group = "Output";
    const std::vector<std::pair<std::string_view, When>> whens{
        {"auto", When::automatic}, {"always", When::always}, {"never", When::never}};
    return {
        choice<Output>(
            "SYNC_OUTPUT", group, "FORMAT", "",
            "the result on standard output: text, json, html (one page, for a ticket or a printer) or none; text on "
            "a terminal and json elsewhere unless given",
            {{"text", Output::text}, {"json", Output::json}, {"html", Output::html}, {"none", Output::none}},
            [](Options & o) -> auto& { return o.result.output; }),
        choice<base::LogFormat>(
            "SYNC_LOG_FORMAT", group, "FORMAT", "",
            "the log on standard error: text or json; text on a terminal and json elsewhere "
            "unless given",
            {{"text", base::LogFormat::text}, {"json", base::LogFormat::json}},
            [](Options & o) -> auto& { return o.log.format; }),
        choice<base::Level>(
            "SYNC_LOG_LEVEL", group, "LEVEL", "info", "the least that is logged: debug, info, warn or error",
            {{"debug", base::Level::debug},
             {"info", base::Level::info},
             {"warn", base::Level::warn},
             {"error", base::Level::error}},
            [](Options & o) -> auto& { return o.log.least; }),
        choice<When>(
            "SYNC_COLOR", group, "WHEN", "auto",
            "colours in text: auto (on a terminal, unless NO_COLOR is set), always or never", whens,
            [](Options & o) -> auto& { return o.console.colour; }),
        choice<When>(
            "SYNC_PROGRESS", group, "WHEN", "auto",
            "a bar for each check on standard error: auto (on a terminal), always or never", whens,
            [](Options & o) -> auto& { return o.console.progress; }),
        {"SYNC_MAX_REPORTED", group, "N", "1000",
         "mismatches that the result lists, the worst of each check; likewise errors; counts are exact",
         whole(0, 1'000'000, [](Options& o, std::uint64_t n) { o.result.max_reported = static_cast<std::size_t>(n); })},
        {"SYNC_FAIL_ON",
         group,
         "LIST",
         "mismatch,incomplete",
         "which of the exit codes 1 (mismatch) and 3 (incomplete) may be returned; none: neither",
         read_fail_on,
         false,
         true,
         false,
         {"mismatch", "incomplete", "none"}},
    };
}

} // namespace

std::string flag_of(std::string_view name) {
    constexpr std::string_view prefix = "SYNC_";
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    string flag;
    for (const char c : name) flag += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return flag;
}

const std::vector<PlainFlag>& plain_flags() {
    static const std::vector<std::string_view> checks = [] {
        std::vector<std::string_view> names;
        for (const verify::Check check : verify::built_in_checks()) names.push_back(check.name());
        return names;
    }();
    static const string only = "some of " + verify::names_of(verify::built_in_checks(), ", ");
    static const std::vector<PlainFlag> flags{
        {"only", "CHECK,...", only, true, checks},
        {"market", "ID", "this market alone (repeatable): the two market checks", true},
        {"user", "ID", "this user alone (repeatable): the balance check", true},
        {"dry-run", "", "the whole cycle, but no alert is sent and no metric written"},
        {"send-test-alert", "", "of doctor alone: an alert, marked as a test, through every channel"},
        {"config", "FILE", "settings as TOML: key = value; `stellar-sync --print-config` writes an example"},
    };
    return flags;
}

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table = [] {
        std::vector<Setting> all;
        for (auto part : {connections, contracts, judgement, pace, shards, output, alert_settings, metrics})
            for (Setting& setting : part()) all.push_back(std::move(setting));
        return all;
    }();
    return table;
}

} // namespace cmd
