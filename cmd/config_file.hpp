// The --config file: TOML without tables, since every setting is a plain key. A reader of our own: CLI11's cuts quoted
// values at a '#', which stands in passwords and in PostgreSQL's operators, and knows no text of several lines; and a
// full TOML library makes a binary float of a threshold, where the digits are wanted.
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
};

/// Strings of all four kinds, numbers, booleans, arrays of these, comments. The error names the line; it repeats no
/// value, which may be a secret.
base::Result<std::vector<ConfigItem>> parse_config(std::string_view text);

/// A file of at most 1 MiB. The error says what the system says.
base::Result<std::string> read_file(const std::string& path);

} // namespace cmd
