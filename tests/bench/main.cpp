// stellar-bench: the parts of scripts/bench.
//
//   stellar-bench users N | markets N   rows for COPY on standard output
//   stellar-bench node                  the RPC server; says where it listens, runs until SIGTERM or SIGINT
//   stellar-bench floor FILE            replays recorded requests; prints elapsed, user and system seconds
//   stellar-bench measure               runs the program and the floor, prints the tables
//   stellar-bench verify FILE           holds the node's answers against the devnet's
#include "bench/floor.hpp"
#include "bench/measure.hpp"
#include "bench/node.hpp"
#include "bench/verify.hpp"
#include "bench/world.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

/// "users:markets:URL".
bench::Case parse_case(const std::string& text) {
    const std::size_t first = text.find(':');
    const std::size_t second = text.find(':', first + 1);
    return {std::stoull(text), std::stoull(text.substr(first + 1)), text.substr(second + 1)};
}

std::uint64_t millionths(double percent) {
    return static_cast<std::uint64_t>(std::llround(percent * 10'000));
}

void serve(const bench::WorldSize& size) {
    devnet::Ledger ledger;
    bench::fill(ledger, size);
    bench::Node node(ledger, 0);
    std::printf("listening on http://127.0.0.1:%d\n", node.port());
    std::fflush(stdout);
    node.serve();
}

void print_cost(const bench::Cost& cost) {
    std::printf("%.6f %.6f %.6f\n", cost.wall, cost.user, cost.system);
}

struct Options {
    bench::WorldSize size;
    double drifting = 0.1; // per cent of the users
    std::string requests;
    std::string url;
    std::vector<std::string> cases;
    bench::Plan plan;
};

void declare_world(CLI::App& app, Options& options) {
    CLI::App* users = app.add_subcommand("users");
    users->add_option("count", options.size.users)->required();
    users->add_option("--drifting", options.drifting);
    users->callback([&] { bench::write_users(stdout, options.size.users, millionths(options.drifting)); });
    CLI::App* markets = app.add_subcommand("markets");
    markets->add_option("count", options.size.markets)->required();
    markets->callback([&] { bench::write_markets(stdout, options.size.markets); });
    CLI::App* node = app.add_subcommand("node");
    node->add_option("--users", options.size.users);
    node->add_option("--markets", options.size.markets);
    node->callback([&] { serve(options.size); });
    CLI::App* verify = app.add_subcommand("verify");
    verify->add_option("requests", options.requests)->required();
    verify->add_option("--url", options.url)->required();
    verify->add_option("--users", options.size.users);
    verify->add_option("--markets", options.size.markets);
    verify->callback([&] {
        const std::size_t compared = bench::verify(options.requests, options.url, options.size);
        std::printf("%zu answers are the devnet's own, byte for byte\n", compared);
    });
}

void declare_measurement(CLI::App& app, Options& options) {
    CLI::App* floor = app.add_subcommand("floor");
    floor->add_option("requests", options.requests)->required();
    floor->add_option("--url", options.url)->required();
    floor->callback([&] { print_cost(bench::replay(options.requests, options.url, 5)); });
    CLI::App* measure = app.add_subcommand("measure");
    measure->add_option("--program", options.plan.program)->required();
    measure->add_option("--url", options.plan.node_url)->required();
    measure->add_option("--scratch", options.plan.scratch)->required();
    measure->add_option("--case", options.cases, "USERS:MARKETS:DATABASE_URL")->required();
    measure->add_option("--latency", options.plan.latencies)->delimiter(',');
    measure->add_option("--rounds", options.plan.rounds)->check(CLI::Range(1, 99));
    measure->add_option("--drifting", options.drifting);
    measure->add_option("--confirm-delay-ms", options.plan.confirm_delay_ms);
    measure->add_option("arguments", options.plan.arguments);
    measure->callback([&] {
        options.plan.drifting = millionths(options.drifting);
        for (const std::string& text : options.cases) options.plan.cases.push_back(parse_case(text));
        bench::measure(options.plan);
    });
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    options.plan.floor = "/proc/self/exe";
    CLI::App app("The parts of scripts/bench", "stellar-bench");
    app.require_subcommand(1);
    declare_world(app, options);
    declare_measurement(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stellar-bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
