// `stellar-sync doctor`: prove that a cycle could run; change and alert nothing.
#pragma once

#include "alert/send_alerts.hpp"
#include "diagnose/checklist.hpp"
#include "diagnose/diagnosis.hpp"
#include "metrics/send_metrics.hpp"
#include "sync/session.hpp"

#include <string>
#include <vector>

namespace diagnose {

/// What is to be said of one setting.
struct SettingRemark {
    std::string setting; // "SYNC_ODDS_THRESHOLD", "--market", or a key of the configuration file
    std::string value;   // of a fault: harmless, secrets masked; empty if none was given
    std::string text;    // of a fault: what would be right; else what is wrong with it
    std::string advice = {};
};

struct DoctorSettings {
    Settings cycle;
    std::vector<SettingRemark> warnings;
    alert::AlertSettings alerts;
    metrics::MetricsSettings metrics;
    net::DeliveryLimits limits;
    bool test_alert = false; // through every channel
};

/// Tries every part of a cycle, even if others have failed. Each part has its share of the time that is left.
Checklist examine(cycle::Session& session, const DoctorSettings& settings);

/// The checklist of a configuration that is wrong: nothing is contacted.
Checklist faulty_configuration(const std::vector<SettingRemark>& faults);

} // namespace diagnose
