// One seed: a database, a ledger, settings and faults, and what is right to say about them.
#pragma once

#include "chaos/dice.hpp"
#include "chaos/oracle.hpp"
#include "devnet/server.hpp"
#include "fakes/postgres_server.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chaos {

/// The contract that MARKET_CONTRACT_ADDRESS names.
enum class Shared {
    none,
    keeps_many,     // answers for the id it is asked for
    one_market,     // holds the id of some of the hex rows, and answers with that market whatever it is asked for
    another_market, // holds an id of no row
    without_id,     // answers with its market whatever it is asked for, and holds no id
    uninitialized,
};

/// Where the token that balances are in comes from.
enum class TokenRule {
    circle,       // the AMM holds none
    amm_asset,    // the AMM's, a Stellar Asset Contract
    amm_plain,    // the AMM's, without a classic asset
    set_asset,    // USDC_ASSET; the AMM holds another
    set_contract, // USDC_CONTRACT_ADDRESS, a Stellar Asset Contract; the AMM holds the same
    set_plain,    // USDC_CONTRACT_ADDRESS, without a classic asset; the AMM holds none
};

enum class Watermark {
    none,
    truthful,
    lagging,     // behind whatever the ledger's entries were changed in
    ahead,       // a few ledgers ahead of the node, which gets there
    implausible, // much further
    null,
    no_row,
};

/// What a seed is about, beside rows, values and faults.
struct Features {
    bool custom_sql = false;  // SYNC_MARKETS_SQL and SYNC_USERS_SQL over tables of other names, without a primary key
    bool duplicates = false;  // ids that occur twice; custom_sql only
    bool broken_rows = false; // that the server cannot give; custom_sql only
    bool words = false;       // outcomes as YES and NO; custom_sql only
    bool market_ids = false;  // a column market_id
    bool exemptions = false;
    Shared shared = Shared::none;
    TokenRule token = TokenRule::circle;
    Watermark watermark = Watermark::none;
    unsigned shards = 1;
    // These two leave out all faults.
    bool stalled = false;        // the node stays at its ledger
    bool cut_simulation = false; // mode simulate, paced, with a short time-out
};
Features make_features(Dice& dice);
std::string described(const Features& features);

/// The application's side, gathered to go into the database in one statement a table, and the ledger's.
class World {
  public:
    World(Dice& dice, const Features& features, devnet::Ledger& ledger);

    void add_markets(std::size_t count);
    void add_users(std::size_t count);
    /// Exemptions for some of the rows that differ, and for some that do not. Call it after the rows are added.
    void add_exemptions();
    void write(fakes::TestDatabase& database) const;
    /// What follows from the features, without the AMM's address.
    std::map<std::string, std::string> settings() const;

    /// A user whose two sides change while the cycle runs; any verdict is right.
    struct Moving {
        std::string id, wallet;
    };

    fakes::Tables tables;
    Features features;
    Expectations expected;
    std::uint64_t skipped = 0;
    std::vector<Moving> moving;
    Thresholds thresholds;
    std::string read_mode;
    stellar::Hash amm{}, shared_market{};
    std::optional<stellar::Asset> asset; // the token's, if it is a classic one
    std::string exemptions;              // the file's text

  private:
    struct MarketRow {
        std::string id, address, title, status;
        std::optional<std::string> yes = std::nullopt, no = std::nullopt, outcome = std::nullopt;
        std::optional<std::string> market_id = std::nullopt;
        bool broken = false;
    };
    struct UserRow {
        std::string id;
        std::optional<std::string> wallet, balance;
    };
    /// How a row names its market, and what is known of it.
    struct Place {
        std::string address = {};
        std::optional<std::string> column = {}; // market_id
        std::string id = {};                    // 64 hex digits, under which the AMM keys its pool
        std::uint32_t number = 0;               // of the contract
        bool sound = true, hex = false;
        bool known = true;        // what its id is
        bool bare = false;        // a contract that holds no id
        bool own_bytes = false;   // the address's bytes are its id
        bool conflicting = false; // the column says another id than the contract
    };

    Place place(bool resolved);
    Place contract_place(std::uint32_t number);
    void add_open_market(const std::string& id);
    void add_resolved_market(const std::string& id);
    Expected judge_resolved(const Place& place, const std::optional<std::string>& row);
    /// Adds the row, broken or twice now and then.
    void add_row(const std::string& check, MarketRow row);
    void add_user(const std::string& id);
    std::optional<std::string> wallet(std::uint32_t number, bool& sound);
    void set_up_shared_market();
    void set_up_token();
    void set_balance(const std::string& holder, const mpz_class& stroops);
    std::string liquidity(const mpz_class& near);
    std::string amount_near(const mpz_class& stroops);
    mpz_class reserve();
    ChainMarket chain_market(const std::optional<std::string>& row);
    std::string cause(bool dated) const;
    std::string market_id_column() const;

    Dice& dice_;
    devnet::Ledger& ledger_;
    stellar::Hash token_{};
    std::optional<ChainMarket> shared_state_; // of the only market of the shared contract
    devnet::UnknownMarket unknown_{};         // what it answers if it keeps many
    std::uint32_t next_ = 0;                  // numbers of addresses
    std::vector<std::uint32_t> used_wallets_;
    std::map<std::string, mpz_class> balances_; // by wallet number and kind
    std::vector<MarketRow> market_rows_;
    std::vector<UserRow> user_rows_;
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
Weather make_weather(Dice& dice, const Features& features);

} // namespace chaos
