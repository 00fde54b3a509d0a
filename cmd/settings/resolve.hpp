// From the three sources to typed options: precedence, files that hold secrets, and every fault in one go.
#pragma once

#include "cmd/settings/options.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cmd {

/// What stood on the command line, as text.
struct CommandLine {
    Command command{};
    std::map<std::string, std::string> flags;                 // by name without dashes: the settings, dry-run
    std::map<std::string, std::vector<std::string>> repeated; // --only, --market, --user
    std::optional<std::string> config_file;
};

/// A setting is taken from the flag, else the environment, else the configuration file, else its default; an empty text
/// counts as not given.
std::variant<Options, Faults> resolve(const CommandLine& command_line, const Environment& environment);

} // namespace cmd
