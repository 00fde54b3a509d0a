#include "integration/world.hpp"
#include "checks.hpp"

#include "cmd/settings/session_settings.hpp"
#include "db/connection_url.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

namespace integration {
namespace {

std::string with_id(stellar::StrKeyKind kind, std::uint32_t number, std::string_view more = {}) {
    const Hash id = numbered_id(number);
    return stellar::encode_strkey(kind,
                                  std::string(reinterpret_cast<const char*>(id.data()), id.size()) + std::string(more));
}

std::string literal(const std::optional<std::string>& text) {
    if (!text) return "NULL";
    std::string quoted = "'";
    for (const char c : *text) quoted += c == '\'' ? "''" : std::string(1, c);
    return quoted + "'";
}

class Recorder final : public cycle::Listener {
  public:
    Recorder(Report& report, std::function<void(const std::string&)> on_event)
        : report_(report), on_event_(std::move(on_event)) {}

    void mismatch(const verify::Mismatch&) override { heard("MISMATCH"); }
    void error(const verify::Error&) override { heard("ITEM_ERROR"); }
    void disagreement(const verify::Disagreement& disagreement, const verify::Error&) override {
        report_.disagreements.push_back(disagreement);
        heard("ENDPOINTS_DISAGREE");
    }
    void transient(verify::Check kind, std::string_view id) override {
        report_.transients.emplace_back(kind, id);
        heard("TRANSIENT");
    }
    void exempt(const verify::Exempted&) override { heard("EXEMPT"); }
    void exemption_expired(const verify::Exemption&) override { heard("EXEMPTION_EXPIRED"); }
    void exemption_unused(const verify::Exemption&) override { heard("EXEMPTION_UNUSED"); }
    void indexer_lag(const verify::Indexer&) override { heard("INDEXER_LAG"); }
    void timed_out() override { heard("SYNC_TIMEOUT"); }
    void stopped(int) override { heard("SYNC_STOPPED"); }
    void warning(std::string_view type, const std::string& text) override {
        report_.log += text + "\n";
        if (type != "WARNING") heard(std::string(type));
    }

  private:
    void heard(const std::string& event) const {
        if (on_event_) on_event_(event);
    }
    Report& report_;
    std::function<void(const std::string&)> on_event_;
};

/// Stops at every turn of the loop, for a test to do harm.
class Watched final : public net::Channel {
  public:
    Watched(net::Channel& channel, std::function<void()> before) : channel_(channel), before_(std::move(before)) {}

    net::TransferId start(net::HttpRequest request) override { return channel_.start(std::move(request)); }
    net::TransferId send_mail(net::Mail mail) override { return channel_.send_mail(std::move(mail)); }
    void cancel(net::TransferId id) override { channel_.cancel(id); }
    std::vector<net::HttpOutcome> wait(std::span<const base::Descriptor> descriptors, base::TimePoint until) override {
        before_();
        return channel_.wait(descriptors, until);
    }

  private:
    net::Channel& channel_;
    std::function<void()> before_;
};

} // namespace

Hash numbered_id(std::uint32_t number) {
    return base::sha256(fmt::format("number {}", number));
}

std::string account(std::uint32_t number) {
    return with_id(stellar::StrKeyKind::account, number);
}
std::string contract(std::uint32_t number) {
    return with_id(stellar::StrKeyKind::contract, number);
}
std::string muxed_account(std::uint32_t number, std::uint64_t mux) {
    std::string id(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) id[7 - i] = static_cast<char>(mux >> (8 * i));
    return with_id(stellar::StrKeyKind::muxed_account, number, id);
}
std::string muxed_contract(std::uint32_t number) {
    return with_id(stellar::StrKeyKind::muxed_contract, number, std::string(8, '\1'));
}
std::string hex_id(std::uint32_t number) {
    std::string text;
    for (const std::uint8_t byte : numbered_id(number)) text += fmt::format("{:02x}", byte);
    return text;
}

Hash made_id(std::uint32_t number) {
    return devnet::made_market_id(numbered_id(number));
}

std::string usdc(std::int64_t stroops) {
    return verify::format_stroops(base::i128{stroops});
}

/// A recheck waits for the next ledger, and a test for nobody.
devnet::ServerSettings moving_on(devnet::ServerSettings settings) {
    settings.rpc.closes_when_polled = true;
    return settings;
}

World::World(fakes::Tables application_tables, devnet::ServerSettings node_settings, fakes::PostgresServer& server,
             std::string_view encoding)
    : tables(std::move(application_tables)), database(encoding, server), node(moving_on(std::move(node_settings))),
      asset(*stellar::circle_usdc(stellar::test_network_passphrase)), amm(numbered_id(1'000'000)) {
    database.create_tables(tables);
    node.ledger().deploy_amm(amm, node.ledger().deploy_asset(asset));
    node.start();
}

void World::open_market(const std::string& id, const std::string& address, const std::string& yes,
                        const std::string& no, std::optional<std::pair<base::u128, base::u128>> reserves) {
    market_rows_ += fmt::format("{}({},{},{},'OPEN',{},{},NULL)", market_rows_.empty() ? "" : ",", literal(id),
                                literal(address), literal("Market " + id), literal(yes), literal(no));
    if (reserves) {
        node.ledger().set_pool(address, reserves->first, reserves->second);
    } else if (stellar::parse_contract(address) && !node.ledger().market_id(address)) {
        node.ledger().set_market(address, 0);
    }
}

void World::resolved_market(const std::string& id, const std::string& address, std::optional<int> database_outcome,
                            std::uint32_t status, std::optional<std::uint32_t> chain_outcome) {
    resolved_row(id, address, database_outcome);
    node.ledger().set_market(address, status, chain_outcome);
}

void World::resolved_row(const std::string& id, const std::string& address,
                         std::optional<std::int64_t> database_outcome) {
    market_rows_ +=
        fmt::format("{}({},{},{},'RESOLVED',0,0,{})", market_rows_.empty() ? "" : ",", literal(id), literal(address),
                    literal("Market " + id), database_outcome ? std::to_string(*database_outcome) : "NULL");
}

void World::user(const std::string& id, const std::string& wallet, const std::string& balance,
                 std::optional<std::int64_t> chain) {
    user_rows_ +=
        fmt::format("{}({},{},{})", user_rows_.empty() ? "" : ",", literal(id), literal(wallet), literal(balance));
    if (!chain) return;
    if (wallet.starts_with('G') || wallet.starts_with('M')) {
        node.ledger().set_trust_line(wallet, asset, *chain);
    } else {
        node.ledger().set_contract_balance(wallet, *chain);
    }
}

void World::flush() {
    const bool camel = tables.camel_case;
    if (!market_rows_.empty()) {
        database.exec(fmt::format(
            "INSERT INTO {}.{} VALUES {}", tables.schema,
            camel ? R"("Market"(id,"contractAddress",title,status,"yesLiquidity","noLiquidity","winningOutcome"))"
                  : "markets(id,contract_address,title,status,yes_liquidity,no_liquidity,winning_outcome)",
            std::exchange(market_rows_, {})));
    }
    if (!user_rows_.empty()) {
        database.exec(
            fmt::format("INSERT INTO {}.{} VALUES {}", tables.schema,
                        camel ? R"("User"(id,"walletAddress","usdcBalance"))" : "users(id,wallet_address,usdc_balance)",
                        std::exchange(user_rows_, {})));
    }
}

const verify::Mismatch* Report::mismatch(verify::Check kind, const std::string& id) const {
    for (const verify::Mismatch& mismatch : summary.mismatches()) {
        if (mismatch.check() == kind && mismatch.id == id) return &mismatch;
    }
    return nullptr;
}

const verify::Error* Report::error(const std::string& operation, const std::string& id) const {
    for (const verify::Error& error : summary.errors()) {
        if (error.operation == operation && error.resource_id == id) return &error;
    }
    return nullptr;
}

std::array<std::uint64_t, 4> Report::counts(verify::Check kind) const {
    const verify::Tally& tally = summary.tally(kind);
    return {tally.matched, tally.mismatched, tally.transient, tally.errors};
}

namespace {

cmd::Options options_of(const World& world, const Plan& plan) {
    auto connection = db::parse_connection_url(plan.database_url.empty() ? world.database.url() : plan.database_url);
    if (!connection) throw std::runtime_error(connection.error());
    cmd::Options options;
    options.database = {*std::move(connection), plan.custom_sql};
    options.database.connection.schema = world.tables.schema;
    for (const std::string& url : plan.endpoints) options.rpc.urls.emplace_back(url);
    if (plan.endpoints.empty()) options.rpc.urls.emplace_back(world.node.url());
    options.rpc.passphrase = plan.passphrase;
    options.rpc.max_ledger_age = plan.max_ledger_age;
    options.rpc.max_in_flight = plan.max_in_flight;
    options.calls.timeout = plan.operation_timeout;
    options.calls.retry.max_retries = plan.max_retries;
    options.calls.retry.first_delay = plan.retry_delay;
    options.cycle_timeout = plan.timeout;
    options.target.mode = plan.mode;
    options.target.amm = world.amm;
    options.target.market_contract = plan.market_contract;
    options.token = plan.token;
    options.judgement.thresholds = plan.thresholds;
    options.judgement.confirm_attempts = plan.confirm_attempts;
    options.judgement.confirm_delay = plan.confirm_delay;
    options.watermark = plan.watermark;
    options.selection = {plan.kinds, plan.markets, plan.users, plan.shard};
    return options;
}

} // namespace

Report run(World& world, const Plan& plan) {
    world.flush();
    Report report;
    report.summary = verify::Summary(plan.max_reported);
    report.summary.checks = plan.kinds;
    const cmd::Options options = options_of(world, plan);
    cycle::SessionSettings parts = cmd::session_settings(options, "test", {});
    parts.rpc.poll_interval = std::chrono::milliseconds(20);
    parts.random = [] { return 0.5; };
    parts.wrap = [&](net::Channel& channel) {
        return std::make_unique<Watched>(channel, [&] {
            if (plan.on_turn) plan.on_turn(report);
        });
    };
    base::Interrupt interrupt;
    cycle::Session session(std::move(parts), interrupt, [&report](std::string_view line) {
        report.log += line;
        if (line.find(R"("operation":"database")") != line.npos) report.database_retries.emplace_back(line);
    });
    Recorder recorder(report, plan.on_event);
    cycle::Findings findings(report.summary, recorder, session.clock());

    cycle::CycleSettings settings = cmd::cycle_settings(options, {});
    settings.exemptions = plan.exemptions;
    settings.witness = plan.witness;
    settings.turn = plan.turn;
    settings.page_size = plan.page_size;
    settings.most_unsettled = plan.most_unsettled;
    try {
        cycle::SyncService(settings, session.loop(), findings).execute_sync_cycle();
    } catch (const base::Misconfigured& fault) {
        report.misconfigured = fault.what();
        report.setting = fault.setting();
    }
    return report;
}

} // namespace integration
