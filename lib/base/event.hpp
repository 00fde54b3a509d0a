// Structured values and log events. An event is one JSON object a line, or one coloured line for a person.
#pragma once

#include "base/clock.hpp"
#include "base/json_writer.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace base {

/// A JSON number given by its digits.
struct Number {
    std::string digits;
    friend bool operator==(const Number&, const Number&) = default;
};

struct Field;
using Fields = std::vector<Field>; // in the order of output

using Texts = std::vector<std::string>;
using Value = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, Number, std::string, Texts, Fields>;

struct Field {
    std::string name;
    Value value;
};

void write_value(JsonWriter& writer, const Value& value);
/// The fields of an object that is open already.
void write_fields(JsonWriter& writer, const Fields& fields);

enum class Level { debug, info, warn, error };

std::string_view name(Level level); // "debug", "info", "warn", "error"

struct Event {
    Level level = Level::info;
    std::string type;    // SYNC_START, MISMATCH, ...
    std::string message; // a sentence for a person
    Fields fields;
};

enum class LogFormat { json, text };

/// Writes events to a stream that the caller brings.
class Log {
  public:
    using Sink = std::function<void(std::string_view line)>; // the line has its newline

    struct Settings {
        LogFormat format = LogFormat::json;
        Level least = Level::info;
        bool colour = false; // text only
    };

    Log(Settings settings, std::string sync_id, const Clock& clock, Sink sink);

    void write(const Event& event);

  private:
    Settings settings_;
    std::string sync_id_;
    const Clock& clock_;
    Sink sink_;
};

} // namespace base
