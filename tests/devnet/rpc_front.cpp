#include "devnet/rpc_front.hpp"

#include "devnet/fault_player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

namespace devnet {
namespace {

constexpr const char* plain_text = "text/plain; charset=utf-8";

class InFlight {
  public:
    explicit InFlight(Traffic& traffic) : traffic_(traffic) { traffic_.begin_request(); }
    ~InFlight() { traffic_.end_request(); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

  private:
    Traffic& traffic_;
};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// What is wrong with the content type; empty where nothing is.
std::string content_type_fault(std::string_view header) {
    const std::size_t semicolon = header.find(';');
    if (lower(trimmed(header.substr(0, semicolon))) != "application/json") {
        return "content-type must be application/json\n";
    }
    if (semicolon == std::string_view::npos) return {};
    const std::string parameter = lower(trimmed(header.substr(semicolon + 1)));
    if (!parameter.starts_with("charset=")) return {};
    const bool utf8 = parameter == "charset=utf-8" || parameter == "charset=utf8" || parameter == "charset=\"utf-8\"";
    return utf8 ? std::string() : "invalid content-type charset\n";
}

void set_plain(httplib::Response& response, int status, const std::string& text) {
    response.status = status;
    if (!text.empty()) response.set_content(text, plain_text);
}

/// How many keys a getLedgerEntries call names.
std::size_t keys_in(const RpcRequest& call) {
    simdjson::dom::array keys;
    if (!call.params || (*call.params)["keys"].get(keys) != simdjson::SUCCESS) return 0;
    return keys.size();
}

Asked asked_in(const std::optional<RpcBody>& body, std::string_view text) {
    Asked asked{{}, 0, text};
    if (!body) return asked;
    for (const RpcRequest& call : body->requests) {
        asked.methods.push_back(call.method);
        asked.keys += keys_in(call);
    }
    return asked;
}

} // namespace

bool refuse_unread(const httplib::Request& request, httplib::Response& response, Traffic& traffic) {
    if (request.path.starts_with("/devnet/")) return false;
    if (request.path != "/") {
        set_plain(response, 404, "404 page not found\n");
        return true;
    }
    if (request.method != "POST") {
        const InFlight counted(traffic);
        set_plain(response, 405, "");
        return true;
    }
    const std::string fault = content_type_fault(request.get_header_value("Content-Type"));
    if (fault.empty()) return false;
    const InFlight counted(traffic);
    set_plain(response, 415, fault);
    return true;
}

void RpcFront::serve(const httplib::Request& request, httplib::Response& response, HttpFront& front,
                     SocketStream& connection, const RpcSettings& settings) {
    const InFlight counted(traffic_);
    if (request.body.size() > settings.max_body) {
        return set_plain(response, 500, "http: request body too large\n");
    }
    thread_local simdjson::dom::parser parser;
    const std::optional<RpcBody> body = parse_rpc_body(parser, request.body);
    const std::vector<Fault> faults = faults_.strike(asked_in(body, request.body));
    if (body) {
        answer(*body, response, faults, settings);
    } else {
        set_plain(response, 500, "[-32700] invalid request value\n");
    }
    play_faults(faults, front, connection, response);
}

void RpcFront::answer(const RpcBody& body, httplib::Response& response, const std::vector<Fault>& faults,
                      const RpcSettings& settings) {
    std::string text;
    if (body.requests.size() > settings.max_batch) {
        // stellar-rpc 30.0.1; its code and words are not known, so these are the devnet's.
        append_failure(text, "",
                       {rpc_code::invalid_request, fmt::format("batch size ({}) exceeds maximum supported ({})",
                                                               body.requests.size(), settings.max_batch)});
        response.set_content(text, "application/json");
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    const Distortion distortion = distortion_of(faults);
    std::optional<Ledger> elsewhere;
    if (distortion.network) elsewhere.emplace(distortion.network->passphrase, distortion.network->ledger);
    const RpcCall call(elsewhere ? *elsewhere : ledger_, settings, distortion);
    std::string unheard; // answers to notifications
    // What is wrong in itself is answered first.
    for (const bool refused : {true, false}) {
        for (const RpcRequest& request : body.requests) {
            if (request.refusal.has_value() != refused) continue;
            CallRecord record{request.method, now, {}, {}};
            const bool notification = request.id.empty() && !refused;
            if (!notification && !text.empty()) text += ',';
            call.answer(notification ? unheard : text, request, record);
            if (!refused) traffic_.add(std::move(record));
        }
    }
    if (text.empty()) {
        response.status = 204;
    } else {
        if (body.batch) {
            text.insert(0, 1, '[');
            text += ']';
        }
        response.body = std::move(text);
        response.set_header("Content-Type", "application/json");
    }
}

} // namespace devnet
