#include "cmd/settings/config_file.hpp"

#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

using parsing::TemporaryFile;

namespace {

/// The value of the one key in "k = <text>".
std::string value_of(const std::string& text) {
    const cmd::ConfigFile file = cmd::parse_config("k = " + text);
    if (!file.faults.empty()) return "error: " + file.faults.front();
    REQUIRE(file.items.size() == 1);
    REQUIRE(file.items.front().values.size() == 1);
    return file.items.front().values.front();
}

} // namespace

TEST_CASE("values of the configuration file are read as TOML has them") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"3", "3"},
        {"+1_000", "1000"},
        {"-0.5", "-0.5"},
        {"0.000001", "0.000001"},
        {"1e-6", "1e-6"},
        {"0.1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890"},
        {"9223372036854775807", "9223372036854775807"},
        {"2026-01-01", "2026-01-01"},
        {"true", "true"},
        {R"("text with # and = and , and ' in it" # a comment)", "text with # and = and , and ' in it"},
        {R"('C:\path "as it stands"')", R"(C:\path "as it stands")"},
        {R"("tab\t quote\" backslash\\ \u00e9 \U0001F3B2")", "tab\t quote\" backslash\\ \xC3\xA9 \xF0\x9F\x8E\xB2"},
        {"\"\"\"\nSELECT id -- ;\nFROM \"Market\" \\\n   WHERE a #>> '{x}'\n\"\"\"",
         "SELECT id -- ;\nFROM \"Market\" WHERE a #>> '{x}'\n"},
        {"'''\r\na\\b\r\nc'''", "a\\b\nc"},
        {"\"\"\"a\"\"\"\"\"", "a\"\""},
        {"\"\"", ""},
        {"\"\xC3\xA9\"", "\xC3\xA9"},
    };
    for (const auto& [text, value] : cases) {
        INFO(text);
        CHECK(value_of(text) == value);
    }
}

TEST_CASE("keys, comments, blank lines, arrays and both line ends") {
    const auto [items, tables, faults] =
        cmd::parse_config("\xEF\xBB\xBF# comment\r\n\r\n  a-1 = [ \"x,y\", 'z', # why\n  3, ] \r\n"
                          "\"quoted key\"='v'\nlast = []");
    CHECK(faults.empty());
    CHECK(tables.empty());
    REQUIRE(items.size() == 3);
    CHECK(items[0].key == "a-1");
    CHECK(items[0].array);
    CHECK(items[0].values == std::vector<std::string>{"x,y", "z", "3"});
    CHECK(items[0].line == 3);
    CHECK(items[1].key == "quoted key");
    CHECK_FALSE(items[1].array);
    CHECK(items[1].line == 5);
    CHECK(items[2].values.empty());
    CHECK(cmd::parse_config("").items.empty());
}

TEST_CASE("tables and the lines of a text are found in their places") {
    const cmd::ConfigFile file = cmd::parse_config("top = 1\n"
                                                   "[[b]] # the first\n"
                                                   "\"\xC3\xA9\" = 'one line'\n"
                                                   "[[ a ]]\n"
                                                   "text = \"\"\"\n"
                                                   "first\n"
                                                   "\"\"\"\n"
                                                   "n = [1, \"\xC3\xA9\", 2.50]\n"
                                                   "[[b]]\n"
                                                   "text = '''first\n"
                                                   "second'''\n");
    CHECK(file.faults.empty());
    CHECK(file.items.size() == 1);
    REQUIRE(file.tables.size() == 3);
    std::string places;
    for (const cmd::ConfigTable& table : file.tables) {
        places += fmt::format("{} {}:", table.name, table.line);
        for (const cmd::ConfigItem& item : table.items)
            places += fmt::format(" {} {} {}", item.key, item.line, item.text_line);
        places += "\n";
    }
    CHECK(places == "b 2: \xC3\xA9 3 3\n"
                    "a 4: text 5 6 n 8 8\n"
                    "b 9: text 10 10\n");
    CHECK(file.tables[1].items[1].values == std::vector<std::string>{"1", "\xC3\xA9", "2.50"});
}

TEST_CASE("a key that stands in its table twice is named with both lines") {
    const auto fault = [](const char* text) { return cmd::parse_config(text).faults.at(0); };
    CHECK(fault("a = 1\n\"b c\" = 2\n 'b c'=3\n") == "line 3: this key stands in the file twice, first in line 2");
    CHECK(fault("[[t]]\na = 1\n[[t]]\nb = '''\na = 1'''\na = 2\na = 'S3CRET'\n") ==
          "line 7: this key stands in the file twice, first in line 6");
    CHECK(fault("[[u]]\na = 1\n[[t]]\na = 2\n[[u]]\na = 3\n\na = 4\n") ==
          "line 8: this key stands in the file twice, first in line 6");
    CHECK(cmd::parse_config("a = 1\n[[t]]\na = 1\n[[t]]\na = 2\n").faults.empty());
}

TEST_CASE("what is no value is refused with its line, and is not repeated") {
    for (const std::string& text : {std::string("S3CRET"),
                                    std::string("1.2.3"),
                                    std::string("1_"),
                                    std::string("0x10"),
                                    std::string("0b11"),
                                    std::string("inf"),
                                    std::string("12:00:00"),
                                    std::string("{a = 1}"),
                                    std::string("\"\xFF\""),
                                    std::string("\"x\" \xC3\xA9"),
                                    std::string("99999999999999999999"),
                                    std::string("1e400"),
                                    std::string("\"S3CRET"),
                                    std::string("'S3CRET\n'"),
                                    std::string("[1 2]"),
                                    std::string("[[1]]"),
                                    std::string("\"\\x41\""),
                                    std::string("\"\\ud800\""),
                                    std::string("\"\\u12\""),
                                    std::string("\"\\u0000\""),
                                    std::string("\"a\x01\""),
                                    std::string("\"\"\"S3CRET"),
                                    std::string(""),
                                    std::string("\"S3CRET\" S3CRET"),
                                    std::string("\"\\"),
                                    std::string("\"a\0\"", 4)}) {
        INFO(text);
        const cmd::ConfigFile file = cmd::parse_config("# one\nk = " + text);
        REQUIRE(file.faults.size() == 1);
        CHECK_THAT(file.faults.front(), Catch::StartsWith("line "));
        CHECK(file.faults.front().find("S3CRET") == std::string::npos);
        CHECK(file.items.empty());
    }
}

TEST_CASE("what begins no table is refused") {
    for (const char* text : {"[=1", "[", "[[", "[[t", "[\x1B]", "[[t]] x", "[\xC3\xA9]", "[[]]"}) {
        INFO(text);
        CHECK(cmd::parse_config(text).faults.size() == 1);
    }
}

TEST_CASE("a file is read whole up to 1 MiB") {
    const TemporaryFile small(std::string("a\0b\n", 4));
    CHECK(*cmd::read_file(small.path()) == std::string("a\0b\n", 4));
    const TemporaryFile large(std::string((std::size_t{1} << 20) + 1, 'x'));
    CHECK(cmd::read_file(large.path()).error() == "it is larger than 1 MiB");
    CHECK(cmd::read_file("/nonexistent").error() == "No such file or directory");
    CHECK(cmd::read_file("/").error() == "Is a directory");
}
