// From the chain's bytes to the value an item is compared with. Pure: which keys or which call to ask for, and what
// the answers say. Asking is somebody else's.
//
// A first answer may lead to a second question: a row that does not know its market's id learns it from the market's
// contract; in the mode `auto` a market with an entry that is absent or of an unexpected type is asked of its contract;
// and a simulated answer of nothing (no liquidity, or a market of nothing but zeros) is checked against storage,
// because so answer a node that fails to load an entry and a contract that was never initialized.
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
    identity, // which market the market's contract holds
    proof,    // whether there is a pool under the address's own bytes, if the contract holds no market id
    state,    // the market's entries, beside a simulated answer of nothing
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

/// Odds: YES reserve, NO reserve. Outcomes: market_state, winning_outcome, market_id. Balances: trust line or balance
/// entry.
void keys_of(const Claim& claim, const Target& target, Keys& out);
/// pool_exists, YES reserve, NO reserve.
void pool_keys_of(const Claim& claim, const Target& target, Keys& out);
/// The keys of any question but `contract`.
void keys_for(Question question, const Claim& claim, const Target& target, Keys& out);

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

/// The market's id has been learnt from the chain, and what to ask next.
struct Identified {
    stellar::Hash market_id{};
    Question next{};
};
/// The claim that knows its market's id.
void identify(Claim& claim, const Identified& learnt);

/// A value, one more question, or why there is neither.
using Reading = std::variant<ChainValue, Question, Unverifiable, Identified>;

/// What the entries of keys_for(question) say.
Reading read_entries(Question question, const Claim& claim, const Target& target, std::span<const Stored> entries,
                     std::uint32_t ledger);
Reading read_storage(const Claim& claim, const Target& target, std::span<const Stored> entries, std::uint32_t ledger);
Reading read_pool(const Claim& claim, std::span<const Stored> entries, std::uint32_t ledger);

/// `error` is the simulation's own ("HostError: ..."), empty where it went well; `result` is an XDR SCVal.
Reading read_call(const Claim& claim, std::string_view error, std::string_view result, std::uint32_t ledger);

// Controls: a contract that many rows share, and that holds no market id, may be one that ignores its argument or was
// never initialized. What it answers for a market that does not exist says nothing about any market.

/// Does the contract have to show that it can tell this market from one that does not exist? So it is if many rows
/// share it and it holds no market id.
bool needs_control(const Claim& claim, const Target& target);
/// The same function for a market that does not exist.
Call control_for(const Target& target, const stellar::Hash& random_id);
/// CONTRACT: the answer (as read_call() reads it) is the control's, too.
Unverifiable unknown_market(const Reading& answer);

} // namespace check
