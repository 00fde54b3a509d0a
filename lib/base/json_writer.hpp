// Writes JSON text into a string that the caller owns. (Reading JSON is simdjson's, in net/rpc.cpp.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// Appends `text` as a JSON string with its quotes. Control characters, DEL and C1 are escaped, so that the line can be
/// shown on a terminal; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Puts the commas and colons. The caller opens and closes in order; keys are written as they are (plain ASCII).
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    void key(std::string_view name);

    void string(std::string_view text);
    void integer(std::int64_t value);
    void unsigned_integer(std::uint64_t value);
    /// Digits that are a JSON number already ("0.65"): money and odds never go through a binary float.
    void number(std::string_view digits);
    void boolean(bool value);
    void null();

  private:
    void open(char bracket);
    void close(char bracket);
    void separate();

    std::string& out_;
    bool need_comma_ = false;
};

} // namespace base
