#include "net/http.hpp"

#include "devnet/server.hpp"
#include "net/rpc.hpp"

#include <catch2/catch.hpp>

#include <fmt/chrono.h>

using namespace std::chrono_literals;

namespace {

struct Client {
    base::SystemClock clock;
    net::HttpClient http{{}, clock};

    net::HttpOutcome post(const std::string& url, std::string body, base::Duration timeout = 5s) {
        http.start({url, std::move(body), timeout});
        for (;;) {
            auto ended = http.wait({}, clock.now() + 10s);
            if (!ended.empty()) return std::move(ended.front());
        }
    }
};

} // namespace

TEST_CASE("Calls reuse their connection", "[net][http]") {
    devnet::Server node;
    node.start();
    Client client;
    for (net::RequestId id = 1; id <= 20; ++id) {
        const auto outcome = client.post(node.url(), net::get_network_request(id));
        CHECK(outcome.fault == net::TransportFault::none);
        CHECK(outcome.status == 200);
        CHECK(outcome.elapsed > 0ns);
    }
    CHECK(node.traffic().counters().connections == 1);
}

TEST_CASE("Many calls are under way at once, on one thread", "[net][http]") {
    devnet::Server node;
    node.faults().add({.fault = devnet::DelayFault{200ms}});
    node.start();
    Client client;
    const auto start = client.clock.now();
    for (net::RequestId id = 1; id <= 20; ++id) client.http.start({node.url(), net::get_network_request(id), 5s});
    for (std::size_t ended = 0; ended < 20;) ended += client.http.wait({}, client.clock.now() + 5s).size();
    CHECK(client.clock.now() - start < 2s); // one after the other they take 4 s
    CHECK(node.traffic().counters().max_in_flight > 10);
}

TEST_CASE("A call that hangs holds up no other, though no connection was open", "[net][http]") {
    devnet::Server node;
    node.faults().add({.fault = devnet::HangFault{}, .limit = 1});
    node.start();
    Client client;
    for (net::RequestId id = 1; id <= 3; ++id) client.http.start({node.url(), net::get_network_request(id), 3s});
    std::vector<net::TransportFault> faults;
    while (faults.size() < 3) {
        for (const auto& outcome : client.http.wait({}, client.clock.now() + 5s)) faults.push_back(outcome.fault);
    }
    using net::TransportFault;
    CHECK(faults == std::vector{TransportFault::none, TransportFault::none, TransportFault::timed_out});
}

TEST_CASE("Faults of the transport come as outcomes", "[net][http]") {
    devnet::Server node;
    node.start();
    Client client;
    CHECK(client.post("http://127.0.0.1:1/", "{}").fault == net::TransportFault::connection);
    CHECK(client.post("http://no-such-host.invalid/", "{}").fault == net::TransportFault::connection);
    CHECK(client.post("nonsense://host/", "{}").fault == net::TransportFault::bad_request);
    CHECK(client.post("file:///etc/passwd", "{}").fault == net::TransportFault::bad_request);
    node.faults().add({.fault = devnet::HangFault{}, .limit = 1});
    CHECK(client.post(node.url(), net::get_network_request(1), 1s).fault == net::TransportFault::timed_out);
    node.faults().add({.fault = devnet::DropFault{}, .limit = 10});
    CHECK(client.post(node.url(), net::get_network_request(1)).fault == net::TransportFault::connection);
}

TEST_CASE("An answer over 16 MiB is cut off", "[net][http]") {
    devnet::Server node;
    node.faults().add({.fault = devnet::GarbageFault{.body = std::string(std::size_t{17} << 20, 'x')}, .limit = 1});
    node.start();
    Client client;
    const auto outcome = client.post(node.url(), net::get_network_request(1));
    CHECK(outcome.fault == net::TransportFault::too_large);
    CHECK(outcome.body.size() <= net::max_response_bytes);
    CHECK(client.post(node.url(), net::get_network_request(2)).status == 200);
}

TEST_CASE("Retry-After comes in seconds or as a date, nonsense and the past are none", "[net][http]") {
    devnet::Server node;
    node.start();
    Client client;
    const auto retry_after = [&](const std::string& header) {
        node.faults().set({{.fault = devnet::StatusFault{.status = 429, .retry_after = header}}});
        const auto outcome = client.post(node.url(), net::get_network_request(1));
        CHECK(outcome.status == 429);
        return outcome.retry_after;
    };
    const auto date_in = [](std::chrono::seconds time) {
        return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                           fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + time)));
    };
    CHECK(retry_after("7") == 7s);
    const auto by_date = retry_after(date_in(30s));
    REQUIRE(by_date);
    CHECK(*by_date >= 27s);
    CHECK(*by_date <= 31s); // two clocks of whole seconds
    for (const std::string& none : {std::string("0"), std::string("-5"), std::string("soon"), std::string(),
                                    date_in(-3600s), std::string("Thu, 01 Jan 1970 00:00:00 GMT")}) {
        CAPTURE(none);
        CHECK_FALSE(retry_after(none));
    }
    // Whatever it is, it is bounded: the deadline decides whether it is waited for.
    for (const std::string& absurd : {std::string("999999999999"), std::string("99999999999999999999999999"),
                                      std::string("Fri, 31 Dec 9999 23:59:59 GMT")}) {
        CAPTURE(absurd);
        CHECK(retry_after(absurd).value_or(0s) <= 24h);
    }
}

TEST_CASE("A redirect is not followed", "[net][http]") {
    devnet::Server node;
    node.faults().add({.fault = devnet::StatusFault{.status = 302}});
    node.start();
    Client client;
    CHECK(client.post(node.url(), net::get_network_request(1)).status == 302);
    CHECK(node.traffic().counters().requests == 1);
}

TEST_CASE("A cancelled call gives no outcome", "[net][http]") {
    devnet::Server node;
    node.faults().add({.fault = devnet::HangFault{}, .limit = 1});
    node.start();
    Client client;
    const auto hung = client.http.start({node.url(), net::get_network_request(1), 30s});
    // Only once the fault has struck is it this call that hangs.
    while (node.faults().struck() == 0) CHECK(client.http.wait({}, client.clock.now() + 5ms).empty());
    client.http.cancel(hung);
    CHECK(client.post(node.url(), net::get_network_request(2)).status == 200);
    CHECK(client.http.wait({}, client.clock.now() + 10ms).empty());
}
