// When ledgers close. Nothing runs in the background: the sequence follows from the time that has gone by.
#pragma once

#include <chrono>
#include <cstdint>

namespace devnet {

class LedgerClock {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit LedgerClock(std::uint32_t sequence) : base_(sequence) {}

    /// A ledger closes every `interval` from now on; 0: only by close().
    void set_interval(std::chrono::milliseconds interval, Time now);
    void set_sequence(std::uint32_t sequence, Time now);
    void close(std::uint32_t ledgers, Time now);
    /// The close time reported is this much older than the true one.
    void set_age(std::chrono::milliseconds age) { age_ = age; }

    std::uint32_t sequence(Time now) const;
    /// How long ago the latest ledger closed. Where ledgers close only by hand it closed just now, so that a test may
    /// take its time without the node becoming stale; age as set comes on top.
    std::chrono::milliseconds since_close(Time now) const;

  private:
    std::uint32_t base_;
    Time origin_{};
    Time closed_by_hand_{};
    std::chrono::milliseconds interval_{0};
    std::chrono::milliseconds age_{0};
};

} // namespace devnet
