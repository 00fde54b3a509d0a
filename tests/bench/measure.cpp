#include "bench/measure.hpp"

#include "bench/child.hpp"
#include "bench/control.hpp"
#include "bench/world.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

using Arguments = std::vector<std::string>;
using Stats = std::map<std::string, std::uint64_t>;

constexpr unsigned concurrency = 5; // SYNC_RATE_LIMIT's default

std::string settings_text(const Plan& plan) {
    return fmt::format("SYNC_CONFIRM_DELAY_MS={}", plan.confirm_delay_ms);
}

Ended run_program(const Plan& plan, const Case& world, unsigned latency, const Arguments& more) {
    const NodeControl node(plan.node_url);
    Arguments argv{plan.program, "run", "--output", "json", "--log-format", "json"};
    argv.insert(argv.end(), plan.arguments.begin(), plan.arguments.end());
    argv.insert(argv.end(), more.begin(), more.end());
    const std::vector<std::string> environment{"DATABASE_URL=" + world.database_url,
                                               "SOROBAN_RPC_URL=" + node.url(latency),
                                               "AMM_CONTRACT_ADDRESS=" + amm_contract(), settings_text(plan)};
    return run_child(argv, environment, plan.scratch + "/result.json", plan.scratch + "/events.jsonl");
}

Ended run_floor(const Plan& plan, const std::string& requests, unsigned latency) {
    const NodeControl node(plan.node_url);
    const Arguments argv{plan.floor, "floor", requests, "--url", node.url(latency)};
    Ended ended = run_child(argv, {}, plan.scratch + "/floor.out", plan.scratch + "/floor.err");
    if (ended.code != 0) throw std::runtime_error("the floor failed, see " + plan.scratch + "/floor.err");
    // Its own word, for the reading of the file is no part of it.
    std::istringstream(ended.out) >> ended.cost.wall >> ended.cost.user >> ended.cost.system;
    return ended;
}

/// Reading all rows by id, in one statement and by psql alone: what the database takes at the very least.
double rows_alone(const Plan& plan, const Case& world) {
    const std::string url = world.database_url.substr(0, world.database_url.find('?'));
    const Arguments argv{"/usr/bin/psql",
                         "-X",
                         "-q",
                         url,
                         "-c",
                         "COPY (SELECT id, wallet_address, usdc_balance FROM users ORDER BY id) TO STDOUT"};
    const Ended ended = run_child(argv, {}, "/dev/null", plan.scratch + "/psql.err");
    if (ended.code != 0) throw std::runtime_error("psql failed, see " + plan.scratch + "/psql.err");
    return ended.cost.wall;
}

void expect(std::string_view what, std::uint64_t found, std::uint64_t expected) {
    if (found == expected) return;
    throw std::runtime_error(fmt::format("{}: {} found, {} expected", what, found, expected));
}

/// By --only, where it is among the arguments.
bool asked_for(const Arguments& arguments, std::string_view check) {
    const auto only = std::find(arguments.begin(), arguments.end(), "--only");
    return only == arguments.end() || std::next(only) == arguments.end() || std::next(only)->find(check) != check.npos;
}

/// The checks that were asked for, each over all of its rows, found what is true.
void expect_truth(const Plan& plan, const Case& world, const Arguments& more, const Ended& ended) {
    const std::uint64_t drifting = drifting_users(world.users, plan.drifting);
    const std::uint64_t open = open_markets(world.markets);
    simdjson::dom::parser parser;
    const simdjson::dom::element result = parser.parse(ended.out.data(), ended.out.size());
    const auto counts = [&](std::string_view check, std::uint64_t rows, std::uint64_t mismatched) {
        const simdjson::dom::element tally = result["checks"][check];
        const auto count = [&tally](std::string_view name) { return std::uint64_t(tally[name]); };
        if (!asked_for(more, check) || !asked_for(plan.arguments, check)) return;
        expect(fmt::format("{}, in scope", check), count("inScope"), rows);
        expect(fmt::format("{}, matched", check), count("matched"), rows - mismatched);
        expect(fmt::format("{}, mismatched", check), count("mismatched"), mismatched);
    };
    counts("odds", open, 0);
    counts("outcomes", world.markets - open, 0);
    counts("balances", world.users, drifting);
    const auto mismatched = std::uint64_t(result["checks"]["balances"]["mismatched"]);
    expect("exit code", static_cast<std::uint64_t>(ended.code), mismatched > 0 ? 1 : 0);
}

/// Whatever the number of users.
void expect_bounded(const Cost& cost) {
    constexpr std::uint64_t limit = std::uint64_t{48} << 20;
    if (cost.peak < limit) return;
    throw std::runtime_error(
        fmt::format("{:.1f} MiB resident, 48 are the limit", static_cast<double>(cost.peak) / (1 << 20)));
}

/// What one run asked the node for.
Stats traffic_of(const Plan& plan, const Case& world, const Arguments& more) {
    const NodeControl node(plan.node_url);
    node.clear();
    const Ended ended = run_program(plan, world, 0, more);
    try {
        expect_truth(plan, world, more, ended);
    } catch (const std::exception& fault) {
        throw std::runtime_error(fmt::format("{} users: {} (exit code {})", world.users, fault.what(), ended.code));
    }
    return node.stats();
}

void print(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

void print_requests(const Plan& plan) {
    print("\nRequests. At best a batch of 200 keys for every 200 users: ceil(users / 200).\n"
          "One more asks the AMM which token it holds.\n");
    print("| users | markets | getLedgerEntries, balances, first look | ceil(users / 200) | all checks, first look "
          "| second looks | keys | simulateTransaction | all requests |");
    print("| --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    for (const Case& world : plan.cases) {
        Stats balances = traffic_of(plan, world, {"--only", "balances", "--confirm-attempts", "0"});
        const std::uint64_t batches = (world.users + 199) / 200;
        if (plan.arguments.empty())
            expect("getLedgerEntries calls for balances, and one for the AMM's token", balances["entries_requests"],
                   batches + 1);
        Stats first = traffic_of(plan, world, {"--confirm-attempts", "0"});
        Stats all = traffic_of(plan, world, {});
        print(fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |", world.users, world.markets,
                          balances["entries_requests"], batches, first["entries_requests"],
                          static_cast<std::int64_t>(all["entries_requests"] - first["entries_requests"]), all["keys"],
                          all["simulations"], all["requests"]));
    }
}

Cost median(std::vector<Cost> costs) {
    const auto middle = [&costs](auto member) {
        std::sort(costs.begin(), costs.end(), [member](const Cost& a, const Cost& b) { return a.*member < b.*member; });
        return costs[costs.size() / 2].*member;
    };
    return {middle(&Cost::wall), middle(&Cost::user), middle(&Cost::system), middle(&Cost::peak)};
}

void print_times(const Plan& plan, const Case& world) {
    const NodeControl node(plan.node_url);
    const std::string requests = plan.scratch + "/requests.jsonl";
    node.record(requests);
    Stats traffic = traffic_of(plan, world, {});
    node.end_record();
    for (const unsigned latency : plan.latencies) {
        std::vector<Cost> program;
        std::vector<Cost> floor;
        std::vector<double> rows;
        for (unsigned round = 0; round < plan.rounds; ++round) {
            Ended ended = run_program(plan, world, latency, {});
            expect_truth(plan, world, {}, ended);
            expect_bounded(ended.cost);
            program.push_back(ended.cost);
            floor.push_back(run_floor(plan, requests, latency).cost);
            rows.push_back(rows_alone(plan, world));
        }
        std::sort(rows.begin(), rows.end());
        const Cost own = median(program);
        const Cost least = median(floor);
        print(fmt::format("| {} | {} | {} ms | {:.3f} | {:.3f} | {:.2f} | {:.2f} | {:.2f} + {:.2f} = {:.2f} | {:.2f} "
                          "| {:.1f} | {:.1f} | {} | {:.1f} | {:.1f} |",
                          world.users, world.markets, latency, own.wall, least.wall, own.wall / least.wall,
                          rows[rows.size() / 2], own.user, own.system, own.cpu(), least.cpu(), own.cpu() / least.cpu(),
                          static_cast<double>(own.peak) / (1 << 20), traffic["requests"],
                          static_cast<double>(traffic["received"]) / 1e6, static_cast<double>(traffic["sent"]) / 1e6));
    }
}

} // namespace

void measure(const Plan& plan) {
    print(fmt::format("{} of 1,000,000 users drift, 1 in 10 wallets is a contract, 7 in 10 markets are open. Settings: "
                      "{}, {} requests in flight, every other at its default; median of {}.",
                      plan.drifting, settings_text(plan), concurrency, plan.rounds));
    print_requests(plan);
    print("\nTimes in seconds. The floor sends the same requests by bare libcurl and throws the answers away; the rows "
          "alone are one COPY of the users by id, to psql.\n");
    print(
        "| users | markets | latency | elapsed | floor | ratio | rows alone | CPU: user + system | floor's CPU | ratio "
        "| peak memory, MiB | requests | sent, MB | received, MB |");
    print("| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    for (const Case& world : plan.cases) print_times(plan, world);
}

} // namespace bench
