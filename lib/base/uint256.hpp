// Unsigned 256-bit integers: sums of u128 amounts over any number of rows, and the division that gives odds.
#pragma once

#include "base/int128.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

struct U256 {
    u128 high = 0;
    u128 low = 0;

    /// The carry goes to the high half, which 2^128 additions cannot fill.
    U256& operator+=(u128 value) {
        low += value;
        if (low < value) ++high;
        return *this;
    }
    U256 operator-(const U256& other) const { return {high - other.high - (low < other.low ? 1 : 0), low - other.low}; }
    /// What does not fit into 256 bits is lost.
    U256 operator*(std::uint64_t factor) const;
    U256 doubled() const { return {(high << 1) | (low >> 127), low << 1}; }
    bool bit(int i) const { return ((i >= 128 ? high >> (i - 128) : low >> i) & 1) != 0; }

    friend bool operator>=(const U256& a, const U256& b) { return a.high != b.high ? a.high > b.high : a.low >= b.low; }
    friend bool operator==(const U256&, const U256&) = default;
};

/// Decimal digits.
std::string to_decimal(const U256& value);
/// Decimal digits only; nullopt if the text has any other character, is empty or does not fit.
std::optional<U256> parse_u256(std::string_view text);

} // namespace base
