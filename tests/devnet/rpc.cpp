#include "devnet/rpc.hpp"

#include "base/digest.hpp"
#include "devnet/answered_entries.hpp"
#include "devnet/contracts.hpp"
#include "devnet/envelope.hpp"
#include "devnet/ledger_keys_asked.hpp"
#include "stellar/base64.hpp"
#include "stellar/strkey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace devnet {
namespace {

namespace dom = simdjson::dom;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t retention_window = 120'960; // ledgers: a week of 5 seconds
constexpr std::int64_t resource_fee = 58'181;       // stroops; any will do

RpcFailure invalid_params(std::string_view why) {
    RpcFailure failure{rpc_code::invalid_params, "invalid parameters"};
    append_go_string(failure.data, why);
    return failure;
}

/// As Go's encoding/json names a value in its errors.
std::string_view go_kind(dom::element value) {
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    if (value.is_string()) return "string";
    if (value.is_bool()) return "bool";
    return "number";
}

RpcFailure wrong_type(dom::element value, std::string_view field, std::string_view type) {
    return invalid_params(
        fmt::format("json: cannot unmarshal {} into Go struct field {} of type {}", go_kind(value), field, type));
}

/// A member of params; nothing where it is absent or null, which Go takes for the same.
std::optional<dom::element> member(const RpcRequest& request, std::string_view name) {
    if (!request.params) return std::nullopt;
    std::optional<dom::element> found;
    for (const dom::key_value_pair entry : dom::object(*request.params)) {
        if (entry.key == name) found = entry.value;
    }
    if (found && found->is_null()) found.reset();
    return found;
}

std::optional<RpcFailure> text_member(std::string_view& to, const RpcRequest& request, std::string_view name,
                                      std::string_view structure) {
    const auto value = member(request, name);
    if (!value) return std::nullopt;
    if (!value->is_string()) return wrong_type(*value, fmt::format("{}.{}", structure, name), "string");
    to = std::string_view(*value);
    return std::nullopt;
}

std::string bad_format(std::string_view format) {
    return fmt::format("got '{}': expected base64, json for optional 'xdrFormat'", format);
}

bool known_format(std::string_view format) {
    return format.empty() || format == "base64" || format == "json";
}

/// "33s", "1m5s", "1h0m5s": Go's time.Duration in whole seconds.
std::string go_duration(seconds time) {
    const auto hours = time.count() / 3600;
    const auto minutes = time.count() / 60 % 60;
    std::string text;
    if (hours > 0) text += fmt::format("{}h", hours);
    if (time.count() >= 60) text += fmt::format("{}m", minutes);
    return text + fmt::format("{}s", time.count() % 60);
}

std::int64_t unix_seconds_ago(milliseconds age) {
    const auto time = std::chrono::system_clock::now() - age;
    return std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
}

/// The first line is all that servers from 30.0.1 on say.
std::string error_text(const Simulation& simulation, const ContractCall& call, const RpcSettings& settings) {
    std::string text = "HostError: " + simulation.error;
    if (!settings.error_details) return text;
    stellar::Address contract{stellar::Address::Kind::contract, call.contract};
    text +=
        fmt::format("\n\nEvent log (newest first):\n   0: [Diagnostic Event] topics:[error, {}], data:[\"{}\", {}]\n",
                    simulation.error, simulation.detail, stellar::to_strkey(contract));
    return text;
}

} // namespace

void RpcCall::answer(std::string& out, const RpcRequest& request, CallRecord& record) const {
    const std::size_t start = out.size();
    const std::string id = distortion_.wrong_id ? "987654321" : request.id;
    open_result(out, id);
    Outcome failure = request.refusal ? request.refusal : dispatch(out, request, record);
    if (distortion_.failure) failure = distortion_.failure;
    if (failure) {
        out.resize(start);
        append_failure(out, id, *failure);
    } else {
        out += '}';
    }
}

RpcCall::Outcome RpcCall::dispatch(std::string& out, const RpcRequest& request, CallRecord& record) const {
    const std::string& method = request.method;
    const bool entries = method == "getLedgerEntries";
    const bool simulates = method == "simulateTransaction";
    if (!entries && !simulates && method != "getHealth" && method != "getNetwork" && method != "getLatestLedger") {
        RpcFailure failure{rpc_code::method_not_found, "method not found"};
        append_go_string(failure.data, method);
        return failure;
    }
    if (!entries && !simulates && settings_.refuse_params && request.params) {
        return RpcFailure{rpc_code::invalid_params, "no parameters accepted"};
    }
    if (request.params && request.params->is_array()) {
        std::string structure = method + "Request";
        structure.front() = method.front() == 'g' ? 'G' : 'S';
        return invalid_params("json: cannot unmarshal array into Go value of type protocol." + structure);
    }
    if (entries || simulates) {
        if (settings_.closes_when_polled) ledger_.mark_read();
        return entries ? get_ledger_entries(out, request, record) : simulate_transaction(out, request, record);
    }
    if (method != "getNetwork" && settings_.closes_when_polled) ledger_.close_if_read();
    if (method == "getHealth") return get_health(out);
    if (method == "getNetwork") {
        get_network(out);
    } else {
        get_latest_ledger(out);
    }
    return std::nullopt;
}

RpcCall::Outcome RpcCall::get_ledger_entries(std::string& out, const RpcRequest& request, CallRecord& record) const {
    constexpr std::string_view structure = "GetLedgerEntriesRequest";
    KeysAsked asked;
    if (const auto keys = member(request, "keys")) {
        if (!keys->is_array()) return wrong_type(*keys, "GetLedgerEntriesRequest.keys", "[]string");
        for (const dom::element key : dom::array(*keys)) {
            if (!key.is_string() && !key.is_null()) return wrong_type(key, "GetLedgerEntriesRequest.keys", "string");
            asked.texts.push_back(key.is_null() ? std::string_view() : std::string_view(key));
        }
    }
    std::string_view format;
    if (auto failure = text_member(format, request, "xdrFormat", structure)) return failure;
    if (!known_format(format)) return RpcFailure{rpc_code::invalid_params, bad_format(format)};
    if (asked.texts.size() > settings_.max_keys) {
        return RpcFailure{rpc_code::invalid_params, fmt::format("key count ({}) exceeds maximum supported ({})",
                                                                asked.texts.size(), settings_.max_keys)};
    }
    if (auto failure = decode_keys(asked, record.keys)) return failure;
    if (format == "json") return RpcFailure{rpc_code::internal_error, "the devnet knows no xdrFormat json"};

    out += R"({"entries":[)";
    const std::size_t first = out.size();
    const LedgerView view = this->view();
    std::vector<AnsweredEntry> gathered;
    for (std::size_t i = 0; i < record.keys.size(); ++i) {
        const auto found = view.find(record.keys[i]);
        if (!found) continue;
        if (!asked.canonical[i]) {
            return RpcFailure{rpc_code::internal_error,
                              "mismatching key in result: " + stellar::to_base64(record.keys[i])};
        }
        if (!distortion_.entries.empty()) {
            gathered.push_back({std::string(asked.texts[i]), stellar::to_base64(found->data), found->last_modified,
                                found->live_until});
            continue;
        }
        if (out.size() != first) out += ',';
        append_entry(out, asked.texts[i], *found);
    }
    if (!distortion_.entries.empty()) append_distorted(out, std::move(gathered), distortion_.entries);
    fmt::format_to(std::back_inserter(out), R"(],"latestLedger":{}}})", reported(view.latest()));
    return std::nullopt;
}

RpcCall::Outcome RpcCall::simulate_transaction(std::string& out, const RpcRequest& request, CallRecord& record) const {
    constexpr std::string_view structure = "SimulateTransactionRequest";
    std::string_view transaction;
    std::string_view format;
    if (auto failure = text_member(transaction, request, "transaction", structure)) return failure;
    if (auto failure = text_member(format, request, "xdrFormat", structure)) return failure;
    const auto refuse = [&out](std::string_view why) {
        out += R"({"error":)";
        append_go_string(out, why);
        out += R"(,"latestLedger":0})"; // refused before any ledger was looked at
        return std::nullopt;
    };
    if (!known_format(format)) return refuse(bad_format(format));
    if (format == "json") return refuse("the devnet knows no xdrFormat json");
    std::string envelope;
    bool canonical = false;
    if (!decode_go_base64(envelope, transaction, canonical)) return refuse("Could not unmarshal transaction");
    const base::Result<ContractCall> call = decode_call_envelope(envelope);
    if (!call) return refuse(call.error());
    record.simulated = *call;

    const LedgerView view = this->view();
    const Simulation simulation = simulate(view, *call, settings_);
    const bool success = simulation.error.empty();
    out += '{';
    if (success) {
        out += R"("transactionData":")";
        stellar::append_base64(out, transaction_data(simulation, resource_fee));
        out += R"(",)";
    } else {
        out += R"("error":)";
        append_go_string(out, error_text(simulation, *call, settings_));
        out += ',';
    }
    out += R"("events":[")";
    stellar::append_base64(out, call_event(*call));
    out += R"("])";
    if (success) {
        fmt::format_to(std::back_inserter(out), R"(,"minResourceFee":"{}","results":[{{"auth":[],"xdr":")",
                       resource_fee);
        stellar::append_base64(out, simulation.result);
        out += R"("}])";
    }
    fmt::format_to(std::back_inserter(out), R"(,"latestLedger":{}}})", reported(view.latest()));
    return std::nullopt;
}

RpcCall::Outcome RpcCall::get_health(std::string& out) const {
    const milliseconds age = ledger_.since_close();
    if (age > settings_.max_healthy_age) {
        // The code in front is really there: the handler returns the error as a value, and the library prints it.
        return RpcFailure{rpc_code::internal_error,
                          fmt::format("[-32603] latency ({}) since last known ledger closed is too high (>{})",
                                      go_duration(std::chrono::round<seconds>(age)),
                                      go_duration(std::chrono::round<seconds>(settings_.max_healthy_age)))};
    }
    const std::uint32_t latest = reported(view().latest());
    const std::uint32_t oldest = latest > retention_window ? latest - retention_window + 1 : 2;
    const std::int64_t closed = unix_seconds_ago(age);
    fmt::format_to(std::back_inserter(out),
                   R"({{"status":"healthy","latestLedger":{},"latestLedgerCloseTime":"{}","oldestLedger":{},)"
                   R"("oldestLedgerCloseTime":"{}","ledgerRetentionWindow":{}}})",
                   latest, closed, oldest, closed - 5 * std::int64_t{latest - std::min(oldest, latest)},
                   retention_window);
    return std::nullopt;
}

void RpcCall::get_network(std::string& out) const {
    out += '{';
    if (!settings_.friendbot_url.empty()) {
        out += R"("friendbotUrl":)";
        append_go_string(out, settings_.friendbot_url);
        out += ',';
    }
    out += R"("passphrase":)";
    append_go_string(out, ledger_.reported_passphrase());
    fmt::format_to(std::back_inserter(out), R"(,"protocolVersion":{}}})", settings_.protocol_version);
}

void RpcCall::get_latest_ledger(std::string& out) const {
    const std::uint32_t latest = reported(view().latest());
    const auto id = base::sha256(fmt::format("devnet ledger {}", latest));
    out += R"({"id":")";
    for (const std::uint8_t byte : id) fmt::format_to(std::back_inserter(out), "{:02x}", byte);
    // Header and metadata are no XDR of a ledger: nobody here reads them.
    fmt::format_to(std::back_inserter(out),
                   R"(","protocolVersion":{},"sequence":{},"closeTime":"{}","headerXdr":"AAAA","metadataXdr":"AAAA"}})",
                   settings_.protocol_version, latest, unix_seconds_ago(ledger_.since_close()));
}

} // namespace devnet
