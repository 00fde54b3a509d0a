// Time as a parameter: whatever waits gets a Clock, so that tests of deadlines and backoff need no real time.
#pragma once

#include <chrono>
#include <string>

namespace base {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>; // monotonic: for waiting
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;              // for time stamps and ages

/// "Never": later than every deadline.
inline constexpr TimePoint never = TimePoint::max();

class Clock {
  public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
    virtual WallTime wall_now() const = 0;
};

class SystemClock final : public Clock {
  public:
    TimePoint now() const override;
    WallTime wall_now() const override;
};

/// RFC 3339 in UTC with milliseconds: 2026-11-23T12:58:00.123Z.
std::string rfc3339(WallTime time);

} // namespace base
