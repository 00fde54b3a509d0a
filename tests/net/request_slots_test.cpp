#include "net/request_slots.hpp"

#include "fakes/tick_clock.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using net::RequestSlots;

namespace {

/// Takes slots until none is free; returns how many.
std::size_t take_all(RequestSlots& slots, base::TimePoint now) {
    std::size_t taken = 0;
    for (; slots.free(); ++taken) slots.take(now);
    return taken;
}

} // namespace

TEST_CASE("Slots: as many as given, and one that is released is free again", "[net][slots]") {
    const base::TimePoint now = fakes::TickClock().now();
    RequestSlots slots(3, 0);
    CHECK(take_all(slots, now) == 3);
    slots.release();
    CHECK(slots.may_start(now));
    CHECK(take_all(slots, now) == 1);
}

TEST_CASE("Slots: requests are evenly paced, and a pause is not made up for", "[net][slots]") {
    fakes::TickClock clock;
    RequestSlots slots(100, 10);
    CHECK(slots.may_start(clock.now()));
    slots.take(clock.now());
    CHECK_FALSE(slots.may_start(clock.now() + 99ms));
    CHECK(slots.next_start() == clock.now() + 100ms);
    clock.tick(10s);
    slots.take(clock.now());
    CHECK(slots.next_start() == clock.now() + 100ms);
}

TEST_CASE("Slots: busy halves them, once a second, down to one, and answers give them back slowly", "[net][slots]") {
    fakes::TickClock clock;
    RequestSlots slots(16, 0);
    const auto free_now = [&] {
        const std::size_t taken = take_all(slots, clock.now());
        for (std::size_t i = 0; i < taken; ++i) slots.release();
        return taken;
    };
    slots.slow_down(clock.now());
    CHECK(free_now() == 8);
    slots.slow_down(clock.now() + 999ms);
    CHECK(free_now() == 8);
    for (int i = 1; i <= 5; ++i) slots.slow_down(clock.now() + i * 1s);
    CHECK(free_now() == 1);
    slots.speed_up();
    CHECK(free_now() == 2);
    for (int i = 0; i < 1000; ++i) slots.speed_up();
    CHECK(free_now() == 16);
}

TEST_CASE("Slots: a second dispatcher has half of them, at least one, out of the same total and pace", "[net][slots]") {
    const base::TimePoint now = fakes::TickClock().now();
    RequestSlots first(5, 10);
    RequestSlots second = first.half();
    CHECK(second.slots() == 2);
    CHECK(RequestSlots(1, 0).half().slots() == 1);
    CHECK(second.less_than_half_taken());
    CHECK(take_all(second, now) == 2);
    CHECK_FALSE(second.less_than_half_taken());
    CHECK(take_all(first, now) == 3);
    CHECK(first.next_start() == now + 500ms);
    second.release();
    CHECK(first.free());
}
