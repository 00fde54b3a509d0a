#include "base/retry_budget.hpp"

#include "fakes/tick_clock.hpp"

#include <catch2/catch.hpp>

#include <vector>

using base::RetryBudget;
using base::RetryPolicy;
using namespace std::chrono_literals;

namespace {

/// The delays of all retries that a budget allows, while no time passes.
std::vector<base::Duration> delays(const RetryPolicy& policy, double jitter = 0.5,
                                   std::optional<base::Duration> at_least = std::nullopt,
                                   base::TimePoint until = base::never) {
    const fakes::TickClock clock;
    RetryBudget budget(policy);
    std::vector<base::Duration> all;
    while (const auto retry = budget.take(
               base::TimeBudget(clock, until), [jitter] { return jitter; }, at_least)) {
        CHECK(retry->due == clock.now() + retry->delay);
        all.push_back(retry->delay);
        CHECK(retry->number == all.size());
        CHECK(budget.made() == all.size());
    }
    return all;
}

} // namespace

TEST_CASE("delays double from one second by default") {
    CHECK(delays({}) == std::vector<base::Duration>{1s, 2s, 4s});
}

TEST_CASE("the jitter moves a delay by at most a quarter either way") {
    CHECK(delays({}, 0)[1] == 1500ms);
    CHECK(delays({}, 1)[1] == 2500ms);
}

TEST_CASE("a server's longer delay is obeyed, a shorter one is not") {
    CHECK(delays({}, 0.5, 7s).front() == 7s);
    CHECK(delays({}, 0.5, 100ms).front() == 1s);
}

TEST_CASE("no delay is longer than an hour, whatever the policy or the server asks for") {
    CHECK(delays({.max_retries = 100, .first_delay = 24h, .multiplier = 100}, 1).back() == 1h);
    CHECK(delays({}, 0.5, 1000h).front() == 1h);
    CHECK(delays({.max_retries = 3, .first_delay = 0s, .multiplier = 2}, 1).back() == 0s);
}

TEST_CASE("a retry budget allows no retry that is not due before its time is over, and none without retries") {
    const base::TimePoint now = fakes::TickClock().now();
    CHECK(delays({}, 0.5, std::nullopt, now + 4s).size() == 2);
    CHECK(delays({}, 0.5, std::nullopt, now + 4s + 1ms).size() == 3);
    CHECK(delays({.max_retries = 0}).empty());
}

TEST_CASE("a retry budget that is restarted has all its retries, and the first delay, again") {
    const fakes::TickClock clock;
    RetryBudget budget(RetryPolicy{.max_retries = 1});
    const auto take = [&] { return budget.take(base::TimeBudget(clock), [] { return 0.5; }); };
    CHECK(take());
    CHECK_FALSE(take());
    budget.restart();
    CHECK(take()->delay == 1s);
}

TEST_CASE("the event of a retry names the operation, then attempt, delay in milliseconds and failure") {
    const base::Event event =
        base::retry_event("again", {{"operation", std::string("database")}}, {2, 1500ms, {}}, "busy");
    CHECK(event.type == "RETRY");
    CHECK(event.level == base::Level::info);
    std::string names;
    for (const base::Field& field : event.fields) names += field.name + " ";
    CHECK(names == "operation attempt delayMs failure ");
    CHECK(std::get<std::int64_t>(event.fields[2].value) == 1500);
}
