#include "devnet/traffic.hpp"

#include <algorithm>
#include <utility>

namespace devnet {

Counters Traffic::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

std::uint64_t Traffic::calls(std::string_view method) const {
    const std::lock_guard lock(mutex_);
    const auto found = counters_.calls.find(std::string(method));
    return found == counters_.calls.end() ? 0 : found->second;
}

std::vector<CallRecord> Traffic::record() const {
    const std::lock_guard lock(mutex_);
    return record_;
}

std::uint64_t Traffic::times_asked(std::string_view key) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::uint64_t>(std::count_if(record_.begin(), record_.end(), [&](const CallRecord& call) {
        return std::find(call.keys.begin(), call.keys.end(), key) != call.keys.end();
    }));
}

std::vector<std::size_t> Traffic::keys_per_call() const {
    const std::lock_guard lock(mutex_);
    return keys_per_call_;
}

void Traffic::clear() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t in_flight = counters_.in_flight;
    counters_ = {};
    counters_.in_flight = in_flight;
    counters_.max_in_flight = in_flight;
    keys_per_call_.clear();
    record_.clear();
}

void Traffic::set_recording(bool on) {
    const std::lock_guard lock(mutex_);
    recording_ = on;
}

void Traffic::connected() {
    const std::lock_guard lock(mutex_);
    ++counters_.connections;
}

void Traffic::begin_request() {
    const std::lock_guard lock(mutex_);
    ++counters_.requests;
    ++counters_.in_flight;
    counters_.max_in_flight = std::max(counters_.max_in_flight, counters_.in_flight);
}

void Traffic::end_request() {
    const std::lock_guard lock(mutex_);
    --counters_.in_flight;
}

void Traffic::add(CallRecord call) {
    const std::lock_guard lock(mutex_);
    ++counters_.calls[call.method];
    if (call.method == "getLedgerEntries") {
        counters_.keys += call.keys.size();
        keys_per_call_.push_back(call.keys.size());
    }
    if (recording_) record_.push_back(std::move(call));
}

} // namespace devnet
