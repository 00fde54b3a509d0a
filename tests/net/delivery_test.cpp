#include "net/delivery.hpp"

#include "fakes/node.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace std::chrono_literals;

TEST_CASE("A signal shortens the time of a delivery, and no other time", "[net][delivery]") {
    fakes::TickClock clock;
    base::Interrupt interrupt;
    base::Log log{{}, "sync", clock, [](std::string_view) {}};
    fakes::ScriptedChannel channel(clock, [](const net::HttpRequest&) { return fakes::http(200, ""); });
    net::Means means{channel, clock, interrupt, log, [] { return 0.5; }};
    net::DeliveryLimits limits;
    limits.until = clock.now() + 8s;
    net::DeliveryTime time(limits, means);
    CHECK(time.now_left().until() == limits.until);
    CHECK_FALSE(time.signalled());

    const net::TransferId transfer = channel.start({"http://one.example/", "", 1s});
    const std::vector<net::HttpOutcome> ended = time.wait(limits.until);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].id == transfer);

    REQUIRE(std::raise(SIGTERM) == 0); // blocked: it comes by Interrupt
    CHECK(time.now_left().left(1h) == 2s);
    CHECK(time.signalled());
    clock.tick(1s);
    CHECK(time.now_left().left(1h) == 1s); // not once more
}
