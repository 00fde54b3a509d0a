// The texts of --help, made from the table of settings; 80 columns.
#pragma once

#include "cmd/options.hpp"

#include <string>

namespace cmd {

std::string program_help();
std::string command_help(const CommandName& command);

} // namespace cmd
