// stellar-sync-chaos: whole cycles of the real program on random databases, ledgers and faults, each held against the
// oracle. scripts/chaos builds and runs it.
#include "chaos/scenario.hpp"
#include "cmd/temporary_file.hpp"
#include "fakes/program.hpp"
#include "integration/world.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace {

using namespace std::chrono_literals;
using chaos::Dice;
using chaos::Features;
using chaos::Said;
using chaos::Weather;
using chaos::World;
using Clock = std::chrono::steady_clock;

struct Totals {
    std::uint64_t cycles = 0, rows = 0, struck = 0, failed = 0;
};

/// Everything of one seed.
struct Cycle {
    explicit Cycle(std::uint64_t seed, const std::optional<Features>& features = std::nullopt)
        : dice(seed), world(dice, features ? *features : chaos::make_features(dice), node.ledger()),
          weather(chaos::make_weather(dice, world.features)) {
        const bool large = dice.percent(4);
        if (world.features.cut_simulation) {
            world.add_markets(dice.below(60));
            world.add_users(300 + dice.below(400));
        } else {
            world.add_markets(dice.below(150));
            world.add_users(large ? 4500 : dice.below(1200));
        }
        world.add_exemptions();
        world.write(database);
        node.faults().set(weather.rules);
        node.start();
        choose_checks();
    }

    std::map<std::string, std::string> environment(unsigned shard) const {
        std::map<std::string, std::string> all = world.settings();
        all.insert(weather.settings.begin(), weather.settings.end());
        all["DATABASE_URL"] = database.url();
        // The same node under a second name: whatever is given up is asked again there, and what pages somebody.
        all["SOROBAN_RPC_URL"] = node.url() + (weather.second_endpoint ? "," + node.url() + "/?second" : "");
        all["AMM_CONTRACT_ADDRESS"] = stellar::to_strkey({stellar::Address::Kind::contract, world.amm});
        if (world.features.shards > 1) all["SYNC_SHARD"] = fmt::format("{}/{}", shard, world.features.shards);
        if (!exemptions.empty()) all["SYNC_EXEMPTIONS_FILE"] = exemptions;
        return all;
    }

    /// One run for each shard, one after the other.
    std::vector<Said> run();
    std::vector<std::string> review(const std::vector<Said>& said) const {
        return chaos::faults_of(said, world.expected, weather.circumstances);
    }

    Dice dice;
    devnet::Server node;
    fakes::TestDatabase database;
    World world;
    Weather weather;
    std::vector<std::string> arguments{"run", "--output", "json", "--log-format", "json"};
    Clock::duration took{}; // the longest run

  private:
    void choose_checks();
    void set_clocks();
    Said run_shard(unsigned shard);
    void harm(const fakes::Program& program, const std::stop_token& stop);

    std::string exemptions; // the file's path
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

/// Ledgers close, or not, and the indexer has come to where it has.
void Cycle::set_clocks() {
    devnet::Ledger& ledger = node.ledger();
    const std::uint32_t latest = ledger.close();
    ledger.set_close_interval(world.features.stalled ? 0ms : 30ms);
    std::string watermark = "NULL";
    switch (world.features.watermark) {
    case chaos::Watermark::none:
        return;
    case chaos::Watermark::truthful:
        watermark = std::to_string(latest);
        break;
    case chaos::Watermark::lagging:
        watermark = "995"; // the devnet begins with ledger 1000
        break;
    case chaos::Watermark::ahead:
        watermark = std::to_string(latest + (world.features.stalled ? 0 : 20));
        break;
    case chaos::Watermark::implausible:
        watermark = std::to_string(latest + 1'000'000);
        break;
    case chaos::Watermark::null:
    case chaos::Watermark::no_row:
        break;
    }
    database.exec(fmt::format("DELETE FROM indexer; INSERT INTO indexer VALUES ({})", watermark));
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
        node.ledger().set_trust_line(user.wallet, *world.asset, static_cast<std::int64_t>(dice.below(1000)));
    }
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

Said Cycle::run_shard(unsigned shard) {
    set_clocks();
    const auto start = Clock::now();
    fakes::Program program(arguments, environment(shard), {});
    std::jthread trouble([&](const std::stop_token& stop) { harm(program, stop); });
    const fakes::Ended ended = program.wait(std::chrono::seconds(100));
    took = std::max(took, Clock::now() - start);
    return {ended.code, ended.killed, ended.out, ended.err};
}

std::vector<Said> Cycle::run() {
    const parsing::TemporaryFile file(world.exemptions);
    if (world.features.exemptions) exemptions = file.path();
    std::vector<Said> said;
    for (unsigned shard = 0; shard < world.features.shards; ++shard) said.push_back(run_shard(shard));
    return said;
}

void keep(std::uint64_t seed, const std::vector<Said>& shards) {
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / fmt::format("stellar-sync-chaos-{}", seed);
    std::filesystem::create_directories(directory);
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const std::string which = shards.size() == 1 ? "" : fmt::format("-{}", i);
        std::ofstream(directory / ("out" + which)) << shards[i].out;
        std::ofstream(directory / ("err" + which)) << shards[i].err;
    }
    fmt::print("  what the program said is in {}\n", directory.string());
}

void run_seed(std::uint64_t seed, bool verbose, Totals& totals) {
    Cycle cycle(seed);
    const auto& world = cycle.world;
    std::string settings;
    for (const auto& [name, value] : cycle.weather.settings) settings += fmt::format(" {}={}", name.substr(5), value);
    const std::string plan = fmt::format("{} mode, {} amounts, {},{}{}", world.read_mode, world.tables.amount_type,
                                         described(world.features), settings, cycle.weather.described);
    if (verbose) fmt::print("seed {}: {}\n", seed, plan);
    const std::vector<Said> said = cycle.run();
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
        fmt::print("  exit code {}, {} ms\n", said.front().code,
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

std::string replaced_everywhere(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

std::string without_line(const std::string& text, const std::string& part) {
    const std::size_t at = text.find(part);
    if (at == text.npos) return text;
    const std::size_t begin = text.rfind('\n', at) + 1;
    return text.substr(0, begin) + text.substr(text.find('\n', at) + 1);
}

std::string line_with(const std::string& text, const std::string& part) {
    const std::size_t at = text.find(part);
    if (at == text.npos) return "";
    const std::size_t begin = text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', at) + 1 - begin);
}

/// The first user that is listed and the last one change places.
std::string swapped_users(std::string text) {
    const std::string before = "\"resourceType\":\"USER\",\"resourceId\":\"";
    const auto id_at = [&](std::size_t at) {
        at += before.size();
        return text.substr(at, text.find('"', at) - at);
    };
    const std::size_t first = text.find(before);
    const std::size_t last = text.rfind(before, std::min(text.find("\"exemptions\":"), text.find("\"errors\":[")));
    if (first == text.npos || last == text.npos) return text;
    const std::string a = id_at(first), b = id_at(last);
    text.replace(last + before.size(), b.size(), a);
    return text.replace(first + before.size(), a.size(), b);
}

/// A change to what a right run said. It must be seen, or change nothing.
struct Falsified {
    const char* name;
    std::function<void(std::vector<Said>&)> change;
};

/// A replacement in the result, or in the events, of the first shard.
Falsified in_result(const char* name, const std::string& from, const std::string& to) {
    return {name, [=](std::vector<Said>& said) { said[0].out = replaced(said[0].out, from, to); }};
}
Falsified in_events(const char* name, const std::string& from, const std::string& to) {
    return {name, [=](std::vector<Said>& said) { said[0].err = replaced(said[0].err, from, to); }};
}

std::vector<Falsified> falsified_rows() {
    return {
        {"a mismatch hidden", [](auto& said) { said[0].err = without_line(said[0].err, "\"MISMATCH\""); }},
        {"an error hidden", [](auto& said) { said[0].err = without_line(said[0].err, "\"ITEM_ERROR\""); }},
        in_result("an item in no bucket", "\"matched\":", "\"matched\":1"),
        in_result("an item less in scope", "\"inScope\":", "\"inScope\":1"),
        {"a mismatch twice", [](auto& said) { said[0].err += line_with(said[0].err, "\"MISMATCH\""); }},
        {"a mismatch in two shards", [](auto& said) { said[1].err += line_with(said[0].err, "\"MISMATCH\""); }},
        // In every one, for of a user that moves any value is right.
        {"another value",
         [](auto& said) {
             said[0].err = replaced_everywhere(said[0].err, "\"databaseBalance\":\"", "\"databaseBalance\":\"1");
         }},
        {"an exempt row hidden", [](auto& said) { said[0].err = without_line(said[0].err, "\"EXEMPT\""); }},
        in_events("another state of the market", "\"chainStatusName\":\"", "\"chainStatusName\":\"x"),
        in_events("another cause", "\"likelyCause\":\"", "\"likelyCause\":\"x"),
        in_events("not confirmed", "\"confirmed\":true", "\"confirmed\":false"),
        in_result("another total", "\"chainMore\":\"", "\"chainMore\":\"1"),
        in_result("more exempt rows", "\"exempt\":", "\"exempt\":1"),
        {"not the worst first", [](auto& said) { said[0].out = swapped_users(said[0].out); }},
        {"another exit code", [](auto& said) { said[0].code = 0; }},
        {"killed", [](auto& said) { said[0].code = 139, said[0].killed = true; }},
        in_events("a match called a mismatch", "\"userId\":\"", "\"userId\":\"x"),
        {"the password", [](auto& said) { said[0].err += "{\"a\":\"s3cret\"}\n"; }},
        {"no JSON", [](auto& said) { said[0].out = "{"; }},
    };
}

std::vector<Falsified> falsified_cuts() {
    return {
        {"two aggregates of a check", [](auto& said) { said[0].err += line_with(said[0].err, "\"NOT_REACHED\""); }},
        in_events("given up without a reason", "\"NOT_REACHED\"", "\"RPC\""),
        in_events("an aggregate of another size", "\"count\":", "\"count\":1"),
    };
}

bool same(const std::vector<Said>& a, const std::vector<Said>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), [](const Said& x, const Said& y) {
        return x.code == y.code && x.killed == y.killed && x.out == y.out && x.err == y.err;
    });
}

/// The oracle must see each of these in what is right, in worlds with these features.
bool sees(const Features& features, std::vector<Falsified> falsified) {
    for (std::uint64_t seed = 1; seed < 100 && !falsified.empty(); ++seed) {
        Cycle cycle(seed, features);
        const auto& around = cycle.weather.circumstances;
        if (around.faults || !around.fail_on_mismatch || around.confirm_attempts == 0) continue;
        const std::vector<Said> right = cycle.run();
        if (const auto faults = cycle.review(right); !faults.empty()) {
            fmt::print("seed {} is wrong as it is: {}\n", seed, faults.front());
            return false;
        }
        if (right[0].code != 1) continue;
        std::vector<Falsified> left;
        for (Falsified& one : falsified) {
            std::vector<Said> said = right;
            one.change(said);
            if (same(said, right)) {
                left.push_back(std::move(one));
                continue;
            }
            const bool seen = !cycle.review(said).empty();
            fmt::print("{}: {}\n", one.name, seen ? "seen" : "NOT SEEN");
            if (!seen) {
                keep(seed, right);
                return false;
            }
        }
        falsified = std::move(left);
    }
    for (const Falsified& one : falsified) fmt::print("{}: never tried\n", one.name);
    return falsified.empty();
}

bool self_test() {
    Features rows;
    rows.custom_sql = rows.duplicates = rows.words = rows.market_ids = rows.exemptions = true;
    rows.shared = chaos::Shared::one_market;
    rows.token = chaos::TokenRule::amm_asset;
    rows.watermark = chaos::Watermark::lagging;
    rows.shards = 2;
    Features cut;
    cut.cut_simulation = true;
    Features stalled;
    stalled.stalled = true;
    Features implausible;
    implausible.watermark = chaos::Watermark::implausible;
    return sees(rows, falsified_rows()) && sees(cut, falsified_cuts()) &&
           sees(stalled, {in_events("confirmed from the same ledger", "\"confirmed\":false", "\"confirmed\":true"),
                          in_events("no word about a node that stays", "NODE_STALLED", "WARNING")}) &&
           sees(implausible, {{"no word about an implausible watermark",
                               [](auto& said) { said[0].err = without_line(said[0].err, "WATERMARK_IMPLAUSIBLE"); }}});
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
