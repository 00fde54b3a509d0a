// The --config file: TOML without tables, since every setting is a plain key; and files that are lists of tables. A
// reader of our own: CLI11's cuts quoted values at a '#', which stands in passwords and in PostgreSQL's operators, and
// knows no text of several lines; and a full TOML library makes a binary float of a threshold, where the digits are
// wanted.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmd {

struct ConfigItem {
    std::string key;
    std::vector<std::string> values; // one, or an array's; numbers and booleans as they are written
    bool array = false;
    std::size_t line = 0; // on which the value ends; the first is 1
};

/// Strings of all four kinds, numbers, booleans, arrays of these, comments. The error names the line; it repeats
/// no value, which may be a secret.
base::Result<std::vector<ConfigItem>> parse_config(std::string_view text);

/// A part of a file that begins with [[name]]; its values may be dates, too.
struct ConfigTable {
    std::string name;
    std::size_t line = 0;
    std::vector<ConfigItem> items;
};
struct ConfigTables {
    std::vector<ConfigTable> tables;
    std::vector<std::string> faults; // each with its line; what is behind one is read on from the next line
};
ConfigTables parse_config_tables(std::string_view text);

/// A file of at most 1 MiB. The error says what the system says.
base::Result<std::string> read_file(const std::string& path);

} // namespace cmd
