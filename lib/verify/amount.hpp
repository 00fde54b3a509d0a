// Amounts: integers of 10^-7 (one stroop). Database text in, decimal text out; never a binary float.
#pragma once

#include "base/int128.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <string>
#include <string_view>

namespace verify {

inline constexpr int stroop_decimals = 7;

/// PostgreSQL's text of a numeric, integer or floating-point value ("12.5", "-3", "1e-07") in units of 10^-decimals,
/// further digits rounded half up (away from zero, as PostgreSQL's round() and decimal.js do). The error says what is
/// wrong: not a number, NaN, infinity, does not fit.
base::Result<base::i128> parse_fixed(std::string_view text, int decimals);

/// In stroops.
inline base::Result<base::i128> parse_stroops(std::string_view text) {
    return parse_fixed(text, stroop_decimals);
}

/// As parse_fixed(), of a number that is not negative, over the whole range of 128 bits without a sign.
base::Result<base::u128> parse_fixed_unsigned(std::string_view text, int decimals);

/// An integer from -2^127 to 2^128 - 1: what i128 and u128 hold between them.
struct Quantity {
    base::u128 size = 0;
    bool negative = false; // never of 0

    friend bool operator==(const Quantity&, const Quantity&) = default;
    friend bool operator<(const Quantity& a, const Quantity& b) {
        if (a.negative != b.negative) return a.negative;
        return a.negative ? a.size > b.size : a.size < b.size;
    }
};

/// As parse_fixed(), over the range of a Quantity.
base::Result<Quantity> parse_quantity(std::string_view text, int decimals);
/// |a - b|
base::U256 distance(const Quantity& a, const Quantity& b);
/// With all decimals: 125000000 of 7 decimals is "12.5000000", of none "125000000".
std::string format_quantity(const Quantity& value, int decimals);
std::string format_units(const base::U256& size, int decimals);

/// An integer, however it is written ("1", "1.000", "1e0"); an error where anything but zeros stands behind the point.
base::Result<base::i128> parse_integer(std::string_view text);

/// Whether the text is an integer, however it is written and however large.
bool is_integer(std::string_view text);

/// All decimals are shown: 123450000 is "12.3450000", as Horizon writes amounts.
std::string format_stroops(base::i128 stroops);
std::string format_stroops(base::u128 stroops);
std::string format_stroops(const base::U256& stroops);

} // namespace verify
