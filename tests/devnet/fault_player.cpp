#include "devnet/fault_player.hpp"

#include <algorithm>

namespace devnet {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds hang_step{20}; // how soon a hung connection notices that the client has gone

class Player {
  public:
    Player(HttpFront& front, SocketStream& connection, httplib::Response& response)
        : front_(front), connection_(connection), response_(response) {}

    /// True where the fault is the whole answer, so that no other comes into play.
    bool operator()(const StatusFault& fault) {
        replace(fault.body, fault.content_type);
        response_.status = fault.status;
        if (fault.retry_after) response_.set_header("Retry-After", *fault.retry_after);
        return true;
    }
    bool operator()(const GarbageFault& fault) {
        replace(fault.body, fault.content_type);
        response_.status = 200;
        return true;
    }
    bool operator()(const DropFault& fault) {
        connection_.abandon(fault.reset);
        return true;
    }
    bool operator()(const HangFault& fault) {
        const auto end = std::chrono::steady_clock::now() + fault.time.value_or(milliseconds::zero());
        while (!connection_.closed_by_peer() && front_.pause(hang_step)) {
            if (fault.time && std::chrono::steady_clock::now() >= end) break;
        }
        connection_.abandon(false);
        return true;
    }
    bool operator()(const DelayFault&) { return false; }       // served before
    bool operator()(const ErrorFault&) { return false; }       // in the answer already
    bool operator()(const OlderLedgerFault&) { return false; } // too

  private:
    void replace(const std::string& body, const std::string& content_type) {
        response_.headers.erase("Content-Type");
        response_.set_content(body, content_type);
    }

    HttpFront& front_;
    SocketStream& connection_;
    httplib::Response& response_;
};

} // namespace

Distortion distortion_of(const std::vector<Fault>& faults) {
    Distortion distortion;
    for (const Fault& fault : faults) {
        if (const auto* const older = std::get_if<OlderLedgerFault>(&fault)) distortion.ledgers_back = older->ledgers;
        if (const auto* const error = std::get_if<ErrorFault>(&fault); error != nullptr && !distortion.failure) {
            distortion.failure = RpcFailure{error->code, error->message};
        }
    }
    return distortion;
}

void play_faults(const std::vector<Fault>& faults, HttpFront& front, SocketStream& connection,
                 httplib::Response& response) {
    milliseconds delay{0};
    for (const Fault& fault : faults) {
        if (const auto* const later = std::get_if<DelayFault>(&fault)) delay += later->time;
    }
    if (delay > milliseconds{0}) front.pause(delay);
    Player player(front, connection, response);
    for (const Fault& fault : faults) {
        if (std::visit(player, fault)) return;
    }
}

} // namespace devnet
