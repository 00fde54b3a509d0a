// Stellar RPC's JSON-RPC 2.0: requests out, answers in. rpc.cpp alone includes simdjson. Known members are read with
// strict types, unknown ones are ignored; ledger entries and results come out as bytes.
#pragma once

#include "net/key_groups.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace net {

/// simdjson's version and the kernel it has chosen for this processor.
std::string json_library_version();

using RequestId = std::uint64_t;

/// What is asked of a node.
enum class RpcMethod { get_network, get_health, get_latest_ledger, get_ledger_entries, simulate_transaction };
inline constexpr std::size_t rpc_methods = 5;
std::string_view name(RpcMethod method); // "getNetwork", ...

std::string get_network_request(RequestId id);
std::string get_health_request(RequestId id);
std::string get_latest_ledger_request(RequestId id);
/// The keys of the groups [first, last), each once.
std::string get_ledger_entries_request(RequestId id, const KeyGroups& keys, std::size_t first, std::size_t last);
/// `envelope` is XDR, not base64.
std::string simulate_transaction_request(RequestId id, std::string_view envelope);

struct Network {
    std::string passphrase;
};

/// getHealth's and getLatestLedger's answer.
struct LatestLedger {
    std::uint32_t sequence = 0;
    std::optional<std::chrono::sys_seconds> close_time; // servers before 27.1 (getHealth) and 25 do not tell
};

struct LedgerEntryAnswer {
    std::string_view entry; // XDR LedgerEntryData; empty where it was no base64
    std::optional<std::uint32_t> last_modified_ledger;
    std::optional<std::uint32_t> live_until_ledger; // absent for accounts and trust lines
};

/// By slot of the KeyGroups asked with; nullopt where the ledger has no such entry. The entries point into `bytes`,
/// which stays where it is when the answer is moved.
struct LedgerEntries {
    std::uint32_t ledger = 0;
    std::vector<std::optional<LedgerEntryAnswer>> by_slot;
    std::unique_ptr<std::string> bytes;
};

struct Simulation {
    std::uint32_t ledger = 0; // 0 where the server refused the envelope itself
    std::string error;        // first line, empty on success
    std::string result;       // XDR SCVal
};

struct RpcError {
    std::int64_t code = 0;
    std::string message;
};

/// The body is no JSON-RPC answer to the question: garbage, HTML, another id, a known member of a wrong type, an
/// answer that contradicts itself or speaks of what was not asked.
struct NotAnAnswer {
    std::string why;
};

template <class T>
using Answer = std::variant<T, RpcError, NotAnAnswer>;

/// Reads answers; keeps its parser's memory from one to the next.
class AnswerReader {
  public:
    /// Where the server's own words hold one of `secrets` (its URL's, which it may repeat), *** stands in its place.
    explicit AnswerReader(std::vector<std::string> secrets = {});
    ~AnswerReader();
    AnswerReader(const AnswerReader&) = delete;
    AnswerReader& operator=(const AnswerReader&) = delete;

    /// `body` is given spare room for the parser, and is otherwise unchanged.
    Answer<Network> network(RequestId id, std::string& body);
    Answer<LatestLedger> health(RequestId id, std::string& body);
    Answer<LatestLedger> latest_ledger(RequestId id, std::string& body);
    /// Matched by key, never by position. An entry that was not asked for (by the groups [first, last)) makes it no
    /// answer where one that was asked for is absent, for then the two may be one and the same, garbled; so do two
    /// different entries of one key.
    Answer<LedgerEntries> ledger_entries(RequestId id, std::string& body, const KeyGroups& keys, std::size_t first,
                                         std::size_t last);
    Answer<Simulation> simulation(RequestId id, std::string& body);

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace net
