#include "net/failure.hpp"

#include "net/http.hpp"

#include <catch2/catch.hpp>
#include <curl/curl.h>

#include <map>
#include <set>
#include <vector>

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
    const std::map<long, FailureKind> exceptions{
        {401, FailureKind::unauthorized}, {403, FailureKind::unauthorized},  {408, FailureKind::server_error},
        {425, FailureKind::server_error}, {413, FailureKind::refused},       {429, FailureKind::busy},
        {503, FailureKind::busy},         {204, FailureKind::not_an_answer},
    };
    CHECK(kind_of(200) == std::nullopt);
    for (long status = 201; status < 600; ++status) {
        CAPTURE(status);
        const auto exception = exceptions.find(status);
        const FailureKind rule = status < 500 ? FailureKind::unusable : FailureKind::server_error;
        CHECK(kind_of(status) == (exception == exceptions.end() ? rule : exception->second));
    }
    CHECK(kind_of(500, "http: request body too large") == FailureKind::refused);
}

TEST_CASE("Every error code of libcurl has its transport fault", "[net][failure]") {
    const std::set<int> untrusted{
        CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,       CURLE_SSL_CRL_BADFILE,
        CURLE_SSL_CERTPROBLEM,          CURLE_SSL_CLIENTCERT,           CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_SSL_ISSUER_ERROR,         CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED};
    const std::set<int> wrong{CURLE_URL_MALFORMAT,
                              CURLE_UNSUPPORTED_PROTOCOL,
                              CURLE_BAD_FUNCTION_ARGUMENT,
                              CURLE_UNKNOWN_OPTION,
                              CURLE_SETOPT_OPTION_SYNTAX,
                              CURLE_FAILED_INIT,
                              CURLE_NOT_BUILT_IN,
                              CURLE_SSL_ENGINE_NOTFOUND,
                              CURLE_SSL_ENGINE_SETFAILED,
                              CURLE_SSL_ENGINE_INITFAILED,
                              CURLE_SSL_CIPHER};
    for (int code = 0; code < CURL_LAST; ++code) {
        CAPTURE(code, curl_easy_strerror(static_cast<CURLcode>(code)));
        const auto expected = code == CURLE_OK                   ? net::TransportFault::none
                              : code == CURLE_OPERATION_TIMEDOUT ? net::TransportFault::timed_out
                              : untrusted.contains(code)         ? net::TransportFault::tls_untrusted
                              : code == CURLE_LOGIN_DENIED       ? net::TransportFault::login_denied
                              : wrong.contains(code)             ? net::TransportFault::bad_request
                                                                 : net::TransportFault::connection;
        CHECK(net::transport_fault_of(code) == expected);
    }
}

TEST_CASE("Every transport fault has its kind of failure", "[net][failure]") {
    CHECK(kind_of(net::TransportFault::connection) == FailureKind::connection);
    CHECK(kind_of(net::TransportFault::timed_out) == FailureKind::timed_out);
    CHECK(kind_of(net::TransportFault::tls_untrusted) == FailureKind::unusable);
    CHECK(kind_of(net::TransportFault::bad_request) == FailureKind::unusable);
    CHECK(kind_of(net::TransportFault::login_denied) == FailureKind::unauthorized);
    CHECK(kind_of(net::TransportFault::too_large) == FailureKind::not_an_answer);
}

TEST_CASE("Every reply of a mail server has its kind of failure", "[net][failure]") {
    const auto kind = [](net::TransportFault fault, long status) {
        net::HttpOutcome outcome;
        outcome.fault = fault;
        outcome.status = status;
        const auto failure = net::mail_failure(outcome);
        return failure ? std::optional(failure->kind) : std::nullopt;
    };
    using net::TransportFault;
    CHECK(kind(TransportFault::none, 250) == std::nullopt);
    for (const long status : {421, 450, 451, 452, 454}) {
        CHECK(kind(TransportFault::connection, status) == FailureKind::busy);
        CHECK(kind(TransportFault::login_denied, status) == FailureKind::busy);
    }
    for (const long status : {500, 550, 552, 553, 554, 555})
        CHECK(kind(TransportFault::connection, status) == FailureKind::unusable);
    CHECK(kind(TransportFault::connection, 530) == FailureKind::unauthorized);
    for (const long status : {0, 250, 534, 535})
        CHECK(kind(TransportFault::login_denied, status) == FailureKind::unauthorized);
    // Cut off after a reply that was none.
    for (const long status : {0, 220, 250, 354})
        CHECK(kind(TransportFault::connection, status) == FailureKind::connection);
    CHECK(kind(TransportFault::timed_out, 354) == FailureKind::timed_out);
    CHECK(kind(TransportFault::timed_out, 550) == FailureKind::timed_out);
    CHECK(kind(TransportFault::tls_untrusted, 220) == FailureKind::unusable);
}

TEST_CASE("Every JSON-RPC code has its kind of failure", "[net][failure]") {
    const auto kind = [](std::int64_t code) { return net::rpc_failure({code, "text"}).kind; };
    CHECK(kind(-32602) == FailureKind::refused);
    for (const std::int64_t code : {-32700, -32600, -32601}) CHECK(kind(code) == FailureKind::unusable);
    for (const std::int64_t code : {-32001, -32096, -32097, -32098}) CHECK(kind(code) == FailureKind::busy);
    for (const std::int64_t code : {-32603, -32003, -32000, 0, 1, -1, 429})
        CHECK(kind(code) == FailureKind::server_error);
}

TEST_CASE("What may go better is retried, what would fail the same way is not, what a part may survive is split",
          "[net][failure]") {
    struct Policy {
        FailureKind kind;
        bool retried;
        bool split;
        bool split_if_alive;
    };
    const std::vector<Policy> policies{
        {FailureKind::connection, true, false, true},     {FailureKind::timed_out, true, false, true},
        {FailureKind::busy, true, false, false},          {FailureKind::server_error, true, true, false},
        {FailureKind::not_an_answer, true, true, false},  {FailureKind::older_ledger, true, false, false},
        {FailureKind::ledger_ahead, true, false, false},  {FailureKind::refused, false, true, false},
        {FailureKind::unauthorized, false, false, false}, {FailureKind::unusable, false, false, true},
    };
    for (const Policy& policy : policies) {
        CAPTURE(net::name(policy.kind));
        CHECK(net::worth_retrying(policy.kind) == policy.retried);
        CHECK(net::worth_splitting(policy.kind) == policy.split);
        CHECK(net::worth_splitting_if_alive(policy.kind) == policy.split_if_alive);
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

TEST_CASE("A certificate that is refused comes with what to do, in every way libcurl says it", "[net][failure]") {
    const auto text = [](const char* said) {
        net::HttpOutcome outcome;
        outcome.fault = net::TransportFault::tls_untrusted;
        outcome.fault_text = said;
        return net::transport_failure(outcome)->text;
    };
    const std::vector<std::pair<const char*, const char*>> cases{
        {"SSL certificate problem: unable to get local issuer certificate", "as SYNC_CA_FILE"},
        {"SSL certificate problem: self-signed certificate", "as SYNC_CA_FILE"},
        {"SSL certificate problem: self-signed certificate in certificate chain", "as SYNC_CA_FILE"},
        {"SSL certificate problem: certificate has expired", "a new certificate"},
        {"SSL certificate problem: certificate is not yet valid", "another certificate"},
        {"SSL: no alternative certificate subject name matches target host name 'a'", "the URL's host must be one"},
        {"SSL: certificate subject name 'b' does not match target host name 'a'", "the URL's host must be one"},
        {"error setting certificate file: /x", "as PEM"},
        {"Requested SSL level failed", "STARTTLS"},
        {"STARTTLS not supported.", "smtps://"},
    };
    for (const auto& [said, advised] : cases)
        CHECK_THAT(text(said), Catch::StartsWith(said) && Catch::Contains(advised));
    CHECK(text("something new") == "something new");
}
