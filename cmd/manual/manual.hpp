// The manual page, made from the tables of commands, flags and settings.
#pragma once

#include <string>

namespace cmd {

/// stellar-sync(1) in the macros of man(7).
std::string manual_page();

} // namespace cmd
