// JSON-RPC 2.0 as github creachadair/jrpc2 v1.3.3 speaks it (json.go, jhttp/bridge.go), the library under stellar-rpc:
// which requests it refuses, and how it writes answers. Two differences: a number as an id is written back in its
// shortest form, and a body that is not UTF-8 is refused where Go repairs it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace devnet {

namespace rpc_code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
} // namespace rpc_code

struct RpcFailure {
    std::int64_t code = 0;
    std::string message;
    std::string data{}; // JSON; empty: none
};

struct RpcRequest {
    std::string id; // as JSON; empty: a notification
    std::string method;
    std::optional<simdjson::dom::element> params; // an object or an array; lives as long as the parser's document
    std::optional<RpcFailure> refusal;            // why the request is none
};

struct RpcBody {
    bool batch = false;
    std::vector<RpcRequest> requests;
};

/// Nothing where the body is no JSON.
std::optional<RpcBody> parse_rpc_body(simdjson::dom::parser& parser, std::string_view body);

/// As Go's encoding/json does it: also '<', '>', '&' are escaped.
void append_go_string(std::string& out, std::string_view text);

/// {"jsonrpc":"2.0","id":ID,"result": - the caller appends the result and '}'.
void open_result(std::string& out, const std::string& id);
/// A whole answer.
void append_failure(std::string& out, const std::string& id, const RpcFailure& failure);

} // namespace devnet
