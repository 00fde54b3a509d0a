#include "base/uint256.hpp"

#include <array>
#include <cstdint>

namespace base {

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
