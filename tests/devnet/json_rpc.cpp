#include "devnet/json_rpc.hpp"

#include <fmt/format.h>

#include <utility>

namespace devnet {
namespace {

namespace dom = simdjson::dom;

void refuse(RpcRequest& request, int code, std::string message) {
    if (!request.refusal) request.refusal = RpcFailure{code, std::move(message)};
}

/// Go's json.Unmarshal into a string: null leaves it empty. False where it is something else.
bool assign_string(std::string& to, dom::element value) {
    to.clear();
    if (value.is_null()) return true;
    if (!value.is_string()) return false;
    to = std::string(std::string_view(value));
    return true;
}

/// Strings and numbers; null is no id.
bool assign_id(std::string& to, dom::element value) {
    to.clear();
    if (value.is_null()) return true;
    if (value.is_string()) {
        append_go_string(to, std::string_view(value));
    } else if (value.is_number()) {
        to = simdjson::minify(value);
    } else {
        return false;
    }
    return true;
}

struct Members {
    std::string version;
    std::optional<dom::element> error;
    std::optional<dom::element> result;
    std::vector<std::string_view> extra;
};

void take_member(RpcRequest& request, Members& members, std::string_view key, dom::element value) {
    if (key == "jsonrpc") {
        if (!assign_string(members.version, value)) refuse(request, rpc_code::parse_error, "invalid version key");
    } else if (key == "id") {
        if (!assign_id(request.id, value)) refuse(request, rpc_code::invalid_request, "invalid request ID");
    } else if (key == "method") {
        if (!assign_string(request.method, value)) refuse(request, rpc_code::parse_error, "invalid method name");
    } else if (key == "params") {
        request.params.reset();
        if (value.is_null()) return;
        request.params = value;
        if (!value.is_object() && !value.is_array()) {
            refuse(request, rpc_code::invalid_request, "parameters must be array or object");
        }
    } else if (key == "error") {
        if (!value.is_null()) members.error = value;
        if (!value.is_null() && !value.is_object()) refuse(request, rpc_code::parse_error, "invalid error value");
    } else if (key == "result") {
        members.result = value;
    } else {
        members.extra.push_back(key);
    }
}

RpcRequest parse_request(dom::element value) {
    RpcRequest request;
    if (!value.is_object() && !value.is_null()) {
        refuse(request, rpc_code::parse_error, "request is not a JSON object");
        return request;
    }
    Members members;
    if (value.is_object()) {
        for (const dom::key_value_pair member : dom::object(value)) {
            take_member(request, members, member.key, member.value);
        }
    }
    if (members.version != "2.0") refuse(request, rpc_code::invalid_request, "invalid version marker");
    if (!request.method.empty() && (members.error || members.result)) {
        refuse(request, rpc_code::invalid_request, "mixed request and reply fields");
    }
    if (!request.refusal && !members.extra.empty()) {
        std::string names;
        for (const std::string_view name : members.extra) {
            names += names.empty() ? '[' : ',';
            append_go_string(names, name);
        }
        request.refusal = RpcFailure{rpc_code::invalid_request, "extra fields in request", names + ']'};
    }
    if (!request.refusal && request.method.empty()) {
        refuse(request, rpc_code::invalid_request, "empty method name");
    }
    return request;
}

} // namespace

std::optional<RpcBody> parse_rpc_body(dom::parser& parser, std::string_view body) {
    dom::element document;
    if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) return std::nullopt;
    RpcBody parsed;
    parsed.batch = document.is_array();
    if (parsed.batch) {
        for (const dom::element value : dom::array(document)) parsed.requests.push_back(parse_request(value));
    } else {
        parsed.requests.push_back(parse_request(document));
    }
    return parsed;
}

void append_go_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
            } else if (text.substr(i, 3) == "\xe2\x80\xa8" || text.substr(i, 3) == "\xe2\x80\xa9") {
                out += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
                i += 2;
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

void open_result(std::string& out, const std::string& id) {
    out += R"({"jsonrpc":"2.0","id":)";
    out += id.empty() ? "null" : id;
    out += R"(,"result":)";
}

void append_failure(std::string& out, const std::string& id, const RpcFailure& failure) {
    out += R"({"jsonrpc":"2.0","id":)";
    out += id.empty() ? "null" : id;
    fmt::format_to(std::back_inserter(out), R"(,"error":{{"code":{})", failure.code);
    if (!failure.message.empty()) {
        out += R"(,"message":)";
        append_go_string(out, failure.message);
    }
    if (!failure.data.empty()) {
        out += R"(,"data":)";
        out += failure.data;
    }
    out += "}}";
}

} // namespace devnet
