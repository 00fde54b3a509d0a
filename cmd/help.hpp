// The texts of --help, made from the table of settings; 80 columns.
#pragma once

#include <string>

namespace cmd {

std::string program_help();
std::string run_help();

} // namespace cmd
