// Sees all that leads to a cycle's verdicts, for somebody who wants one explained. It changes nothing of them.
#pragma once

#include "net/rpc.hpp"
#include "sync/lane.hpp"
#include "verify/compare.hpp"
#include "verify/reading.hpp"

#include <cstdint>
#include <span>

namespace cycle {

struct Item;

class Witness {
  public:
    virtual ~Witness() = default;
    /// A row was read at this look (0 is the first), and what it claims. The views live as long as the call.
    virtual void row(Check check, unsigned look, const Row& row, const verify::ClaimResult& claim) = 0;
    /// The item's keys, and what the ledger holds under them.
    virtual void entries(const Item& item, std::span<const verify::Stored> stored, std::uint32_t ledger) = 0;
    /// The item's contract call, and what came of it.
    virtual void call(const Item& item, const verify::Call& call, const net::Simulation& simulation) = 0;
    /// The item's answer was compared with that for a market that does not exist (`control`), and is the `same` or not.
    virtual void control(const Item& item, const verify::Call& call, const net::Simulation& control, bool same) = 0;
    /// The chain side, held against the claim.
    virtual void compared(const Item& item, const verify::ChainValue& chain) = 0;
    /// There is none.
    virtual void unverifiable(const Item& item, const verify::Unverifiable& why) = 0;
    /// What another endpoint says of what differs.
    virtual void second_opinion(const Item& item, const verify::SecondOpinion& opinion) = 0;
};

} // namespace cycle
