// What stands between HTTP and the methods: content type, size, batches, notifications, faults, the record of calls.
// Source: jrpc2 jhttp/bridge.go, stellar-rpc internal/jsonrpc.go.
#pragma once

#include "devnet/faults.hpp"
#include "devnet/http_front.hpp"
#include "devnet/ledger.hpp"
#include "devnet/rpc.hpp"
#include "devnet/settings.hpp"
#include "devnet/traffic.hpp"

namespace devnet {

/// Answers requests that need no reading of their body; false where it has to be read.
bool refuse_unread(const httplib::Request& request, httplib::Response& response, Traffic& traffic);

class RpcFront {
  public:
    RpcFront(Ledger& ledger, Faults& faults, Traffic& traffic) : ledger_(ledger), faults_(faults), traffic_(traffic) {}

    /// A POST to "/".
    void serve(const httplib::Request& request, httplib::Response& response, HttpFront& front, SocketStream& connection,
               const RpcSettings& settings);

  private:
    void answer(const RpcBody& body, httplib::Response& response, const std::vector<Fault>& faults,
                const RpcSettings& settings);

    Ledger& ledger_;
    Faults& faults_;
    Traffic& traffic_;
};

} // namespace devnet
