// The settings of the alerts: which channels are notified, and what each needs.
#pragma once

#include "cmd/settings/settings_table.hpp"

#include <set>
#include <string>
#include <vector>

namespace cmd {

/// Part of the table of all settings.
std::vector<Setting> alert_settings();

/// What settings that are sound by themselves lack together: a channel that is listed without what it needs, plain http
/// to another machine. `given` are the names of settings that were given, rightly or wrongly.
std::vector<ConfigFault> alert_faults(const Options& options, const std::set<std::string>& given);

} // namespace cmd
