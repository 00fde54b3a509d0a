// A dispatcher over a scripted channel, driven as the one loop drives it.
#pragma once

#include "fakes/node.hpp"
#include "net/dispatcher.hpp"
#include "stellar/base64.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace fakes {

struct DispatcherBench {
    explicit DispatcherBench(ScriptedChannel::Answer answer, net::Dispatcher::Settings settings = {})
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

    net::CallId ask(std::size_t items, char name = 'k', net::LeastLedger least = {}) {
        auto keys = std::make_shared<net::KeyGroups>();
        for (std::size_t i = 0; i < items; ++i) {
            const std::string key = fmt::format("{}{:05}", name, i);
            const std::string_view view = key;
            REQUIRE(keys->add({&view, 1}, net::max_keys_per_call));
        }
        return dispatcher.read_entries(keys, least);
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
        for (const auto& sent : channel.sent()) count += asks(sent.request, "getLedgerEntries") ? 1 : 0;
        return count;
    }

    TickClock clock;
    std::string logged;
    base::Log log{{}, "sync", clock, [this](std::string_view line) { logged += line; }};
    ScriptedChannel channel;
    net::Dispatcher dispatcher;
    std::vector<net::Finished> done;
};

/// As a request carries the key of an item that DispatcherBench::ask() asks for.
inline std::string key_text(char name, std::size_t i) {
    return stellar::to_base64(fmt::format("{}{:05}", name, i));
}

} // namespace fakes
