// Which market the contract at MARKET_CONTRACT_ADDRESS holds: learnt at the start, because one contract can speak for
// the one market that it holds, and a contract that holds none has to show that it can tell markets apart.
#pragma once

#include "check/claim.hpp"
#include "reconcile/findings.hpp"
#include "reconcile/loop.hpp"
#include "reconcile/preparation.hpp"

#include <optional>
#include <string>

namespace reconcile {

/// The XDR LedgerKey of what is learnt. nullopt: nothing is asked (no market contract, or outcomes are not checked).
std::optional<std::string> shared_market_key(const Selection& selection, const check::Target& target);

/// Puts what the entry (XDR LedgerEntryData; nullopt: there is none) says into the target.
void read_shared_market(std::string_view key, std::optional<std::string_view> entry, check::Target& target);

/// Asks for it if it matters; an endpoint that takes over must say the same. False if the read failed (reported) or the
/// cycle was cut.
bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, check::Target& target);

} // namespace reconcile
