#include "net/dispatcher.hpp"

#include "fakes/node.hpp"
#include "stellar/base64.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>
#include <utility>

using namespace std::chrono_literals;

namespace {

/// A dispatcher over a scripted channel, driven as the one loop drives it.
struct Bench {
    explicit Bench(fakes::ScriptedChannel::Answer answer, net::Dispatcher::Settings settings = {})
        : channel(clock, std::move(answer)),
          dispatcher(with_endpoint(std::move(settings)), channel, clock, log, [] { return 0.5; }) {}

    static net::Dispatcher::Settings with_endpoint(net::Dispatcher::Settings settings) {
        if (settings.endpoints.empty()) settings.endpoints = {"http://one.example/"};
        return settings;
    }

    void run() {
        for (int turns = 0; turns < 100'000; ++turns) {
            dispatcher.advance({});
            dispatcher.settle();
            for (net::Finished& finished : dispatcher.take_finished()) done.push_back(std::move(finished));
            if (dispatcher.idle()) return;
            dispatcher.advance(channel.wait({}, dispatcher.wakeup()));
            for (net::Finished& finished : dispatcher.take_finished()) done.push_back(std::move(finished));
        }
        FAIL("the dispatcher does not come to an end");
    }

    net::CallId ask(std::size_t items, char name = 'k') {
        auto keys = std::make_shared<net::KeyGroups>();
        for (std::size_t i = 0; i < items; ++i) {
            const std::string key = fmt::format("{}{:05}", name, i);
            const std::string_view view = key;
            REQUIRE(keys->add({&view, 1}, net::max_keys_per_call));
        }
        return dispatcher.read_entries(keys);
    }

    template <class Outcome>
    std::size_t items() const {
        std::size_t count = 0;
        for (const net::Finished& finished : done) {
            if (std::holds_alternative<Outcome>(finished.outcome)) count += finished.last - finished.first;
        }
        return count;
    }

    std::size_t entry_requests() const {
        std::size_t count = 0;
        for (const auto& sent : channel.sent()) count += fakes::asks(sent.request, "getLedgerEntries") ? 1 : 0;
        return count;
    }

    fakes::TickClock clock;
    std::string logged;
    base::Log log{{}, "sync", clock, [this](std::string_view line) { logged += line; }};
    fakes::ScriptedChannel channel;
    net::Dispatcher dispatcher;
    std::vector<net::Finished> done;
};

std::string key_text(char name, std::size_t i) {
    return stellar::to_base64(fmt::format("{}{:05}", name, i));
}

} // namespace

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
    CHECK(bench.dispatcher.statistics().retries == 3);
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

TEST_CASE("A refused batch is split until the bad item stands alone", "[net][dispatcher]") {
    fakes::Node node;
    const std::string poison = key_text('k', 137);
    const auto kind = GENERATE(-32602, -32603);
    Bench bench{[&](const net::HttpRequest& request) {
        for (const std::string& key : fakes::asked_keys(request)) {
            if (key == poison) return fakes::rpc_error(request, kind, "no");
        }
        return node(request);
    }};
    for (char name = 'a'; name < 'e'; ++name) bench.ask(200, name);
    bench.ask(200);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 999);
    CHECK(bench.items<net::Failure>() == 1);
    // 5 batches, two more for each of 8 halvings, and the retries of the whole batch and of the last item.
    CHECK(bench.entry_requests() <= 5 + 16 + 6);
    CHECK(bench.dispatcher.serving());
}

TEST_CASE("A provider's lower key limit is learnt once", "[net][dispatcher]") {
    fakes::Node node;
    const bool says_so = GENERATE(true, false);
    net::Dispatcher::Settings settings;
    settings.max_in_flight = 1;
    std::size_t refusals = 0;
    Bench bench{[&](const net::HttpRequest& request) {
                    if (fakes::asked_keys(request).size() > 50) {
                        ++refusals;
                        return fakes::rpc_error(
                            request, -32602, says_so ? "key count (200) exceeds maximum supported (50)" : "too many");
                    }
                    return node(request);
                },
                settings};
    for (char name = 'a'; name < 'k'; ++name) bench.ask(200, name);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 2000);
    CHECK(bench.dispatcher.key_limit() == 50);
    CHECK(refusals <= 3); // 200, and where the provider does not say its limit 100 twice
}

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
