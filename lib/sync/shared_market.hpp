// Which market the contract at MARKET_CONTRACT_ADDRESS holds: learnt at the start, because one contract can speak for
// the one market that it holds, and a contract that holds none has to show that it can tell markets apart.
#pragma once

#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "sync/preparation.hpp"
#include "verify/claim.hpp"

#include <optional>
#include <string>

namespace cycle {

/// The XDR LedgerKey of what is learnt. nullopt: nothing is asked (no market contract, or outcomes are not checked).
std::optional<std::string> shared_market_key(const Selection& selection, const verify::Target& target);

/// Puts what the entry (XDR LedgerEntryData; nullopt: there is none) says into the target.
void read_shared_market(std::string_view key, std::optional<std::string_view> entry, verify::Target& target);

/// Asks for it if it matters; an endpoint that takes over must say the same. False if the read failed (reported) or the
/// cycle was cut.
bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, verify::Target& target);

} // namespace cycle
