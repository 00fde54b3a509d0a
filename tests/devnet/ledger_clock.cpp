#include "devnet/ledger_clock.hpp"

#include <algorithm>

namespace devnet {

using std::chrono::milliseconds;

void LedgerClock::set_interval(milliseconds interval, Time now) {
    set_sequence(sequence(now), now);
    interval_ = interval;
}

void LedgerClock::set_sequence(std::uint32_t sequence, Time now) {
    base_ = sequence;
    origin_ = now;
}

void LedgerClock::close(std::uint32_t ledgers, Time now) {
    base_ += ledgers;
    closed_by_hand_ = now;
}

std::uint32_t LedgerClock::sequence(Time now) const {
    if (interval_ <= milliseconds{0}) return base_;
    return base_ + static_cast<std::uint32_t>((now - origin_) / interval_);
}

milliseconds LedgerClock::since_close(Time now) const {
    if (interval_ <= milliseconds{0}) return age_;
    const auto since_tick = (now - origin_) % interval_;
    return age_ + std::chrono::duration_cast<milliseconds>(std::min(since_tick, now - closed_by_hand_));
}

} // namespace devnet
