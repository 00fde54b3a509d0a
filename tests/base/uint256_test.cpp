#include "base/uint256.hpp"

#include "printers.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <string>

using base::to_decimal;
using base::u128;
using base::u128_max;
using base::U256;

namespace {

/// The sum of two decimal numbers, as on paper.
std::string added(std::string a, std::string b) {
    if (a.size() < b.size()) std::swap(a, b);
    b.insert(0, a.size() - b.size(), '0');
    int carry = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        const int digit = a[i] - '0' + b[i] - '0' + carry;
        a[i] = static_cast<char>('0' + digit % 10);
        carry = digit / 10;
    }
    return carry == 0 ? a : "1" + a;
}

} // namespace

TEST_CASE("256-bit integers are written as decimal digits") {
    CHECK(to_decimal(U256{}) == "0");
    CHECK(to_decimal(U256{0, 10}) == "10");
    CHECK(to_decimal(U256{0, u128_max}) == "340282366920938463463374607431768211455");
    CHECK(to_decimal(U256{1, 0}) == "340282366920938463463374607431768211456");
    CHECK(to_decimal(U256{u128_max, u128_max}) ==
          "115792089237316195423570985008687907853269984665640564039457584007913129639935");
}

TEST_CASE("Sums of 128-bit numbers carry into the upper half") {
    CHECK(rc::check("as on paper", [](const std::vector<std::pair<std::uint64_t, std::uint64_t>>& halves) {
        U256 sum;
        std::string right = "0";
        for (const auto& [high, low] : halves) {
            const u128 number = u128{high} << 64 | low;
            sum += number;
            right = added(right, to_decimal(number));
        }
        RC_ASSERT(to_decimal(sum) == right);
    }));
    U256 sum;
    for (int i = 0; i < 1000; ++i) sum += u128_max;
    CHECK(to_decimal(sum) == "340282366920938463463374607431768211455000");
}
