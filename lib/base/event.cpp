#include "base/event.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace base {

namespace {

// Bold or plain colours that can be read on a dark and on a light ground.
std::string_view colour_of(Level level) {
    switch (level) {
    case Level::debug:
        return "\x1b[2m";
    case Level::info:
        return "\x1b[32m";
    case Level::warn:
        return "\x1b[33m";
    case Level::error:
        return "\x1b[1;31m";
    }
    return "";
}

std::string_view label(Level level) {
    switch (level) {
    case Level::debug:
        return "DEBUG";
    case Level::info:
        return "INFO ";
    case Level::warn:
        return "WARN ";
    case Level::error:
        return "ERROR";
    }
    return "";
}

// A value with blanks, quotes or "=" in it is quoted, so that the line can still be taken apart.
std::string shown_string(std::string_view text) {
    const std::string safe = harmless(text);
    if (!safe.empty() && safe.find_first_of(" \"=") == std::string::npos) return safe;
    std::string quoted = "\"";
    for (const char c : safe) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

void append_shown(std::string& out, std::string_view prefix, const Fields& fields);

// " name=value"; the fields of an object as " name.field=value".
struct AppendShown {
    std::string& out;
    const std::string& name;

    void plain(std::string_view text) const { fmt::format_to(std::back_inserter(out), " {}={}", name, text); }

    void operator()(std::nullptr_t) const { plain("null"); }
    void operator()(bool value) const { plain(value ? "true" : "false"); }
    void operator()(std::int64_t value) const { plain(fmt::to_string(value)); }
    void operator()(std::uint64_t value) const { plain(fmt::to_string(value)); }
    void operator()(const Number& value) const { plain(value.digits); }
    void operator()(const std::string& value) const { plain(shown_string(value)); }
    void operator()(const Texts& value) const {
        for (std::size_t i = 0; i < value.size(); ++i)
            fmt::format_to(std::back_inserter(out), " {}.{}={}", name, i, shown_string(value[i]));
    }
    void operator()(const Fields& value) const { append_shown(out, name + ".", value); }
};

void append_shown(std::string& out, std::string_view prefix, const Fields& fields) {
    for (const Field& field : fields) {
        const std::string name = std::string(prefix) + field.name;
        std::visit(AppendShown{out, name}, field.value);
    }
}

std::string text_line(const Event& event, WallTime time, bool colour) {
    std::string line = rfc3339(time);
    line += ' ';
    if (colour) line += colour_of(event.level);
    line += label(event.level);
    if (colour) line += "\x1b[0m";
    fmt::format_to(std::back_inserter(line), " {} {}", event.type, harmless(event.message));
    append_shown(line, "", event.fields);
    return line;
}

std::string json_line(const Event& event, WallTime time, std::string_view sync_id) {
    std::string line;
    JsonWriter writer(line);
    writer.begin_object();
    const auto put = [&writer](std::string_view key, std::string_view text) {
        writer.key(key);
        writer.string(text);
    };
    put("timestamp", rfc3339(time));
    put("level", name(event.level));
    put("message", event.message);
    put("syncId", sync_id);
    put("type", event.type);
    write_fields(writer, event.fields);
    writer.end_object();
    return line;
}

struct WriteValue {
    JsonWriter& writer;

    void operator()(std::nullptr_t) const { writer.null(); }
    void operator()(bool value) const { writer.boolean(value); }
    void operator()(std::int64_t value) const { writer.integer(value); }
    void operator()(std::uint64_t value) const { writer.unsigned_integer(value); }
    void operator()(const Number& value) const { writer.number(value.digits); }
    void operator()(const std::string& value) const { writer.string(value); }
    void operator()(const Texts& value) const {
        writer.begin_array();
        for (const std::string& text : value) writer.string(text);
        writer.end_array();
    }
    void operator()(const Fields& value) const {
        writer.begin_object();
        write_fields(writer, value);
        writer.end_object();
    }
};

} // namespace

void write_value(JsonWriter& writer, const Value& value) {
    std::visit(WriteValue{writer}, value);
}

void write_fields(JsonWriter& writer, const Fields& fields) {
    for (const Field& field : fields) {
        writer.key(field.name);
        write_value(writer, field.value);
    }
}

std::string_view name(Level level) {
    switch (level) {
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warn:
        return "warn";
    case Level::error:
        return "error";
    }
    return "";
}

Log::Log(Settings settings, std::string sync_id, const Clock& clock, Sink sink)
    : settings_(settings), sync_id_(std::move(sync_id)), clock_(clock), sink_(std::move(sink)) {}

void Log::write(const Event& event) {
    if (event.level < settings_.least) return;
    const WallTime time = clock_.wall_now();
    std::string line = settings_.format == LogFormat::json ? json_line(event, time, sync_id_)
                                                           : text_line(event, time, settings_.colour);
    line += '\n';
    sink_(line);
}

} // namespace base
