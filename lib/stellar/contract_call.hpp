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

/// The market's status that carries an outcome.
inline constexpr std::uint32_t market_resolved = 2;
/// "open", "closed", "resolved", "disputed", "cancelled", "initializing" for 0 to 5; any other number in digits.
std::string market_status_name(std::uint32_t status);

struct MarketState {
    std::uint32_t status = 0;
    std::optional<std::uint32_t> winning_outcome; // 0 NO, 1 YES; any other number as it is
    /// Every value of the map is 0 or Void: so answers a contract that was never initialized.
    bool blank = false;
};
/// A map, sorted and without duplicates, with the symbols status (u32) and winning_outcome (u32 or Void) among its
/// keys. Other keys are ignored, whatever they hold.
base::Result<MarketState> read_market_state(std::string_view result);

/// A plain i128. A negative one is the caller's to judge.
base::Result<base::i128> read_balance(std::string_view result);

} // namespace stellar
