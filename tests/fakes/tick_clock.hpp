// A clock that stands still until it is told to go on.
#pragma once

#include "base/clock.hpp"

namespace fakes {

class TickClock final : public base::Clock {
  public:
    base::TimePoint now() const override { return now_; }
    base::WallTime wall_now() const override {
        return start_ + std::chrono::duration_cast<std::chrono::milliseconds>(now_ - base::TimePoint{});
    }
    void tick(base::Duration duration) { now_ += duration; }
    void set(base::TimePoint now) { now_ = now; }

    /// Seconds of wall time at the beginning: 2026-11-23T00:00:00Z.
    static constexpr std::int64_t start_seconds = 1'795'392'000;

  private:
    base::WallTime start_{std::chrono::seconds(start_seconds)};
    base::TimePoint now_{std::chrono::hours(1)};
};

} // namespace fakes
