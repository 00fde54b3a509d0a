// One seed: a database, a ledger, settings and faults, and what is right to say about them.
#pragma once

#include "chaos/dice.hpp"
#include "chaos/oracle.hpp"
#include "devnet/server.hpp"
#include "fakes/postgres_server.hpp"

#include <map>
#include <string>
#include <vector>

namespace chaos {

/// The application's side, gathered to go into the database in one statement a table, and the ledger's.
class World {
  public:
    World(Dice& dice, devnet::Ledger& ledger);

    void add_markets(std::size_t count);
    void add_users(std::size_t count);
    void write(fakes::TestDatabase& database) const;

    /// A user whose two sides change while the cycle runs; any verdict is right.
    struct Moving {
        std::string id, wallet;
    };

    fakes::Tables tables;
    Expectations expected;
    std::uint64_t skipped = 0;
    std::vector<Moving> moving;
    Thresholds thresholds;
    std::string read_mode;
    bool has_market_contract = false;
    stellar::Hash amm{}, shared_market{};
    stellar::Asset asset;

  private:
    std::string address(std::uint32_t number, bool& sound, bool& hex);
    void add_open_market(const std::string& id);
    void add_resolved_market(const std::string& id);
    void add_user(const std::string& id);
    std::optional<std::string> wallet(std::uint32_t number, bool& sound);
    std::string liquidity(const mpz_class& near);
    std::string amount_near(const mpz_class& stroops);
    mpz_class reserve();

    Dice& dice_;
    devnet::Ledger& ledger_;
    std::uint32_t next_ = 0; // numbers of addresses
    std::vector<std::uint32_t> used_wallets_;
    std::map<std::string, mpz_class> balances_; // by wallet number and kind
    std::string market_rows_, user_rows_;
};

/// The faults of RPC and database that a seed has, and the settings to survive them.
struct Weather {
    std::vector<devnet::FaultRule> rules;
    bool second_endpoint = false;
    bool stop_node = false;
    bool kill_connections = false;
    int signal = 0;
    int harm_after_ms = 0; // the three above
    std::map<std::string, std::string> settings;
    Circumstances circumstances;
    std::string described;
};
Weather make_weather(Dice& dice);

} // namespace chaos
