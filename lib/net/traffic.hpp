// What the dispatchers of one cycle share: whichever endpoint a request goes to, it counts against the same limits and
// in the same statistics.
#pragma once

#include "base/clock.hpp"
#include "net/call_statistics.hpp"

#include <cstddef>

namespace net {

struct Traffic {
    std::size_t in_flight = 0;
    std::size_t most_in_flight = 0; // together
    base::TimePoint next_start{};   // before then no request is started
    CallStatistics statistics;
};

} // namespace net
