#include "base/backoff.hpp"

#include <catch2/catch.hpp>

using base::backoff_delay;
using namespace std::chrono_literals;

TEST_CASE("delays double from one second by default") {
    const base::RetryPolicy policy;
    CHECK(backoff_delay(policy, 1, 0.5) == 1s);
    CHECK(backoff_delay(policy, 2, 0.5) == 2s);
    CHECK(backoff_delay(policy, 3, 0.5) == 4s);
}

TEST_CASE("the jitter moves a delay by at most a quarter either way") {
    const base::RetryPolicy policy;
    CHECK(backoff_delay(policy, 2, 0) == 1500ms);
    CHECK(backoff_delay(policy, 2, 1) == 2500ms);
}

TEST_CASE("a server's longer delay is obeyed, a shorter one is not") {
    const base::RetryPolicy policy;
    CHECK(backoff_delay(policy, 1, 0.5, 7s) == 7s);
    CHECK(backoff_delay(policy, 1, 0.5, 100ms) == 1s);
}

TEST_CASE("no delay is longer than an hour, whatever the policy or the server asks for") {
    CHECK(backoff_delay({.max_retries = 100, .first_delay = 24h, .multiplier = 100}, 100, 1) == 1h);
    CHECK(backoff_delay({}, 1, 0.5, 1000h) == 1h);
    CHECK(backoff_delay({.max_retries = 3, .first_delay = 0s, .multiplier = 2}, 3, 1) == 0s);
}
