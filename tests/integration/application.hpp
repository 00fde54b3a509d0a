// The application as it is deployed: its tables as its two sets of migrations leave them, with their enums, foreign
// keys and columns that no check reads, and its contracts, each market's with the id that the factory made.
#pragma once

#include "devnet/server.hpp"
#include "fakes/postgres_server.hpp"
#include "fakes/program.hpp"
#include "integration/program.hpp"
#include "integration/world.hpp"

#include <map>
#include <optional>
#include <string>

namespace integration {

enum class Schema {
    snake_case, // markets, users: uuid ids, DECIMAL(18,6)
    prisma,     // "Market", "User": cuid ids, DECIMAL(65,30)
};

/// The id that the factory made for the market of this number, in 64 hex digits. It is not the address of
/// contract(number), the market's contract.
std::string factory_id(std::uint32_t number);

/// What the run of the program said about each row, by the row's name.
struct Verdicts {
    fakes::Ended ended;
    /// "match", "CONTRACT" (an error's reason), or both sides of a mismatch, the database's first: "1 / null 3
    /// disputed" (the market's state behind them), "0.5 / 0.6" (prices of YES), "1.5000000 / 0.0000000".
    std::map<std::string, std::string> odds, outcomes, balances;
};

class Application {
  public:
    explicit Application(Schema schema);

    struct Market {
        std::string name;
        std::string address; // C..., or a factory id in hex
        std::string status = "OPEN";
        std::string yes = "0", no = "0"; // USDC
        std::optional<int> outcome = std::nullopt;
    };
    void add(const Market& market);
    void add_user(const std::string& name, const std::optional<std::string>& wallet, const std::string& balance);

    /// contract(number), in this state and with factory_id(number) under market_id.
    void deploy_market(std::uint32_t number, std::uint32_t status, std::optional<std::uint32_t> outcome = {});
    std::string sql(const std::string& statement) { return database_.exec(statement); }

    /// Its own asset's contract, which the AMM holds under `usdc`. Not Circle's.
    stellar::Asset token;
    Hash amm;

    devnet::Ledger& ledger() { return node_.ledger(); }
    Environment environment() const;
    Verdicts run(const Environment& environment) const;

  private:
    std::string row_id(const std::string& table, const std::string& name);
    std::map<std::string, std::string> verdicts_of(const std::string& out, const std::string& check) const;

    Schema schema_;
    fakes::TestDatabase database_;
    devnet::Server node_;
    std::map<std::string, std::string> names_;                 // by row id
    std::map<std::string, std::vector<std::string>> in_scope_; // names, by check
};

} // namespace integration
