// The one place where the errors of libcurl, HTTP and JSON-RPC become a kind of failure; the retry policy reads
// nothing else.
#pragma once

#include "net/channel.hpp"
#include "net/rpc.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace net {

enum class FailureKind {
    connection,    // no HTTP answer came
    timed_out,     // within the operation's time
    busy,          // HTTP 429, 503; JSON-RPC errors that say busy
    server_error,  // other HTTP 5xx, 408, 425; JSON-RPC errors that say internal
    not_an_answer, // garbage, HTML, wrong id, over 16 MiB
    older_ledger,  // answered from a ledger older than the one seen at the start
    ledger_ahead,  // answered from a ledger that cannot have closed yet: a node of another network behind the URL
    refused,       // these very parameters are refused: another batch may be taken
    unauthorized,  // HTTP 401, 403
    unusable,      // would fail the same way for every call: HTTP 404, no such method, untrusted certificate
};

inline constexpr std::size_t failure_kinds = 10;
std::string_view name(FailureKind kind);

/// May the same call go better a little later?
constexpr bool worth_retrying(FailureKind kind) {
    return kind <= FailureKind::ledger_ahead;
}

/// Is it worth asking for the parts of a batch on their own, the retries being used up?
constexpr bool worth_splitting(FailureKind kind) {
    return kind == FailureKind::refused || kind == FailureKind::server_error || kind == FailureKind::not_an_answer;
}

/// The same where nothing in the failure tells a batch that the endpoint cannot bear from an endpoint that is dead:
/// worth it only if other calls are answered.
constexpr bool worth_splitting_if_alive(FailureKind kind) {
    return kind == FailureKind::connection || kind == FailureKind::timed_out || kind == FailureKind::unusable;
}

struct Failure {
    FailureKind kind{};
    std::string text; // for a person; names neither URL nor key
    std::optional<base::Duration> retry_after;
};

/// nullopt where an HTTP answer with status 200 came, whose body is to be read.
std::optional<Failure> transport_failure(const HttpOutcome& outcome);
/// The same for what is handed over rather than asked: any status from 200 to 299 says that it was taken.
std::optional<Failure> delivery_failure(const HttpOutcome& outcome);
/// nullopt where the mail was taken. SMTP's replies (RFC 5321, 4.2): 4yz may go better, 5yz would fail the same way.
std::optional<Failure> mail_failure(const HttpOutcome& outcome);
Failure rpc_failure(const RpcError& error);
Failure not_an_answer(const NotAnAnswer& answer);
/// A simulation's error that says "busy", not that the contract failed; nullopt for every other.
std::optional<Failure> simulation_failure(std::string_view error);

/// The number in "key count (201) exceeds maximum supported (200)"; nullopt for another text.
std::optional<std::size_t> key_limit_in(std::string_view text);

} // namespace net
