// A small world to run whole cycles in: a real PostgreSQL database with the application's tables, a devnet over real
// HTTP, and the session that the program's own commands run in.
#pragma once

#include "base/event.hpp"
#include "checks.hpp"
#include "devnet/server.hpp"
#include "fakes/postgres_server.hpp"
#include "sync/sync_service.hpp"
#include "verify/summary.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace integration {

using stellar::Hash;

/// These settings, with a node that closes a ledger when it is asked for the latest one and has been read from since
/// the last: a World's node is one.
devnet::ServerSettings moving_on(devnet::ServerSettings settings);

/// 32 bytes that differ from number to number.
Hash numbered_id(std::uint32_t number);
std::string account(std::uint32_t number);                              // G...
std::string muxed_account(std::uint32_t number, std::uint64_t mux = 7); // M..., of account(number)
std::string contract(std::uint32_t number);                             // C...
std::string muxed_contract(std::uint32_t number);                       // W..., of contract(number)
std::string hex_id(std::uint32_t number);                               // 64 hex digits
Hash made_id(std::uint32_t number);                                     // of the market of contract(number)

/// "12.3450000" from 123450000.
std::string usdc(std::int64_t stroops);

struct World {
    explicit World(fakes::Tables tables = {}, devnet::ServerSettings node_settings = {},
                   fakes::PostgresServer& server = fakes::PostgresServer::shared(), std::string_view encoding = "UTF8");

    /// An OPEN market whose database side has these liquidities (USDC) and whose pool these reserves; no pool if they
    /// are not given. The market contract behind a C... address is there in both cases, and holds a market id.
    void open_market(const std::string& id, const std::string& address, const std::string& yes, const std::string& no,
                     std::optional<std::pair<base::u128, base::u128>> reserves);
    void resolved_market(const std::string& id, const std::string& address, std::optional<int> database_outcome,
                         std::uint32_t status, std::optional<std::uint32_t> chain_outcome);
    /// A RESOLVED market: only the row.
    void resolved_row(const std::string& id, const std::string& address, std::optional<std::int64_t> database_outcome);
    /// A user with a wallet; a trust line or contract balance with `chain` stroops where it is given.
    void user(const std::string& id, const std::string& wallet, const std::string& balance,
              std::optional<std::int64_t> chain);
    /// Rows gathered by the above go to the database in one statement each; run() does it.
    void flush();

    fakes::Tables tables;
    fakes::TestDatabase database;
    devnet::Server node;
    stellar::Asset asset;
    Hash amm;

  private:
    std::string market_rows_;
    std::string user_rows_;
};

/// What differs from a plain cycle over everything.
struct Plan {
    verify::Checks kinds{Kind::odds, Kind::outcomes, Kind::balances};
    std::vector<std::string> markets;
    std::vector<std::string> users;
    db::Shard shard;
    verify::ReadMode mode = verify::ReadMode::automatic;
    std::optional<Hash> market_contract;
    cycle::TokenSettings token;
    verify::Thresholds thresholds;
    unsigned confirm_attempts = 0;
    base::Duration confirm_delay = std::chrono::milliseconds(50);
    base::Duration timeout = std::chrono::seconds(30);
    base::Duration operation_timeout = std::chrono::seconds(5);
    base::Duration max_ledger_age = std::chrono::seconds(60);
    unsigned max_retries = 3;
    base::Duration retry_delay = std::chrono::milliseconds(5);
    cycle::WatermarkSettings watermark;
    verify::Exemptions exemptions;
    cycle::Witness* witness = nullptr;
    std::uint64_t turn = 0;
    unsigned max_in_flight = 5;
    std::size_t page_size = 2000;
    std::size_t most_unsettled = 20'000;
    std::size_t max_reported = 1000;
    std::string passphrase;
    std::vector<std::string> endpoints; // empty: the world's node
    db::CustomSql custom_sql;
    std::string database_url; // empty: the world's
    /// Called before the loop waits, with what it has done so far.
    std::function<void(const struct Report& so_far)> on_turn;
    /// Called with the type of each event, while the cycle runs.
    std::function<void(const std::string& event)> on_event;
};

struct Report {
    verify::Summary summary{0};
    std::optional<std::string> misconfigured; // the text, where the cycle could not begin
    std::string setting;
    std::string log;                           // JSON lines of the session, and warnings
    std::vector<std::string> database_retries; // RETRY, why
    std::vector<std::pair<verify::Check, std::string>> transients;
    std::vector<verify::Disagreement> disagreements;

    const verify::Mismatch* mismatch(verify::Check kind, const std::string& id) const;
    const verify::Error* error(const std::string& operation, const std::string& id) const;
    /// matched, mismatched, transient, errors.
    std::array<std::uint64_t, 4> counts(verify::Check kind) const;
};

Report run(World& world, const Plan& plan = {});

} // namespace integration
