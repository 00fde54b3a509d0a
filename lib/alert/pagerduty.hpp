// The events of an alert for PagerDuty's Events API v2:
// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
#pragma once

#include "alert/alert.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace alert {

inline constexpr std::size_t most_in_pagerduty = 20; // mismatches with an event of their own
inline constexpr std::size_t longest_dedup_key = 255;

/// JSON, each a trigger: one a mismatch, critical first, and where there are more than `most_in_pagerduty` one that
/// sums up the rest; one for all that the indexer's lag explains; one a check for all
/// that a hint explains. A mismatch that lasts keeps its dedup_key, and so its
/// incident. `source` is this host.
std::vector<std::string> pagerduty_events(const Alert& alert, std::string_view routing_key, std::string_view source);

} // namespace alert
