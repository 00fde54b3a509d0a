#include "base/time_budget.hpp"

#include "fakes/tick_clock.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("a time budget says what is left, at most as much as asked for, and never less than nothing") {
    fakes::TickClock clock;
    const base::TimeBudget budget(clock, clock.now() + 5s);
    CHECK(budget.left(10s) == 5s);
    CHECK(budget.left(2s) == 2s);
    CHECK_FALSE(budget.over());
    clock.tick(5s);
    CHECK(budget.over());
    clock.tick(1s);
    CHECK(budget.left(10s) == 0s);
}

TEST_CASE("a time budget without an end is never over") {
    const fakes::TickClock clock;
    CHECK(base::TimeBudget(clock).left(10s) == 10s);
    CHECK_FALSE(base::TimeBudget(clock).over());
}

TEST_CASE("a time budget is shortened, and not prolonged") {
    const fakes::TickClock clock;
    base::TimeBudget budget(clock);
    budget.shorten(3s);
    CHECK(budget.left(10s) == 3s);
    budget.shorten(4s);
    CHECK(budget.left(10s) == 3s);
    CHECK(budget.until() == clock.now() + 3s);
}
