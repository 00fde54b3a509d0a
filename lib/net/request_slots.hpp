// How many requests may be in flight, and when the next one may start. The dispatchers of one cycle share the total and
// the pace, whichever endpoint a request goes to.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <memory>

namespace net {

class RequestSlots {
  public:
    /// `max_per_second` requests are started; 0: unlimited.
    RequestSlots(unsigned slots, double max_per_second);

    /// The slots of a second dispatcher: half as many, at least one, out of the same total and at the same pace.
    RequestSlots half() const;

    unsigned slots() const { return slots_; }
    /// A request may be in flight, by what the provider bears and what all endpoints together are allowed.
    bool free() const;
    bool may_start(base::TimePoint now) const { return now >= next_start() && free(); }
    base::TimePoint next_start() const { return shared_->next_start; }
    /// Less than half of the total is taken by this dispatcher.
    bool less_than_half_taken() const { return taken_ < shared_->slots / 2; }

    /// A request has started.
    void take(base::TimePoint now);
    /// It has ended.
    void release();

    /// The provider is busy: half as many requests at once, no lower than one, and once a second at most.
    void slow_down(base::TimePoint now);
    /// It has answered: one request more for each round of answers.
    void speed_up();

  private:
    struct Shared {
        std::size_t slots = 0;
        std::size_t taken = 0;
        base::TimePoint next_start{}; // before then no request is started
    };

    unsigned slots_;
    double max_per_second_;
    double window_; // slots in use: what the provider bears
    base::TimePoint window_lowered_{};
    std::size_t taken_ = 0;
    std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

} // namespace net
