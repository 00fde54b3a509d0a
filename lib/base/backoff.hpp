// How long to wait before trying again. Pure: the caller brings the random number and does the waiting.
#pragma once

#include "base/clock.hpp"

#include <optional>

namespace base {

/// With the defaults a failing call is tried four times in all, after 0, 1, 2 and 4 s.
struct RetryPolicy {
    unsigned max_retries = 3; // tries after the first
    Duration first_delay = std::chrono::seconds(1);
    double multiplier = 2.0;
};

/// The delay before retry number `retry` (1 is the first): first_delay * multiplier^(retry-1), moved by at most a
/// quarter either way. `jitter` is in [0, 1]: 0 gives three quarters, 0.5 the delay itself, 1 five quarters. Never less
/// than `at_least` (a server's Retry-After), and bounded by an hour.
Duration backoff_delay(const RetryPolicy& policy, unsigned retry, double jitter,
                       std::optional<Duration> at_least = std::nullopt);

} // namespace base
