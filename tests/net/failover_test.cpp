// Giving an endpoint up, and going on to the next.
#include "fakes/dispatcher_bench.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>

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

TEST_CASE("Batches that were being split when their endpoint is given up are asked of the next, each item once",
          "[net][dispatcher][failover]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    const int code = GENERATE(-32603, -32602);
    std::size_t keys_of_two = 0;
    Bench bench{[&](const net::HttpRequest& request) {
                    if (request.url == "http://two.example/") keys_of_two += fakes::asked_keys(request).size();
                    const bool asks = fakes::asks(request, "getLedgerEntries");
                    if (request.url == "http://two.example/" || !asks) return node(request);
                    if (code == -32603) return fakes::rpc_error(request, code, "internal error");
                    // Refuses what is large and drops what is small: halves are under way when it is given up.
                    return fakes::asked_keys(request).size() > 50
                               ? fakes::rpc_error(request, code, "too many")
                               : fakes::transport(net::TransportFault::connection, "reset");
                },
                settings};
    for (char name = 'a'; name < 'k'; ++name) bench.ask(200, name);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 2000);
    CHECK(bench.items<net::Failure>() == 0);
    CHECK(keys_of_two == 2000);
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

TEST_CASE("What an endpoint that is given up had not answered yet is asked of the next",
          "[net][dispatcher][failover]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    settings.retry.max_retries = 0;
    const std::string silent = fakes::key_text('a', 0);
    Bench bench{[&](const net::HttpRequest& request) {
                    const auto keys = fakes::asked_keys(request);
                    if (keys.empty() || request.url == "http://two.example/") return node(request);
                    auto answer = fakes::http(502, "<html>bad gateway</html>");
                    if (keys.front() == silent) answer.latency = 5s; // the others have failed by then
                    return answer;
                },
                settings};
    for (int i = 0; i < 2; ++i) bench.ask(1, 'a');
    for (int i = 0; i < 5; ++i) bench.ask(1);
    bench.run();
    CHECK(bench.dispatcher.serving());
    CHECK(bench.items<net::LedgerEntries>() == 7);
}

TEST_CASE("An endpoint that refuses one item after the other does answer, and is not given up",
          "[net][dispatcher][failover]") {
    fakes::Node node;
    Bench bench{[&](const net::HttpRequest& request) {
        if (fakes::asks(request, "getLedgerEntries")) return fakes::rpc_error(request, -32602, "invalid parameters");
        return node(request);
    }};
    for (int i = 0; i < 10; ++i) bench.ask(1);
    bench.run();
    CHECK(bench.dispatcher.serving());
    CHECK(bench.items<net::Failure>() == 10);
}

TEST_CASE("What a batch went through at one endpoint does not count at the next", "[net][dispatcher][failover]") {
    fakes::Node node;
    const std::string poison = fakes::key_text('k', 137);
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    Bench bench{[&](const net::HttpRequest& request) {
                    const auto keys = fakes::asked_keys(request);
                    if (!keys.empty() && request.url == "http://one.example/") {
                        return fakes::rpc_error(request, -32603, "internal error"); // split into dozens of parts
                    }
                    if (std::find(keys.begin(), keys.end(), poison) != keys.end()) {
                        return fakes::transport(net::TransportFault::connection, "reset");
                    }
                    return node(request);
                },
                settings};
    for (int i = 0; i < 5; ++i) bench.ask(200);
    bench.run();
    CHECK(bench.dispatcher.serving());
    CHECK(bench.items<net::LedgerEntries>() == 995);
    CHECK(bench.items<net::Failure>() == 5); // the poisoned item of each batch
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

TEST_CASE("The dispatcher of the others: the endpoints after the one that serves, of the same network and no older",
          "[net][dispatcher][failover]") {
    fakes::Node good;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://dead.example/", "http://one.example/", "http://behind.example/",
                          "http://two.example/"};
    Bench bench{[&](const net::HttpRequest& request) {
                    if (request.url == "http://dead.example/") return fakes::http(404, "");
                    fakes::Node node = good;
                    if (request.url == "http://behind.example/") node.ledger = 999;
                    return node(request);
                },
                settings};
    bench.run();
    REQUIRE(bench.dispatcher.serving());
    CHECK(bench.dispatcher.endpoint() == 1);
    const auto others = bench.dispatcher.of_the_others();
    REQUIRE(others != nullptr);
    CHECK(others->network() == good.passphrase);
    others->read_entries(std::make_shared<net::KeyGroups>());
    while (!others->serving() && !others->exhausted()) {
        others->advance({});
        others->advance(bench.channel.wait({}, others->wakeup()));
    }
    CHECK(others->endpoint_name() == "http://two.example/");
    CHECK(others->of_the_others() == nullptr);
    // What it asks stands in the statistics of both.
    CHECK(&others->statistics() == &bench.dispatcher.statistics());
    CHECK(bench.dispatcher.statistics().requests() == bench.channel.sent().size());
    others->abandon();
}

TEST_CASE("Two dispatchers of one cycle keep to one limit, and to one pace", "[net][dispatcher][failover]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    settings.max_in_flight = 3;
    settings.max_per_second = GENERATE(0.0, 20.0);
    Bench bench{node, settings};
    bench.run();
    const auto others = bench.dispatcher.of_the_others();
    std::size_t done = 0;
    const auto ask = [](net::Dispatcher& dispatcher) {
        auto keys = std::make_shared<net::KeyGroups>();
        const std::string_view key = "key";
        REQUIRE(keys->add({&key, 1}, net::max_keys_per_call));
        dispatcher.read_entries(keys);
    };
    for (int i = 0; i < 50; ++i) {
        ask(bench.dispatcher);
        ask(*others);
    }
    while (done < 100) {
        others->advance({});
        bench.dispatcher.advance({});
        auto ended = bench.channel.wait({}, std::min(others->wakeup(), bench.dispatcher.wakeup()));
        others->handle(ended); // each passes over what is not its own
        bench.dispatcher.handle(ended);
        done += others->take_finished().size() + bench.dispatcher.take_finished().size();
    }
    CHECK(bench.channel.most_in_flight() <= 3);
    if (settings.max_per_second > 0) {
        const auto& sent = bench.channel.sent();
        for (std::size_t i = 1; i < sent.size(); ++i) CHECK(sent[i].at - sent[i - 1].at >= 50ms);
    } else {
        CHECK(bench.channel.most_in_flight() == 3);
    }
}

TEST_CASE("An endpoint that takes over must confirm what was learnt of the one before",
          "[net][dispatcher][failover][learnt]") {
    fakes::Node node;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/", "http://three.example/"};
    settings.retry.max_retries = 1;
    const std::string learnt_key = fakes::key_text('l', 0);
    bool one_is_dead = false;
    enum class Second { confirms, contradicts, fails, lags, recovers };
    const Second second =
        GENERATE(Second::confirms, Second::contradicts, Second::fails, Second::lags, Second::recovers);
    unsigned asked_of_two = 0;
    Bench bench{[&](const net::HttpRequest& request) {
                    const auto keys = fakes::asked_keys(request);
                    if (keys.empty()) return node(request);
                    if (request.url == "http://one.example/" && one_is_dead) return fakes::http(502, "");
                    if (request.url == "http://two.example/" && keys.front() == learnt_key) {
                        ++asked_of_two;
                        if (second == Second::fails || (second == Second::recovers && asked_of_two == 1))
                            return fakes::http(502, "");
                        if (second == Second::lags)
                            return fakes::result(request, R"({"entries":[],"latestLedger":999})");
                    }
                    return node(request);
                },
                settings};
    auto keys = std::make_shared<net::KeyGroups>();
    const std::string key = fmt::format("l{:05}", 0);
    const std::string_view view = key;
    REQUIRE(keys->add({&view, 1}, net::max_keys_per_call));
    bench.ask(1);
    bench.run();
    REQUIRE(bench.dispatcher.endpoint() == 0);
    std::vector<std::size_t> compared; // at which endpoint
    bench.dispatcher.learnt({keys, [&](const net::LedgerEntries&) -> std::optional<std::string> {
                                 compared.push_back(bench.dispatcher.endpoint());
                                 if (second != Second::contradicts || compared.back() != 1) return std::nullopt;
                                 return "it says 5, not 4";
                             }});
    CHECK(compared.empty()); // whoever serves already is not asked
    one_is_dead = true;
    bench.ask(1);
    bench.run();
    const bool takes_over = second == Second::confirms || second == Second::recovers;
    CHECK(bench.dispatcher.endpoint() == (takes_over ? 1 : 2));
    CHECK(bench.items<net::LedgerEntries>() == 2);
    if (second == Second::contradicts) {
        REQUIRE(bench.dispatcher.rejections().size() == 2);
        CHECK(bench.dispatcher.rejections()[1].rejection == net::Rejection::contradicts);
        CHECK_THAT(bench.logged, Catch::Contains("it says 5, not 4"));
    }
    if (second == Second::fails) CHECK(asked_of_two == 2);
    // An endpoint that serves in its place is asked, too.
    if (!takes_over) CHECK(compared.back() == 2);
}

TEST_CASE("What can wait for a later ledger is not asked of an endpoint that takes over and is not there yet",
          "[net][dispatcher][failover]") {
    fakes::Node first;
    first.ledger = 1005;
    fakes::Node second;
    second.ledger = 1006;
    bool dead = false;
    net::Dispatcher::Settings settings;
    settings.endpoints = {"http://one.example/", "http://two.example/"};
    Bench bench{[&](const net::HttpRequest& request) {
                    if (request.url == "http://two.example/") return second(request);
                    return dead ? fakes::http(502, "<html>bad gateway</html>") : first(request);
                },
                settings};
    bench.run();
    first.ledger = 1007;
    bench.ask(1);
    bench.run();
    const base::TimePoint before = bench.clock.now();
    CHECK(bench.dispatcher.serving_since() < before);
    dead = true;
    const bool can_wait = GENERATE(true, false);
    bench.ask(2, 'a', {1007, false, can_wait});
    bench.ask(3, 'b', {1006, false, can_wait});
    bench.run();
    CHECK(bench.dispatcher.serving_since() > before);
    CHECK(bench.items<net::GivenUp>() == (can_wait ? 2 : 0));
    CHECK(bench.items<net::Failure>() == (can_wait ? 0 : 2)); // asked again and again
    CHECK(bench.items<net::LedgerEntries>() == 1 + 3);
}
