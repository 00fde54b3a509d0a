#include "diagnose/checklist_text.hpp"

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>

namespace diagnose {
namespace {

using diagnose::Mark;

constexpr std::size_t mark_width = 8;
constexpr std::size_t text_indent = 2 + mark_width + 1;

std::string_view shown(Mark mark) {
    switch (mark) {
    case Mark::ok:
        return "ok";
    case Mark::warning:
        return "WARNING";
    case Mark::failed:
    case Mark::unavailable:
        return "FAILED";
    case Mark::skipped:
        break;
    }
    return "-";
}

report::Colour colour_of(Mark mark) {
    switch (mark) {
    case Mark::ok:
        return report::Colour::green;
    case Mark::warning:
        return report::Colour::yellow;
    case Mark::failed:
    case Mark::unavailable:
        return report::Colour::red;
    case Mark::skipped:
        break;
    }
    return report::Colour::dim;
}

std::string_view heading(diagnose::Part part) {
    switch (part) {
    case diagnose::Part::configuration:
        return "CONFIGURATION";
    case diagnose::Part::database:
        return "DATABASE";
    case diagnose::Part::rpc:
        return "STELLAR RPC";
    case diagnose::Part::contracts:
        return "CONTRACTS";
    case diagnose::Part::alerts:
        break;
    }
    return "ALERTS AND METRICS";
}

// The first line of a text begins behind its mark.
std::string point_lines(const diagnose::Point& point, const report::TableStyle& style, const report::Paint& paint) {
    std::string text =
        report::wrapped(base::harmless(fmt::format("{}: {}", point.what, point.found)), text_indent, style.width);
    const std::string_view word = shown(point.mark);
    std::string out = "  " + paint(word, colour_of(point.mark)) + std::string(mark_width + 1 - word.size(), ' ');
    out += text.substr(text_indent);
    if (!point.advice.empty())
        out += report::wrapped(base::harmless("to do: " + point.advice), text_indent, style.width);
    return out;
}

std::string setting_lines(const std::vector<SettingLine>& settings, const report::TableStyle& style) {
    std::string out;
    for (const SettingLine& setting : settings) {
        const std::string value = setting.value.empty() ? "-" : base::harmless(setting.value);
        out += report::wrapped(setting.origin.empty() ? fmt::format("{}: {}", setting.name, value)
                                                      : fmt::format("{}: {} ({})", setting.name, value, setting.origin),
                               2, style.width);
    }
    return out;
}

std::string verdict(const diagnose::Checklist& list) {
    if (list.signal) return fmt::format("STOPPED by {}.", *list.signal == SIGINT ? "SIGINT" : "SIGTERM");
    const std::size_t failed = list.count(Mark::failed);
    const std::size_t unavailable = list.count(Mark::unavailable);
    const std::size_t warnings = list.count(Mark::warning);
    std::string out = "READY: a cycle can run.";
    if (failed > 0)
        out = fmt::format("NOT READY: {} to be changed.", report::counted(failed, "point has", "points have"));
    else if (unavailable > 0)
        out = fmt::format("NOT READY NOW: {} not available; trying again may help.",
                          report::counted(unavailable, "point is", "points are"));
    if (failed > 0 && unavailable > 0)
        out += fmt::format(" {} not available now.", report::counted(unavailable, "more is", "more are"));
    if (warnings > 0) out += fmt::format(" {}.", report::counted(warnings, "warning", "warnings"));
    return out;
}

void put(base::JsonWriter& writer, std::string_view key, std::string_view text) {
    writer.key(key);
    writer.string(text);
}

} // namespace

std::string render_checklist(const diagnose::Checklist& list, const std::vector<SettingLine>& settings,
                             const report::TableStyle& style) {
    const report::Paint paint(style.colour);
    std::string out = paint("SETTINGS", report::Colour::bold) + "\n\n" + setting_lines(settings, style);
    std::optional<diagnose::Part> part;
    for (const diagnose::Point& point : list.points()) {
        if (part != point.part) out += fmt::format("\n{}\n\n", paint(heading(point.part), report::Colour::bold));
        part = point.part;
        out += point_lines(point, style, paint);
    }
    const bool ready = list.exit_code() == base::ExitCode::in_sync;
    std::string last = report::wrapped(verdict(list), 0, style.width);
    last.pop_back();
    return out + '\n' + paint(last, ready ? report::Colour::green : report::Colour::red) + '\n';
}

std::string render_checklist_json(const diagnose::Checklist& list, const std::vector<SettingLine>& settings) {
    std::string out;
    base::JsonWriter writer(out);
    writer.begin_object();
    writer.key("ready");
    writer.boolean(list.exit_code() == base::ExitCode::in_sync);
    writer.key("exitCode");
    writer.integer(static_cast<int>(list.exit_code()));
    writer.key("settings");
    writer.begin_array();
    for (const SettingLine& setting : settings) {
        writer.begin_object();
        put(writer, "name", setting.name);
        put(writer, "value", setting.value);
        put(writer, "origin", setting.origin);
        writer.end_object();
    }
    writer.end_array();
    writer.key("points");
    writer.begin_array();
    for (const diagnose::Point& point : list.points()) {
        writer.begin_object();
        put(writer, "part", name(point.part));
        put(writer, "what", point.what);
        put(writer, "status", name(point.mark));
        put(writer, "found", point.found);
        if (!point.advice.empty()) put(writer, "advice", point.advice);
        base::write_fields(writer, point.details);
        writer.end_object();
    }
    writer.end_array();
    writer.end_object();
    return out + '\n';
}

} // namespace diagnose
