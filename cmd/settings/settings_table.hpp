// Every setting, declared once. A setting has three names by one rule: environment SYNC_ODDS_THRESHOLD, flag
// --odds-threshold, key odds-threshold in the configuration file.
#pragma once

#include "cmd/settings/options.hpp"
#include "cmd/settings/setting_values.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cmd {

struct Setting {
    std::string name;             // in the environment
    std::string_view group;       // in the help
    std::string_view placeholder; // of the value, in the help; FILE where it is the path of one
    std::string_view fallback;    // the default, as if it had been given; empty: none
    std::string_view help;        // with the unit; the default is added
    std::function<Problem(const std::string& text, Options& options)> read;
    bool secret = false; // a URL with a password or key in it: masked, and may be given as a file, NAME_FILE
    bool list = false;   // the configuration file may hold an array
    bool required = false;
    std::vector<std::string_view> words = {}; // that it may be, or be a list of, where there are no others
};

/// A flag of every command that is not a setting: no variable and no key says the same.
struct PlainFlag {
    std::string_view name;        // without its dashes
    std::string_view placeholder; // empty: it takes no value
    std::string_view help;
    bool repeatable = false;
    std::vector<std::string_view> words = {}; // as above
};
const std::vector<PlainFlag>& plain_flags();

/// "odds-threshold", the flag (without its dashes) and the file's key: the name without SYNC_.
std::string flag_of(std::string_view name);
/// "DATABASE_URL_FILE".
inline std::string file_name_of(const Setting& setting) {
    return setting.name + "_FILE";
}

/// In the order of the help.
const std::vector<Setting>& settings();

} // namespace cmd
