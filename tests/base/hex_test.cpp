#include "base/hex.hpp"

#include <catch2/catch.hpp>

TEST_CASE("hex digits have their value, and nothing else has one") {
    for (const auto& [digit, value] : {std::pair{'0', 0}, {'9', 9}, {'a', 10}, {'F', 15}}) {
        CHECK(base::hex_digit(digit) == value);
    }
    for (const char other : {'/', ':', '@', 'G', '`', 'g', '\0', '\xff'}) CHECK(base::hex_digit(other) == -1);
}

TEST_CASE("percent codes are decoded, a percent sign alone stands for itself") {
    CHECK(base::percent_decoded("a%2Fb%2fc") == "a/b/c");
    CHECK(base::percent_decoded("100% %4 %zz %") == "100% %4 %zz %");
    CHECK(base::percent_decoded("%00x") == std::string("\0x", 2));
}
