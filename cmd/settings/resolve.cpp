#include "cmd/settings/resolve.hpp"

#include "base/suggestion.hpp"
#include "base/text.hpp"
#include "cmd/settings/alert_settings.hpp"
#include "cmd/settings/config_file.hpp"
#include "cmd/settings/exemptions_file.hpp"
#include "cmd/settings/settings_table.hpp"
#include "verify/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cmd {

namespace {

constexpr std::size_t longest_value = 100; // bytes of a wrong value that are worth showing

// A secret seed pasted where an address belongs: S and 55 more characters of base32.
std::string without_seeds(std::string text) {
    constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr std::size_t seed_size = 56;
    for (std::size_t at = text.find('S'); at != std::string::npos; at = text.find('S', at + 1)) {
        const std::size_t end = std::min(text.find_first_not_of(base32, at), text.size());
        if (end - at >= seed_size) text.replace(at, end - at, "***");
    }
    return text;
}

std::string shown(std::string_view value, bool secret) {
    // A URL in the wrong place may still hold a password.
    if (secret || value.find("://") != std::string_view::npos) return base::mask_url(value);
    return base::shortened(base::harmless(without_seeds(std::string(value))), longest_value);
}

// A secret may have been put where its file's path belongs: a URL, or a key, in which no directory stands.
std::string shown_path(std::string_view path) {
    const bool path_like =
        path.find_first_of("@=:") == std::string_view::npos && path.find('/') != std::string_view::npos;
    return path_like ? shown(path, false) : "***";
}

std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values) (out += out.empty() ? "" : ",") += value;
    return out;
}

bool has(const verify::Checks& checks, verify::Check check) {
    return std::find(checks.begin(), checks.end(), check) != checks.end();
}

class Resolver {
  public:
    Resolver(const CommandLine& command_line, const Environment& environment)
        : command_line_(command_line), environment_(environment) {
        options_.command = command_line.command;
    }

    std::variant<Options, Faults> resolve() {
        if (command_line_.config_file) read_config_file(*command_line_.config_file);
        for (const Setting& setting : settings()) settle(setting);
        warn_of_unknown_variables();
        settle_shard();
        read_exemptions();
        select_items();
        require_amm();
        require_tls();
        for (ConfigFault& wrong : alert_faults(options_, given_)) faults_.push_back(std::move(wrong));
        options_.dry_run = command_line_.flags.contains("dry-run");
        options_.test_alert = command_line_.flags.contains("send-test-alert");
        if (options_.test_alert && command_line_.command != Command::doctor)
            fault("--send-test-alert", "", "the command check, which alone sends one");
        if (!faults_.empty()) return Faults{std::move(faults_), std::move(options_)};
        return std::move(options_);
    }

  private:
    void fault(std::string setting, std::string value, std::string expected) {
        faults_.push_back({std::move(setting), std::move(value), std::move(expected)});
    }

    void read_config_file(const std::string& path) {
        const base::Result<std::string> text = read_file(path);
        if (!text) return fault("--config", shown(path, false), "a file that can be read: " + text.error());
        ConfigFile file = parse_config(*text);
        for (const ConfigTable& table : file.tables)
            file.faults.push_back(fmt::format(
                "line {}: there are no tables in this file, only lines of the form key = value", table.line));
        for (const std::string& wrong : file.faults) fault("--config", shown(path, false), "a TOML file: " + wrong);
        if (!file.faults.empty()) return;
        for (const ConfigItem& item : file.items) take_config_item(item);
    }

    void take_config_item(const ConfigItem& item) {
        const auto named = [&item](const Setting& setting) {
            return item.key == flag_of(setting.name) || (setting.secret && item.key == flag_of(file_name_of(setting)));
        };
        const auto setting = std::find_if(settings().begin(), settings().end(), named);
        // Its value is not shown: it may be a secret under a misspelt key.
        if (setting == settings().end())
            return fault(shown(item.key, false), "",
                         "a key of the configuration file; `stellar-sync --print-config` has them all" +
                             base::did_you_mean(flag_of(item.key), keys()));
        if (item.array && !setting->list)
            return fault(setting->name, "", "a single value in the configuration file, not an array");
        from_file_[item.key] = joined(item.values);
    }

    // Every key of the file, which are the flags too.
    static std::vector<std::string> keys() {
        std::vector<std::string> keys;
        for (const std::string& name : names_in_environment()) keys.push_back(flag_of(name));
        return keys;
    }

    static std::vector<std::string> names_in_environment() {
        std::vector<std::string> names;
        for (const Setting& setting : settings()) {
            names.push_back(setting.name);
            if (setting.secret) names.push_back(file_name_of(setting));
        }
        return names;
    }

    // A misspelt variable would leave a default in force unnoticed. Its value is not shown: it may be a secret.
    void warn_of_unknown_variables() {
        const std::vector<std::string> names = names_in_environment();
        for (const auto& [name, value] : environment_.variables()) {
            if (!name.starts_with("SYNC_") || value.empty() || is_for_others(name)) continue;
            if (std::find(names.begin(), names.end(), name) != names.end()) continue;
            options_.warnings.push_back(
                {shown(name, false), "unknown setting, ignored" + base::did_you_mean(name, names)});
        }
    }

    // The schedule is for what starts the program; the others Kubernetes makes for a service whose name is "sync" or
    // begins so.
    static bool is_for_others(std::string_view name) {
        return name == "SYNC_CRON_SCHEDULE" || name.ends_with("_SERVICE_HOST") ||
               name.find("_SERVICE_PORT") != name.npos || name.ends_with("_PORT") || name.find("_PORT_") != name.npos;
    }

    struct Given {
        std::string name;
        std::string text;
        Origin origin{};
    };

    std::optional<Given> given(const std::string& name) const {
        const std::string flag = flag_of(name);
        const auto text_in = [&flag](const std::map<std::string, std::string>& texts) {
            const auto found = texts.find(flag);
            return found == texts.end() ? std::string() : found->second;
        };
        if (std::string text = text_in(command_line_.flags); !text.empty()) return Given{name, text, Origin::flag};
        if (std::string text = environment_(name).value_or(""); !text.empty())
            return Given{name, text, Origin::environment};
        if (std::string text = text_in(from_file_); !text.empty()) return Given{name, text, Origin::file};
        return std::nullopt;
    }

    void settle(const Setting& setting) {
        std::optional<Given> value = given(setting.name);
        const bool sound = !setting.secret || take_secret_file(setting, value);
        if (value)
            given_.insert(setting.name);
        else if (!setting.fallback.empty())
            value = Given{setting.name, std::string(setting.fallback), Origin::fallback};
        show(setting, value, sound);
        if (!sound) return;
        if (!value) {
            if (setting.required) fault(setting.name, "", std::string(setting.help) + "; it is required");
            return;
        }
        if (Problem problem = setting.read(value->text, options_))
            fault(setting.name, shown(value->text, setting.secret), std::move(*problem));
    }

    void show(const Setting& setting, const std::optional<Given>& value, bool sound) {
        if (!value) return options_.shown.push_back({setting.name, "", Origin::nowhere});
        const std::string text = sound ? shown(value->text, setting.secret) : shown_path(value->text);
        options_.shown.push_back({value->name, text, value->origin});
    }

    /// Replaces the value by what is in its file, if one is named. False where that is at fault: then the value is the
    /// file's path.
    bool take_secret_file(const Setting& setting, std::optional<Given>& value) {
        const std::string name = file_name_of(setting);
        const std::optional<Given> path = given(name);
        if (!path) return true;
        const bool both = value.has_value();
        value = path;
        const auto wrong = [&](std::string expected) {
            fault(name, shown_path(path->text), std::move(expected));
            return false;
        };
        if (both) return wrong(fmt::format("either {} or {}, not both", setting.name, name));
        base::Result<std::string> content = read_file(path->text);
        if (!content) return wrong("a file that can be read: " + content.error());
        if (content->ends_with('\n')) content->pop_back();
        if (content->ends_with('\r')) content->pop_back();
        if (content->empty()) return wrong("a file that holds the value; it is empty");
        value->text = *std::move(content);
        return true;
    }

    // SYNC_SHARD_COUNT with the index that Kubernetes gives to each pod of an Indexed Job.
    void settle_shard() {
        constexpr const char* index_name = "JOB_COMPLETION_INDEX";
        db::Shard& shard = options_.selection.shard;
        const bool at_fault = std::any_of(faults_.begin(), faults_.end(),
                                          [](const ConfigFault& fault) { return fault.setting == "SYNC_SHARD_COUNT"; });
        if (!given_.contains("SYNC_SHARD_COUNT") || at_fault) return;
        if (given_.contains("SYNC_SHARD"))
            return fault("SYNC_SHARD_COUNT", std::to_string(shard.count),
                         "either SYNC_SHARD or SYNC_SHARD_COUNT, not both");
        const std::string text = environment_(index_name).value_or("");
        std::uint64_t index = 0;
        if (const Problem problem = read_whole(text, 0, shard.count - 1, "", index))
            return fault(index_name, shown(text, false),
                         fmt::format("a number from 0 to {}, as a Kubernetes Indexed Job of SYNC_SHARD_COUNT={} "
                                     "completions sets it; without one, SYNC_SHARD=K/N",
                                     shard.count - 1, shard.count));
        shard.index = static_cast<unsigned>(index);
    }

    void read_exemptions() {
        const std::string& path = options_.judgement.exemptions_file;
        if (path.empty()) return;
        const base::Result<std::string> text = read_file(path);
        if (!text) return fault("SYNC_EXEMPTIONS_FILE", shown(path, false), "a file that can be read: " + text.error());
        ExemptionsFile file = parse_exemptions(*text);
        for (std::string& wrong : file.faults) fault("SYNC_EXEMPTIONS_FILE", shown(path, false), std::move(wrong));
        options_.judgement.exemptions = std::move(file.list);
    }

    // --only, --market, --user.
    void select_items() {
        cycle::Selection& selection = options_.selection;
        selection.markets = ids("market");
        selection.users = ids("user");
        verify::Checks only;
        bool sound = true;
        for (const std::string& list : repeated("only")) {
            if (Problem problem = read_checks(list, only)) {
                fault("--only", shown(list, false), std::move(*problem));
                sound = false;
            }
        }
        const bool all = selection.markets.empty() && selection.users.empty();
        const auto ids_of = [&selection](verify::Check check) -> const std::vector<std::string>& {
            return db::table_of(check) == db::user_table ? selection.users : selection.markets;
        };
        for (const verify::Check check : verify::built_in_checks()) {
            const bool named = all || !ids_of(check).empty();
            if (named && (only.empty() || has(only, check))) selection.checks.push_back(check);
        }
        if (options_.command == Command::explain && selection.markets.size() + selection.users.size() != 1)
            fault("--market", "", "one market or one user to explain: --market ID or --user ID");
        if (!sound) return;
        for (const db::Table table : {db::market_table, db::user_table}) {
            const verify::Checks checks = db::checks_of(table, verify::built_in_checks());
            if (ids_of(checks.front()).empty() || std::any_of(checks.begin(), checks.end(), [&](verify::Check check) {
                    return has(selection.checks, check);
                }))
                continue;
            const std::string flag = fmt::format("--{}", checks.front().resource().one);
            fault(flag, shown(joined(ids_of(checks.front())), false),
                  fmt::format("no {} where --only leaves out {}{}", flag, checks.size() == 2 ? "both " : "",
                              verify::names_of(checks, " and ")));
        }
    }

    std::vector<std::string> repeated(const std::string& flag) const {
        const auto found = command_line_.repeated.find(flag);
        return found == command_line_.repeated.end() ? std::vector<std::string>() : found->second;
    }

    std::vector<std::string> ids(const std::string& flag) {
        std::vector<std::string> list = repeated(flag);
        if (std::find(list.begin(), list.end(), "") != list.end()) fault("--" + flag, "", "an id that is not empty");
        return list;
    }

    void require_amm() {
        constexpr const char* name = "AMM_CONTRACT_ADDRESS";
        if (given_.contains(name)) return;
        verify::Checks others = verify::built_in_checks();
        std::erase_if(others, [](verify::Check check) { return check->profile().needs.amm; });
        for (const verify::Check check : options_.selection.checks) {
            if (!check->profile().needs.amm) continue;
            return fault(name, "",
                         fmt::format("the AMM's contract address, which the {} check needs; `--only {}` does without",
                                     check.name(), verify::names_of(others, ",")));
        }
    }

    void require_tls() {
        alert::ChannelAddresses& addresses = options_.alerts.addresses;
        addresses.smtp_requires_tls = !options_.rpc.allow_http && !is_mail_of_this_machine(addresses.smtp_url.reveal());
        if (options_.rpc.allow_http) return;
        for (const base::Secret& url : options_.rpc.urls) require_tls("SOROBAN_RPC_URL", url);
        require_tls("SYNC_PUSHGATEWAY_URL", options_.metrics.pushgateway);
    }

    void require_tls(const char* setting, const base::Secret& url) {
        if (is_exposed(url.reveal())) fault(setting, base::mask_url(url.reveal()), tls_wanted);
    }

    const CommandLine& command_line_;
    const Environment& environment_;
    std::map<std::string, std::string> from_file_;
    std::set<std::string> given_; // settings, rightly or wrongly
    Options options_;
    std::vector<ConfigFault> faults_;
};

} // namespace

std::variant<Options, Faults> resolve(const CommandLine& command_line, const Environment& environment) {
    return Resolver(command_line, environment).resolve();
}

} // namespace cmd
