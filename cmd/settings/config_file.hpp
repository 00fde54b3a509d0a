// Files that a person writes, as TOML: the --config file, which is plain keys, and lists of [[tables]]. config_file.cpp
// alone includes toml++.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmd {

struct ConfigItem {
    std::string key;
    std::vector<std::string> values; // one, or an array's; numbers, dates and booleans as they are written
    bool array = false;
    std::size_t line = 0;      // on which the value begins; the first is 1
    std::size_t text_line = 0; // of the first character of a text, after the line break that may follow """
};

/// A part of a file that begins with [[name]].
struct ConfigTable {
    std::string name;
    std::size_t line = 0;
    std::vector<ConfigItem> items;
};

/// All in the order of the file.
struct ConfigFile {
    std::vector<ConfigItem> items; // before the first table
    std::vector<ConfigTable> tables;
    std::vector<std::string> faults; // "line 3: ..."; they repeat no value, which may be a secret
};

/// Values are strings of all four kinds, decimal numbers, booleans, days, and arrays of these. A value that is
/// something else is a fault, and the rest is read; behind a fault of TOML's grammar nothing is.
ConfigFile parse_config(std::string_view text);

/// "toml++ 3.3.0".
std::string toml_library_version();

/// A file of at most 1 MiB. The error says what the system says.
base::Result<std::string> read_file(const std::string& path);

} // namespace cmd
