// Ledger keys, ledger entries and contract values for a person to read. Whatever is in a value comes out as it is:
// text from a contract is made harmless by whoever shows it.
#pragma once

#include "stellar/scval.hpp"

#include <string>
#include <string_view>

namespace stellar {

/// "u128 500", "symbol pool_exists", "[bytes 00ff, void]", "{symbol amount: i128 5}".
std::string readable(const ScVal& value);

/// "contract data of C..., under [symbol ..., bytes ...], persistent", "trust line of G... in USDC:G...". Of bytes that
/// do not decode: why not.
std::string readable_key(std::string_view key);

/// What an entry holds beside its key: "u128 500", "balance 123450000, limit 9223372036854775807, flags 1". Of bytes
/// that do not decode: why not.
std::string readable_entry(std::string_view entry);

/// Of an SCVal in XDR.
std::string readable_value(std::string_view value);

} // namespace stellar
