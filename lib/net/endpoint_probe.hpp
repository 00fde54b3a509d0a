// Asks an endpoint who it is (getNetwork), how fresh it is (getHealth, else getLatestLedger), and, if it takes over
// from another one, for what was learnt of that one, before it is trusted with anything. Passive: the dispatcher sends
// the requests and hands in the answers.
#pragma once

#include "net/failure.hpp"
#include "net/rpc.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace net {

/// Why an endpoint is passed over.
enum class Rejection {
    wrong_network,
    unauthorized,
    stale,
    contradicts, // what was learnt of another endpoint
    unreachable,
};

struct EndpointRejected {
    Rejection rejection{};
    std::string text;
};

struct EndpointAccepted {
    std::string passphrase;
    std::uint32_t ledger = 0;
    std::optional<base::Duration> ledger_age; // where the node tells
};

/// A node's latest ledger, as it told.
struct NodeLedger {
    std::uint32_t sequence = 0;
    std::optional<base::Duration> age; // where the node tells
};

/// What was learnt of one endpoint, and every other must say too before it may take over.
struct Acquaintance {
    std::shared_ptr<const KeyGroups> keys; // at least one; asked for in one getLedgerEntries call
    /// How the answer contradicts what was learnt, for a person; nullopt: it does not.
    std::function<std::optional<std::string>(const LedgerEntries&)> contradiction;
};

/// The answer leads to one more question.
struct AskNext {};

using ProbeStep = std::variant<AskNext, EndpointAccepted, EndpointRejected, Failure>;

class EndpointProbe {
  public:
    /// `passphrase` empty: any network will do. `learnt` is asked last, one after the other, of an endpoint that is
    /// fresh and not behind `least_ledger`.
    EndpointProbe(std::string passphrase, base::Duration max_ledger_age, std::uint32_t least_ledger = 0,
                  std::vector<Acquaintance> learnt = {});

    RpcMethod method() const;
    std::string request(RequestId id) const;
    /// A Failure is one of the transport or of JSON-RPC: it may be worth asking the same again.
    ProbeStep answered(RequestId id, HttpOutcome& outcome, AnswerReader& reader, base::WallTime now);

    /// getHealth cannot be had, for this reason: getLatestLedger is asked instead. False where it is not what is asked.
    bool skip_health(const std::string& why);

    /// nullopt before the node has told; a stale one's, too.
    const std::optional<NodeLedger>& latest() const { return latest_; }

  private:
    enum class Question { network, health, latest_ledger, learnt };

    ProbeStep network_answered(Answer<Network> answer);
    ProbeStep health_answered(Answer<LatestLedger> answer, base::WallTime now);
    ProbeStep latest_ledger_answered(Answer<LatestLedger> answer, base::WallTime now);
    ProbeStep learnt_answered(Answer<LedgerEntries> answer);
    ProbeStep judge(const LatestLedger& latest, base::WallTime now);
    ProbeStep fresh(EndpointAccepted accepted);
    ProbeStep ask_learnt();

    std::string passphrase_;
    base::Duration max_ledger_age_;
    Question question_ = Question::network;
    std::string found_passphrase_;
    std::string unhealthy_; // what getHealth complained of
    std::uint32_t least_ledger_;
    std::vector<Acquaintance> learnt_;
    std::size_t learnt_confirmed_ = 0;
    EndpointAccepted accepted_; // once all that was learnt is confirmed
    std::optional<NodeLedger> latest_;
};

} // namespace net
