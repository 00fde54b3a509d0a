// How the devnet's RPC answers; everything but the host and port may change while it runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace devnet {

/// The defaults are those of stellar-rpc.
struct RpcSettings {
    std::size_t max_keys = 200;
    std::size_t max_batch = 10; // calls in a batch, since 30.0.1
    std::size_t max_body = 512 * 1024;
    std::uint32_t protocol_version = 28;
    std::chrono::milliseconds max_healthy_age{30'000}; // getHealth refuses above it
    std::string friendbot_url;                         // empty: left out
    bool refuse_params = false; // getHealth, getNetwork, getLatestLedger refuse even {}: servers before 25
    bool error_details = true;  // an event log follows a simulation's error: servers up to 30.0.0
    /// The server cannot fetch entries from its core and lets simulations believe that there are none (but for contract
    /// instances): a known weakness of the real server.
    bool simulation_loses_entries = false;
    /// Once a ledger has been read from, being asked for the latest one closes the next: a test need not wait for a
    /// clock.
    bool closes_when_polled = false;
    bool gzip = false; // for clients that take it; stellar-rpc does not, gateways do
    std::string pool_function = "get_pool_state";
    std::string outcome_function = "get_market_state";
};

struct ServerSettings {
    std::string host = "127.0.0.1";
    int port = 0; // 0: a free one
    RpcSettings rpc{};
    bool record_calls = true;
};

} // namespace devnet
