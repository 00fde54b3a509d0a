#include "cmd/settings/session_settings.hpp"

namespace cmd {
namespace {

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

net::Dispatcher::Settings dispatcher_settings(const RpcOptions& options, const CallOptions& calls) {
    net::Dispatcher::Settings settings;
    for (const base::Secret& url : options.urls) settings.endpoints.push_back(url.reveal());
    settings.passphrase = options.passphrase;
    settings.max_ledger_age = options.max_ledger_age;
    settings.operation_timeout = calls.timeout;
    settings.max_in_flight = options.max_in_flight;
    settings.max_per_second = options.max_per_second;
    settings.retry = calls.retry;
    return settings;
}

} // namespace

cycle::SessionSettings session_settings(const Options& options, const std::string& sync_id, base::Log::Settings log) {
    cycle::SessionSettings settings;
    settings.sync_id = sync_id;
    settings.log = log;
    settings.http = http_settings(options.rpc);
    settings.rpc = dispatcher_settings(options.rpc, options.calls);
    settings.connection = options.database.connection;
    settings.timeout = options.cycle_timeout;
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

net::DeliveryLimits delivery_limits(const CallOptions& options) {
    net::DeliveryLimits limits;
    limits.retry = options.retry;
    limits.message_timeout = options.timeout;
    return limits;
}

metrics::MetricsSettings metrics_settings(const Options& options) {
    metrics::MetricsSettings settings = options.metrics;
    settings.shard = options.selection.shard.index;
    settings.shards = options.selection.shard.count;
    return settings;
}

} // namespace cmd
