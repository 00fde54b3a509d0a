#include "base/uint256.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace base {

U256 U256::operator*(std::uint64_t factor) const {
    constexpr u128 mask = 0xffffffffffffffffU;
    U256 out;
    u128 carry = 0;
    for (int i = 0; i < 4; ++i) {
        const u128 limb = (i < 2 ? low >> 64 * i : high >> 64 * (i - 2)) & mask;
        carry += limb * factor;
        (i < 2 ? out.low : out.high) |= (carry & mask) << 64 * (i % 2);
        carry >>= 64;
    }
    return out;
}

std::optional<U256> parse_u256(std::string_view text) {
    constexpr std::size_t most_digits = 78;
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.empty() ? 0 : text.size() - 1));
    if (text.empty() || text.size() > most_digits) return std::nullopt;
    U256 value;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const U256 before = value;
        value = value * 10;
        value += static_cast<u128>(c - '0');
        if (before.high > u128_max / 10 || !(value >= before)) return std::nullopt;
    }
    return value;
}

std::string to_decimal(const U256& value) {
    std::array<std::uint64_t, 4> limbs{
        static_cast<std::uint64_t>(value.high >> 64), static_cast<std::uint64_t>(value.high),
        static_cast<std::uint64_t>(value.low >> 64), static_cast<std::uint64_t>(value.low)};
    const auto take_digit = [&limbs] {
        u128 rest = 0;
        for (std::uint64_t& limb : limbs) {
            const u128 part = rest << 64 | limb;
            limb = static_cast<std::uint64_t>(part / 10);
            rest = part % 10;
        }
        return static_cast<char>('0' + static_cast<int>(rest));
    };
    std::array<char, 78> digits; // 2^256 - 1 has 78
    std::size_t first = digits.size();
    do {
        digits[--first] = take_digit();
    } while (limbs != std::array<std::uint64_t, 4>{});
    return {digits.data() + first, digits.size() - first};
}

} // namespace base
