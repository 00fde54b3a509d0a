// Turns: which check is next to take a row or to send a contract call.
//
// Fairness: the next is one of the CRITICAL checks as long as these have had no more than half of the calls, or else
// one of the others; among each it is the check that has had the fewest. A check that has nothing ready saves up
// nothing for later. The contract calls that earlier rows of a check have led to come before its next row.
//
// Owns what each check has had of the calls, counted in keys. Inputs: which checks have rows and calls ready, and what
// they take. Output: current().
#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cycle {

/// Where the checks of a cycle that starts at this time begin (CycleSettings::turn): other seconds, other places, as if
/// by chance.
std::uint64_t turn_at(base::WallTime time);

class Turns {
  public:
    /// Checks are numbered: `critical` says it of each.
    explicit Turns(const std::vector<bool>& critical);

    /// The check whose turn it is; the number of checks if nobody has one.
    std::size_t current() const { return current_; }
    /// It is to send a call, not to take a row. Precondition: somebody has a turn.
    bool is_call() const { return checks_[current_].calls_waiting > 0; }

    void rows_ready(std::size_t check, bool ready);
    /// While rows are held, only calls have a turn.
    void hold_rows(bool held);
    void calls_wait(std::size_t check, std::size_t calls);
    void charge(std::size_t check, std::uint64_t keys);
    /// The check whose turn it is has taken a row that cost it this much; `more`: it has another row ready.
    void row_taken(std::uint64_t keys, bool more);

  private:
    struct Account {
        bool critical = false;
        bool rows_ready = false;
        std::size_t calls_waiting = 0;
        std::uint64_t used = 0;
    };

    bool has_turn(const Account& of) const { return of.calls_waiting > 0 || (!rows_held_ && of.rows_ready); }
    void add(Account& to, std::uint64_t keys);
    void choose();

    std::vector<Account> checks_;
    std::array<std::uint64_t, 2> used_by_{}; // all that are not critical, all that are
    std::size_t current_;
    bool rows_held_ = false;
};

} // namespace cycle
