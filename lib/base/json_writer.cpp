#include "base/json_writer.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace base {

namespace {

bool stands_as_it_is(char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void append_escaped(std::string& out, char32_t c) {
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\b':
        out += "\\b";
        break;
    case '\f':
        out += "\\f";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(c));
    }
}

// U+2028 and U+2029 break lines in some readers of logs.
bool needs_escape(char32_t c) {
    return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && stands_as_it_is(text[plain])) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const Utf8Character character = first_character(text);
        if (!character.valid)
            out += "\xEF\xBF\xBD";
        else if (needs_escape(character.code_point))
            append_escaped(out, character.code_point);
        else
            out += text.substr(0, character.size);
        text.remove_prefix(character.size);
    }
    out += '"';
}

void JsonWriter::key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    need_comma_ = false;
}

void JsonWriter::string(std::string_view text) {
    separate();
    append_json_string(out_, text);
}

void JsonWriter::integer(std::int64_t value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonWriter::unsigned_integer(std::uint64_t value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonWriter::number(std::string_view digits) {
    separate();
    out_ += digits;
}

void JsonWriter::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
}

void JsonWriter::null() {
    separate();
    out_ += "null";
}

void JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    need_comma_ = false;
}

void JsonWriter::close(char bracket) {
    out_ += bracket;
    need_comma_ = true;
}

// Before every value and key; what follows it needs a comma unless it says otherwise.
void JsonWriter::separate() {
    if (need_comma_) out_ += ',';
    need_comma_ = true;
}

} // namespace base
