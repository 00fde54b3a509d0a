#include "cmd/settings/exemptions_file.hpp"

#include "cmd/settings/config_file.hpp"
#include "cmd/settings/setting_values.hpp"
#include "verify/amount.hpp"
#include "verify/checks.hpp"
#include "verify/odds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace cmd {
namespace {

using verify::Check;

constexpr std::array<std::string_view, 5> keys{"check", "id", "max-difference", "reason", "expires"};

std::optional<verify::Day> parse_day(std::string_view text) {
    const auto number = [&text](std::size_t at, std::size_t size) {
        int value = -1;
        const std::string_view part = text.substr(at, size);
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        return error == std::errc() && end == part.data() + part.size() ? value : -1;
    };
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    return date.ok() ? std::optional(verify::Day(date)) : std::nullopt;
}

// One [[exemption]]: reads what is there, and says all that is wrong.
class TableReader {
  public:
    TableReader(const ConfigTable& table, std::vector<std::string>& faults) : table_(table), faults_(faults) {}

    std::optional<verify::Exemption> read() {
        const std::size_t before = faults_.size();
        refuse_unknown();
        verify::Exemption exemption;
        const std::optional<Check> check = read_check();
        if (check) exemption.check = *check;
        exemption.id = text_of("id", "the id of a market or user");
        if (check) read_limit(exemption);
        exemption.reason = text_of("reason", "why the difference is accepted, for those who see it later");
        if (const ConfigItem* item = required("expires", "the last day on which it holds, such as 2026-12-31")) {
            const auto day = parse_day(item->values.front());
            if (!day) fault(item->line, "expires is a day, such as 2026-12-31");
            exemption.expires = day.value_or(verify::Day());
        }
        if (faults_.size() != before) return std::nullopt;
        return exemption;
    }

  private:
    void fault(std::size_t line, std::string_view text) { faults_.push_back(fmt::format("line {}: {}", line, text)); }

    const ConfigItem* find(std::string_view key) const {
        const auto found = std::find_if(table_.items.begin(), table_.items.end(),
                                        [key](const ConfigItem& item) { return item.key == key; });
        return found == table_.items.end() || found->array ? nullptr : &*found;
    }

    const ConfigItem* required(std::string_view key, std::string_view meaning) {
        const ConfigItem* item = find(key);
        const bool array = std::any_of(table_.items.begin(), table_.items.end(),
                                       [key](const ConfigItem& each) { return each.key == key && each.array; });
        if (item == nullptr && !array) fault(table_.line, fmt::format("this exemption lacks {}: {}", key, meaning));
        return item;
    }

    std::string text_of(std::string_view key, std::string_view meaning) {
        const ConfigItem* item = required(key, meaning);
        if (item == nullptr) return "";
        if (trimmed(item->values.front()).empty()) fault(item->line, fmt::format("{} is empty: {}", key, meaning));
        return item->values.front();
    }

    void refuse_unknown() {
        if (table_.name != "exemption") fault(table_.line, "every table of this file is an [[exemption]]");
        for (const ConfigItem& item : table_.items) {
            if (std::find(keys.begin(), keys.end(), item.key) == keys.end())
                fault(item.line, "an exemption has the keys check, id, max-difference, reason, expires, and no other");
            else if (item.array)
                fault(item.line, fmt::format("{} is a single value, not an array", item.key));
        }
    }

    std::optional<Check> read_check() {
        const std::string meaning = "one of " + verify::names_of(verify::built_in_checks(), ", ");
        const ConfigItem* item = required("check", meaning);
        if (item == nullptr) return std::nullopt;
        verify::Checks checks;
        if (read_checks(item->values.front(), checks) || checks.size() != 1) {
            fault(item->line, fmt::format("check is {}", meaning));
            return std::nullopt;
        }
        return checks.front();
    }

    void read_limit(verify::Exemption& exemption) {
        constexpr std::string_view key = "max-difference";
        const verify::Profile& profile = exemption.check->profile();
        if (profile.scale == verify::Scale::none) {
            if (const ConfigItem* item = find(key))
                fault(item->line, fmt::format("{} differ or do not: there is no max-difference of them", profile.name));
            return;
        }
        const bool price = profile.scale == verify::Scale::price;
        const ConfigItem* item = required(
            key, price ? fmt::format("the greatest difference in {} that is accepted, from 0 to 1", profile.name)
                       : fmt::format("the greatest difference that is accepted, in {}", profile.unit));
        if (item == nullptr) return;
        const auto limit = parse_decimal(item->values.front(), price ? verify::odds_decimals : verify::stroop_decimals);
        if (!limit || (price && *limit > verify::odds_one))
            fault(item->line, price ? fmt::format("max-difference of {} is a decimal number from 0 to 1, such as 0.05",
                                                  profile.name)
                                    : fmt::format("max-difference of {} is a decimal number of {}, such as 12.5",
                                                  profile.name, profile.unit));
        exemption.max_difference = limit.value_or(0);
    }

    const ConfigTable& table_;
    std::vector<std::string>& faults_;
};

} // namespace

ExemptionsFile parse_exemptions(std::string_view text) {
    ConfigFile parsed = parse_config(text);
    ExemptionsFile file;
    file.faults = std::move(parsed.faults);
    if (!parsed.items.empty())
        file.faults.push_back(
            fmt::format("line {}: a file like this begins with a [[name]]", parsed.items.front().line));
    std::set<std::pair<Check, std::string>> seen;
    for (const ConfigTable& table : parsed.tables) {
        std::optional<verify::Exemption> exemption = TableReader(table, file.faults).read();
        if (!exemption) continue;
        if (!seen.emplace(exemption->check, exemption->id).second)
            file.faults.push_back(
                fmt::format("line {}: there is another exemption of the same check and id", table.line));
        file.list.push_back(*std::move(exemption));
    }
    return file;
}

} // namespace cmd
