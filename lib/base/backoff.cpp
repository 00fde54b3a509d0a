#include "base/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace base {

Duration backoff_delay(const RetryPolicy& policy, unsigned retry, double jitter, std::optional<Duration> at_least) {
    constexpr Duration ceiling = std::chrono::hours(1);
    const double nominal = static_cast<double>(policy.first_delay.count()) *
                           std::pow(policy.multiplier, static_cast<double>(retry) - 1.0) * (0.75 + 0.5 * jitter);
    // Compared as doubles: a large exponent would not fit an integer.
    const Duration delay = nominal < static_cast<double>(ceiling.count()) ? Duration(std::llround(nominal)) : ceiling;
    return std::max(delay, std::min(at_least.value_or(Duration::zero()), ceiling));
}

} // namespace base
