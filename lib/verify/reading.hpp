// From the chain's bytes to the value an item is compared with. Pure: which keys or which call to ask for, and what
// the answers say. Asking is somebody else's.
//
// A first answer may lead to a second question: a row that does not know its market's id learns it from the market's
// contract; in the mode `auto` a market with an entry that is absent or of an unexpected type is asked of its contract;
// and a simulated answer of nothing (no liquidity, or a market of nothing but zeros) is checked against storage,
// because so answer a node that fails to load an entry and a contract that was never initialized.
#pragma once

#include "stellar/ledger_entry.hpp"
#include "stellar/scval.hpp"
#include "verify/claim.hpp"
#include "verify/finding.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace verify {

/// How an item is asked for next.
enum class Question {
    storage,   // the entries of the claim
    contract,  // the contract's function
    pool,      // whether the pool exists, and its reserves
    identity,  // which market the market's contract holds, or which asset a token's contract is of
    proof,     // whether there is a pool under the address's own bytes, if the contract holds no market id
    state,     // the market's entries, beside a simulated answer of nothing
    existence, // whether the contract exists, before an absence in it counts
};

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

/// The contract's function that gives the claim's value.
struct Call {
    stellar::Hash contract{};
    std::string function;
    std::vector<stellar::ScVal> arguments;
};
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
    base::InlineAny<48> content; // the verifier's own
    Sighting seen;
};

/// The market's id, or the token's asset, has been learnt from the chain, and what to ask next.
struct Identified {
    stellar::Hash market_id{};
    Question next{};
    std::optional<stellar::Asset> asset{};
};

// Reading: a value, one more question, or why there is neither (verifier.hpp).

/// DECODE: "the trust line cannot be read: ...".
Unverifiable undecodable(std::string_view what, std::string_view why);
/// CONTRACT: "the contract call failed: ...".
Unverifiable call_failed(std::string_view error);

/// When the entries that exist were seen.
Sighting sighting(std::span<const Stored> entries, std::uint32_t ledger);

/// An entry's value, read by one of the readers of stellar/ledger_entry.hpp; nullopt if it is absent.
template <class Reader>
auto read_entry(const Stored& stored, Reader reader)
    -> base::Result<std::optional<std::decay_t<decltype(*reader({}, {}))>>, stellar::EntryFault> {
    using Content = std::decay_t<decltype(*reader({}, {}))>;
    if (!stored.entry) return std::optional<Content>();
    auto value = reader(stored.key, *stored.entry);
    if (!value) return base::Fail<stellar::EntryFault>{value.error()};
    return std::optional<Content>(*value);
}

/// A sound entry, but of another type than expected.
template <class T>
bool is_unexpected(const base::Result<T, stellar::EntryFault>& result) {
    return !result && result.error().kind == stellar::EntryFault::Kind::unexpected_type;
}

} // namespace verify
