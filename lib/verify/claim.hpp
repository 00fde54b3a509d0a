// What a row claims: the database side of one item, read strictly. And the target: what on chain it is held against.
#pragma once

#include "base/inline_any.hpp"
#include "base/result.hpp"
#include "stellar/asset.hpp"
#include "stellar/strkey.hpp"
#include "verify/finding.hpp"
#include "verify/row.hpp"
#include "verify/verifier.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace verify {

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
    std::string network_passphrase{}; // for the contract of a classic asset

    bool has_amm() const { return amm != stellar::Hash{}; }
};

/// The views are the row's, and live as long as it does: a million claims a cycle, of which few are reported.
struct Claim {
    Check check;
    std::string_view id;
    std::string_view address;     // contract or wallet, as the row has it
    std::string_view title;       // of titled checks
    base::InlineAny<112> content; // the verifier's own
};

/// Why there is no claim.
base::Fail<Unverifiable> unverifiable(Reason reason, std::string text);

/// The verifier's claim of the row. BAD_VALUE if a value is longer than most_value_bytes.
ClaimResult claim_of(Check check, const Row& row, const Target& target);

} // namespace verify
