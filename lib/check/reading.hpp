// From the chain's bytes to the value an item is compared with. Pure: which keys or which call to ask for, and what
// the answers say. Asking is somebody else's.
//
// A first answer may lead to a second question: in the mode `auto` a market of which an entry is absent or of an
// unexpected type is asked of its contract, and a simulated answer of no liquidity at all is held against storage,
// because a node that fails to load an entry simulates as if it did not exist.
#pragma once

#include "check/claim.hpp"
#include "check/finding.hpp"
#include "stellar/scval.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace check {

/// How an item is asked for next.
enum class Question {
    storage,  // the entries of the claim, by keys_of()
    contract, // the contract's function, by call_for()
    pool,     // whether the pool exists, and its reserves, by pool_keys_of()
};

Question first_question(const Claim& claim, const Target& target);

/// Up to three XDR LedgerKeys, without an allocation each.
class Keys {
  public:
    std::size_t size() const { return size_; }
    const std::string& operator[](std::size_t i) const { return keys_[i]; }
    std::string& add() { return keys_[size_++]; }
    void clear();

  private:
    std::array<std::string, 3> keys_; // kept for the next item
    std::size_t size_ = 0;
};

/// Odds: YES reserve, NO reserve. Outcomes: market_state, winning_outcome. Balances: trust line or balance entry.
void keys_of(const Claim& claim, const Target& target, Keys& out);
/// pool_exists, YES reserve, NO reserve.
void pool_keys_of(const Claim& claim, const Target& target, Keys& out);

/// The contract's function that gives the claim's value.
struct Call {
    stellar::Hash contract{};
    std::string function;
    stellar::ScVal argument;
};
Call call_for(const Claim& claim, const Target& target);
/// XDR, for simulateTransaction.
std::string envelope_of(const Call& call);

/// One asked key and what the ledger holds under it.
struct Stored {
    std::string_view key;
    std::optional<std::string_view> entry; // nullopt: no such entry; empty: no base64 came
    std::optional<std::uint32_t> last_modified_ledger;
    bool archived = false;
};

/// The chain side of an item.
struct ChainValue {
    std::variant<Reserves, ChainOutcome, base::i128> content; // in the order of Kind
    Sighting seen;
};

/// A value, one more question, or why there is neither.
using Reading = std::variant<ChainValue, Question, Unverifiable>;

Reading read_storage(const Claim& claim, const Target& target, std::span<const Stored> entries, std::uint32_t ledger);
Reading read_pool(const Claim& claim, std::span<const Stored> entries, std::uint32_t ledger);

/// `error` is the simulation's own ("HostError: ..."), empty where it went well; `result` is an XDR SCVal.
Reading read_call(const Claim& claim, std::string_view error, std::string_view result, std::uint32_t ledger);

} // namespace check
