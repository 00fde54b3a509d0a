// The manual page and the completions in the programs that read them.
#include "cmd/manual/completions.hpp"
#include "cmd/manual/manual.hpp"
#include "cmd/settings/settings_table.hpp"
#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using parsing::TemporaryFile;

namespace {

using Lines = std::vector<std::string>;

// What a command of the shell says, on either stream.
std::string said(const std::string& command) {
    std::FILE* pipe = popen(("{ " + command + "; } 2>&1 </dev/null").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("test set-up: no shell");
    std::string out;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), size);
    pclose(pipe);
    return out;
}

Lines sorted_lines(const std::string& text) {
    Lines lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
}

bool holds(const Lines& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// What bash proposes for the last of the words.
Lines bash_proposes(const TemporaryFile& file, const std::string& words) {
    return sorted_lines(said(fmt::format(
        "bash --norc -uc 'source {}; COMP_WORDS=({}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _stellar_sync; "
        "[ ${{#COMPREPLY[@]}} = 0 ] || printf \"%s\\n\" \"${{COMPREPLY[@]}}\"'",
        file.path(), words)));
}

Lines fish_proposes(const TemporaryFile& file, const std::string& line) {
    Lines lines = sorted_lines(
        said(fmt::format("HOME=/tmp {} --no-config -c 'source {}; complete -C \"{}\"'", FISH, file.path(), line)));
    for (std::string& proposal : lines) proposal.resize(std::min(proposal.find('\t'), proposal.size()));
    return lines;
}

// Whether an interactive zsh shows `expected` once the tabulator was pressed behind `line`; else what it shows.
std::string zsh_shows(const TemporaryFile& directory, const std::string& line, const std::string& expected) {
    const TemporaryFile script(fmt::format(R"(
zmodload zsh/zpty
zpty z env -i HOME=/tmp TERM=dumb PATH=$PATH {0} -f -i
zpty -w z 'PS1=; fpath=({1} $fpath); autoload -Uz compinit; compinit -u -D; setopt no_beep; print rea''dy'
zpty -r -m z output '*ready*'
zpty -w -n z '{2}'$'\t'
integer n
for (( n = 0; n < 200; n++ )); do
    while zpty -r -t z part; do text+=$part; done
    [[ $text == *'{3}'* ]] && break
    sleep 0.1
done
zpty -d z
print -r -- $text
)",
                                           ZSH, directory.path(), line, expected));
    const std::string text = said(fmt::format("timeout 60 {} -f {}", ZSH, script.path()));
    return text.find(expected) == std::string::npos ? text : expected;
}

} // namespace

TEST_CASE("the manual page is sound, and names every setting") {
    const std::string page = cmd::manual_page();
    const TemporaryFile file(page);
    // Without a date, so that the same source makes the same page.
    for (const std::string& line : sorted_lines(said(fmt::format("{} -T lint -W warning {}", MANDOC, file.path())))) {
        INFO(line);
        CHECK(line.find("missing date") != std::string::npos);
    }
    CHECK(said(fmt::format("{} -man -ww -z -Tutf8 {}", GROFF, file.path())).empty());
    const std::string shown = said(fmt::format("{} -T ascii {} | col -b", MANDOC, file.path()));
    for (const cmd::Setting& setting : cmd::settings()) {
        INFO(setting.name);
        CHECK(shown.find("--" + cmd::flag_of(setting.name)) != std::string::npos);
        CHECK(shown.find(setting.name) != std::string::npos);
    }
    for (const char* part : {"stellar-sync - compare", "EXIT STATUS", "130, 143", "stellar-sync run | jq .mismatches"})
        CHECK(shown.find(part) != std::string::npos);
}

TEST_CASE("bash proposes commands, flags, words and files") {
    const TemporaryFile file(cmd::bash_completion());
    CHECK(holds(bash_proposes(file, "stellar-sync \"\""), "run"));
    CHECK(bash_proposes(file, "stellar-sync --v") == Lines{"--version"});
    CHECK(bash_proposes(file, "stellar-sync run --odds") == Lines{"--odds-threshold"});
    CHECK(bash_proposes(file, "stellar-sync run --output \"\"") == Lines{"html", "json", "none", "text"});
    CHECK(bash_proposes(file, "stellar-sync run --output = js") == Lines{"json"}); // as bash splits --output=js
    CHECK(bash_proposes(file, "stellar-sync run --output =") == Lines{"html", "json", "none", "text"});
    CHECK(bash_proposes(file, "stellar-sync run --only odds,b") == Lines{"odds,balances"});
    CHECK(bash_proposes(file, "stellar-sync run --config " + file.path()) == Lines{file.path()});
    CHECK(bash_proposes(file, "stellar-sync run --database-url-file " + file.path()) == Lines{file.path()});
    CHECK(bash_proposes(file, "stellar-sync run --rate-limit \"\"").empty());
    const Lines flags = bash_proposes(file, "stellar-sync run --");
    for (const cmd::Setting& setting : cmd::settings()) CHECK(holds(flags, "--" + cmd::flag_of(setting.name)));
}

TEST_CASE("fish proposes commands, flags, words and files") {
    const TemporaryFile file(cmd::fish_completion());
    CHECK(holds(fish_proposes(file, "stellar-sync "), "run"));
    CHECK(fish_proposes(file, "stellar-sync run --odds") == Lines{"--odds-threshold"});
    CHECK(fish_proposes(file, "stellar-sync run --output ") == Lines{"html", "json", "none", "text"});
    CHECK(fish_proposes(file, "stellar-sync run --output=js") == Lines{"--output=json"});
    CHECK(holds(fish_proposes(file, "stellar-sync run --only odds,b"), "odds,balances"));
    CHECK(holds(fish_proposes(file, "stellar-sync run --config " + file.path()), file.path()));
    CHECK(fish_proposes(file, "stellar-sync run --rate-limit ").empty());
    const Lines flags = fish_proposes(file, "stellar-sync run --");
    for (const cmd::Setting& setting : cmd::settings()) CHECK(holds(flags, "--" + cmd::flag_of(setting.name)));
}

TEST_CASE("zsh completes commands, flags and words") {
    // Its file needs the function's name: a directory of its own.
    const TemporaryFile name("");
    std::remove(name.path().c_str());
    said("mkdir " + name.path());
    std::ofstream(name.path() + "/_stellar-sync") << cmd::zsh_completion();
    const std::pair<const char*, const char*> cases[]{{"stellar-sync ru", "stellar-sync run "},
                                                      {"stellar-sync run --odds", "--odds-threshold="},
                                                      {"stellar-sync run --output=js", "--output=json"},
                                                      {"stellar-sync run --fail-on ", "incomplete"}};
    for (const auto& [line, expected] : cases) CHECK(zsh_shows(name, line, expected) == expected);
    said("rm -r " + name.path());
}
