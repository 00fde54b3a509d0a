// The checklist of `doctor`, for a person and for a machine.
#pragma once

#include "diagnose/checklist.hpp"
#include "report/table.hpp"

#include <string>
#include <vector>

namespace diagnose {

/// One setting as it was found; the value harmless and its secrets masked.
struct SettingLine {
    std::string name;
    std::string value;  // empty: none
    std::string origin; // "flag", "environment", "file", "default"; empty where there is no value
};

/// Settings, points by part, and last the verdict in words. Ends with a newline.
std::string render_checklist(const diagnose::Checklist& list, const std::vector<SettingLine>& settings,
                             const report::TableStyle& style);

/// One object: ready, exitCode, settings, points. Ends with a newline.
std::string render_checklist_json(const diagnose::Checklist& list, const std::vector<SettingLine>& settings);

} // namespace diagnose
