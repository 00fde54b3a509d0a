// Slots, pace, retries.
#include "fakes/dispatcher_bench.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>
#include <utility>

using namespace std::chrono_literals;
using Bench = fakes::DispatcherBench;

TEST_CASE("The node is asked who and how fresh it is before anything else", "[net][dispatcher]") {
    Bench bench{fakes::Node{}};
    bench.ask(3);
    bench.run();
    REQUIRE(bench.channel.sent().size() == 3);
    CHECK(fakes::asks(bench.channel.sent()[0].request, "getNetwork"));
    CHECK(fakes::asks(bench.channel.sent()[1].request, "getHealth"));
    CHECK(fakes::asks(bench.channel.sent()[2].request, "getLedgerEntries"));
    CHECK(bench.items<net::LedgerEntries>() == 3);
    CHECK(bench.dispatcher.network() == "Test SDF Network ; September 2015");
}

TEST_CASE("A failing call is tried again after 1, 2 and 4 s, then it has failed", "[net][dispatcher]") {
    fakes::Node node;
    Bench bench{[&](const net::HttpRequest& request) {
        if (fakes::asks(request, "getLedgerEntries"))
            return fakes::transport(net::TransportFault::connection, "refused");
        return node(request);
    }};
    bench.ask(1);
    bench.run();
    REQUIRE(bench.entry_requests() == 4);
    const auto& sent = bench.channel.sent();
    CHECK(sent[3].at - sent[2].at == 1s + 10ms);
    CHECK(sent[4].at - sent[3].at == 2s + 10ms);
    CHECK(sent[5].at - sent[4].at == 4s + 10ms);
    CHECK(bench.items<net::Failure>() == 1);
    CHECK(bench.dispatcher.statistics().retries() == 3);
    CHECK(bench.logged.find("RETRY") != std::string::npos);
}

TEST_CASE("A longer Retry-After is obeyed, and one that ends past the deadline is not waited for",
          "[net][dispatcher]") {
    fakes::Node node;
    unsigned refusals = 1;
    const auto answer = [&](const net::HttpRequest& request) {
        if (fakes::asks(request, "getLedgerEntries") && refusals > 0) {
            --refusals;
            auto script = fakes::http(429, "slow down");
            script.outcome.retry_after = 30s;
            return script;
        }
        return node(request);
    };
    SECTION("obeyed") {
        Bench bench{answer};
        bench.ask(1);
        bench.run();
        CHECK(bench.items<net::LedgerEntries>() == 1);
        CHECK(bench.channel.sent()[3].at - bench.channel.sent()[2].at == 30s + 10ms);
    }
    SECTION("past the deadline") {
        net::Dispatcher::Settings settings;
        settings.deadline = fakes::TickClock{}.now() + 20s;
        Bench bench{answer, settings};
        bench.ask(1);
        bench.run();
        CHECK(bench.items<net::Failure>() == 1);
        CHECK(bench.entry_requests() == 1);
    }
}

TEST_CASE("No more calls than allowed are in flight, and a waiting call holds no slot", "[net][dispatcher]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.max_in_flight = 3;
    bool first = true;
    Bench bench{[&](const net::HttpRequest& request) {
                    if (fakes::asks(request, "getLedgerEntries") && std::exchange(first, false)) {
                        return fakes::transport(net::TransportFault::connection, "reset");
                    }
                    return node(request);
                },
                settings};
    for (int i = 0; i < 20; ++i) bench.ask(1);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 20);
    CHECK(bench.channel.most_in_flight() == 3);
    // The failed call is the last to be sent: nobody waited for it.
    CHECK(bench.channel.sent().back().at - bench.channel.sent()[2].at >= 1s);
    CHECK(bench.channel.sent()[bench.channel.sent().size() - 2].at - bench.channel.sent()[2].at < 1s);
}

TEST_CASE("Requests are started evenly, no more a second than allowed", "[net][dispatcher]") {
    net::Dispatcher::Settings settings;
    settings.max_per_second = 10;
    settings.max_in_flight = 50;
    Bench bench{fakes::Node{}, settings};
    for (int i = 0; i < 10; ++i) bench.ask(1);
    bench.run();
    const auto& sent = bench.channel.sent();
    REQUIRE(sent.size() == 12);
    for (std::size_t i = 1; i < sent.size(); ++i) CHECK(sent[i].at - sent[i - 1].at >= 100ms);
    CHECK(sent.back().at - sent.front().at < 1200ms);
}

TEST_CASE("A node that calls itself unhealthy is judged by the age of its latest ledger", "[net][dispatcher]") {
    fakes::Node node;
    const std::int64_t age = GENERATE(40, 61);
    Bench bench{[&](const net::HttpRequest& request) {
        if (fakes::asks(request, "getHealth")) {
            return fakes::rpc_error(request, -32603,
                                    "[-32603] latency (40s) since last known ledger closed is too high (>30s)");
        }
        if (fakes::asks(request, "getLatestLedger")) {
            return fakes::result(request,
                                 fmt::format(R"({{"id":"00","protocolVersion":28,"sequence":1000,"closeTime":"{}"}})",
                                             node.closed - age));
        }
        return node(request);
    }};
    bench.ask(1);
    bench.run();
    CHECK(bench.dispatcher.serving() == (age == 40));
}

TEST_CASE("An answer from a ledger older than the one at the start is asked again", "[net][dispatcher]") {
    fakes::Node node;
    unsigned answers = 0;
    Bench bench{[&](const net::HttpRequest& request) {
        fakes::Node answering = node;
        if (fakes::asks(request, "getLedgerEntries") && ++answers <= 2) answering.ledger = 999;
        return answering(request);
    }};
    bench.ask(2);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 2);
    CHECK(answers == 3);
}

TEST_CASE("Under 429 fewer calls are in flight, and slowly more again", "[net][dispatcher]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.max_in_flight = 16;
    fakes::TickClock start;
    Bench* bench_of = nullptr;
    std::size_t in_flight_after = 0;
    Bench bench{[&](const net::HttpRequest& request) {
                    if (fakes::asks(request, "getLedgerEntries") && bench_of->clock.now() < start.now() + 40ms) {
                        return fakes::http(429, "");
                    }
                    return node(request);
                },
                settings};
    bench_of = &bench;
    for (int i = 0; i < 400; ++i) bench.ask(1);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 400);
    // Count what was sent at the same instant right after the refusals, and at the end.
    std::map<base::TimePoint, std::size_t> started;
    for (const auto& sent : bench.channel.sent()) ++started[sent.at];
    for (const auto& [at, count] : started) {
        if (at == start.now() + 40ms) in_flight_after = count;
    }
    CHECK(in_flight_after <= 8);
    std::size_t most_later = 0;
    for (const auto& [at, count] : started) {
        if (at > start.now() + 60ms) most_later = std::max(most_later, count);
    }
    CHECK(most_later > in_flight_after);
}

TEST_CASE("Requests are counted by method and result, each once, and the time they took", "[net][dispatcher]") {
    fakes::Node node;
    unsigned asked = 0;
    const auto answer = [&](const net::HttpRequest& request) {
        if (!fakes::asks(request, "getLedgerEntries")) return node(request);
        switch (++asked) {
        case 1:
            return fakes::http(429, "slow down");
        case 2:
            return fakes::transport(net::TransportFault::connection, "refused");
        case 3:
            return fakes::http(200, "garbage");
        case 4: {
            auto silence = fakes::http(200, "");
            silence.latency = 1h;
            return silence;
        }
        default:
            return node(request);
        }
    };
    Bench bench{answer};
    bench.ask(1, 'a'); // answered after three retries and one time-out
    bench.dispatcher.advance({});
    bench.run();
    bench.ask(1, 'b');
    bench.dispatcher.advance({});
    bench.dispatcher.abandon();
    const net::CallStatistics& statistics = bench.dispatcher.statistics();
    std::map<std::string, std::uint64_t> counts;
    std::uint64_t all = 0;
    for (std::size_t method = 0; method < net::rpc_methods; ++method) {
        for (std::size_t result = 0; result < net::request_results; ++result) {
            const std::uint64_t count = statistics.count(static_cast<net::RpcMethod>(method), result);
            all += count;
            if (count == 0) continue;
            counts[fmt::format("{} {}", net::name(static_cast<net::RpcMethod>(method)), net::name_of_result(result))] =
                count;
        }
    }
    CHECK(counts == std::map<std::string, std::uint64_t>{{"getNetwork answered", 1},
                                                         {"getHealth answered", 1},
                                                         {"getLedgerEntries busy", 1},
                                                         {"getLedgerEntries connection", 1},
                                                         {"getLedgerEntries not an answer", 1},
                                                         {"getLedgerEntries timed out", 1},
                                                         {"getLedgerEntries cancelled", 1}});
    CHECK(all == statistics.requests());
    CHECK(statistics.retries() == 3);
    // Five took 10 ms each, one all of its time; the one that was cancelled took none that counts.
    CHECK(statistics.latency().sum() == 10s + 5 * 10ms);
    CHECK(bench.dispatcher.node_ledger()->sequence == 1000);
    CHECK(bench.dispatcher.node_ledger()->age == 20ms);
}

TEST_CASE("The latest ledger of a node that is passed over as stale is told, and its age", "[net][dispatcher]") {
    fakes::Node node;
    node.closed -= 300;
    Bench bench{node};
    bench.ask(1);
    bench.run();
    CHECK(bench.dispatcher.exhausted());
    REQUIRE(bench.dispatcher.node_ledger());
    CHECK(bench.dispatcher.node_ledger()->sequence == 1000);
    CHECK(*bench.dispatcher.node_ledger()->age >= 300s);
}
