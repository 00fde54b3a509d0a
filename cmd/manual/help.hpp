// The texts of --help, made from the table of settings; 80 columns.
#pragma once

#include "cmd/settings/options.hpp"

#include <array>
#include <string>
#include <string_view>

namespace cmd {

struct ExitMeaning {
    std::string_view code;
    std::string_view meaning;
};
inline constexpr std::array exit_meanings{
    ExitMeaning{"0", "everything checked is in sync"},
    ExitMeaning{"1", "at least one mismatch"},
    ExitMeaning{"2", "somebody must change something: usage, configuration, credentials, table"},
    ExitMeaning{"3", "no mismatch, but not everything could be verified"},
    ExitMeaning{"4", "database or RPC not available; trying again may help"},
    ExitMeaning{"130, 143", "stopped by SIGINT, SIGTERM"},
};

std::string program_help();
std::string command_help(const CommandName& command);

} // namespace cmd
