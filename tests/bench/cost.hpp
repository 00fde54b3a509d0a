// What a run has cost.
#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace bench {

struct Cost {
    double wall = 0; // seconds
    double user = 0; // seconds of CPU time
    double system = 0;
    std::uint64_t peak = 0; // resident bytes

    double cpu() const { return user + system; }
};

inline double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace bench
