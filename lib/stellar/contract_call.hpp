// Calling a contract read-only: the envelope for simulateTransaction, and what the application's functions return.
#pragma once

#include "base/int128.hpp"
#include "base/result.hpp"
#include "stellar/scval.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stellar {

/// The smallest TransactionEnvelope that simulateTransaction takes: source is the all-zero account, fee 100, sequence
/// number 0, no preconditions, no memo, one InvokeHostFunction operation, no authorization, no signatures.
std::string contract_call_envelope(const Hash& contract, std::string_view function,
                                   const std::vector<ScVal>& arguments);

/// get_pool_state and get_market_state take the market id, balance takes the holder.
ScVal market_id_argument(const Hash& market_id);
ScVal holder_argument(const Address& holder);

// Readers of what a simulated call returned: `result` is the XDR of an SCVal, results[0].xdr once its base64 is
// decoded.

struct PoolState {
    base::u128 yes_reserve = 0;
    base::u128 no_reserve = 0;
    base::u128 total = 0;
    std::uint32_t yes_odds_bps = 0; // basis points
    std::uint32_t no_odds_bps = 0;
};
/// Vec[u128, u128, u128, u32, u32], nothing more or less.
base::Result<PoolState> read_pool_state(std::string_view result);

struct MarketState {
    std::uint64_t closing_time = 0;
    std::uint32_t participant_count = 0;
    std::uint32_t status = 0; // 0 open, 1 closed, 2 resolved
    base::i128 total_pool = 0;
    std::optional<std::uint32_t> winning_outcome; // 0 NO, 1 YES
};
/// A map with exactly these symbol keys, sorted.
base::Result<MarketState> read_market_state(std::string_view result);

/// A plain i128. A negative one is the caller's to judge.
base::Result<base::i128> read_balance(std::string_view result);

} // namespace stellar
