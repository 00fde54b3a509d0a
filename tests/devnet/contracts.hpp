// The application's contract functions and the token function balance, answered from the ledger as the real contracts
// would answer from their storage.
#pragma once

#include "devnet/ledger.hpp"
#include "devnet/settings.hpp"
#include "devnet/traffic.hpp"

#include <string>
#include <vector>

namespace devnet {

struct Simulation {
    /// "Error(Contract, #13)" and so on where the call failed, with what was said about it.
    std::string error;
    std::string detail;
    std::string result;            // an SCVal's XDR
    std::vector<std::string> keys; // read: the footprint
};

/// Archived entries are restored silently, as servers from 23 on do it: the call sees their last value.
Simulation simulate(const LedgerView& ledger, const ContractCall& call, const RpcSettings& settings);

/// The fields of a successful answer that a reader ignores, of the right shape: SorobanTransactionData with the
/// footprint, and a DiagnosticEvent for the call (also in a failed answer).
std::string transaction_data(const Simulation& simulation, std::int64_t resource_fee);
std::string call_event(const ContractCall& call);

} // namespace devnet
