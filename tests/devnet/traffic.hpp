// What the devnet was asked: counters, and a record of each call, so that a test can show what a client did and did not
// do.
#pragma once

#include "stellar/scval.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace devnet {

/// A contract's function with its arguments, as a simulated transaction calls it.
struct ContractCall {
    stellar::Hash contract{};
    std::string function;
    std::vector<stellar::ScVal> arguments;
};

/// One JSON-RPC call, also one that a fault spoilt.
struct CallRecord {
    std::string method;
    std::chrono::steady_clock::time_point start{}; // the request was read
    std::vector<std::string> keys;                 // getLedgerEntries: XDR bytes, in the order asked
    std::optional<ContractCall> simulated;         // simulateTransaction
};

struct Counters {
    std::uint64_t requests = 0;    // HTTP requests to "/", whatever came of them
    std::uint64_t connections = 0; // accepted
    std::uint64_t in_flight = 0;
    std::uint64_t max_in_flight = 0;            // the greatest number at once
    std::uint64_t keys = 0;                     // in all getLedgerEntries calls
    std::map<std::string, std::uint64_t> calls; // by method
};

/// Thread-safe.
class Traffic {
  public:
    Counters counters() const;
    /// JSON-RPC calls of a method.
    std::uint64_t calls(std::string_view method) const;
    /// Every call, in the order of its reading; empty where recording is off.
    std::vector<CallRecord> record() const;
    /// How many getLedgerEntries calls named this key (XDR bytes). Needs the record.
    std::uint64_t times_asked(std::string_view key) const;
    /// The number of keys in each getLedgerEntries call.
    std::vector<std::size_t> keys_per_call() const;
    /// Counters (but for in_flight) to 0, the record emptied.
    void clear();
    /// A record of all keys takes 16 KB for a call of 200: off for long measurements.
    void set_recording(bool on);

    // For the server.
    void connected();
    void begin_request();
    void end_request();
    void add(CallRecord call);

  private:
    mutable std::mutex mutex_;
    Counters counters_;
    std::vector<std::size_t> keys_per_call_;
    std::vector<CallRecord> record_;
    bool recording_ = true;
};

} // namespace devnet
