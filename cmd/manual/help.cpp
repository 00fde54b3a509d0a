#include "cmd/manual/help.hpp"

#include "cmd/settings/settings_table.hpp"
#include "report/layout.hpp"

#include <fmt/format.h>

namespace cmd {

namespace {

constexpr std::size_t width = 80;
constexpr std::size_t text_column = 8;

std::string entry(std::string_view names, std::string_view text) {
    return fmt::format("  {}\n{}", names, report::wrapped(text, text_column, width));
}

std::string entry(const Setting& setting) {
    std::string text(setting.help);
    if (setting.required) text += "; required";
    if (!setting.fallback.empty()) text += fmt::format(" [{}]", setting.fallback);
    const std::string names = fmt::format("--{} {}", flag_of(setting.name), setting.placeholder);
    std::string variables = setting.name;
    if (setting.secret) variables += " or " + file_name_of(setting);
    // The variable stands at the right edge where there is room, else below.
    const std::size_t taken = 2 + names.size() + 2 + variables.size();
    const std::string line = taken <= width ? fmt::format("{}{:>{}}", names, variables, width - 2 - names.size())
                                            : fmt::format("{}\n{}", names, "      " + variables);
    return entry(line, text);
}

} // namespace

std::string program_help() {
    std::string usage;
    std::string list;
    for (const CommandName& command : commands) {
        usage += fmt::format("{:7}stellar-sync {} [options]\n", usage.empty() ? "Usage: " : "", command.name);
        list += fmt::format("  {:10}{}\n", command.name, command.summary);
    }
    return "Compares a prediction market's database with the Stellar network.\n"
           "\n" +
           usage + "       stellar-sync --help | --version | --print-config\n\n" + list +
           "\n"
           "`stellar-sync run --help` lists the options; --print-config writes an example\n"
           "of a configuration file that has them all.\n";
}

std::string command_help(const CommandName& command) {
    std::string out = report::wrapped(command.purpose, 0, width);
    out += fmt::format("\nUsage: stellar-sync {} [options]\n", command.name);
    out += "\n"
           "Each setting may be given as a flag, as a variable of the environment (at the\n"
           "right), or as a key of the --config file (the flag without its dashes); the\n"
           "first of these counts. Defaults are in brackets. A variable that ends in _FILE\n"
           "names a file that holds the value, and is a flag and a key too. MS stands for\n"
           "whole milliseconds.\n"
           "\n"
           "What to check\n";
    for (const PlainFlag& flag : plain_flags())
        out +=
            entry(fmt::format("--{}{}{}", flag.name, flag.placeholder.empty() ? "" : " ", flag.placeholder), flag.help);
    std::string_view group;
    for (const Setting& setting : settings()) {
        if (setting.group != group) out += fmt::format("\n{}\n", setting.group);
        group = setting.group;
        out += entry(setting);
    }
    out += "\nExit codes\n";
    for (const ExitMeaning& exit : exit_meanings) out += fmt::format("  {}  {}\n", exit.code, exit.meaning);
    return out;
}

} // namespace cmd
