#include "base/character_width.hpp"

#include <catch2/catch.hpp>

#include <clocale>
#include <cwchar>
#include <locale.h>

using base::columns_of;
using base::shifts_its_line;

TEST_CASE("the width of characters is what glibc says in a UTF-8 locale") {
    const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    REQUIRE(utf8 != nullptr);
    const locale_t before = uselocale(utf8);
    std::size_t compared = 0;
    std::size_t different = 0;
    char32_t first_different = 0;
    for (char32_t c = 0x20; c <= 0x10FFFF; ++c) {
        if (shifts_its_line(c)) continue; // what terminals are known to disagree on
        // Against EastAsianWidth.txt glibc has two columns for circled numbers on black squares and for hexagrams.
        if ((c >= 0x3248 && c <= 0x324F) || (c >= 0x4DC0 && c <= 0x4DFF)) continue;
        const int width = wcwidth(static_cast<wchar_t>(c));
        if (width < 0) continue; // control, unassigned in glibc's older version of Unicode
        ++compared;
        if (columns_of(c) == static_cast<std::size_t>(width)) continue;
        if (different++ == 0) first_different = c;
    }
    uselocale(before);
    freelocale(utf8);
    INFO("first: " << std::hex << static_cast<unsigned>(first_different));
    CHECK(compared > 140'000);
    CHECK(different == 0);
}

TEST_CASE("characters take none, one or two columns") {
    for (const char32_t c : {U'a', U'é', U'ж', U'−', U'€', char32_t{0xFFFD}}) CHECK(columns_of(c) == 1);
    for (const char32_t c : {U'日', U'한', U'！', char32_t{0x1F600}, char32_t{0x20000}}) CHECK(columns_of(c) == 2);
    for (const char32_t c : {char32_t{0x301}, char32_t{0x200D}, char32_t{0x11F0}}) CHECK(columns_of(c) == 0);
}

TEST_CASE("right-to-left letters and the parts of emoji sequences shift their line") {
    for (const char32_t c : {char32_t{0x5D0}, char32_t{0x627}, char32_t{0x200D}, char32_t{0xFE0F}, char32_t{0x1F1E9}})
        CHECK(shifts_its_line(c));
    for (const char32_t c : {U'7', U'ß', U'日', char32_t{0x1F600}, char32_t{0x300}}) CHECK_FALSE(shifts_its_line(c));
}
