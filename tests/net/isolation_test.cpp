// A bad item costs that item, however it fails.
#include "fakes/dispatcher_bench.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace std::chrono_literals;
using Bench = fakes::DispatcherBench;
using fakes::key_text;

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
    CHECK(refusals == (says_so ? 1 : 3)); // 200, and where the provider does not say its limit 100 twice
}

TEST_CASE("A batch that is dropped or times out is split if the endpoint answers others", "[net][isolation]") {
    fakes::Node node;
    const auto fault = GENERATE(net::TransportFault::connection, net::TransportFault::timed_out);
    const std::string poison = key_text('k', 137);
    const std::string another = key_text('c', 0);
    const auto hit = [&](const net::HttpRequest& request) {
        for (const std::string& key : fakes::asked_keys(request)) {
            if (key == poison || key == another) return true;
        }
        return false;
    };
    Bench bench{[&](const net::HttpRequest& request) {
        return hit(request) ? fakes::transport(fault, "no answer") : node(request);
    }};
    SECTION("two bad items among 1,000") {
        for (char name = 'a'; name < 'e'; ++name) bench.ask(200, name);
        bench.ask(200);
        bench.run();
        CHECK(bench.items<net::LedgerEntries>() == 998);
        CHECK(bench.items<net::Failure>() == 2);
        // 5 batches, and for each bad item two more for each of 8 halvings, the batch's retries and its own.
        CHECK(bench.entry_requests() <= 5 + 2 * (16 + 6));
    }
    SECTION("one batch alone, where nothing else tells that the endpoint lives") {
        bench.ask(200);
        bench.run();
        CHECK(bench.items<net::LedgerEntries>() == 199);
        CHECK(bench.items<net::Failure>() == 1);
    }
    CHECK(bench.dispatcher.serving());
}

TEST_CASE("A single batch that an endpoint drops whatever is asked costs few requests", "[net][isolation]") {
    fakes::Node node;
    Bench bench{[&](const net::HttpRequest& request) {
        if (fakes::asks(request, "getLedgerEntries")) {
            return fakes::transport(net::TransportFault::timed_out, "no answer");
        }
        return node(request);
    }};
    bench.ask(200);
    bench.run();
    CHECK(bench.items<net::Failure>() == 200);
    CHECK(bench.entry_requests() == 4 + 2 + 4); // the whole with its retries, halves, quarters
}

TEST_CASE("A batch in which everything is bad is not asked for each of its items", "[net][isolation]") {
    fakes::Node node;
    Bench bench{[&](const net::HttpRequest& request) {
        const auto keys = fakes::asked_keys(request);
        if (!keys.empty() && keys.front() >= key_text('k', 0)) {
            return fakes::transport(net::TransportFault::connection, "reset");
        }
        return node(request);
    }};
    bench.ask(200);
    for (int i = 0; i < 20; ++i) bench.ask(200, 'a');
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 4000);
    CHECK(bench.items<net::Failure>() == 200);
    CHECK(bench.entry_requests() < 20 + 120);
    CHECK(bench.dispatcher.serving());
}

TEST_CASE("An answer from a ledger that cannot have closed yet is another network's, and asked again",
          "[net][dispatcher]") {
    fakes::Node node;
    unsigned answers = 0;
    const std::uint32_t ledger = GENERATE(57'000'000U, 2'100U);
    Bench bench{[&](const net::HttpRequest& request) {
        fakes::Node answering = node;
        if (fakes::asks(request, "getLedgerEntries") && ++answers <= 2) answering.ledger = ledger;
        return answering(request);
    }};
    bench.ask(2);
    bench.run();
    CHECK(bench.items<net::LedgerEntries>() == 2);
    CHECK(answers == 3);
    CHECK(bench.logged.find("ledger ahead") != std::string::npos);
}
