#include "base/clock.hpp"

#include <catch2/catch.hpp>

using base::rfc3339;
using base::WallTime;
using std::chrono::milliseconds;

TEST_CASE("time stamps are RFC 3339 in UTC with milliseconds") {
    CHECK(rfc3339(WallTime(milliseconds(0))) == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339(WallTime(milliseconds(1'795'438'680'123))) == "2026-11-23T12:58:00.123Z");
    CHECK(rfc3339(WallTime(milliseconds(1'709'251'199'999))) == "2024-02-29T23:59:59.999Z");
    CHECK(rfc3339(WallTime(milliseconds(-1))) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("the system's clock goes forward") {
    const base::SystemClock clock;
    const base::TimePoint first = clock.now();
    CHECK(clock.now() >= first);
    CHECK(clock.now() < base::never);
    CHECK(clock.wall_now() > WallTime(milliseconds(1'700'000'000'000)));
}
