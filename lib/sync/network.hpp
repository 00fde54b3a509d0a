// The chain before the first row: which endpoint serves, and what the cycle has to know of the ledger.
//
// "Failed" below: it has been reported, or the cycle was cut. All throw base::Misconfigured if no endpoint is left
// because all are of another network or refuse the credentials.
#pragma once

#include "stellar/ledger_entry.hpp"
#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "verify/claim.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cycle {

struct Selection;
struct TokenSettings;

/// Throws as said above; does nothing else.
void refuse_if_hopeless(const net::Dispatcher& dispatcher);

/// Asks the endpoints who they are and how fresh, until one is accepted. False if that failed.
bool find_network(Loop& loop, Findings& findings);

/// Asks for one entry by its XDR LedgerKey, and waits; it is by_slot[0]. nullopt if the cycle was cut; the error says
/// why nothing was answered. Precondition: nothing else is under way.
std::optional<base::Result<net::LedgerEntries>> ask_entry(Loop& loop, Findings& findings, std::string_view key);
/// The same for an entry that the cycle cannot do without: nullopt if it failed ("`what` could not be read").
std::optional<net::LedgerEntries> read_entry(Loop& loop, Findings& findings, std::string_view key,
                                             const std::string& what);
/// An endpoint that takes over must give the entry, too, without a contradiction (net::Acquaintance).
void must_agree(Loop& loop, std::string_view key,
                std::function<std::optional<std::string>(const net::LedgerEntries&)> contradiction);

/// Puts into the target which market the contract at MARKET_CONTRACT_ADDRESS holds, if that matters: one contract can
/// speak for the one market that it holds, and a contract that holds none has to show that it can tell markets apart.
/// False if the read failed.
bool find_shared_market(Loop& loop, Findings& findings, const Selection& selection, verify::Target& target);

// token.cpp

/// The contract's instance entry; nullopt if the read failed. Throws base::Misconfigured, which names `setting`, if the
/// network has no contract at this address.
std::optional<stellar::ContractInstance> read_instance(Loop& loop, Findings& findings, const stellar::Hash& contract,
                                                       const std::string& setting);

/// The token of balances on this network: as set, else what the AMM holds, else Circle's USDC with a warning and a
/// hint. A token set that is not the AMM's is a warning and a hint, too. Reads the AMM's entry, and the instance of a
/// contract whose asset is not known; both must be the same at an endpoint that takes over later. nullopt if a read
/// that decides failed: nothing takes its place. Throws base::Misconfigured if the settings do not name one token, or
/// nothing does on this network.
std::optional<verify::Token> find_token(Loop& loop, Findings& findings, const TokenSettings& settings);

} // namespace cycle
