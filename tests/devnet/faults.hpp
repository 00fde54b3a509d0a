// Faults: what the devnet does wrong on purpose, and to which requests.
//
// A new kind of fault is a new alternative of Fault, a name for it in faults_json.cpp, and the place where the server
// commits it (fault_player.cpp for the transport, rpc.cpp for what stands in an answer).
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace devnet {

/// Another HTTP status than 200, as a gateway in front of the server sends it.
struct StatusFault {
    int status = 503;
    std::optional<std::string> retry_after{}; // the header as it is: seconds, or an HTTP date
    std::string body{};
    std::string content_type = "text/plain";
};
/// A JSON-RPC error instead of an answer, to every call of the request.
struct ErrorFault {
    std::int64_t code = -32603;
    std::string message = "internal error";
};
/// The right answer, later.
struct DelayFault {
    std::chrono::milliseconds time{0};
};
/// No answer; the connection is closed when the client closes it, or after this time.
struct HangFault {
    std::optional<std::chrono::milliseconds> time{};
};
/// HTTP 200 and this body, which need be no JSON at all.
struct GarbageFault {
    std::string body = "<html><body>gateway</body></html>";
    std::string content_type = "application/json";
};
/// The answer says that it comes from this many ledgers before the latest.
struct OlderLedgerFault {
    std::uint32_t ledgers = 1;
};
/// The connection is closed without an answer, the request having been read.
struct DropFault {
    bool reset = false; // with a TCP reset, where the client then sees "connection reset by peer"
};
using Fault = std::variant<StatusFault, ErrorFault, DelayFault, HangFault, GarbageFault, OlderLedgerFault, DropFault>;

/// A fault, and the requests it strikes. Of those that fit (method and containing) the first `skip` are spared, then
/// each `every`-th is struck (the first of them, then every - 1 are spared, ...), `limit` of them in all.
struct FaultRule {
    Fault fault{};
    std::string method{};     // empty: every method
    std::string containing{}; // only requests whose body contains this text (a base64 key, a contract, ...)
    std::uint64_t skip = 0;
    std::uint64_t every = 1;
    std::optional<std::uint64_t> limit{};
};

/// Thread-safe. Several rules may strike one request: its delays add up, and of the others the first wins.
class Faults {
  public:
    void add(FaultRule rule);
    void set(std::vector<FaultRule> rules);
    void clear() { set({}); }
    /// What strikes a request. `methods` are those of its calls (one, but for a batch).
    std::vector<Fault> strike(const std::vector<std::string_view>& methods, std::string_view body);
    /// Requests struck by any rule since the start.
    std::uint64_t struck() const;

  private:
    struct Counted {
        FaultRule rule;
        std::uint64_t fitting = 0;
        std::uint64_t struck = 0;
    };
    mutable std::mutex mutex_;
    std::vector<Counted> rules_;
    std::uint64_t struck_ = 0;
};

// Rules as JSON, for --fault and POST /devnet/faults:
//   {"fault":"status","status":429,"retryAfter":"2","body":"slow down","method":"getLedgerEntries","limit":3}
//   {"fault":"error","code":-32603,"message":"..."}        {"fault":"delay","ms":20}
//   {"fault":"hang","ms":5000} (no ms: until closed)        {"fault":"garbage","body":"...","contentType":"..."}
//   {"fault":"older","ledgers":5}                           {"fault":"drop","reset":true}
// with method, containing, skip, every and limit as above in any of them. One rule, or an array of rules.
// Throws std::invalid_argument that says what is wrong; an unknown member is wrong.
std::vector<FaultRule> parse_faults(std::string_view json);

} // namespace devnet
