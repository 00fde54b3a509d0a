// How far a cycle is, for somebody who waits for it. Told at turns of the loop, when it is asked for and from what is
// counted anyway: no item costs anything more for it.
#pragma once

#include "base/clock.hpp"
#include "verify/verifier.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cycle {

struct CheckProgress {
    verify::Check check;
    std::uint64_t settled = 0;         // rows that stand in the counts
    std::optional<std::uint64_t> rows; // in scope, about; nullopt: nobody knows
    bool exact = false;                // so many and no more
};

struct Progress {
    std::vector<CheckProgress> checks; // those that were asked for
    std::size_t suspects = 0;          // differed, and wait for the look that decides
};

class Watcher {
  public:
    virtual ~Watcher() = default;
    /// When it wants to be told again.
    virtual base::TimePoint due() const = 0;
    virtual void told(const Progress& progress) = 0;
};

/// About how many rows of each check are in scope; nullopt: not known.
using Estimates = verify::PerCheck<std::optional<std::uint64_t>>;

} // namespace cycle
