// The transaction envelope that simulateTransaction takes (Stellar-transaction.x), decoded strictly.
#pragma once

#include "base/result.hpp"
#include "devnet/traffic.hpp"

#include <string_view>

namespace devnet {

/// The one contract call in the envelope. The error is the text that the server puts into result.error.
/// Decoded: a V1 transaction without or with time preconditions, and one InvokeHostFunction that invokes a contract
/// without authorization, everything to the last byte. Other sound envelopes (V0, fee bump, other preconditions,
/// uploads, authorization, Soroban data) the real server takes and this one does not: "Could not unmarshal
/// transaction".
base::Result<ContractCall> decode_call_envelope(std::string_view envelope);

} // namespace devnet
