#include "base/retry_budget.hpp"

#include <algorithm>
#include <cmath>

namespace base {
namespace {

Duration backoff_delay(const RetryPolicy& policy, unsigned retry, double jitter, std::optional<Duration> at_least) {
    constexpr Duration ceiling = std::chrono::hours(1);
    const double nominal = static_cast<double>(policy.first_delay.count()) *
                           std::pow(policy.multiplier, static_cast<double>(retry) - 1.0) * (0.75 + 0.5 * jitter);
    // Compared as doubles: a large exponent would not fit an integer.
    const Duration delay = nominal < static_cast<double>(ceiling.count()) ? Duration(std::llround(nominal)) : ceiling;
    return std::max(delay, std::min(at_least.value_or(Duration::zero()), ceiling));
}

} // namespace

std::optional<Retry> RetryBudget::take(const TimeBudget& time, const std::function<double()>& jitter,
                                       std::optional<Duration> at_least) {
    if (made_ >= policy_.max_retries) return std::nullopt;
    const Duration delay = backoff_delay(policy_, made_ + 1, jitter(), at_least);
    const TimePoint due = time.now() + delay;
    if (due >= time.until()) return std::nullopt;
    return Retry{++made_, delay, due};
}

Event retry_event(std::string message, Fields operation, const Retry& retry, std::string_view failure) {
    operation.push_back({"attempt", std::uint64_t{retry.number}});
    operation.push_back({"delayMs", std::int64_t{std::chrono::round<std::chrono::milliseconds>(retry.delay).count()}});
    operation.push_back({"failure", std::string(failure)});
    return {Level::info, "RETRY", std::move(message), std::move(operation)};
}

} // namespace base
