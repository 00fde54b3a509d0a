#include "net/request_slots.hpp"

#include <algorithm>
#include <cmath>

namespace net {
namespace {

/// How long one lowering of the window stands before another is possible.
constexpr base::Duration window_rest = std::chrono::seconds(1);

} // namespace

RequestSlots::RequestSlots(unsigned slots, double max_per_second)
    : slots_(slots), max_per_second_(max_per_second), window_(slots) {
    shared_->slots = slots;
}

RequestSlots RequestSlots::half() const {
    RequestSlots half(std::max(1U, slots_ / 2), max_per_second_);
    half.shared_ = shared_;
    return half;
}

bool RequestSlots::free() const {
    const std::size_t window = std::max<std::size_t>(1, static_cast<std::size_t>(window_));
    return taken_ < window && shared_->taken < shared_->slots;
}

void RequestSlots::take(base::TimePoint now) {
    ++taken_;
    ++shared_->taken;
    if (max_per_second_ <= 0) return;
    // Evenly paced: a slow spell is not made up for by a burst.
    shared_->next_start = std::max(shared_->next_start, now) + base::Duration(std::llround(1e9 / max_per_second_));
}

void RequestSlots::release() {
    --taken_;
    --shared_->taken;
}

void RequestSlots::slow_down(base::TimePoint now) {
    if (now < window_lowered_ + window_rest) return;
    window_lowered_ = now;
    window_ = std::max(1.0, window_ / 2);
}

void RequestSlots::speed_up() {
    window_ = std::min<double>(slots_, window_ + 1.0 / window_);
}

} // namespace net
