// Faults: what the devnet does wrong on purpose, and to which requests.
//
// A new kind of fault is a new alternative of Fault, a name for it in faults_json.cpp, and the place where the server
// commits it (fault_player.cpp for the transport, rpc.cpp and entry_faults.cpp for what stands in an answer).
// A refused connection is Server::stop() and start().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
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
/// The right answer, later: after `time` and a random share of `jitter`.
struct DelayFault {
    std::chrono::milliseconds time{0};
    std::chrono::milliseconds jitter{0};
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
/// The connection ends in the middle of the answer's body.
struct CutFault {
    std::optional<std::size_t> after{}; // bytes of the body; default: half of it
    bool reset = false;
};
/// Content-Length is wrong by this many bytes. Where it is too large the rest never comes, and the connection stays
/// open until the client closes it.
struct WrongLengthFault {
    std::int64_t off = 100;
};
/// The answer's body comes in pieces of so many bytes, with a pause before each.
struct DripFault {
    std::chrono::milliseconds pause{1000};
    std::size_t bytes = 1;
};
/// The right answer with one more member, in which so many arrays are nested.
struct DeepFault {
    std::size_t levels = 100'000;
};
/// The right answer with one more member of so many bytes.
struct LargeFault {
    std::size_t bytes = std::size_t{20} << 20;
};
/// The right answer with one more member that is no UTF-8.
struct BadUtf8Fault {};
/// The right answer to a question with another id.
struct WrongIdFault {};
/// The right answer of a node that still stands where Ledger::remember() was called: an older ledger with the values
/// it had. Where nothing is remembered, no fault.
struct LaggingFault {};
/// The answer of a node of another network, where nothing of ours exists.
struct OtherNetworkFault {
    std::string passphrase = "Public Global Stellar Network ; September 2015";
    std::uint32_t ledger = 57'000'000;
};
/// What stands wrong in the entries that getLedgerEntries answers.
struct EntriesFault {
    enum class How {
        shuffled,
        duplicated,  // each entry twice
        conflicting, // each entry twice, with two values
        unknown,     // one more that nobody asked for
        renamed,     // under a key that nobody asked for
        missing,
        archived,    // liveUntilLedgerSeq 0, where the entry has one
        undecodable, // XDR that ends too early
        no_base64,
        wrong_type, // a ledger entry of another type
        swapped,    // each with the value of the one before it
    };
    How how{};
    std::string key{};      // base64: this entry alone; empty: all
    std::uint64_t seed = 0; // of the order; each time another one, drawn by the rule
};
using Fault = std::variant<StatusFault, ErrorFault, DelayFault, HangFault, GarbageFault, OlderLedgerFault, DropFault,
                           CutFault, WrongLengthFault, DripFault, DeepFault, LargeFault, BadUtf8Fault, WrongIdFault,
                           LaggingFault, OtherNetworkFault, EntriesFault>;

/// A fault, and the requests it strikes. Of those that fit (method, containing, keys_above, and the time) the first
/// `skip` are spared, then each `every`-th is struck (the first of them, then every - 1 are spared, ...), and of these
/// each with the probability `chance`, `limit` of them in all.
struct FaultRule {
    Fault fault{};
    std::string method{};     // empty: every method
    std::string containing{}; // only requests whose body contains this text (a base64 key, a contract, ...)
    std::optional<std::size_t> keys_above{}; // only requests for more ledger keys than this: a provider's own limit
    std::chrono::milliseconds from{0};       // since the rule was added
    std::optional<std::chrono::milliseconds> lasting{}; // from then on; default: for good
    std::uint64_t skip = 0;
    std::uint64_t every = 1;
    double chance = 1;
    std::uint64_t seed = 1; // of all that is random about this rule: the same seed, the same course
    std::optional<std::uint64_t> limit{};
};

/// A request, as the rules look at it.
struct Asked {
    std::vector<std::string_view> methods; // of its calls: one, but for a batch
    std::size_t keys = 0;                  // of its getLedgerEntries calls
    std::string_view body;
};

/// Thread-safe. Several rules may strike one request: its delays add up, what distorts the content of an answer (error,
/// older ledger, entries, ...) is done together, and of the others the first wins.
class Faults {
  public:
    void add(FaultRule rule);
    void set(std::vector<FaultRule> rules);
    void clear() { set({}); }
    /// What strikes a request.
    std::vector<Fault> strike(const Asked& asked);
    /// Requests struck by any rule since the start.
    std::uint64_t struck() const;

  private:
    struct Counted {
        explicit Counted(FaultRule counted);
        FaultRule rule;
        std::chrono::steady_clock::time_point added;
        std::mt19937_64 random;
        std::uint64_t fitting = 0;
        std::uint64_t struck = 0;

        bool strikes(const Asked& asked);
        Fault draw();
    };
    mutable std::mutex mutex_;
    std::vector<Counted> rules_;
    std::uint64_t struck_ = 0;
};

// Rules as JSON, for --fault and POST /devnet/faults:
//   {"fault":"status","status":429,"retryAfter":"2","body":"slow down","method":"getLedgerEntries","limit":3}
//   {"fault":"error","code":-32603,"message":"..."}        {"fault":"delay","ms":20,"jitterMs":10}
//   {"fault":"hang","ms":5000} (no ms: until closed)        {"fault":"garbage","body":"...","contentType":"..."}
//   {"fault":"older","ledgers":5}                           {"fault":"drop","reset":true}
//   {"fault":"cut","after":100,"reset":true}                {"fault":"wrongLength","off":-10}
//   {"fault":"drip","ms":1000,"bytes":1}                    {"fault":"deep","levels":100000}
//   {"fault":"large","bytes":20971520}                      {"fault":"badUtf8"}
//   {"fault":"wrongId"}                                     {"fault":"lagging"}
//   {"fault":"otherNetwork","passphrase":"...","ledger":57000000}
//   {"fault":"entries","how":"shuffled","key":"..."} with one of shuffled, duplicated, conflicting, unknown, renamed,
//   missing, archived, undecodable, noBase64, wrongType, swapped
// with method, containing, keysAbove, fromMs, forMs, skip, every, chance, seed and limit as above in any of them. One
// rule, or an array of rules.
// Throws std::invalid_argument that says what is wrong; an unknown member is wrong.
std::vector<FaultRule> parse_faults(std::string_view json);

} // namespace devnet
