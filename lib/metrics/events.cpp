#include "metrics/events.hpp"

#include <fmt/format.h>

namespace metrics {

using base::Event;
using base::Level;

Event metrics_anew_event(const std::string& store, const std::string& reason) {
    return {Level::warn,
            "METRICS_ANEW",
            fmt::format("{} holds no earlier stellar-sync metrics ({}); counters start at 0", store, reason),
            {{"channel", std::string("METRICS")}, {"destination", store}, {"reason", reason}}};
}

Event metrics_stored_event(const std::string& store) {
    return {Level::debug,
            "METRICS_STORED",
            fmt::format("the metrics are in {}", store),
            {{"channel", std::string("METRICS")}, {"destination", store}}};
}

} // namespace metrics
