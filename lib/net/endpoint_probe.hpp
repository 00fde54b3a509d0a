// Asks an endpoint who it is (getNetwork) and how fresh it is (getHealth, else getLatestLedger) before it is trusted
// with anything. Passive: the dispatcher sends the requests and hands in the answers.
#pragma once

#include "net/failure.hpp"
#include "net/rpc.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace net {

/// Why an endpoint is passed over.
enum class Rejection {
    wrong_network,
    unauthorized,
    stale,
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

/// The answer leads to one more question.
struct AskNext {};

using ProbeStep = std::variant<AskNext, EndpointAccepted, EndpointRejected, Failure>;

class EndpointProbe {
  public:
    /// `passphrase` empty: any network will do.
    EndpointProbe(std::string passphrase, base::Duration max_ledger_age);

    RpcMethod method() const;
    std::string request(RequestId id) const;
    /// A Failure is one of the transport or of JSON-RPC: it may be worth asking the same again.
    ProbeStep answered(RequestId id, HttpOutcome& outcome, AnswerReader& reader, base::WallTime now);

    /// getHealth cannot be had, for this reason: getLatestLedger is asked instead. False where it is not what is asked.
    bool skip_health(const std::string& why);

    /// nullopt before the node has told; a stale one's, too.
    const std::optional<NodeLedger>& latest() const { return latest_; }

  private:
    enum class Question { network, health, latest_ledger };

    ProbeStep network_answered(Answer<Network> answer);
    ProbeStep health_answered(Answer<LatestLedger> answer, base::WallTime now);
    ProbeStep latest_ledger_answered(Answer<LatestLedger> answer, base::WallTime now);
    ProbeStep judge(const LatestLedger& latest, base::WallTime now);

    std::string passphrase_;
    base::Duration max_ledger_age_;
    Question question_ = Question::network;
    std::string found_passphrase_;
    std::string unhealthy_; // what getHealth complained of
    std::optional<NodeLedger> latest_;
};

} // namespace net
