// What odds and outcomes share: which market a row means, and how that is learnt and proven.
//
// A market's id is the column market_id (64 hex digits, with or without 0x or \x before them; NULL is as without the
// column), else the 64 hex digits of the contract address (with or without 0x); else it has to be learnt from the
// chain: the market's contract holds it, or the address's own bytes are it, if the AMM has a pool under them.
#pragma once

#include "verify/claim.hpp"
#include "verify/reading.hpp"

#include <optional>
#include <string_view>

namespace verify {

/// The columns that both read.
struct MarketColumns {
    std::string_view id;
    std::optional<std::string_view> contract_address;
    std::optional<std::string_view> title;
    std::optional<std::string_view> market_id = std::nullopt; // as the factory made it; of tables that have the column
};

struct MarketAddress {
    stellar::Hash id{};
    bool hex = false; // a market id, and not a contract of its own
};
/// Errors say what the address is not: C... or 64 hex digits.
base::Result<MarketAddress> parse_market_address(std::optional<std::string_view> text);

/// The market's id as far as the row has it.
base::Result<std::optional<stellar::Hash>> market_id_of(const MarketColumns& row, const MarketAddress& address);

Claim market_claim(Check check, const MarketColumns& row);

/// How a market is asked for once its id is known.
Question next_question(const Target& target);

/// Whether the AMM has a pool under the address's own bytes (Question::proof).
Reading read_proof(const stellar::Hash& address, const Target& target, const Stored& entry);

/// Unless only storage may be read, the contract is asked if a market's entry has another type than expected.
Reading market_fault(const stellar::EntryFault& fault, const Target& target, std::string_view what);

} // namespace verify
