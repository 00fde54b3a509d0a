// How far a cycle is, for somebody who waits for it. Told at turns of the loop, when it is asked for and from what is
// counted anyway: no item costs anything more for it.
#pragma once

#include "base/clock.hpp"
#include "db/source.hpp"
#include "sync/loop.hpp"
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

using Estimates = verify::PerCheck<std::optional<std::uint64_t>>;

/// About how many rows each scope has: one cheap statement each, whatever the table's size. None where the rows come
/// from a view or a SELECT, or the database gives no answer.
Estimates estimate_rows(Loop& loop, const db::Source& source, const std::vector<db::Scope>& scopes);

} // namespace cycle
