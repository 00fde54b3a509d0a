// A node in a function: answers getNetwork, getHealth and getLedgerEntries (with no entries) for a ScriptedChannel.
// A test puts its faults in front of it.
#pragma once

#include "fakes/scripted_channel.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace fakes {

inline std::string request_id(const std::string& body) {
    const std::size_t start = body.find("\"id\":") + 5;
    return body.substr(start, body.find(',', start) - start);
}

inline bool asks(const net::HttpRequest& request, std::string_view method) {
    return request.body.find(fmt::format("\"method\":\"{}\"", method)) != std::string::npos;
}

/// The base64 keys of a getLedgerEntries request.
inline std::vector<std::string> asked_keys(const net::HttpRequest& request) {
    std::vector<std::string> keys;
    std::size_t at = request.body.find("\"keys\":[");
    if (at == std::string::npos) return keys;
    const std::size_t end = request.body.find(']', at);
    for (at = request.body.find('"', at + 8); at < end; at = request.body.find('"', at + 1)) {
        const std::size_t stop = request.body.find('"', at + 1);
        keys.push_back(request.body.substr(at + 1, stop - at - 1));
        at = stop;
    }
    return keys;
}

inline ScriptedChannel::Script http(long status, std::string body) {
    ScriptedChannel::Script script;
    script.outcome.status = status;
    script.outcome.body = std::move(body);
    return script;
}

inline ScriptedChannel::Script result(const net::HttpRequest& request, std::string_view json) {
    return http(200, fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", request_id(request.body), json));
}

inline ScriptedChannel::Script rpc_error(const net::HttpRequest& request, int code, std::string_view message) {
    return http(200, fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":{},"message":"{}"}}}})",
                                 request_id(request.body), code, message));
}

inline ScriptedChannel::Script transport(net::TransportFault fault, std::string text) {
    ScriptedChannel::Script script;
    script.outcome.fault = fault;
    script.outcome.fault_text = std::move(text);
    return script;
}

struct Node {
    std::string passphrase = "Test SDF Network ; September 2015";
    std::uint32_t ledger = 1000;
    std::int64_t closed = TickClock::start_seconds + 3600; // the tick clock starts an hour in

    ScriptedChannel::Script operator()(const net::HttpRequest& request) const {
        if (asks(request, "getNetwork")) {
            return result(request, fmt::format(R"({{"passphrase":"{}","protocolVersion":28}})", passphrase));
        }
        if (asks(request, "getHealth")) {
            return result(request,
                          fmt::format(R"({{"status":"healthy","latestLedger":{},"latestLedgerCloseTime":"{}"}})",
                                      ledger, closed));
        }
        if (asks(request, "getLedgerEntries")) {
            return result(request, fmt::format(R"({{"entries":[],"latestLedger":{}}})", ledger));
        }
        return rpc_error(request, -32601, "method not found");
    }
};

} // namespace fakes
