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

TEST_CASE("256 bits are read from digits and multiplied by 64") {
    const U256 most{u128_max, u128_max};
    for (const U256& number : {U256{}, U256{0, 1}, U256{0, u128_max}, U256{1, 0}, U256{5, 7}, most}) {
        CHECK(base::parse_u256(to_decimal(number)) == number);
    }
    CHECK(base::parse_u256("000000000000000000000000000000000000000000000000000000000000000000000000000000000001") ==
          U256{0, 1});
    CHECK(base::parse_u256("0") == U256{});
    const std::string limit = to_decimal(most);
    for (const std::string& bad : {std::string(), std::string("-1"), std::string("1 "), limit + "0",
                                   limit.substr(0, limit.size() - 1) + "6", "9" + limit.substr(1)}) {
        CHECK_FALSE(base::parse_u256(bad));
    }
    CHECK(U256{0, u128_max} * 10 == U256{9, u128_max - 9});
    CHECK(U256{0, 1} * ~std::uint64_t{0} == U256{0, ~std::uint64_t{0}});
    const U256 product = U256{u128{1} << 64, 3} * (std::uint64_t{1} << 63);
    CHECK(product == U256{u128{1} << 127, (u128{3} << 63)});
}
