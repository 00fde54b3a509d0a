#include "devnet/fault_player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace devnet {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds hang_step{20}; // how soon a hung connection notices that the client has gone
/// A reset throws away what was sent and not yet read.
constexpr milliseconds before_reset{20};

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
    bool operator()(const CutFault& fault) {
        const std::string& body = response_.body;
        send(head(body.size()) + body.substr(0, fault.after.value_or(body.size() / 2)));
        if (fault.reset) front_.pause(before_reset);
        connection_.abandon(fault.reset);
        return true;
    }
    bool operator()(const WrongLengthFault& fault) {
        const std::string& body = response_.body;
        const std::int64_t length = static_cast<std::int64_t>(body.size()) + fault.off;
        send(head(static_cast<std::size_t>(std::max<std::int64_t>(length, 0))) + body);
        return (*this)(HangFault{});
    }
    bool operator()(const DripFault& fault) {
        const std::string body = response_.body;
        send(head(body.size()));
        for (std::size_t at = 0; at < body.size() && sleep(fault.pause); at += fault.bytes) {
            send(body.substr(at, fault.bytes));
        }
        connection_.abandon(false);
        return true;
    }
    bool operator()(const DeepFault& fault) {
        return add_member(std::string(fault.levels, '[') + std::string(fault.levels, ']'));
    }
    bool operator()(const LargeFault& fault) { return add_member('"' + std::string(fault.bytes, 'x') + '"'); }
    bool operator()(const BadUtf8Fault&) { return add_member("\"\xc3\x28\xff\""); }
    bool operator()(const DelayFault&) { return false; } // served before
    // In the answer already.
    bool operator()(const ErrorFault&) { return false; }
    bool operator()(const OlderLedgerFault&) { return false; }
    bool operator()(const WrongIdFault&) { return false; }
    bool operator()(const LaggingFault&) { return false; }
    bool operator()(const OtherNetworkFault&) { return false; }
    bool operator()(const EntriesFault&) { return false; }

  private:
    void replace(const std::string& body, const std::string& content_type) {
        response_.headers.erase("Content-Type");
        response_.set_content(body, content_type);
    }

    /// Of the answer, sent here where httplib would send it right.
    std::string head(std::size_t length) const {
        return fmt::format("HTTP/1.1 {} Fault\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
                           response_.status > 0 ? response_.status : 200, response_.get_header_value("Content-Type"),
                           length);
    }

    void send(const std::string& bytes) {
        connection_.write(bytes.data(), bytes.size());
        connection_.flush();
    }

    /// False where there is nobody left to answer.
    bool sleep(milliseconds time) {
        const auto end = std::chrono::steady_clock::now() + time;
        do {
            if (connection_.closed_by_peer() || !front_.pause(std::min(hang_step, time))) return false;
        } while (std::chrono::steady_clock::now() < end);
        return true;
    }

    bool add_member(const std::string& value) {
        if (response_.body.starts_with('{')) response_.body.insert(1, fmt::format(R"("more":{},)", value));
        return true;
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
        if (const auto* const entries = std::get_if<EntriesFault>(&fault)) distortion.entries.push_back(*entries);
        if (const auto* const other = std::get_if<OtherNetworkFault>(&fault)) distortion.network = *other;
        distortion.wrong_id = distortion.wrong_id || std::holds_alternative<WrongIdFault>(fault);
        distortion.lagging = distortion.lagging || std::holds_alternative<LaggingFault>(fault);
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
