#include "base/int128.hpp"

#include "printers.hpp"

#include <rapidcheck.h>

#include <cstdint>
#include <utility>

using base::i128;
using base::i128_max;
using base::i128_min;
using base::u128;
using base::u128_max;

namespace {

u128 wide(std::uint64_t high, std::uint64_t low) {
    return u128{high} << 64 | low;
}

} // namespace

TEST_CASE("128-bit integers are written as decimal digits") {
    CHECK(base::to_decimal(u128{0}) == "0");
    CHECK(base::to_decimal(u128{10}) == "10");
    CHECK(base::to_decimal(u128_max) == "340282366920938463463374607431768211455");
    CHECK(base::to_decimal(i128{-1}) == "-1");
    CHECK(base::to_decimal(i128_max) == "170141183460469231731687303715884105727");
    CHECK(base::to_decimal(i128_min) == "-170141183460469231731687303715884105728");
}

TEST_CASE("Decimal digits are read up to the limits of 128 bits") {
    CHECK(base::parse_u128("0") == u128{0});
    CHECK(base::parse_u128("007") == u128{7});
    CHECK(base::parse_u128("340282366920938463463374607431768211455") == u128_max);
    CHECK(base::parse_u128("340282366920938463463374607431768211456") == std::nullopt);
    CHECK(base::parse_u128("999999999999999999999999999999999999999999") == std::nullopt);
    CHECK(base::parse_i128("-0") == i128{0});
    CHECK(base::parse_i128("170141183460469231731687303715884105727") == i128_max);
    CHECK(base::parse_i128("170141183460469231731687303715884105728") == std::nullopt);
    CHECK(base::parse_i128("-170141183460469231731687303715884105728") == i128_min);
    CHECK(base::parse_i128("-170141183460469231731687303715884105729") == std::nullopt);
}

TEST_CASE("Anything but decimal digits is no integer") {
    for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "--1", "1-", "1,000", "\xd9\xa1"}) {
        CAPTURE(text);
        CHECK(base::parse_u128(text) == std::nullopt);
        CHECK(base::parse_i128(text) == std::nullopt);
    }
    CHECK(base::parse_u128("-1") == std::nullopt);
}

TEST_CASE("What is written is read back") {
    REQUIRE(rc::check("u128 and i128 round trip", [](std::uint64_t high, std::uint64_t low) {
        const u128 value = wide(high, low);
        const auto as_signed = static_cast<i128>(value);
        return base::parse_u128(base::to_decimal(value)) == value &&
               base::parse_i128(base::to_decimal(as_signed)) == as_signed;
    }));
}

TEST_CASE("Magnitude and distance hold for every pair of i128") {
    CHECK(base::magnitude(i128_min) == u128{1} << 127);
    CHECK(base::magnitude(i128{-3}) == 3);
    CHECK(base::magnitude(i128{3}) == 3);
    CHECK(base::distance(i128_min, i128_max) == u128_max);
    CHECK(base::distance(i128_max, i128_min) == u128_max);
    CHECK(base::distance(i128{5}, i128{5}) == 0);
    CHECK(base::distance(i128{-2}, i128{3}) == 5);
    REQUIRE(rc::check("distance is symmetrical and undone by addition",
                      [](std::uint64_t a_high, std::uint64_t a_low, std::uint64_t b_high, std::uint64_t b_low) {
                          auto a = static_cast<i128>(wide(a_high, a_low));
                          auto b = static_cast<i128>(wide(b_high, b_low));
                          if (a > b) std::swap(a, b);
                          return base::distance(a, b) == base::distance(b, a) &&
                                 static_cast<u128>(a) + base::distance(a, b) == static_cast<u128>(b);
                      }));
}
