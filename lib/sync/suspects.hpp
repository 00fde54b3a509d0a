// Items that differed, waiting for the recheck that confirms or clears them: until the delay is over, and until the
// node is at a later ledger than the one the difference was found at.
#pragma once

#include "base/clock.hpp"
#include "verify/finding.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace cycle {

struct Suspect {
    std::unique_ptr<verify::Mismatch> mismatch; // by the values last read
    unsigned next_look = 1;                     // 0 if the first one does not count
    base::TimePoint due{};
    std::uint32_t least_ledger = 0; // that the recheck may be from
    bool premature = false;         // the chain answered from a ledger before the row was written: no evidence yet
};

class Suspects {
  public:
    /// Which ones a statement reads again: neither their number nor the bytes of what their rows show may grow with the
    /// rows. One is taken however long it is.
    struct Limit {
        std::size_t number = std::numeric_limits<std::size_t>::max();
        std::size_t bytes = std::numeric_limits<std::size_t>::max();
        bool one_check = true;
    };

    /// In the order of their due times: the delay is the same for all.
    void add(Suspect suspect);
    /// Those that take_ready() or take_waiting() gave last: they are due, still.
    void put_back(std::vector<Suspect> suspects);
    /// One that is due.
    void put_back(Suspect suspect);
    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }
    /// About what they take of the memory, their recheck included.
    std::size_t bytes() const { return bytes_; }

    /// Whether one is due whose ledger the node has reached.
    bool ready(base::TimePoint now, std::uint32_t node_ledger) const;
    /// The next time at which one becomes due; `never` if none does.
    base::TimePoint next_due(base::TimePoint now) const;
    /// The lowest ledger that one which is due waits for; nullopt if none waits.
    std::optional<std::uint32_t> awaited_ledger(base::TimePoint now, std::uint32_t node_ledger) const;

    /// Those that are ready.
    std::vector<Suspect> take_ready(base::TimePoint now, std::uint32_t node_ledger, Limit limit);
    /// Those that have been due since `since` or longer and wait for a ledger.
    std::vector<Suspect> take_waiting(base::TimePoint since, std::uint32_t node_ledger, Limit limit);
    std::vector<Suspect> take_all();

  private:
    template <class Wanted>
    std::vector<Suspect> take(base::TimePoint due, Wanted wanted, Limit limit);

    std::deque<Suspect> waiting_;
    std::size_t bytes_ = 0;
};

} // namespace cycle
