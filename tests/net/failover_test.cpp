// Giving an endpoint up, and going on to the next.
#include "fakes/dispatcher_bench.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace std::chrono_literals;
using Bench = fakes::DispatcherBench;

TEST_CASE("After five calls in a row that failed for good the endpoint is given up", "[net][dispatcher][failover]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    const bool second_is_dead = GENERATE(false, true);
    Bench bench{[&](const net::HttpRequest& request) {
                    const bool dead = request.url == "http://one.example/" || second_is_dead;
                    if (dead && fakes::asks(request, "getLedgerEntries"))
                        return fakes::http(502, "<html>bad gateway</html>");
                    return node(request);
                },
                settings};
    const base::TimePoint start = bench.clock.now();
    for (int i = 0; i < 1000; ++i) bench.ask(1);
    bench.run();
    if (second_is_dead) {
        CHECK(bench.dispatcher.exhausted());
        CHECK(bench.items<net::GivenUp>() == 1000);
    } else {
        // Nothing is lost: the failed calls are asked of the next endpoint.
        CHECK(bench.items<net::LedgerEntries>() == 1000);
        CHECK(bench.items<net::Failure>() == 0);
    }
    CHECK(bench.clock.now() - start < 60s);
    CHECK(bench.logged.find("RPC_ENDPOINT_PASSED_OVER") != std::string::npos);
}

TEST_CASE("A node that fails whatever it is asked is asked little", "[net][dispatcher][failover]") {
    fakes::Node node;
    Bench bench{[&](const net::HttpRequest& request) {
        if (fakes::asks(request, "getLedgerEntries")) return fakes::rpc_error(request, -32603, "internal error");
        return node(request);
    }};
    const base::TimePoint start = bench.clock.now();
    // The rows come as the dispatcher wants them, as in a cycle.
    std::size_t batches = 0;
    while (!bench.dispatcher.exhausted()) {
        while (bench.dispatcher.wants_more() && batches < 5000) {
            bench.ask(200);
            ++batches;
        }
        bench.dispatcher.advance(bench.channel.wait({}, bench.dispatcher.wakeup()));
    }
    CHECK(batches <= 15);
    CHECK(bench.entry_requests() < 500);
    CHECK(bench.clock.now() - start < 60s);
}

TEST_CASE("An answer starts the count of failed calls anew", "[net][dispatcher][failover]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.max_in_flight = 1;
    settings.retry.max_retries = 0;
    unsigned calls = 0;
    Bench bench{[&](const net::HttpRequest& request) {
                    if (fakes::asks(request, "getLedgerEntries") && ++calls % 5 != 0) {
                        return fakes::transport(net::TransportFault::connection, "reset");
                    }
                    return node(request);
                },
                settings};
    for (int i = 0; i < 50; ++i) bench.ask(1);
    bench.run();
    CHECK(bench.dispatcher.serving());
    CHECK(bench.items<net::LedgerEntries>() == 10);
    CHECK(bench.items<net::Failure>() == 40);
}

TEST_CASE("An endpoint of another network, stale, or refusing the key is passed over", "[net][dispatcher][failover]") {
    fakes::Node good;
    fakes::Node other;
    other.passphrase = "Public Global Stellar Network ; September 2015";
    fakes::Node stale;
    stale.closed -= 61;
    net::Dispatcher::Settings settings;
    settings.passphrase = good.passphrase;
    settings.endpoints = {"http://other.example/", "http://stale.example/", "http://locked.example/secret-key",
                          "http://good.example/"};
    Bench bench{[&](const net::HttpRequest& request) {
                    if (request.url.starts_with("http://other")) return other(request);
                    if (request.url.starts_with("http://stale")) return stale(request);
                    if (request.url.starts_with("http://locked")) return fakes::http(403, "no");
                    return good(request);
                },
                settings};
    bench.ask(1);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 1);
    REQUIRE(bench.dispatcher.rejections().size() == 3);
    CHECK(bench.dispatcher.rejections()[0].rejection == net::Rejection::wrong_network);
    CHECK(bench.dispatcher.rejections()[1].rejection == net::Rejection::stale);
    CHECK(bench.dispatcher.rejections()[2].rejection == net::Rejection::unauthorized);
    CHECK(bench.logged.find("secret-key") == std::string::npos);
}
