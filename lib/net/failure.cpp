#include "net/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace net {
namespace {

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

FailureKind kind_of_status(const HttpOutcome& outcome) {
    switch (outcome.status) {
    case 401:
    case 403:
        return FailureKind::unauthorized;
    case 408:
    case 425:
        return FailureKind::server_error;
    case 413:
        return FailureKind::refused;
    case 429:
    case 503:
        return FailureKind::busy;
    case 500:
        // The server's own words for a body over its limit.
        if (contains(outcome.body, "request body too large")) return FailureKind::refused;
        return FailureKind::server_error;
    case 204: // the server took the request for a notification
        return FailureKind::not_an_answer;
    default:
        return outcome.status >= 500 ? FailureKind::server_error : FailureKind::unusable;
    }
}

FailureKind kind_of_code(std::int64_t code) {
    switch (code) {
    case -32602: // invalid parameters
        return FailureKind::refused;
    case -32700: // not JSON
    case -32600: // invalid request
    case -32601: // no such method
        return FailureKind::unusable;
    case -32001: // over the processing limit
    case -32096: // deadline exceeded
    case -32097: // cancelled
    case -32098: // queue full
        return FailureKind::busy;
    default: // -32603, -32003, and what a gateway may invent
        return FailureKind::server_error;
    }
}

/// What to do, by libcurl's words and OpenSSL's in them; empty where neither is known. There is no way round.
std::string tls_advice(std::string_view text) {
    struct Advice {
        std::string_view sign;
        std::string_view what;
    };
    constexpr std::array advices{
        Advice{"issuer certificate", ": give the certificate of the authority that has signed it as SYNC_CA_FILE"},
        Advice{"self-signed certificate", ": give the certificate of the authority that has signed it as SYNC_CA_FILE"},
        Advice{"has expired", ": the server needs a new certificate, unless this machine's clock is wrong"},
        Advice{"not yet valid", ": the server needs another certificate, unless this machine's clock is wrong"},
        Advice{"target host name", ": the URL's host must be one that the certificate names"},
        Advice{"error setting certificate", ": SYNC_CA_FILE must hold certificates as PEM"}, // or SSL_CERT_FILE
        Advice{"SSL level", ": the server must offer STARTTLS, or the URL be smtps://"},
        Advice{"STARTTLS", ": the server must offer STARTTLS, or the URL be smtps://"},
    };
    for (const Advice& advice : advices)
        if (contains(text, advice.sign)) return std::string(advice.what);
    return "";
}

} // namespace

std::string_view name(FailureKind kind) {
    constexpr std::array<std::string_view, failure_kinds> names{
        "connection",   "timed out",    "busy",    "server error", "not an answer",
        "older ledger", "ledger ahead", "refused", "unauthorized", "unusable"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Failure> transport_failure(const HttpOutcome& outcome) {
    switch (outcome.fault) {
    case TransportFault::connection:
        return Failure{FailureKind::connection, outcome.fault_text, std::nullopt};
    case TransportFault::timed_out:
        return Failure{FailureKind::timed_out, outcome.fault_text, std::nullopt};
    case TransportFault::login_denied:
        return Failure{FailureKind::unauthorized, outcome.fault_text, std::nullopt};
    case TransportFault::tls_untrusted:
        return Failure{FailureKind::unusable, outcome.fault_text + tls_advice(outcome.fault_text), std::nullopt};
    case TransportFault::bad_request:
        return Failure{FailureKind::unusable, outcome.fault_text, std::nullopt};
    case TransportFault::too_large:
        return Failure{FailureKind::not_an_answer, outcome.fault_text, std::nullopt};
    case TransportFault::none:
        break;
    }
    if (outcome.status == 200) return std::nullopt;
    return Failure{kind_of_status(outcome), fmt::format("HTTP status {}", outcome.status), outcome.retry_after};
}

std::optional<Failure> delivery_failure(const HttpOutcome& outcome) {
    const bool taken = outcome.fault == TransportFault::none && outcome.status >= 200 && outcome.status <= 299;
    return taken ? std::nullopt : transport_failure(outcome);
}

std::optional<Failure> mail_failure(const HttpOutcome& outcome) {
    if (outcome.fault == TransportFault::none) return std::nullopt;
    const bool refused = outcome.fault == TransportFault::connection || outcome.fault == TransportFault::login_denied;
    if (refused && outcome.status >= 400 && outcome.status <= 599) {
        const bool login = outcome.fault == TransportFault::login_denied || outcome.status == 530; // or it is required
        const FailureKind lasting = login ? FailureKind::unauthorized : FailureKind::unusable;
        return Failure{outcome.status < 500 ? FailureKind::busy : lasting,
                       fmt::format("{} (SMTP reply {})", outcome.fault_text, outcome.status), std::nullopt};
    }
    return transport_failure(outcome);
}

Failure rpc_failure(const RpcError& error) {
    return {kind_of_code(error.code),
            fmt::format("JSON-RPC error {}: {}", error.code, error.message.empty() ? "no message" : error.message),
            std::nullopt};
}

Failure not_an_answer(const NotAnAnswer& answer) {
    return {FailureKind::not_an_answer, answer.why, std::nullopt};
}

std::optional<Failure> simulation_failure(std::string_view error) {
    constexpr std::array<std::string_view, 4> busy{"preflight queue full", "context canceled",
                                                   "context deadline exceeded", "preflight worker pool is closed"};
    const bool says_busy =
        std::any_of(busy.begin(), busy.end(), [error](std::string_view text) { return error.starts_with(text); });
    if (!says_busy) return std::nullopt;
    return Failure{FailureKind::busy, fmt::format("simulation not done: {}", error), std::nullopt};
}

std::optional<std::size_t> key_limit_in(std::string_view text) {
    constexpr std::string_view marker = "exceeds maximum supported (";
    const std::size_t found = text.find(marker);
    if (found == std::string_view::npos) return std::nullopt;
    const char* start = text.data() + found + marker.size();
    std::size_t limit = 0;
    const auto [end, fault] = std::from_chars(start, text.data() + text.size(), limit);
    return fault == std::errc() && limit > 0 ? std::optional(limit) : std::nullopt;
}

} // namespace net
