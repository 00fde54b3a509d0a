#include "cmd/help.hpp"

#include "cmd/settings_table.hpp"
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
           usage + "       stellar-sync --help | --version\n\n" + list +
           "\n"
           "`stellar-sync run --help` lists the options.\n";
}

std::string command_help(const CommandName& command) {
    std::string out = report::wrapped(command.purpose, 0, width);
    out += fmt::format("\nUsage: stellar-sync {} [options]\n", command.name);
    out += "\n"
           "Each setting may be given as a flag, as a variable of the environment (at the\n"
           "right), or as a key of the --config file (the flag without its dashes); the\n"
           "first of these counts. Defaults are in brackets. A variable that ends in _FILE\n"
           "names a file that holds the value, and is a flag and a key too.\n"
           "\n"
           "What to check\n";
    out += entry("--only CHECK,...", "some of odds, outcomes, balances");
    out += entry("--market ID", "this market alone (repeatable): the two market checks");
    out += entry("--user ID", "this user alone (repeatable): the balance check");
    out += entry("--config FILE", "settings as TOML: key = value");
    std::string_view group;
    for (const Setting& setting : settings()) {
        if (setting.group != group) out += fmt::format("\n{}\n", setting.group);
        group = setting.group;
        out += entry(setting);
    }
    out += "\nExit codes\n"
           "  0  everything checked is in sync\n"
           "  1  at least one mismatch\n"
           "  2  somebody must change something: usage, configuration, credentials, table\n"
           "  3  no mismatch, but not everything could be verified\n"
           "  4  database or RPC not available; trying again may help\n"
           "  130, 143  stopped by SIGINT, SIGTERM\n";
    return out;
}

} // namespace cmd
