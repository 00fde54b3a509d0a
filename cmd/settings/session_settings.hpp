// What the parts of a command get of the options.
#pragma once

#include "cmd/settings/options.hpp"
#include "sync/session.hpp"
#include "sync/sync_service.hpp"

#include <string>

namespace cmd {

cycle::SessionSettings session_settings(const Options& options, const std::string& sync_id, base::Log::Settings log);
cycle::CycleSettings cycle_settings(const Options& options, base::WallTime start);
/// Without the end, which each kind of delivery sets.
net::DeliveryLimits delivery_limits(const CallOptions& options);
metrics::MetricsSettings metrics_settings(const Options& options);

} // namespace cmd
