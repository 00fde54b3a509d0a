#include "verify/amount.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <fmt/format.h>

using verify::format_stroops;
using verify::parse_fixed;
using verify::parse_stroops;

TEST_CASE("Decimal text becomes stroops, further decimals rounded half up", "[check][amount]") {
    const auto stroops = [](std::string_view text) { return *parse_stroops(text); };
    CHECK(stroops("0") == 0);
    CHECK(stroops("-0") == 0);
    CHECK(stroops("12.345") == 123'450'000);
    CHECK(stroops("-12.345") == -123'450'000);
    CHECK(stroops("+1") == 10'000'000);
    CHECK(stroops(".5") == 5'000'000);
    CHECK(stroops("5.") == 50'000'000);
    CHECK(stroops("0.00000005") == 1);
    CHECK(stroops("0.000000049999999999999999999999999999") == 0);
    CHECK(stroops("-0.00000005") == -1);
    CHECK(stroops("0.99999999") == 10'000'000);
    CHECK(stroops("100.123456789012345678901234567890") == 1'001'234'568);
    CHECK(stroops("000000000000000000000000000000000000000000000000001.5") == 15'000'000);
    // A double precision column's text.
    CHECK(stroops("1e-07") == 1);
    CHECK(stroops("4.9e-08") == 0);
    CHECK(stroops("5e-08") == 1);
    CHECK(stroops("1.5E+3") == 15'000'000'000);
    CHECK(stroops("1e+20") == *base::parse_i128("1000000000000000000000000000"));
    CHECK(stroops("0e999999") == 0);
    CHECK(stroops("1e-999999") == 0);
}

TEST_CASE("The whole range of i128 is taken and nothing beyond it", "[check][amount]") {
    CHECK(*parse_fixed("170141183460469231731687303715884105727", 0) == base::i128_max);
    CHECK(*parse_fixed("-170141183460469231731687303715884105728", 0) == base::i128_min);
    for (const char* text :
         {"170141183460469231731687303715884105728", "-170141183460469231731687303715884105729",
          "170141183460469231731687303715884105727.5", "1e39", "1e999999", "340282366920938463463374607431768211455.5",
          "99999999999999999999999999999999999999999"}) {
        INFO(text);
        REQUIRE_FALSE(parse_fixed(text, 0));
        CHECK(parse_fixed(text, 0).error() == "the number is too large");
    }
}

TEST_CASE("A number without a sign takes the whole range of u128 and nothing beyond it", "[check][amount]") {
    const auto parse = [](std::string_view text) { return verify::parse_fixed_unsigned(text, 7); };
    CHECK(*parse("17014118346046923173168730371588.4105728") == base::u128{1} << 127);
    CHECK(*parse("34028236692093846346337460743176.8211455") == base::u128_max);
    CHECK(*parse("34028236692093846346337460743176.82114554") == base::u128_max);
    CHECK(parse("34028236692093846346337460743176.82114555").error() == "the number is too large");
    CHECK(parse("34028236692093846346337460743176.8211456").error() == "the number is too large");
    CHECK(*parse("0") == 0);
    CHECK(*parse("-0") == 0);
    CHECK(*parse("-0.00000004") == 0);
    CHECK(parse("-0.00000005").error() == "the value is negative");
    CHECK(parse("-1").error() == "the value is negative");
    CHECK(parse("NaN").error() == "the value is NaN, not a number");
    CHECK(parse("x").error() == "the value is not a decimal number");
}

TEST_CASE("What is no decimal number is refused with its reason", "[check][amount]") {
    CHECK(parse_stroops("NaN").error() == "the value is NaN, not a number");
    CHECK(parse_stroops("Infinity").error() == "the value is infinite");
    CHECK(parse_stroops("-Infinity").error() == "the value is infinite");
    CHECK(parse_stroops("").error() == "the value is empty");
    for (const char* text : {" 1", "1 ", "1,5", "$1.00", "0x10", "--1", "1.2.3", ".", "-", "e5", "1e", "1e+", "1e1.5",
                             "1_000", "one", "1e12345678"}) {
        INFO(text);
        REQUIRE_FALSE(parse_stroops(text));
        CHECK(parse_stroops(text).error() == "the value is not a decimal number");
    }
}

TEST_CASE("Stroops are printed with all seven decimals, and read back the same", "[check][amount][property]") {
    CHECK(format_stroops(base::i128{0}) == "0.0000000");
    CHECK(format_stroops(base::i128{-1}) == "-0.0000001");
    CHECK(format_stroops(base::i128{123'450'000}) == "12.3450000");
    CHECK(format_stroops(base::i128_min) == "-17014118346046923173168730371588.4105728");
    CHECK(format_stroops(base::u128_max) == "34028236692093846346337460743176.8211455");
    REQUIRE(rc::check([] {
        const auto high = *rc::gen::arbitrary<std::int64_t>();
        const auto low = *rc::gen::arbitrary<std::uint64_t>();
        const auto shift = *rc::gen::inRange(0, 127);
        const base::i128 amount =
            static_cast<base::i128>((static_cast<base::u128>(high) << 64) | low) / (base::i128{1} << (shift % 100));
        RC_ASSERT(*parse_stroops(format_stroops(amount)) == amount);
    }));
}

TEST_CASE("An integer is one however it is written and however large", "[check][amount]") {
    for (const char* text : {"0", "-0", "1000", "+1000", "1000.0", "1e3", "1.005e3", "1000e-3", "-5", "1e300",
                             "170141183460469231731687303715884105728"}) {
        INFO(text);
        CHECK(verify::is_integer(text));
    }
    for (const char* text : {"", "1.5", "1e-1", "1.0051e3", "NaN", "Infinity", "x", "1 000", " 1"}) {
        INFO(text);
        CHECK_FALSE(verify::is_integer(text));
    }
    CHECK(*verify::parse_integer("1.005e3") == 1005);
    CHECK(verify::parse_integer("1e300").error() == "the number is too large");
    CHECK(verify::parse_integer("1.5").error() == "the value is not an integer");
}

TEST_CASE("A quantity has the range of i128 and u128 together", "[check][amount]") {
    using verify::Quantity;
    CHECK(*verify::parse_quantity("340282366920938463463374607431768211455", 0) == Quantity{base::u128_max, false});
    CHECK(*verify::parse_quantity("-170141183460469231731687303715884105728", 0) ==
          Quantity{base::magnitude(base::i128_min), true});
    for (const char* text : {"340282366920938463463374607431768211456", "-170141183460469231731687303715884105729",
                             "34028236692093846346337460743176.82114555"}) {
        CHECK(verify::parse_quantity(text,
                                     text[0] == '3' && std::string_view(text).find('.') != std::string::npos ? 7 : 0)
                  .error() == "the number is too large");
    }
    CHECK(*verify::parse_quantity("-0", 0) == Quantity{});
    CHECK(*verify::parse_quantity("-0.00000004", 7) == Quantity{});
    CHECK(*verify::parse_quantity("-0.00000005", 7) == Quantity{1, true});
    const Quantity low{5, true};
    const Quantity high{base::u128_max, false};
    CHECK(low < high);
    CHECK(Quantity{6, true} < low);
    CHECK(Quantity{1, false} < Quantity{2, false});
    CHECK_FALSE(high < low);
    CHECK(verify::format_units(verify::distance(low, high), 0) == "340282366920938463463374607431768211460");
    CHECK(verify::distance(Quantity{2, false}, Quantity{7, false}) == base::U256{0, 5});
    CHECK(verify::format_quantity(low, 7) == "-0.0000005");
    CHECK(verify::format_quantity(low, 0) == "-5");
}
