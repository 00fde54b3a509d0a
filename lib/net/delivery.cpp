#include "net/delivery.hpp"

namespace net {

const base::TimeBudget& DeliveryTime::now_left() {
    if (!signalled_ && means_.interrupt.raised()) {
        signalled_ = true;
        time_.shorten(after_signal_);
    }
    return time_;
}

std::vector<HttpOutcome> DeliveryTime::wait(base::TimePoint until) {
    const auto signals = means_.interrupt.descriptor();
    return means_.channel.wait({signals ? &*signals : nullptr, signals ? std::size_t{1} : 0}, until);
}

} // namespace net
