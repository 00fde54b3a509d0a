// The alerts of a cycle for Alertmanager's API v2, POST <base>/api/v2/alerts:
// https://github.com/prometheus/alertmanager/blob/v0.25.0/api/v2/openapi.yaml
#pragma once

#include "alert/alert.hpp"
#include "base/clock.hpp"

#include <string>

namespace alert {

inline constexpr std::size_t most_in_alertmanager = 500; // mismatches with an alert of their own

/// Two schedules of five minutes: what is not alerted again by then resolves by itself.
inline constexpr std::chrono::milliseconds alert_lasts = std::chrono::minutes(10);

/// A JSON array: one alert a mismatch, labelled alertname (StellarSyncMismatch), type, priority, resource_type and
/// resource_id; one a check, without resource_id, for those beyond `most_in_alertmanager`, or for all of them if a hint
/// explains them; StellarSyncIndexerLag for all that the indexer's lag explains. Each ends `lasts` after the cycle
/// unless the next cycle sends it again.
std::string alertmanager_alerts(const Alert& alert, std::chrono::milliseconds lasts = alert_lasts);

} // namespace alert
