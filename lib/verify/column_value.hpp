// The text of a column as a contract value. What is written in the chain's format (keys, arguments) has exact types:
// one wrong type makes another key.
#pragma once

#include "base/result.hpp"
#include "stellar/strkey.hpp"
#include "verify/finding.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace verify {

/// A type as a declaration spells it.
enum class Type : std::uint8_t {
    boolean,
    u32,
    i32,
    u64,
    i64,
    u128,
    i128,
    u256,
    i256,
    timepoint,
    duration,
    symbol,
    string,
    bytes,
    address,
    variant,
    contract_id,
};
inline constexpr std::array<std::string_view, 17> type_names{
    "bool",      "u32",      "i32",    "u64",    "i64",   "u128",    "i128",    "u256",       "i256",
    "timepoint", "duration", "symbol", "string", "bytes", "address", "variant", "contract-id"};

/// At most 32 characters of A-Z a-z 0-9 _, at least one.
bool is_symbol(std::string_view text);

// The errors say what is wrong with the text, and do not name its column: "'x' is not a u32: write an integer".

template <class T>
using FromColumn = base::Result<T, Unverifiable>;

/// Appends the XDR of the SCVal. Errors: BAD_VALUE, BAD_ADDRESS.
FromColumn<std::monostate> append_scval(std::string& out, Type type, std::string_view text);

/// t, f, true, false.
FromColumn<bool> parse_bool(std::string_view text);
/// Hex digits of any case, optionally behind 0x or \x.
FromColumn<std::string> parse_bytes(std::string_view text);
/// G or C; M and W count as what they wrap.
FromColumn<stellar::Address> parse_address(std::string_view text);
/// C only. `text` is nullopt for NULL.
FromColumn<stellar::Hash> parse_contract(std::optional<std::string_view> text);

/// 'text' for a message, cut if it is long.
std::string quoted(std::string_view text);

} // namespace verify
