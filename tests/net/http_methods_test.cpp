// What is no RPC call: other methods, content types and headers, over the same connections.
#include "fakes/http_receiver.hpp"
#include "net/failure.hpp"
#include "net/http.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace {

struct Client {
    base::SystemClock clock;
    net::HttpClient http{{.ca_file = {}, .user_agent = "stellar-sync/test"}, clock};

    net::HttpOutcome send(net::HttpRequest request) {
        request.timeout = 5s;
        http.start(std::move(request));
        for (;;) {
            auto ended = http.wait({}, clock.now() + 10s);
            if (!ended.empty()) return std::move(ended.front());
        }
    }
};

net::HttpRequest request_of(net::HttpMethod method, std::string url, std::string body = {}) {
    net::HttpRequest request;
    request.url = std::move(url);
    request.body = std::move(body);
    request.method = method;
    return request;
}

} // namespace

TEST_CASE("A request has its method, content type, headers and body, whatever was sent before it", "[net][http]") {
    fakes::HttpReceiver receiver([](const fakes::ReceivedRequest& request) {
        return fakes::GivenAnswer{request.method == "PUT" ? 202 : 200, "answer to " + request.method};
    });
    Client client;
    // One handle after the other is used again, so each method follows each.
    std::vector<net::HttpMethod> methods{net::HttpMethod::get, net::HttpMethod::post, net::HttpMethod::put};
    std::vector<std::string> expected;
    for (const net::HttpMethod first : methods) {
        for (const net::HttpMethod second : methods) {
            for (const net::HttpMethod method : {first, second}) {
                net::HttpRequest request = request_of(method, receiver.url() + "/some/path?q=1");
                if (method != net::HttpMethod::get) {
                    request.body = "# TYPE a counter\na 1\n";
                    request.content_type = "text/plain; version=0.0.4";
                }
                request.headers = {{"X-First", "one"}, {"X-Second", "two, three"}};
                const net::HttpOutcome outcome = client.send(request);
                const std::string name = method == net::HttpMethod::get    ? "GET"
                                         : method == net::HttpMethod::post ? "POST"
                                                                           : "PUT";
                expected.push_back(name);
                CHECK(outcome.fault == net::TransportFault::none);
                CHECK(outcome.status == (name == "PUT" ? 202 : 200));
                CHECK(outcome.body == "answer to " + name);
                const fakes::ReceivedRequest got = receiver.received().back();
                CHECK(got.method == name);
                CHECK(got.target == "/some/path?q=1");
                CHECK(got.body == request.body);
                CHECK(got.headers.at("x-first") == "one");
                CHECK(got.headers.at("x-second") == "two, three");
                CHECK(got.headers.at("user-agent") == "stellar-sync/test");
                CHECK(got.headers.contains("content-type") == (name != "GET"));
                if (name != "GET") CHECK(got.headers.at("content-type") == "text/plain; version=0.0.4");
            }
        }
    }
    CHECK(receiver.received().size() == expected.size());
}

TEST_CASE("A plain request after one with headers of its own carries none of them", "[net][http]") {
    fakes::HttpReceiver receiver;
    Client client;
    net::HttpRequest signed_one = request_of(net::HttpMethod::post, receiver.url(), "{}");
    signed_one.headers = {{"X-Signature", "secret"}};
    client.send(signed_one);
    client.send(request_of(net::HttpMethod::post, receiver.url(), "[]"));
    const auto received = receiver.received();
    REQUIRE(received.size() == 2);
    CHECK(received[0].headers.at("x-signature") == "secret");
    CHECK(received[0].headers.at("content-type") == "application/json");
    CHECK_FALSE(received[1].headers.contains("x-signature"));
    CHECK(received[1].headers.at("content-type") == "application/json");
    CHECK(received[1].headers.at("accept") == "application/json");
    CHECK(received[1].body == "[]");
}

TEST_CASE("A body of many megabytes and an empty one arrive whole", "[net][http]") {
    fakes::HttpReceiver receiver;
    Client client;
    const std::string large(std::size_t{5} << 20, 'x');
    for (const net::HttpMethod method : {net::HttpMethod::post, net::HttpMethod::put}) {
        CHECK(client.send(request_of(method, receiver.url(), large)).status == 200);
        CHECK(receiver.received().back().body == large);
        CHECK(client.send(request_of(method, receiver.url())).status == 200);
        CHECK(receiver.received().back().body.empty());
    }
}

TEST_CASE("What is handed over is taken with any status of the 2xx, and fails as calls do with others",
          "[net][failure]") {
    for (long status = 200; status < 600; ++status) {
        CAPTURE(status);
        net::HttpOutcome outcome;
        outcome.status = status;
        outcome.retry_after = 3s;
        const auto failure = net::delivery_failure(outcome);
        REQUIRE(failure.has_value() == (status >= 300));
        if (failure) {
            CHECK(failure->kind == net::transport_failure(outcome)->kind);
            CHECK(failure->retry_after == 3s);
        }
    }
    net::HttpOutcome broken;
    broken.status = 200; // the answer's beginning had come
    broken.fault = net::TransportFault::connection;
    CHECK(net::delivery_failure(broken)->kind == net::FailureKind::connection);
    broken.status = 0;
    broken.fault = net::TransportFault::timed_out;
    CHECK(net::delivery_failure(broken)->kind == net::FailureKind::timed_out);
}
