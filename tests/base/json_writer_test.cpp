#include "base/json_writer.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace {

std::string quoted(std::string_view text) {
    std::string out;
    base::append_json_string(out, text);
    return out;
}

} // namespace

TEST_CASE("a JSON string keeps what is printable and escapes what a terminal would obey") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"say \"hi\" \\ bye", R"("say \"hi\" \\ bye")"},
        {"a\nb\tc\rd\be\ff", R"("a\nb\tc\rd\be\ff")"},
        {std::string("nul\0!", 5), R"("nul\u0000!")"},
        {"\x1b[31mred", R"("\u001b[31mred")"},
        {"del\x7f", R"("del\u007f")"},
        {"c1\xC2\x9B"
         "31m",
         R"("c1\u009b31m")"},                 // CSI in one character
        {"nbsp\xC2\xA0", "\"nbsp\xC2\xA0\""}, // the first character after C1
        {"line\xE2\x80\xA8paragraph\xE2\x80\xA9", R"("line\u2028paragraph\u2029")"},
        {"\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x8E\xB2", "\"\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x8E\xB2\""},
    };
    for (const auto& [text, json] : cases) CHECK(quoted(text) == json);
}

TEST_CASE("bytes of a JSON string that are not UTF-8 become U+FFFD and harm nothing else") {
    const std::string r = "\xEF\xBF\xBD";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"caf\xE9", "caf" + r}, // Latin-1
        {"\x80"
         "a\xBF",
         r + "a" + r},                       // continuation bytes on their own
        {"\xC0\xAF", r + r},                 // overlong '/'
        {"\xE0\x80\xAF", r + r + r},         // overlong
        {"\xED\xA0\x80", r + r + r},         // a surrogate
        {"\xF4\x90\x80\x80", r + r + r + r}, // beyond U+10FFFF
        {"\xF8\x88\x80\x80\x80", r + r + r + r + r},
        {"\xE4\xBD", r}, // cut at the end
        {"\xF0\x9F\x8E"
         "x",
         r + "x"},              // cut by another character
        {"\xE4\"", r + "\\\""}, // the quote is not swallowed
        {"\xFF\xFE", r + r},
    };
    for (const auto& [text, content] : cases) CHECK(quoted(text) == "\"" + content + "\"");
}

TEST_CASE("the writer puts the commas and colons") {
    std::string out;
    base::JsonWriter writer(out);
    writer.begin_object();
    writer.key("a");
    writer.begin_array();
    writer.integer(std::numeric_limits<std::int64_t>::min());
    writer.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
    writer.number("0.65");
    writer.begin_object();
    writer.end_object();
    writer.begin_array();
    writer.end_array();
    writer.null();
    writer.end_array();
    writer.key("b");
    writer.boolean(true);
    writer.key("c");
    writer.string("x");
    writer.end_object();
    CHECK(out == R"({"a":[-9223372036854775808,18446744073709551615,0.65,{},[],null],"b":true,"c":"x"})");
}
