// The devnet: a double of a Stellar RPC server (stellar-rpc), for tests and for the demo. HTTP on one address; each
// connection is served by a thread of its own.
//
//     devnet::Server node;
//     const auto usdc = *stellar::circle_usdc(stellar::test_network_passphrase);
//     node.ledger().deploy_asset(usdc);
//     node.ledger().set_trust_line("G...", usdc, 123'450'000);
//     node.faults().add({.fault = devnet::StatusFault{.status = 429, .retry_after = "1"}, .limit = 2});
//     node.start();
//     ... node.url() ...
//     CHECK(node.traffic().counters().calls["getLedgerEntries"] == 1);
//
// Beside "/" it serves a control interface for scripts: POST /devnet/records (JSON Lines as in ledger_file.hpp), POST
// /devnet/close (closes a ledger; ?ledgers=N), POST /devnet/remember (what a lagging node goes on answering), POST
// /devnet/faults (a rule is added, an array replaces all), GET /devnet/stats, POST /devnet/stats/clear. A body there
// may have 64 MiB.
#pragma once

#include "devnet/faults.hpp"
#include "devnet/ledger.hpp"
#include "devnet/settings.hpp"
#include "devnet/traffic.hpp"

#include <memory>
#include <string>

namespace devnet {

class Server {
  public:
    explicit Server(ServerSettings settings = {});
    ~Server(); // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens; throws std::runtime_error where it cannot. Once a server was stopped it may be started again, on the
    /// same port: a node that is down for a while.
    void start();
    /// Closes every connection, hung ones too, and returns when no request is served any more.
    void stop();

    int port() const;
    std::string url() const; // http://127.0.0.1:PORT

    Ledger& ledger();
    Faults& faults();
    Traffic& traffic();
    RpcSettings rpc_settings() const;
    void set_rpc_settings(RpcSettings settings);

  private:
    class Core;
    std::unique_ptr<Core> core_;
};

} // namespace devnet
