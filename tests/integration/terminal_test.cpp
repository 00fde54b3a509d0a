// What a person sees on a terminal: colour, and how far the cycle is.
#include "fakes/program.hpp"
#include "fakes/pseudo_terminal.hpp"
#include "integration/program.hpp"
#include "integration/world.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

using fakes::Program;
using fakes::PseudoTerminal;
using fakes::run_program;
using fakes::Screen;
using integration::account;
using integration::environment_of;
using integration::World;

namespace {

// 3000 users of whom every 300th differs, at ten requests of 200 a second: a cycle of some 2 s.
constexpr std::uint32_t users = 3000;

void many_users(World& world) {
    for (std::uint32_t i = 0; i < users; ++i)
        world.user(fmt::format("u{:04}", i), account(i), "1", i % 300 == 7 ? 20'000'000 : 10'000'000);
    world.flush();
}

integration::Environment slowly(World& world) {
    integration::Environment environment = environment_of(world);
    environment["SYNC_MAX_RPS"] = "10";
    environment["SYNC_CONFIRM_DELAY_MS"] = "300";
    environment["TERM"] = "xterm-256color";
    return environment;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
    return count;
}

// Lines that the screen shows of a bar.
std::size_t bars(const std::vector<std::string>& lines) {
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return holds(line, "  ["); }));
}

constexpr const char* any_colour = "\x1b[33m";

} // namespace

TEST_CASE("Colours are for terminals, unless NO_COLOR or --color says otherwise", "[integration][program][terminal]") {
    World world;
    world.user("u", account(1), "2", 10'000'000);
    world.flush();
    const auto on_terminal = [&](std::vector<std::string> arguments, integration::Environment more) {
        PseudoTerminal terminal(80, 24);
        integration::Environment environment = environment_of(world);
        environment["TERM"] = "xterm";
        more.merge(environment);
        arguments.insert(arguments.begin(), "run");
        Program program(arguments, more, {.terminal = terminal.program_end()});
        CHECK(program.wait().code == 1);
        return terminal.rest();
    };
    CHECK(holds(on_terminal({}, {}), any_colour));
    CHECK_FALSE(holds(on_terminal({}, {{"NO_COLOR", "1"}}), any_colour));
    CHECK(holds(on_terminal({}, {{"NO_COLOR", ""}}), any_colour)); // no-color.org: "when not an empty string"
    CHECK_FALSE(holds(on_terminal({}, {{"TERM", "dumb"}}), "\x1b"));
    CHECK_FALSE(holds(on_terminal({"--color", "never"}, {}), any_colour));
    CHECK(holds(on_terminal({}, {{"NO_COLOR", "1"}, {"SYNC_COLOR", "always"}}), any_colour));

    const fakes::Ended piped = run_program({"run", "--output", "text", "--log-format", "text"}, environment_of(world));
    CHECK_FALSE(holds(piped.out + piped.err, "\x1b"));
    const fakes::Ended forced =
        run_program({"run", "--output", "text", "--log-format", "text", "--color", "always"}, environment_of(world));
    CHECK(holds(forced.out, any_colour));
    CHECK(holds(forced.err, any_colour));
}

TEST_CASE("A bar shows how far each check is, and nothing of it stays", "[integration][program][terminal]") {
    World world;
    many_users(world);
    PseudoTerminal terminal(100, 24);
    const auto start = std::chrono::steady_clock::now();
    Program program({"run"}, slowly(world), {.terminal = terminal.program_end()});
    // The estimate is of a table that is no larger than its sample: exact. And no market at all is done at once.
    terminal.await("of 3000");
    terminal.await("odds      [");
    terminal.await("done");
    terminal.await(" left");
    terminal.await("wait for the second look");
    CHECK(program.wait().code == 1);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const std::string content = terminal.rest();
    CHECK(static_cast<double>(occurrences(content, "balances  [")) <= seconds * 10 + 1);
    CHECK(occurrences(content, "balances  [") >= 5);

    Screen screen(100);
    screen.feed(content);
    CHECK(bars(screen.lines()) == 0);
    // Every event stands on a line of its own, whole.
    std::size_t events = 0;
    for (const std::string& line : screen.lines())
        if (holds(line, "WARN  MISMATCH balance of user u")) ++events;
    CHECK(events == 10);
    CHECK(holds(screen.lines().front(), "SYNC_START verification cycle started"));
    CHECK(holds(content, "BALANCES"));
}

TEST_CASE("Without a terminal, and where it is not wanted, there is no bar", "[integration][program][terminal]") {
    World world;
    many_users(world);
    integration::Environment environment = slowly(world);
    environment["SYNC_MAX_RPS"] = "20";
    const fakes::Ended piped = run_program({"run", "--log-format", "text"}, environment);
    CHECK_FALSE(holds(piped.err, "["));
    CHECK_FALSE(holds(piped.err, "\x1b"));
    PseudoTerminal terminal(100, 24);
    Program program({"run", "--progress", "never"}, environment, {.terminal = terminal.program_end()});
    CHECK(program.wait().code == 1);
    CHECK_FALSE(holds(terminal.rest(), "  ["));
    const fakes::Ended forced = run_program({"run", "--progress", "always"}, environment);
    CHECK(holds(forced.err, "balances  ["));
}

TEST_CASE("Ctrl-C in the middle of a bar leaves the terminal clean", "[integration][program][terminal]") {
    World world;
    many_users(world);
    PseudoTerminal terminal(100, 24);
    Program program({"run"}, slowly(world), {.terminal = terminal.program_end()});
    terminal.await("balances  [");
    terminal.type("\x03");
    CHECK(program.wait().code == 130);
    Screen screen(100);
    const std::string content = terminal.rest();
    screen.feed(content);
    CHECK(bars(screen.lines()) == 0);
    CHECK(holds(content, "SYNC_STOPPED"));
    CHECK(holds(content, "Stopped by SIGINT"));
}

TEST_CASE("A terminal that is made narrower gets narrower bars, and is left clean",
          "[integration][program][terminal]") {
    World world;
    many_users(world);
    PseudoTerminal terminal(120, 24);
    Program program({"run"}, slowly(world), {.terminal = terminal.program_end()});
    terminal.await(" left");
    terminal.resize(70, 24);
    const std::size_t before = terminal.so_far().size();
    CHECK(program.wait().code == 1);
    const std::string content = terminal.rest();
    // What was under way when the size changed may still be wide.
    const std::size_t next = content.find("\x1b[J", content.find("\x1b[J", before) + 1);
    REQUIRE(next != std::string::npos);
    Screen screen(120);
    screen.feed(std::string_view(content).substr(0, before));
    screen.resize(70);
    screen.feed(std::string_view(content).substr(before));
    CHECK(bars(screen.lines()) == 0);
    std::size_t narrow = 0;
    for (std::size_t at = next; (at = content.find("balances  ", at)) != std::string::npos; ++at) {
        const std::size_t length = content.find('\r', at) - at;
        if (content.find("/s", at) > at + length) continue; // not a bar
        CHECK(length < 70);
        ++narrow;
    }
    CHECK(narrow > 0);
}

TEST_CASE("Six mismatches fit a screen below the log, 5,000 fit two, at 80, 100 and 160 columns",
          "[integration][program][terminal]") {
    const auto uuid = [](std::uint32_t i) { return fmt::format("0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a{:04}", i); };
    World world;
    world.resolved_market(uuid(0), integration::contract(1), 1, 2, 0);
    for (std::uint32_t i = 1; i <= 2; ++i)
        world.open_market(uuid(i), integration::contract(1 + i), "50", "50", std::pair{4U, 6U});
    world.user("matches", account(9999), "1", 10'000'000); // or a hint would say that all differ
    std::uint32_t users_made = 0;
    const auto add_users = [&](std::uint32_t until) {
        for (; users_made < until; ++users_made)
            world.user(uuid(users_made), account(users_made), "1250", 12'043'928'471 - users_made);
        world.flush();
    };
    const auto result_lines = [&](unsigned short columns) {
        PseudoTerminal terminal(columns, 24);
        integration::Environment environment = environment_of(world);
        environment["TERM"] = "xterm-256color";
        environment["SYNC_CONFIRM_DELAY_MS"] = "0";
        Program program({"run", "--progress", "never"}, environment, {.terminal = terminal.program_end()});
        CHECK(program.wait().code == 1);
        Screen screen(columns);
        screen.feed(terminal.rest());
        const auto start = std::find_if(screen.lines().begin(), screen.lines().end(), [](const std::string& line) {
            return holds(line, " balances differ: the chain has ");
        });
        std::vector<std::string> lines(start, screen.lines().end());
        while (!lines.empty() && lines.back().empty()) lines.pop_back();
        for (const std::string& line : lines) CHECK(line.size() <= columns);
        return lines;
    };
    const auto fit = [&](std::size_t most, std::string_view verdict) {
        for (const unsigned short columns : std::initializer_list<unsigned short>{80, 100, 160}) {
            const std::vector<std::string> lines = result_lines(columns);
            CHECK(lines.size() <= most);
            const auto critical = std::find(lines.begin(), lines.end(), "CRITICAL outcomes: " + uuid(0));
            REQUIRE(critical != lines.end());
            CHECK(std::next(critical)->starts_with(verdict));
        }
    };
    add_users(3);
    fit(24, "OUT OF SYNC: 1 outcome (CRITICAL), the odds of 2 markets and 3 balances differ.");
    add_users(5000);
    fit(48, "OUT OF SYNC: 1 outcome (CRITICAL), the odds of 2 markets and 5,000 balances");
}
