#include "net/call_statistics.hpp"

namespace net {
namespace {

using std::chrono::milliseconds;

/// From a node on the same machine to the default time-out of a call.
constexpr std::array<base::Duration, 12> latency_bounds{milliseconds(2),    milliseconds(5),    milliseconds(10),
                                                        milliseconds(25),   milliseconds(50),   milliseconds(100),
                                                        milliseconds(250),  milliseconds(500),  milliseconds(1000),
                                                        milliseconds(2500), milliseconds(5000), milliseconds(10000)};

} // namespace

std::string_view name_of_result(std::size_t result) {
    if (result == answered_result) return "answered";
    if (result == cancelled_result) return "cancelled";
    return name(static_cast<FailureKind>(result));
}

CallStatistics::CallStatistics() : latency_(latency_bounds) {}

} // namespace net
