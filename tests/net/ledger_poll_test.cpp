// Waiting for an endpoint's next ledger.
#include "fakes/dispatcher_bench.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using fakes::DispatcherBench;
using fakes::Node;

namespace {

std::size_t polls(const DispatcherBench& bench, std::string_view method) {
    std::size_t count = 0;
    for (const auto& sent : bench.channel.sent()) count += fakes::asks(sent.request, method) ? 1 : 0;
    return count;
}

/// Turns until the clock is at `until`.
void turn(DispatcherBench& bench, base::TimePoint until) {
    while (bench.clock.now() < until) {
        bench.dispatcher.advance(bench.channel.wait({}, std::min(until, bench.dispatcher.wakeup())));
    }
}

} // namespace

TEST_CASE("A ledger is awaited by polling, once a poll_interval, until it is there", "[net][dispatcher]") {
    Node node;
    DispatcherBench bench([&node](const net::HttpRequest& request) { return node(request); });
    bench.run();
    REQUIRE(bench.dispatcher.latest_ledger() == 1000);
    const base::TimePoint start = bench.clock.now();
    bench.dispatcher.await_ledger(1002);
    bench.dispatcher.advance({});
    turn(bench, start + 3500ms);
    CHECK(polls(bench, "getHealth") == 1 + 4); // at once and after each second
    node.ledger = 1001;
    turn(bench, start + 4500ms);
    CHECK(bench.dispatcher.latest_ledger() == 1001);
    node.ledger = 1002;
    turn(bench, start + 5500ms);
    CHECK(bench.dispatcher.latest_ledger() == 1002);
    const std::size_t so_far = polls(bench, "getHealth");
    CHECK(bench.dispatcher.wakeup() == base::never);
    turn(bench, start + 10s);
    CHECK(polls(bench, "getHealth") == so_far);
}

TEST_CASE("Every answer says how far the endpoint is", "[net][dispatcher]") {
    Node node;
    DispatcherBench bench([&node](const net::HttpRequest& request) { return node(request); });
    bench.run();
    node.ledger = 1005;
    bench.ask(1);
    bench.run();
    CHECK(bench.dispatcher.latest_ledger() == 1005);
    bench.dispatcher.await_ledger(1005);
    CHECK(bench.dispatcher.wakeup() == base::never);
}

TEST_CASE("A node that nobody has asked for long has not stalled before it says that it is still there",
          "[net][dispatcher]") {
    Node node;
    DispatcherBench bench([&node](const net::HttpRequest& request) { return node(request); });
    bench.run();
    bench.clock.tick(90s);
    const bool moved_on = GENERATE(true, false);
    if (moved_on) node.ledger = 1018;
    bench.dispatcher.await_ledger(1030);
    CHECK_FALSE(bench.dispatcher.stalled());
    bench.dispatcher.advance({});
    turn(bench, bench.clock.now() + 500ms);
    CHECK(bench.dispatcher.stalled() == !moved_on);
}

TEST_CASE("A node that calls itself unhealthy is polled for its latest ledger", "[net][dispatcher]") {
    bool healthy = true;
    Node node;
    DispatcherBench bench([&](const net::HttpRequest& request) {
        if (!healthy && fakes::asks(request, "getHealth")) return fakes::rpc_error(request, -32603, "latency is high");
        if (fakes::asks(request, "getLatestLedger")) {
            return fakes::result(request, R"({"id":"00","protocolVersion":28,"sequence":1001})");
        }
        return node(request);
    });
    bench.run();
    healthy = false;
    bench.dispatcher.await_ledger(1001);
    bench.dispatcher.advance({});
    turn(bench, bench.clock.now() + 1s);
    CHECK(bench.dispatcher.latest_ledger() == 1001);
    CHECK(polls(bench, "getLatestLedger") == 1);
}

TEST_CASE("Polls that fail again and again give the endpoint up, and one that stays behind is given up by its user",
          "[net][dispatcher]") {
    Node first;
    Node second;
    second.ledger = 1010;
    second.closed += 120; // fresh when it takes over
    bool dead = false;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    DispatcherBench bench(
        [&](const net::HttpRequest& request) {
            if (request.url == "http://two.example/") return second(request);
            if (dead) return fakes::transport(net::TransportFault::connection, "refused");
            return first(request);
        },
        settings);
    bench.run();
    const bool stalls = GENERATE(false, true);
    dead = !stalls;
    bench.dispatcher.await_ledger(1001);
    bench.dispatcher.advance({});
    if (stalls) {
        turn(bench, bench.clock.now() + 59s);
        CHECK_FALSE(bench.dispatcher.stalled());
        turn(bench, bench.clock.now() + 2s);
        CHECK(bench.dispatcher.stalled());
        CHECK(bench.dispatcher.endpoint() == 0);
        bench.dispatcher.give_up_stalled();
    }
    turn(bench, bench.clock.now() + 10s);
    CHECK(bench.dispatcher.endpoint() == 1);
    CHECK(bench.dispatcher.serving());
    CHECK(bench.dispatcher.latest_ledger() == 1010);
    REQUIRE(bench.dispatcher.rejections().size() == 1);
    CHECK(bench.dispatcher.rejections()[0].text ==
          (stalls ? "the node has been at ledger 1000 for more than 60 s" : "getHealth: refused"));
}
