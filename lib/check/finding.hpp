// What a cycle finds out about one item. The outcome is one of a closed set: matched, mismatched, transient, or an
// error. "Could not check" is never "differs".
#pragma once

#include "base/clock.hpp"
#include "base/int128.hpp"
#include "check/odds.hpp"
#include "check/row.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace check {

/// Where and when the chain side was seen.
struct Sighting {
    std::uint32_t ledger = 0;                          // the answer's latestLedger
    std::optional<std::uint32_t> last_modified_ledger; // storage reads of an entry that exists; the later of two
    bool archived = false;
};

struct OddsDifference {
    Reserves database; // stroops
    Reserves chain;    // the contract's raw units
    Odds database_odds;
    Odds chain_odds;
    std::uint64_t difference = 0; // of 10^-18

    /// Liquidity on one side of the comparison only: a difference whatever the odds.
    bool one_sided() const { return database.empty() != chain.empty(); }
};

/// What the chain says of a market.
struct ChainOutcome {
    std::optional<std::uint32_t> outcome; // 0 NO, 1 YES; with status 2 alone
    std::uint32_t status = 0;             // 2 is resolved: stellar::market_status_name()
    friend bool operator==(const ChainOutcome&, const ChainOutcome&) = default;
};

struct OutcomeDifference {
    std::optional<std::int64_t> database;
    std::optional<std::uint32_t> chain; // 0 NO, 1 YES
    std::optional<std::uint32_t> chain_status = std::nullopt;
};

struct BalanceDifference {
    base::i128 database = 0; // stroops
    base::i128 chain = 0;
    base::u128 difference = 0;
};

using Difference = std::variant<OddsDifference, OutcomeDifference, BalanceDifference>; // in the order of Kind

enum class Priority { normal, critical };

constexpr Priority priority_of(Kind kind) {
    return kind == Kind::outcomes ? Priority::critical : Priority::normal;
}

/// Where to look first: at the application's indexer, which has not come to the ledger of the change yet, or at
/// whatever else made the two sides drift apart.
enum class Cause { drift, indexer_lag };

/// What another RPC endpoint says of the chain side of a mismatch, asked before anybody is paged.
struct SecondOpinion {
    enum class Word { agrees, unavailable, contradicts };
    Word word = Word::unavailable;
    std::optional<std::uint32_t> outcome; // what it says, where it could tell
    std::uint32_t ledger = 0;             // that its answer is from
    std::string endpoint;                 // for a person; empty where there was no answer
};

struct Mismatch {
    std::string id;
    std::string address; // contract or wallet, as the row has it
    std::string title;   // markets
    Difference difference;
    Sighting seen;
    bool confirmed = false;
    base::WallTime time{};
    std::optional<Cause> likely_cause = std::nullopt;           // where the indexer's watermark is known
    std::optional<SecondOpinion> second_opinion = std::nullopt; // CRITICAL ones, where there are several endpoints

    Kind kind() const { return static_cast<Kind>(difference.index()); }
    Priority priority() const { return priority_of(kind()); }
};

/// "ODDS", "OUTCOME", "BALANCE".
std::string_view mismatch_type(Kind kind);
std::string_view name(Priority priority); // "NORMAL", "CRITICAL"
/// "MARKET", "USER".
std::string_view resource_type(Kind kind);
std::string_view name(Cause cause);              // "DRIFT", "INDEXER_LAG"
std::string_view name(SecondOpinion::Word word); // "AGREES", "UNAVAILABLE", "CONTRADICTS"

/// "YES", "NO", "none", or the number where it is neither 0 nor 1.
std::string outcome_name(std::optional<std::int64_t> outcome);
/// "open", "closed", "resolved", "disputed", "cancelled", "initializing"; any other status in digits.
std::string market_status_name(std::uint32_t status);
/// The chain's side: with the market's status if there is no outcome, as in "none (disputed)" and "none (status 7)".
std::string chain_outcome_name(const OutcomeDifference& outcome);

/// `watermark` is the last ledger the indexer had processed before the row was read. What nobody can date is drift.
Cause likely_cause(const Sighting& seen, std::uint32_t watermark);

/// Why an item could not be verified.
enum class Reason {
    bad_address,
    bad_value,
    not_found,
    rpc,
    decode,
    contract,
    database,
    alert,
    not_reached,
    disagreement
};

std::string_view name(Reason reason); // "BAD_ADDRESS", ...

/// What is wrong with an item, before it is known whose error it becomes.
struct Unverifiable {
    Reason reason{};
    std::string text;
    std::string hint{}; // the systematic fault that is likely behind it, in one sentence; empty: none is known
    friend bool operator==(const Unverifiable&, const Unverifiable&) = default;
};

/// Two RPC endpoints say different things of one item: which of them is wrong nobody can tell from here, so it is
/// neither a mismatch nor a match.
struct Disagreement {
    Mismatch mismatch;    // by the word of the first, with the second's opinion
    std::string endpoint; // the first's, for a person
};

struct Error {
    std::string operation;   // "odds", "outcomes", "balances", "database", ...
    std::string resource_id; // empty where it is about no single item
    Reason reason{};
    std::string text;
    std::uint64_t count = 1; // more than one, or `aggregate`, for all items that were not reached together
    bool aggregate = false;
    base::WallTime time{};
};

} // namespace check
