#include "cmd/parts.hpp"

#include <fmt/format.h>

#include <memory>
#include <random>

namespace cmd {
namespace {

db::Database::RetryObserver retry_observer(base::Log& log) {
    return [&log](const db::DatabaseError& why, const base::Retry& retry) {
        log.write(base::retry_event(fmt::format("the database is asked again: {}", why.text),
                                    {{"operation", std::string("database")}}, retry, db::name(why.kind)));
    };
}

} // namespace

std::function<double()> jitter() {
    return [generator = std::mt19937_64{std::random_device{}()}]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(generator);
    };
}

net::HttpClient::Settings http_settings(const RpcOptions& options) {
    net::HttpClient::Settings settings;
    settings.user_agent = "stellar-sync/" STELLAR_SYNC_VERSION;
    settings.ca_file = options.ca_file;
    // libcurl leaves these two to its command line tool.
    for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
        if (settings.ca_file.empty()) settings.ca_file = process_environment(name).value_or("");
    }
    return settings;
}

net::Dispatcher::Settings dispatcher_settings(const Options& options, base::TimePoint deadline) {
    net::Dispatcher::Settings settings;
    for (const base::Secret& url : options.rpc.urls) settings.endpoints.push_back(url.reveal());
    settings.passphrase = options.rpc.passphrase;
    settings.max_ledger_age = options.rpc.max_ledger_age;
    settings.operation_timeout = options.calls.timeout;
    settings.max_in_flight = options.rpc.max_in_flight;
    settings.max_per_second = options.rpc.max_per_second;
    settings.retry = options.calls.retry;
    settings.deadline = deadline;
    return settings;
}

cycle::CycleSettings cycle_settings(const Options& options, base::WallTime start) {
    cycle::CycleSettings settings;
    settings.selection = options.selection;
    settings.schema = options.database.connection.schema;
    settings.custom_sql = options.database.custom_sql;
    settings.target = options.target;
    settings.token = options.token;
    settings.thresholds = options.judgement.thresholds;
    settings.confirm_attempts = options.judgement.confirm_attempts;
    settings.confirm_delay = options.judgement.confirm_delay;
    settings.exemptions =
        verify::Exemptions(options.judgement.exemptions, std::chrono::floor<std::chrono::days>(start));
    settings.watermark = options.watermark;
    settings.turn = cycle::turn_at(start);
    return settings;
}

db::Database make_database(const Options& options, const base::Clock& clock, base::Log& log) {
    return {options.database.connection,
            {options.calls.timeout, options.calls.retry},
            clock,
            jitter(),
            retry_observer(log)};
}

} // namespace cmd
