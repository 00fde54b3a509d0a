// What becomes of metrics, as log events.
#pragma once

#include "base/event.hpp"

#include <string>

namespace metrics {

/// METRICS_ANEW: what is in `store` is not of this program's making, for this reason.
base::Event metrics_anew_event(const std::string& store, const std::string& reason);

/// METRICS_STORED.
base::Event metrics_stored_event(const std::string& store);

} // namespace metrics
