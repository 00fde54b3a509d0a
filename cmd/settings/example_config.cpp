#include "cmd/settings/example_config.hpp"

#include "cmd/settings/settings_table.hpp"
#include "report/layout.hpp"

#include <fmt/format.h>

namespace cmd {

namespace {

constexpr std::size_t width = 80;

std::string comment(std::string_view text) {
    std::string out;
    const std::string lines = report::wrapped(text, 0, width - 2);
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = lines.find('\n', at);
        out.append("# ").append(lines, at, end + 1 - at);
        at = end + 1;
    }
    return out;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
}

std::string entry(const Setting& setting) {
    std::string about(setting.help);
    if (setting.required) about += "; required";
    about += fmt::format(" ({}", setting.name);
    if (setting.secret) about += fmt::format("; {} = the path of a file that holds it", flag_of(file_name_of(setting)));
    about += ")";
    const std::string_view value = setting.fallback.empty() ? setting.placeholder : setting.fallback;
    return comment(about) + fmt::format("{}{} = {}\n", setting.fallback.empty() ? "#" : "", flag_of(setting.name),
                                        is_number(value) ? std::string(value) : fmt::format("\"{}\"", value));
}

} // namespace

std::string example_config() {
    std::string out = comment("Settings of stellar-sync, for --config FILE: all there are, with their defaults; those "
                              "without one are commented out. The environment, by the name in brackets, outranks this "
                              "file, and a flag outranks both.");
    std::string_view group;
    for (const Setting& setting : settings()) {
        if (setting.group != group) out += fmt::format("\n# ---- {}\n", setting.group);
        group = setting.group;
        out.append(1, '\n').append(entry(setting));
    }
    return out;
}

} // namespace cmd
