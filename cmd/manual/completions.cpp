#include "cmd/manual/completions.hpp"

#include "cmd/settings/options.hpp"
#include "cmd/settings/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace cmd {

namespace {

// A flag of every command, whatever stands behind it.
struct Flag {
    std::string name; // without its dashes
    std::string placeholder;
    std::string help;
    std::vector<std::string_view> words;
    bool list = false; // of words, with commas
    bool repeatable = false;

    bool is_file() const { return placeholder == "FILE"; }
};

std::vector<Flag> all_flags() {
    std::vector<Flag> flags;
    for (const PlainFlag& flag : plain_flags())
        flags.push_back({std::string(flag.name), std::string(flag.placeholder), std::string(flag.help), flag.words,
                         !flag.words.empty(), flag.repeatable});
    for (const Setting& setting : settings()) {
        const std::string name = flag_of(setting.name);
        flags.push_back({name, std::string(setting.placeholder), std::string(setting.help), setting.words,
                         setting.list && !setting.words.empty(), false});
        if (setting.secret)
            flags.push_back(
                {flag_of(file_name_of(setting)), "FILE", "a file that holds the value of --" + name, {}, false, false});
    }
    return flags;
}

constexpr std::string_view top_flags[][2]{{"help", "what can be given, and what it means"},
                                          {"version", "the program's version and its libraries'"},
                                          {"print-config", "an example of a configuration file"}};

std::string joined(const std::vector<std::string_view>& words, std::string_view glue) {
    std::string out;
    for (const std::string_view word : words) (out += out.empty() ? "" : glue).append(word);
    return out;
}

std::string command_names(std::string_view glue) {
    std::vector<std::string_view> names;
    for (const CommandName& command : commands) names.push_back(command.name);
    return joined(names, glue);
}

/// `text` with a backslash before each of the characters.
std::string escaped(std::string_view text, std::string_view characters) {
    std::string out;
    for (const char c : text) {
        if (characters.find(c) != characters.npos) out += '\\';
        out += c;
    }
    return out;
}

// In single quotes of bash and zsh: an apostrophe ends them, stands escaped, and begins them again.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

} // namespace

std::string bash_completion() {
    std::string names;
    std::string files;
    std::string values; // that nobody can guess
    std::string cases;
    for (const Flag& flag : all_flags()) {
        names += " --" + flag.name;
        if (flag.placeholder.empty()) continue;
        if (!flag.words.empty())
            cases += fmt::format("    --{}) words='{}'{} ;;\n", flag.name, joined(flag.words, " "),
                                 flag.list ? " list=1" : "");
        else
            (flag.is_file() ? files : values).append(fmt::format(" | --{}", flag.name));
    }
    std::string top;
    for (const auto& flag : top_flags) top.append(" --").append(flag[0]);
    return fmt::format(R"(# bash completion for stellar-sync, made by it.
_stellar_sync() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} command='' words='' list='' word
    # bash takes the = of --flag=value for a word of its own.
    if [[ $cur == = ]]; then
        cur=''
    elif [[ $prev == = ]]; then
        prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in {commands}) command=$word ;; esac
    done
    COMPREPLY=()
    case $prev in
{cases}    {files})
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    {values})
        return
        ;;
    *)
        if [[ -z $command ]]; then words='{names}{top}'; else words='--help{flags}'; fi
        ;;
    esac
    if [[ $list && $cur == *,* ]]; then
        mapfile -t COMPREPLY < <(compgen -P "${{cur%,*}}," -W "$words" -- "${{cur##*,}}")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    fi
}}
complete -F _stellar_sync stellar-sync
)",
                       fmt::arg("commands", command_names(" | ")), fmt::arg("cases", cases),
                       fmt::arg("files", files.substr(3)), fmt::arg("values", values.substr(3)),
                       fmt::arg("names", command_names(" ")), fmt::arg("top", top), fmt::arg("flags", names));
}

std::string zsh_completion() {
    std::string described;
    for (const CommandName& command : commands)
        described += fmt::format("        {}\n", quoted(fmt::format("{}:{}", command.name, command.summary)));
    std::string flags;
    for (const Flag& flag : all_flags()) {
        std::string action;
        if (flag.list)
            action = fmt::format("_values -s , {} {}", escaped(flag.placeholder, ":,"), joined(flag.words, " "));
        else if (!flag.words.empty())
            action = fmt::format("({})", joined(flag.words, " "));
        else if (flag.is_file())
            action = "_files";
        const std::string help = escaped(flag.help, "[]:\\");
        const std::string shown = flag.placeholder.empty()
                                      ? fmt::format("--{}[{}]", flag.name, help)
                                      : fmt::format("{}--{}=[{}]:{}:{}", flag.repeatable ? "*" : "", flag.name, help,
                                                    escaped(flag.placeholder, ":\\"), action);
        flags += fmt::format("        {}\n", quoted(shown));
    }
    std::string top;
    for (const auto& flag : top_flags)
        top += fmt::format(" {}", quoted(fmt::format("(- *)--{}[{}]", flag[0], escaped(flag[1], "[]:\\"))));
    return fmt::format(R"(#compdef stellar-sync
# zsh completion for stellar-sync, made by it.
_stellar-sync() {{
    local state line
    local -a commands flags
    commands=(
{commands}    )
    flags=(
        '(- *)--help[{help}]'
{flags}    )
    _arguments -C{top} '1:command:->command' '*::flag:->flag'
    case $state in
        command) _describe command commands ;;
        flag) _arguments -s -S $flags ;;
    esac
}}
_stellar-sync "$@"
)",
                       fmt::arg("commands", described), fmt::arg("help", top_flags[0][1]), fmt::arg("flags", flags),
                       fmt::arg("top", top));
}

std::string fish_completion() {
    std::string out = "# fish completion for stellar-sync, made by it.\ncomplete -c stellar-sync -f\n";
    const auto text = [](std::string_view plain) { return fmt::format("'{}'", escaped(plain, "'\\")); };
    for (const CommandName& command : commands)
        out += fmt::format("complete -c stellar-sync -n __fish_use_subcommand -a {} -d {}\n", command.name,
                           text(command.summary));
    for (const auto& flag : top_flags)
        out += fmt::format("complete -c stellar-sync -n __fish_use_subcommand -l {} -d {}\n", flag[0], text(flag[1]));
    const std::string behind = fmt::format("-n '__fish_seen_subcommand_from {}'", command_names(" "));
    out += fmt::format("complete -c stellar-sync {} -l help -d {}\n", behind, text(top_flags[0][1]));
    for (const Flag& flag : all_flags()) {
        std::string value = flag.placeholder.empty() ? "" : flag.is_file() ? "-r -F" : "-x";
        if (flag.list)
            value += " -a " + text(fmt::format("(__fish_append , {})", joined(flag.words, " ")));
        else if (!flag.words.empty())
            value += " -a " + text(joined(flag.words, " "));
        out += fmt::format("complete -c stellar-sync {} -l {} {} -d {}\n", behind, flag.name, value, text(flag.help));
    }
    return out;
}

} // namespace cmd
