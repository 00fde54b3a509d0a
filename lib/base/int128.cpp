#include "base/int128.hpp"

#include <array>

namespace base {

std::string to_decimal(u128 value) {
    std::array<char, 39> digits; // 2^128 - 1 has 39
    std::size_t first = digits.size();
    do {
        digits[--first] = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    return {digits.data() + first, digits.size() - first};
}

std::string to_decimal(i128 value) {
    return std::string(value < 0 ? "-" : "").append(to_decimal(magnitude(value)));
}

std::optional<u128> parse_u128(std::string_view text) {
    if (text.empty()) return std::nullopt;
    u128 value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<unsigned>(c - '0');
        if (value > (u128_max - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

std::optional<i128> parse_i128(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::optional<u128> size = parse_u128(negative ? text.substr(1) : text);
    if (!size || *size > static_cast<u128>(i128_max) + (negative ? 1 : 0)) return std::nullopt;
    return static_cast<i128>(negative ? u128{0} - *size : *size);
}

} // namespace base
