// An RPC server that costs next to nothing, so that what is measured is the program in front of it: one thread, epoll,
// HTTP/1.1 with kept connections. The answers are the devnet's own (devnet::RpcCall over a devnet::Ledger); the
// entries and simulations in them are kept, and asked again (whatever the id, whatever the company) they are only sent.
//
//   POST /                      an RPC request (no batches)
//   POST /latency/MS            the same, answered MS milliseconds after it came
//   GET  /bench/stats           lines of "name value" since the last clearing
//   POST /bench/clear           sets them to 0
//   POST /bench/record          the body names a file: RPC requests from now on are written there, one a line;
//                               an empty body ends it
#pragma once

#include "devnet/ledger.hpp"

#include <cstddef>
#include <memory>

namespace bench {

class Node {
  public:
    /// Listens on 127.0.0.1; `ledger` outlives this. Throws std::system_error.
    Node(devnet::Ledger& ledger, int port);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    int port() const;
    /// Until SIGTERM or SIGINT, which it takes from the thread.
    void serve();

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace bench
