#include "cmd/settings/options.hpp"

#include "base/digest.hpp"
#include "base/suggestion.hpp"
#include "base/text.hpp"
#include "cmd/manual/completions.hpp"
#include "cmd/manual/help.hpp"
#include "cmd/manual/manual.hpp"
#include "cmd/settings/config_file.hpp"
#include "cmd/settings/example_config.hpp"
#include "cmd/settings/resolve.hpp"
#include "cmd/settings/settings_table.hpp"
#include "db/postgres.hpp"
#include "net/http.hpp"
#include "net/rpc.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <unistd.h>

namespace cmd {

namespace {

std::string version_text() {
    return fmt::format("stellar-sync {}\n"
                       "{}\n"
                       "libpq {}\n"
                       "{}\n"
                       "fmt {}.{}.{}\n"
                       "CLI11 {}\n"
                       "{}\n"
                       "{}\n",
                       STELLAR_SYNC_VERSION, net::http_library_version(), db::libpq_version(),
                       net::json_library_version(), FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100,
                       CLI11_VERSION, toml_library_version(), base::digest_library_version());
}

Exit usage_error(std::string_view what) {
    return {base::ExitCode::misconfigured, "",
            fmt::format("stellar-sync: {}\n`stellar-sync --help` and `stellar-sync run --help` say more.\n", what)};
}

std::string command_names() {
    std::string out;
    for (const CommandName& command : commands) (out += out.empty() ? "" : ", ") += command.name;
    return out;
}

// The flags of one command; all commands have the same.
class Flags {
  public:
    explicit Flags(CLI::App& app) : app_(app) {
        app_.set_help_flag("--help,-h", "");
        for (const Setting& setting : settings()) {
            add(flag_of(setting.name));
            if (setting.secret) add(flag_of(file_name_of(setting)));
        }
        for (const PlainFlag& flag : plain_flags()) {
            if (flag.placeholder.empty()) {
                flags_.push_back({std::string(flag.name), false, app_.add_flag("--" + std::string(flag.name))});
            } else {
                add(std::string(flag.name), flag.repeatable);
            }
        }
    }

    std::vector<std::string> names() const {
        std::vector<std::string> names{"--help", "--version", "--print-config"};
        for (const CLI::Option* option : app_.get_options()) names.push_back(option->get_name());
        return names;
    }
    bool has(const std::string& flag) const { return app_.get_option_no_throw(flag) != nullptr; }

    std::variant<CommandLine, Exit> command_line(Command command) const {
        CommandLine line;
        line.command = command;
        for (const Flag& flag : flags_) {
            const std::vector<std::string>& values = flag.option->results();
            if (flag.repeatable) {
                line.repeated[flag.name] = values;
            } else {
                if (values.size() > 1) return usage_error(fmt::format("--{} is given twice", flag.name));
                if (values.size() == 1) line.flags[flag.name] = values.front();
            }
        }
        if (const auto config = line.flags.extract("config")) line.config_file = config.mapped();
        return line;
    }

  private:
    struct Flag {
        std::string name; // without its dashes
        bool repeatable = false;
        CLI::Option* option = nullptr;
    };

    void add(const std::string& name, bool repeatable = false) {
        CLI::Option* option = app_.add_option("--" + name, [](const CLI::results_t&) { return true; })
                                  ->type_name("VALUE")
                                  ->type_size(1)
                                  ->expected(1)
                                  ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                                  ->allow_extra_args(false);
        flags_.push_back({name, repeatable, option});
    }

    CLI::App& app_;
    std::vector<Flag> flags_;
};

// CLI11's own texts repeat the arguments, and one of them may be a URL with a password.
std::string not_expected(const std::vector<std::string>& arguments, const Flags& flags, bool command_given) {
    for (const std::string& argument : arguments) {
        if (!argument.starts_with('-')) continue;
        const std::string flag = argument.substr(0, argument.find('='));
        if (flags.has(flag)) return fmt::format("{} stands behind the command ({})", flag, command_names());
        return fmt::format("there is no flag {}{}", base::shortened(base::harmless(flag), 40),
                           base::did_you_mean(flag, flags.names()));
    }
    if (command_given) return "an argument belongs to no flag";
    std::vector<std::string> names;
    for (const CommandName& command : commands) names.emplace_back(command.name);
    return fmt::format("there is no such command; there is: {}{}", command_names(),
                       base::did_you_mean(arguments.empty() ? "" : arguments.front(), names));
}

// What is installed beside the program; --generate is for its build, and in no help.
std::variant<CommandLine, Exit> generated(const std::string& what) {
    std::string text;
    if (what == "man") text = manual_page();
    if (what == "bash") text = bash_completion();
    if (what == "zsh") text = zsh_completion();
    if (what == "fish") text = fish_completion();
    if (text.empty()) return usage_error("--generate takes one of: man, bash, zsh, fish");
    return Exit{base::ExitCode::in_sync, std::move(text), ""};
}

// CLI11 takes the line apart and no more: which source counts, and what is wrong, is decided in resolve.cpp.
class Parser {
  public:
    Parser() : app_("Compares a prediction market's database with the Stellar network.", "stellar-sync") {
        app_.set_help_flag("--help,-h", "");
        app_.set_version_flag("--version", version_text);
        app_.add_flag("--print-config", print_config_);
        app_.add_option("--generate", generate_)->type_name("WHAT");
        app_.require_subcommand(0, 1);
        for (const CommandName& command : commands) {
            CLI::App* app = app_.add_subcommand(std::string(command.name), "");
            subcommands_.push_back({&command, app, Flags(*app)});
        }
    }

    std::variant<CommandLine, Exit> parse(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForVersion& call) {
            return Exit{base::ExitCode::in_sync, call.what(), ""};
        } catch (const CLI::CallForHelp&) {
            const Subcommand* chosen = parsed();
            return Exit{base::ExitCode::in_sync, chosen ? command_help(*chosen->name) : program_help(), ""};
        } catch (const CLI::ArgumentMismatch& error) { // "--market: 1 required TEXT missing": no values
            return usage_error(error.what());
        } catch (const CLI::ParseError&) {
            return usage_error(not_expected(app_.remaining(true), subcommands_.front().flags, parsed() != nullptr));
        }
        if (print_config_) return Exit{base::ExitCode::in_sync, example_config(), ""};
        if (!generate_.empty()) return generated(generate_);
        const Subcommand* chosen = parsed();
        if (!chosen) return Exit{base::ExitCode::misconfigured, "", program_help()};
        return chosen->flags.command_line(chosen->name->command);
    }

  private:
    struct Subcommand {
        const CommandName* name = nullptr;
        CLI::App* app = nullptr;
        Flags flags;
    };

    const Subcommand* parsed() const {
        for (const Subcommand& subcommand : subcommands_)
            if (subcommand.app->parsed()) return &subcommand;
        return nullptr;
    }

    CLI::App app_;
    std::vector<Subcommand> subcommands_;
    bool print_config_ = false;
    std::string generate_;
};

} // namespace

ParseOutcome parse_options(int argc, const char* const* argv, const Environment& environment) {
    if (argc < 1) return Exit{base::ExitCode::misconfigured, "", program_help()};
    std::variant<CommandLine, Exit> line = Parser().parse(argc, argv);
    if (auto* exit = std::get_if<Exit>(&line)) return std::move(*exit);
    return std::visit([](auto outcome) { return ParseOutcome(std::move(outcome)); },
                      resolve(std::get<CommandLine>(line), environment));
}

Environment Environment::of_process() {
    std::map<std::string, std::string> variables;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::size_t equals = text.find('=');
        if (equals != text.npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return Environment(std::move(variables));
}

std::optional<std::string> process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

base::Event config_error_event(const ConfigFault& fault) {
    const std::string value = fault.value.empty() ? "" : fmt::format(" is \"{}\"", fault.value);
    return {base::Level::error,
            "CONFIG_ERROR",
            fmt::format("{}{}: expected {}", fault.setting, value, fault.expected),
            {{"setting", fault.setting}, {"value", fault.value}, {"expected", fault.expected}}};
}

base::Event config_warning_event(const ConfigWarning& warning) {
    return {base::Level::warn,
            "CONFIG_WARNING",
            fmt::format("{} {}", warning.setting, warning.text),
            {{"setting", warning.setting}}};
}

} // namespace cmd
