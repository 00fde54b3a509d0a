// stellar-devnet: a Stellar RPC double on a port of this machine, with a ledger from a file.
// One line on standard output says where it listens; it runs until SIGTERM or SIGINT and exits 0. Exit 2: an option or
// the ledger file is wrong, or the port is taken.
#include "devnet/ledger_file.hpp"
#include "devnet/server.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace {

struct Options {
    std::vector<std::string> ledger_files;
    std::vector<std::string> faults;
    std::optional<std::uint32_t> close_ms;
    devnet::ServerSettings server;
};

void declare(CLI::App& app, Options& options) {
    devnet::ServerSettings& server = options.server;
    server.record_calls = false; // it would grow without end
    app.add_option("--ledger", options.ledger_files, "Ledger file, JSON Lines; may be given more than once");
    app.add_option("--host", server.host, "IPv4 address to listen on")->capture_default_str();
    app.add_option("--port", server.port, "Port; 0: a free one")->capture_default_str()->check(CLI::Range(0, 65535));
    app.add_option("--close-ms", options.close_ms, "A ledger closes every N ms; 0: only by POST /devnet/close");
    app.add_option("--fault", options.faults, "Fault rule, one JSON object; may be given more than once")->take_all();
    app.add_option("--max-keys", server.rpc.max_keys, "Keys in one getLedgerEntries call")->capture_default_str();
    app.add_option("--pool-function", server.rpc.pool_function, "Function of the AMM contract")->capture_default_str();
    app.add_option("--outcome-function", server.rpc.outcome_function, "Function of market contracts")
        ->capture_default_str();
}

/// Blocks the signals in this thread and in those it starts, so that sigwait alone gets them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

void run(const Options& options) {
    const sigset_t signals = block_stop_signals();
    devnet::Server server(options.server);
    for (const std::string& path : options.ledger_files) devnet::load_ledger_file(server.ledger(), path);
    if (options.close_ms) server.ledger().set_close_interval(std::chrono::milliseconds(*options.close_ms));
    for (const std::string& text : options.faults) {
        for (devnet::FaultRule& rule : devnet::parse_faults(text)) server.faults().add(std::move(rule));
    }
    server.start();
    std::printf("listening on %s\n", server.url().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("A Stellar RPC double with a ledger of its own", "stellar-devnet");
    declare(app, options);
    try {
        app.parse(argc, argv);
        run(options);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stellar-devnet: %s\n", error.what());
        return 2;
    }
    return 0;
}
