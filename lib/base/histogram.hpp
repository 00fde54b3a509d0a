// Durations counted by size, for as many as there are: nothing is allocated, one addition a duration.
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace base {

class Histogram {
  public:
    static constexpr std::size_t most_bounds = 15;

    /// `bounds` are the buckets' upper limits, included, ascending, at most 15; they outlive the histogram.
    constexpr explicit Histogram(std::span<const Duration> bounds) : bounds_(bounds) {}

    constexpr void add(Duration duration) {
        const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), duration) - bounds_.begin();
        ++counts_[static_cast<std::size_t>(bucket)];
        sum_ += duration;
    }

    std::span<const Duration> bounds() const { return bounds_; }
    /// One more than bounds(), the last for what is above them all. Each duration stands in one of them.
    std::span<const std::uint64_t> counts() const { return std::span(counts_).first(bounds_.size() + 1); }
    Duration sum() const { return sum_; }

  private:
    std::span<const Duration> bounds_;
    std::array<std::uint64_t, most_bounds + 1> counts_{};
    Duration sum_{};
};

} // namespace base
