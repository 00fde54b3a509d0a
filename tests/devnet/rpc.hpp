// The methods of the RPC server: params in, result out. Sources: stellar-rpc cmd/stellar-rpc/internal/methods/*.go.
#pragma once

#include "devnet/faults.hpp"
#include "devnet/json_rpc.hpp"
#include "devnet/ledger.hpp"
#include "devnet/settings.hpp"
#include "devnet/traffic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace devnet {

/// What stands false in an answer on purpose.
struct Distortion {
    std::uint32_t ledgers_back = 0;
    std::optional<RpcFailure> failure; // instead of whatever the answer would be
    bool wrong_id = false;
    bool lagging = false; // the ledger as it was remembered
    std::optional<OtherNetworkFault> network;
    std::vector<EntriesFault> entries;
};

/// One call's way through the server.
class RpcCall {
  public:
    RpcCall(Ledger& ledger, const RpcSettings& settings, const Distortion& distortion)
        : ledger_(ledger), settings_(settings), distortion_(distortion) {}

    /// Appends the whole JSON-RPC answer.
    void answer(std::string& out, const RpcRequest& request, CallRecord& record) const;

  private:
    using Outcome = std::optional<RpcFailure>;

    Outcome dispatch(std::string& out, const RpcRequest& request, CallRecord& record) const;
    Outcome get_ledger_entries(std::string& out, const RpcRequest& request, CallRecord& record) const;
    Outcome simulate_transaction(std::string& out, const RpcRequest& request, CallRecord& record) const;
    Outcome get_health(std::string& out) const;
    void get_network(std::string& out) const;
    void get_latest_ledger(std::string& out) const;
    LedgerView view() const { return LedgerView(ledger_, distortion_.lagging); }
    std::uint32_t reported(std::uint32_t ledger) const { return ledger - distortion_.ledgers_back; }

    Ledger& ledger_;
    const RpcSettings& settings_;
    const Distortion& distortion_;
};

} // namespace devnet
