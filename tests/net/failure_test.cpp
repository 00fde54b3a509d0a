#include "net/failure.hpp"

#include <catch2/catch.hpp>

using net::FailureKind;

namespace {

std::optional<FailureKind> kind_of(long status, std::string body = {}) {
    net::HttpOutcome outcome;
    outcome.status = status;
    outcome.body = std::move(body);
    const auto failure = net::transport_failure(outcome);
    return failure ? std::optional(failure->kind) : std::nullopt;
}

FailureKind kind_of(net::TransportFault fault) {
    net::HttpOutcome outcome;
    outcome.fault = fault;
    return net::transport_failure(outcome)->kind;
}

} // namespace

TEST_CASE("Every HTTP status has its kind of failure", "[net][failure]") {
    CHECK(kind_of(200) == std::nullopt);
    for (const long status : {500, 502, 504, 520, 408, 425}) CHECK(kind_of(status) == FailureKind::server_error);
    for (const long status : {429, 503}) CHECK(kind_of(status) == FailureKind::busy);
    for (const long status : {401, 403}) CHECK(kind_of(status) == FailureKind::unauthorized);
    for (const long status : {301, 302, 400, 404, 405, 415}) CHECK(kind_of(status) == FailureKind::unusable);
    CHECK(kind_of(204) == FailureKind::not_an_answer);
    CHECK(kind_of(413) == FailureKind::refused);
    CHECK(kind_of(500, "http: request body too large") == FailureKind::refused);
}

TEST_CASE("Every transport fault has its kind of failure", "[net][failure]") {
    CHECK(kind_of(net::TransportFault::connection) == FailureKind::connection);
    CHECK(kind_of(net::TransportFault::timed_out) == FailureKind::timed_out);
    CHECK(kind_of(net::TransportFault::tls_untrusted) == FailureKind::unusable);
    CHECK(kind_of(net::TransportFault::bad_request) == FailureKind::unusable);
    CHECK(kind_of(net::TransportFault::too_large) == FailureKind::not_an_answer);
}

TEST_CASE("Every JSON-RPC code has its kind of failure", "[net][failure]") {
    const auto kind = [](std::int64_t code) { return net::rpc_failure({code, "text"}).kind; };
    CHECK(kind(-32602) == FailureKind::refused);
    for (const std::int64_t code : {-32700, -32600, -32601}) CHECK(kind(code) == FailureKind::unusable);
    for (const std::int64_t code : {-32001, -32096, -32097, -32098}) CHECK(kind(code) == FailureKind::busy);
    for (const std::int64_t code : {-32603, -32003, -32000, 0, 1, -1, 429})
        CHECK(kind(code) == FailureKind::server_error);
}

TEST_CASE("What may go better is retried, what would fail the same way is not", "[net][failure]") {
    for (const FailureKind kind : {FailureKind::connection, FailureKind::timed_out, FailureKind::busy,
                                   FailureKind::server_error, FailureKind::not_an_answer, FailureKind::older_ledger}) {
        CHECK(net::worth_retrying(kind));
    }
    for (const FailureKind kind : {FailureKind::refused, FailureKind::unauthorized, FailureKind::unusable}) {
        CHECK_FALSE(net::worth_retrying(kind));
    }
}

TEST_CASE("A simulation that says busy is a failure, one that says the contract failed is an answer",
          "[net][failure]") {
    for (const char* text :
         {"preflight queue full", "context canceled", "context deadline exceeded", "preflight worker pool is closed"}) {
        CHECK(net::simulation_failure(text)->kind == FailureKind::busy);
    }
    CHECK_FALSE(net::simulation_failure("HostError: Error(Contract, #13)"));
    CHECK_FALSE(net::simulation_failure(""));
}

TEST_CASE("The key limit is read from the server's words", "[net][failure]") {
    CHECK(net::key_limit_in("JSON-RPC error -32602: key count (201) exceeds maximum supported (100)") == 100U);
    CHECK_FALSE(net::key_limit_in("invalid parameters"));
    CHECK_FALSE(net::key_limit_in("exceeds maximum supported (x)"));
}
