// What a cycle finds out about one item. The outcome is one of a closed set: matched, mismatched, transient, or an
// error. "Could not check" is never "differs".
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/inline_any.hpp"
#include "base/int128.hpp"
#include "verify/verifier.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace verify {

/// Where and when the chain side was seen.
struct Sighting {
    std::uint32_t ledger = 0;                          // the answer's latestLedger
    std::optional<std::uint32_t> last_modified_ledger; // storage reads of an entry that exists; the later of two
    bool archived = false;
};

/// The two sides of an item that are not the same, and how far they are apart.
class Difference {
  public:
    Check check;
    bool absent = false;         // a side is missing: no size measures that
    bool chain_has_less = false; // than the database; of amounts and prices
    base::u128 size = 0;         // in the units of the check's scale

    Difference() = default;
    /// `both` is the verifier's own.
    template <class T>
    Difference(Check of, const T& both) : check(of), both_(both) {}

    /// Precondition: the verifier keeps a T.
    template <class T>
    const T& as() const {
        return both_.template get<T>();
    }

  private:
    base::InlineAny<112> both_;
};

/// A difference for people and for machines.
struct Shown {
    std::string database; // as in a table
    std::string chain;
    std::string difference;           // with its sign; empty if there is no size
    std::string_view note;            // why it differs whatever the size
    std::vector<std::string> details; // lines
    base::Value database_value;
    base::Value chain_value;
    base::Fields extent; // difference, reserves, ...
};

/// One side alone, likewise.
struct Said {
    std::string text;
    base::Value value = nullptr;
};

/// Where to look first: at the application's indexer, which has not come to the ledger of the change yet, or at
/// whatever else made the two sides drift apart.
enum class Cause { drift, indexer_lag };

/// What another RPC endpoint says of the chain side of a mismatch, asked before anybody is paged.
struct SecondOpinion {
    enum class Word { agrees, unavailable, contradicts };
    Word word = Word::unavailable;
    Said said;                // where it could tell
    std::uint32_t ledger = 0; // that its answer is from
    std::string endpoint;     // for a person; empty where there was no answer
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

    Check check() const { return difference.check; }
    Priority priority() const { return check().priority(); }
};

std::string_view name(Priority priority);        // "NORMAL", "CRITICAL"
std::string_view name(Cause cause);              // "DRIFT", "INDEXER_LAG"
std::string_view name(SecondOpinion::Word word); // "AGREES", "UNAVAILABLE", "CONTRADICTS"

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
    std::uint64_t count = 1; // more than one: rows that have this id, or (aggregate) that were not reached together
    bool aggregate = false;
    base::WallTime time{};
};

} // namespace verify
