// The configuration file: what is read can be written again and reads the same; a file of plain lines says the same
// below a [[table]]; and every setting's reader takes any text. (Not those that open a file: what would be opened is
// the fuzzer's choice.)
#include "cmd/settings/config_file.hpp"
#include "cmd/settings/settings_table.hpp"
#include "fuzz/rig.hpp"
#include "fuzz/toml.hpp"

#include <algorithm>

namespace {

bool same(const cmd::ConfigItem& a, const cmd::ConfigItem& b) {
    return a.key == b.key && a.values == b.values && a.array == b.array;
}

void check_items(std::string_view text, const std::vector<cmd::ConfigItem>& items) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    std::string written;
    for (const cmd::ConfigItem& item : items) {
        require(item.array || item.values.size() == 1, "what is not an array has one value");
        require(item.line >= 1 && item.text_line >= item.line && item.text_line <= lines,
                "a line number is a line of the file");
        written += toml::line(item);
    }
    const cmd::ConfigFile again = cmd::parse_config(written);
    require(again.faults.empty() &&
                std::equal(again.items.begin(), again.items.end(), items.begin(), items.end(), same),
            "read, written and read again it is the same");

    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const cmd::ConfigFile file = cmd::parse_config("[[one]]\n" + std::string(text));
    require(file.faults.empty() && file.tables.size() == 1, "below a [[table]] it is sound, too");
    const auto& below = file.tables.front().items;
    require(std::equal(below.begin(), below.end(), items.begin(), items.end(), same), "and says the same");
}

void read_settings(const std::vector<cmd::ConfigItem>& items) {
    cmd::Options options;
    for (const cmd::ConfigItem& item : items) {
        for (const cmd::Setting& setting : cmd::settings()) {
            if (setting.name.ends_with("_FILE") || item.key != cmd::flag_of(setting.name)) continue;
            for (const std::string& value : item.values) {
                const cmd::Problem problem = setting.read(value, options);
                require(!problem || !problem->empty(), "a problem says what would be right");
            }
        }
    }
}

} // namespace

void fuzz_one(std::string_view input) {
    const cmd::ConfigFile file = cmd::parse_config(input);
    for (const std::string& fault : file.faults) require(fault.starts_with("line "), "a fault names its line");
    if (!file.faults.empty()) return;
    if (file.tables.empty()) check_items(input, file.items);
    read_settings(file.items);
}
