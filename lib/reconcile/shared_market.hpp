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

/// The XDR LedgerKey of what is learnt, for whoever asks it again of an endpoint that takes over: the answer must then
/// give the same target.shared_market_id and shared_market_fault by read_shared_market(). nullopt: nothing was asked
/// (no market contract, or outcomes are not checked).
std::optional<std::string> shared_market_key(const Selection& selection, const check::Target& target);

/// Puts what the entry (XDR LedgerEntryData; nullopt: there is none) says into the target.
void read_shared_market(std::string_view key, std::optional<std::string_view> entry, check::Target& target);

/// Asks for it where it matters. False if the read failed (reported) or the cycle was cut.
bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, check::Target& target);

} // namespace reconcile
