// stellar-sync-chaos: whole cycles of the real program on random databases, ledgers and faults, each held against the
// oracle. scripts/chaos builds and runs it.
#include "chaos/scenario.hpp"
#include "fakes/program.hpp"
#include "integration/world.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

using namespace std::chrono_literals;
using chaos::Dice;
using chaos::Said;
using chaos::Weather;
using chaos::World;
using Clock = std::chrono::steady_clock;

struct Totals {
    std::uint64_t cycles = 0, rows = 0, struck = 0, failed = 0;
};

/// Everything of one seed.
struct Cycle {
    explicit Cycle(std::uint64_t seed) : dice(seed), world(dice, node.ledger()), weather(chaos::make_weather(dice)) {
        const bool large = dice.percent(4);
        world.add_markets(dice.below(150));
        world.add_users(large ? 4500 : dice.below(1200));
        database.create_tables(world.tables);
        world.write(database);
        node.faults().set(weather.rules);
        node.start();
        choose_checks();
    }

    std::map<std::string, std::string> environment() const {
        std::map<std::string, std::string> all = weather.settings;
        all["DATABASE_URL"] = database.url();
        // The same node under a second name: whatever is given up is asked again there, and what pages somebody.
        all["SOROBAN_RPC_URL"] = node.url() + (weather.second_endpoint ? "," + node.url() + "/?second" : "");
        all["AMM_CONTRACT_ADDRESS"] = stellar::to_strkey({stellar::Address::Kind::contract, world.amm});
        if (world.has_market_contract) {
            all["MARKET_CONTRACT_ADDRESS"] =
                stellar::to_strkey({stellar::Address::Kind::contract, world.shared_market});
        }
        all["SYNC_READ_MODE"] = world.read_mode;
        all["SYNC_ODDS_THRESHOLD"] = world.thresholds.odds == mpq_class("1/20") ? "0.05" : "0.01";
        all["SYNC_BALANCE_THRESHOLD"] = chaos::shown_stroops(world.thresholds.balance);
        return all;
    }

    Said run();
    std::vector<std::string> review(const Said& said) const {
        return chaos::faults_of(said, world.expected, weather.circumstances);
    }

    Dice dice;
    devnet::Server node;
    fakes::TestDatabase database;
    World world;
    Weather weather;
    std::vector<std::string> arguments{"run", "--output", "json", "--log-format", "json"};
    Clock::duration took{};

  private:
    void choose_checks();
    void harm(const fakes::Program& program, const std::stop_token& stop);
};

void Cycle::choose_checks() {
    auto& checks = weather.circumstances.checks;
    checks = {"odds", "outcomes", "balances"};
    if (dice.percent(15)) {
        const std::string only = dice.one_of({"odds", "outcomes", "balances"});
        arguments.insert(arguments.end(), {"--only", only});
        checks = {only};
    }
    for (const std::string& check : checks) world.expected[check];
    std::erase_if(world.expected, [&](const auto& check) { return !checks.contains(check.first); });
    weather.circumstances.skipped = checks.contains("balances") ? world.skipped : 0;
    if (!checks.contains("balances")) world.moving.clear();
}

/// What happens while the cycle runs.
void Cycle::harm(const fakes::Program& program, const std::stop_token& stop) {
    const auto start = Clock::now();
    const auto wait = [&](int ms) {
        while (!stop.stop_requested() && Clock::now() - start < std::chrono::milliseconds(ms))
            std::this_thread::sleep_for(1ms);
        return !stop.stop_requested();
    };
    if (!wait(weather.harm_after_ms / 4)) return;
    for (const World::Moving& user : world.moving) {
        node.ledger().set_trust_line(user.wallet, world.asset, static_cast<std::int64_t>(dice.below(1000)));
    }
    node.ledger().close();
    if (!wait(weather.harm_after_ms)) return;
    // Before its first line it has not begun, and a signal ends it as it ends any program.
    while (weather.signal != 0 && !stop.stop_requested() && program.err_so_far().empty())
        std::this_thread::sleep_for(1ms);
    if (weather.signal != 0) program.signal(weather.signal);
    if (weather.kill_connections) {
        database.exec_as_superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                                   "current_database() AND application_name = 'stellar-sync'");
    }
    if (weather.stop_node) {
        node.stop();
        wait(weather.harm_after_ms + 150);
        node.start();
    }
}

Said Cycle::run() {
    const auto start = Clock::now();
    fakes::Program program(arguments, environment(), {});
    std::jthread trouble([&](const std::stop_token& stop) { harm(program, stop); });
    const fakes::Ended ended = program.wait(std::chrono::seconds(100));
    took = Clock::now() - start;
    return {ended.code, ended.killed, ended.out, ended.err};
}

void keep(std::uint64_t seed, const Said& said) {
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / fmt::format("stellar-sync-chaos-{}", seed);
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "out") << said.out;
    std::ofstream(directory / "err") << said.err;
    fmt::print("  what the program said is in {}\n", directory.string());
}

void run_seed(std::uint64_t seed, bool verbose, Totals& totals) {
    Cycle cycle(seed);
    const auto& world = cycle.world;
    std::string settings;
    for (const auto& [name, value] : cycle.weather.settings) settings += fmt::format(" {}={}", name.substr(5), value);
    const std::string plan = fmt::format("{} mode, {} amounts,{}{}", world.read_mode, world.tables.amount_type,
                                         settings, cycle.weather.described);
    if (verbose) fmt::print("seed {}: {}\n", seed, plan);
    const Said said = cycle.run();
    std::vector<std::string> faults = cycle.review(said);
    const int signal = cycle.weather.signal;
    const auto limit = cycle.weather.settings.contains("SYNC_TIMEOUT_MS") ? 16s : signal != 0 ? 30s : 90s;
    if (cycle.took > limit) {
        faults.push_back(
            fmt::format("took {} ms", std::chrono::duration_cast<std::chrono::milliseconds>(cycle.took).count()));
    }
    ++totals.cycles;
    totals.struck += cycle.node.faults().struck();
    for (const auto& [check, rows] : world.expected) totals.rows += rows.size();
    if (verbose) {
        fmt::print("  exit code {}, {} ms\n", said.code,
                   std::chrono::duration_cast<std::chrono::milliseconds>(cycle.took).count());
    }
    if (faults.empty()) return;
    ++totals.failed;
    fmt::print("seed {} FAILED: {}\n", seed, plan);
    for (std::size_t i = 0; i < faults.size() && i < 20; ++i) fmt::print("  {}\n", faults[i]);
    keep(seed, said);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    if (const std::size_t at = text.find(from); at != text.npos) text.replace(at, from.size(), to);
    return text;
}

std::string without_line(const std::string& text, const std::string& part) {
    const std::size_t at = text.find(part);
    if (at == text.npos) return text;
    const std::size_t begin = text.rfind('\n', at) + 1;
    return text.substr(0, begin) + text.substr(text.find('\n', at) + 1);
}

/// The oracle must see what is falsified in a result that is right.
bool self_test() {
    for (std::uint64_t seed = 1; seed < 200; ++seed) {
        Cycle cycle(seed);
        if (cycle.weather.circumstances.faults || !cycle.weather.circumstances.fail_on_mismatch) continue;
        const Said right = cycle.run();
        if (right.code != 1 || right.err.find("\"BALANCE\"") == std::string::npos) continue;
        if (!cycle.review(right).empty()) return false;
        const std::pair<const char*, Said> falsified[] = {
            {"a mismatch hidden", {right.code, false, right.out, without_line(right.err, "\"MISMATCH\"")}},
            {"an item in no bucket",
             {right.code, false, replaced(right.out, "\"matched\":", "\"matched\":1"), right.err}},
            {"an item less in scope",
             {right.code, false, replaced(right.out, "\"inScope\":", "\"inScope\":1"), right.err}},
            {"a mismatch twice",
             {right.code, false, right.out,
              right.err + right.err.substr(right.err.find('\n', right.err.find("\"MISMATCH\"")) + 1)}},
            {"another value",
             {right.code, false, right.out, replaced(right.err, "\"databaseBalance\":\"", "\"databaseBalance\":\"1")}},
            {"another exit code", {0, false, right.out, right.err}},
            {"killed", {139, true, right.out, right.err}},
            {"a match called a mismatch",
             {right.code, false, right.out, replaced(right.err, "\"userId\":\"", "\"userId\":\"x")}},
            {"the password", {right.code, false, right.out, right.err + "{\"a\":\"s3cret\"}\n"}},
            {"no JSON", {right.code, false, "{", right.err}},
        };
        bool all = true;
        for (const auto& [name, said] : falsified) {
            const bool seen = !cycle.review(said).empty();
            fmt::print("{}: {}\n", name, seen ? "seen" : "NOT SEEN");
            all = all && seen;
        }
        return all;
    }
    return false;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Whole cycles on random databases, ledgers and faults, held against an oracle."};
    std::vector<std::uint64_t> seeds;
    std::uint64_t count = 0;
    std::uint64_t from = 1;
    bool verbose = false;
    bool self = false;
    app.add_option("seed", seeds, "These seeds");
    app.add_option("--seeds", count, "So many seeds");
    app.add_option("--from", from, "The first of them");
    app.add_flag("--verbose", verbose, "Tell each seed's plan");
    app.add_flag("--self-test", self, "Show that the oracle sees what is falsified");
    CLI11_PARSE(app, argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    if (self) return self_test() ? 0 : 1;
    for (std::uint64_t i = 0; i < count; ++i) seeds.push_back(from + i);
    Totals totals;
    const auto start = Clock::now();
    for (const std::uint64_t seed : seeds) run_seed(seed, verbose, totals);
    fmt::print("{} cycles, {} rows, {} requests struck by a fault, {} failed, {} s\n", totals.cycles, totals.rows,
               totals.struck, totals.failed,
               std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start).count());
    return totals.failed == 0 ? 0 : 1;
}
