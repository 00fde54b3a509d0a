// retryWithBackoff: whether and when a failed operation is tried again. RPC calls, endpoint probes, the database,
// alerts and metrics all decide by a RetryBudget; the caller does the waiting.
#pragma once

#include "base/event.hpp"
#include "base/time_budget.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace base {

/// With the defaults a failing operation is tried four times in all, after 0, 1, 2 and 4 s.
struct RetryPolicy {
    unsigned max_retries = 3; // tries after the first
    Duration first_delay = std::chrono::seconds(1);
    double multiplier = 2.0;
};

struct Retry {
    unsigned number = 0; // 1 is the first
    Duration delay{};    // from now
    TimePoint due{};
};

/// The retries of one operation.
class RetryBudget {
  public:
    explicit RetryBudget(const RetryPolicy& policy = {}) : policy_(policy) {}

    /// Takes one retry; nullopt if all are made or it would not be due before `time` is over. Its delay is
    /// first_delay * multiplier^(number-1), times 0.75 to 1.25 as `jitter` gives 0 to 1; it is at least `at_least` (a
    /// server's Retry-After) and at most an hour.
    std::optional<Retry> take(const TimeBudget& time, const std::function<double()>& jitter,
                              std::optional<Duration> at_least = std::nullopt);
    unsigned made() const { return made_; }
    /// The operation counts as never tried.
    void restart() { made_ = 0; }

  private:
    RetryPolicy policy_;
    unsigned made_ = 0;
};

/// The event RETRY. `operation` names what is tried again ({"method", ...}, ...), `failure` is the kind of failure.
Event retry_event(std::string message, Fields operation, const Retry& retry, std::string_view failure);

} // namespace base
