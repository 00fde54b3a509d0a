#include "cmd/settings/config_file.hpp"

#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using parsing::TemporaryFile;

namespace {

/// The value of the one key in "k = <text>".
std::string value_of(const std::string& text) {
    const auto items = cmd::parse_config("k = " + text);
    if (!items) return "error: " + items.error();
    REQUIRE(items->size() == 1);
    REQUIRE(items->front().values.size() == 1);
    return items->front().values.front();
}

} // namespace

TEST_CASE("values of the configuration file are read as TOML has them") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"3", "3"},
        {"+1_000", "1000"},
        {"-0.5", "-0.5"},
        {"0.000001", "0.000001"},
        {"1e-6", "1e-6"},
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
    const auto items = cmd::parse_config("\xEF\xBB\xBF# comment\r\n\r\n  a-1 = [ \"x,y\", 'z', # why\n  3, ] \r\n"
                                         "\"quoted key\"='v'\nlast = []");
    REQUIRE(items);
    REQUIRE(items->size() == 3);
    CHECK((*items)[0].key == "a-1");
    CHECK((*items)[0].array);
    CHECK((*items)[0].values == std::vector<std::string>{"x,y", "z", "3"});
    CHECK((*items)[1].key == "quoted key");
    CHECK_FALSE((*items)[1].array);
    CHECK((*items)[2].values.empty());
    CHECK(cmd::parse_config("")->empty());
}

TEST_CASE("what is no value is refused with its line, and is not repeated") {
    for (const std::string& text : {std::string("S3CRET"),     std::string("1.2.3"),
                                    std::string("1_"),         std::string("0x10"),
                                    std::string("2026-01-01"), std::string("{a = 1}"),
                                    std::string("\"S3CRET"),   std::string("'S3CRET\n'"),
                                    std::string("[1 2]"),      std::string("[[1]]"),
                                    std::string("\"\\x41\""),  std::string("\"\\ud800\""),
                                    std::string("\"\\u12\""),  std::string("\"\\u0000\""),
                                    std::string("\"a\x01\""),  std::string("\"\"\"S3CRET"),
                                    std::string(""),           std::string("\"S3CRET\" S3CRET"),
                                    std::string("\"\\"),       std::string("\"a\0\"", 4)}) {
        INFO(text);
        const auto items = cmd::parse_config("# one\nk = " + text);
        REQUIRE_FALSE(items);
        CHECK_THAT(items.error(), Catch::StartsWith("line "));
        CHECK(items.error().find("S3CRET") == std::string::npos);
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
