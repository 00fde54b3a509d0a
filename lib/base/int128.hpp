// 128-bit integers: amounts are i128 of 10^-7, pool reserves are u128, as in the contracts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

inline constexpr u128 u128_max = ~u128{0};
inline constexpr i128 i128_max = static_cast<i128>(u128_max >> 1);
inline constexpr i128 i128_min = -i128_max - 1;

/// |value| as an unsigned number; right for the smallest i128 too.
constexpr u128 magnitude(i128 value) {
    return value < 0 ? u128{0} - static_cast<u128>(value) : static_cast<u128>(value);
}

/// |a - b|; every difference of two i128 fits in u128.
constexpr u128 distance(i128 a, i128 b) {
    return a < b ? static_cast<u128>(b) - static_cast<u128>(a) : static_cast<u128>(a) - static_cast<u128>(b);
}

/// Decimal digits, with a leading '-' where negative.
std::string to_decimal(u128 value);
std::string to_decimal(i128 value);

/// Decimal digits only (a '-' too for i128), no sign '+', no blanks; nullopt if it is not a number or does not fit.
std::optional<u128> parse_u128(std::string_view text);
std::optional<i128> parse_i128(std::string_view text);

} // namespace base
