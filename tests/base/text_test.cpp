#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <string>

using base::harmless;
using base::shortened;

TEST_CASE("harmless text holds nothing that a terminal obeys") {
    CHECK(harmless("Will it rain? \xF0\x9F\x8C\xA7 \xD0\xB4\xD0\xB0") ==
          "Will it rain? \xF0\x9F\x8C\xA7 \xD0\xB4\xD0\xB0");
    CHECK(harmless("\x1b]0;owned\x07") == "?]0;owned?");
    CHECK(harmless("two\nlines\r\n\ttab") == "two?lines???tab");
    CHECK(harmless("\xC2\x9B"
                   "31m") == "?31m");
    CHECK(harmless(std::string("\0", 1)) == "?");
    CHECK(harmless("a\xE2\x80\xA8"
                   "b") == "a?b");
    CHECK(harmless("\xE2\x80\xAE"
                   "txt.exe") == "\xEF\xBF\xBD"
                                 "txt.exe"); // right-to-left override
    CHECK(harmless("\xE2\x81\xA6x\xE2\x81\xA9") == "\xEF\xBF\xBDx\xEF\xBF\xBD");
    CHECK(harmless("caf\xE9") == "caf\xEF\xBF\xBD");
    CHECK(harmless("\xF3\xA0\x81\xA1") == "\xEF\xBF\xBD"); // a tag character: text that is not seen
}

TEST_CASE("harmless text may be made harmless again") {
    const std::string once = harmless("\x1b[1m\xE2\x80\xAE\xFFz");
    CHECK(harmless(once) == once);
}

TEST_CASE("shortening cuts between characters and says so") {
    CHECK(shortened("short", 5) == "short");
    CHECK(shortened("too long", 7) == "too ...");
    CHECK(shortened("\xE4\xBD\xA0\xE5\xA5\xBD\xE5\x90\x97", 8) == "\xE4\xBD\xA0...");
    CHECK(shortened("abcdef", 3) == "abc");
    CHECK(shortened("abcdef", 0) == "");
}

TEST_CASE("the first character of text is told with its size, or that it is none") {
    const auto first = base::first_character("\xF0\x9F\x8E\xB2!");
    CHECK(first.code_point == 0x1F3B2);
    CHECK(first.size == 4);
    CHECK(first.valid);
    const auto cut = base::first_character("\xF0\x9F\x8E");
    CHECK(cut.code_point == 0xFFFD);
    CHECK(cut.size == 3);
    CHECK_FALSE(cut.valid);
    CHECK(base::first_character(std::string_view("\0", 1)).valid);
    CHECK(base::first_character("\xF4\x8F\xBF\xBF").code_point == 0x10FFFF);
    CHECK(base::first_character("\xEE\x80\x80").code_point == 0xE000);
    CHECK(base::first_character("\xED\x9F\xBF").code_point == 0xD7FF);
}

TEST_CASE("of the marks on one character no more are left than would stay on its line", "[base][text]") {
    const auto marked = [](int marks) {
        std::string text = "e";
        for (int i = 0; i < marks; ++i) text += "\xCC\x81"; // a combining acute accent
        return text;
    };
    CHECK(harmless(marked(8)) == marked(8));
    CHECK(harmless(marked(9) + "n" + marked(100)) == marked(8) + "n" + marked(8));
}
