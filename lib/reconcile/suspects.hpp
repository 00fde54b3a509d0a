// Items that differed, waiting for the look that confirms or clears them. First in, first due: the delay is the same
// for all.
#pragma once

#include "base/clock.hpp"
#include "check/finding.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace reconcile {

struct Suspect {
    std::unique_ptr<check::Mismatch> mismatch; // by the values last read
    unsigned looks = 0;                        // taken after the first
    base::TimePoint due{};
};

class Suspects {
  public:
    void add(Suspect suspect);
    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }
    /// When the first may be looked at; `never` where there is none.
    base::TimePoint due() const { return waiting_.empty() ? base::never : waiting_.front().due; }
    /// Those that are due, of one check (one statement reads them again), at most `limit`.
    std::vector<Suspect> take_due(base::TimePoint now, std::size_t limit);
    std::vector<Suspect> take_all();
    /// Those that take_due() gave last, in the same order: they are due first, still.
    void put_back(std::vector<Suspect> suspects);
    /// About what they take of the memory.
    std::size_t bytes() const { return bytes_; }

  private:
    std::deque<Suspect> waiting_;
    std::size_t bytes_ = 0;
};

} // namespace reconcile
