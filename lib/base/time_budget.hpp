// How much time something has left.
#pragma once

#include "base/clock.hpp"

#include <algorithm>

namespace base {

class TimeBudget {
  public:
    /// `clock` must outlive the budget, which never ends without `until`.
    explicit TimeBudget(const Clock& clock, TimePoint until = never) : clock_(&clock), until_(until) {}

    TimePoint now() const { return clock_->now(); }
    TimePoint until() const { return until_; }
    bool over() const { return now() >= until_; }
    /// Returns the smaller of `most` and the time left; zero once that is over.
    Duration left(Duration most) const {
        // `never - now` would overflow for a clock before its epoch.
        return until_ == never ? most : std::clamp<Duration>(until_ - now(), Duration::zero(), most);
    }
    /// Ends the budget at most `left` from now.
    void shorten(Duration left) { until_ = std::min(until_, now() + left); }

  private:
    const Clock* clock_;
    TimePoint until_;
};

} // namespace base
