// What a row claims: the database side of one item, read strictly. And the target: what on chain it is held against.
#pragma once

#include "base/result.hpp"
#include "check/finding.hpp"
#include "check/odds.hpp"
#include "check/row.hpp"
#include "stellar/asset.hpp"
#include "stellar/strkey.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace check {

enum class ReadMode { storage, simulate, automatic };

/// The token that balances are in.
struct Token {
    stellar::Hash contract{};
    /// The classic asset whose Stellar Asset Contract it is; without one every balance is contract data.
    std::optional<stellar::Asset> asset;
};

/// What on chain the rows are held against; the same for a whole cycle.
struct Target {
    ReadMode mode = ReadMode::automatic;
    stellar::Hash amm{};                          // for odds, and to prove a market's id; zeros: none is set
    std::optional<stellar::Hash> market_contract; // asked for outcomes of hex market ids
    /// The one market that this contract holds, as learnt at the start; nullopt: none, or not asked.
    std::optional<stellar::Hash> shared_market_id{};
    std::string shared_market_fault{}; // why that cannot be read; empty: it can
    Token token;                       // for balances
    std::string pool_function = "get_pool_state";
    std::string outcome_function = "get_market_state";

    bool has_amm() const { return amm != stellar::Hash{}; }
};

struct OddsClaim {
    stellar::Hash market_id{}; // of a row that does not know it: the market contract's own bytes, until it is learnt
    Reserves reserves;         // stroops
    bool id_known = true;
};

struct OutcomeClaim {
    stellar::Hash market_id{}; // as for odds: what the contract is asked for
    stellar::Hash contract{};  // the market's own, or the one that many share
    bool shared = false;
    std::optional<std::int64_t> outcome;
    bool id_from_row = false; // then no contract that holds another market can speak for it
    bool id_proven = false;   // the contract holds no market id, and the AMM has a pool under its address
};

struct BalanceClaim {
    stellar::Address holder;
    base::i128 balance = 0; // stroops
};

/// The views are the row's, and live as long as it does: a million claims a cycle, of which few are reported.
struct Claim {
    std::string_view id;
    std::string_view address;                                    // contract or wallet, as the row has it
    std::string_view title;                                      // markets
    std::variant<OddsClaim, OutcomeClaim, BalanceClaim> content; // in the order of Kind

    Kind kind() const { return static_cast<Kind>(content.index()); }
};

using ClaimResult = base::Result<Claim, Unverifiable>;

// A market's id is the column market_id (64 hex digits, with or without 0x or \x before them; NULL is as without the
// column), else the 64 hex digits of the contract address (with or without 0x); else it has to be learnt from the
// chain.

/// Errors: BAD_ADDRESS for a contract address that is neither a C... strkey nor 64 hex digits, BAD_VALUE for a
/// market_id that is not one and for a liquidity that is NULL, negative, not a number or too large. Decimals beyond the
/// seventh are rounded half away from zero.
ClaimResult claim_odds(const MarketRow& row);

/// NULL is "no outcome". BAD_ADDRESS also for a hex market id without a market contract in the target; BAD_VALUE for
/// an outcome that is not an integer; CONTRACT for a hex market id if the market contract holds another market alone.
ClaimResult claim_outcome(const MarketRow& row, const Target& target);

/// The words for a contract that was asked for one market and holds another.
std::string holds_another_market(const stellar::Hash& held);

/// For a user with a wallet. BAD_ADDRESS for an address that does not decode strictly, or is the asset's own issuer;
/// BAD_VALUE for a balance that is NULL, no number or too large. A negative balance is compared as it is.
ClaimResult claim_balance(const UserRow& row, const Target& target);

} // namespace check
