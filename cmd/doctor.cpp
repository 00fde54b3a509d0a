#include "diagnose/doctor.hpp"

#include "cmd/commands.hpp"
#include "cmd/settings/session_settings.hpp"
#include "diagnose/checklist_text.hpp"

#include <array>

namespace cmd {
namespace {

std::string in_words(Origin origin) {
    constexpr std::array<std::string_view, 5> names{"", "default", "file", "environment", "flag"};
    return std::string(names[static_cast<std::size_t>(origin)]);
}

base::ExitCode write_checklist(const Options& options, const diagnose::Checklist& list, Terminal& terminal) {
    std::vector<diagnose::SettingLine> settings;
    for (const ShownSetting& setting : options.shown)
        settings.push_back({setting.name, setting.value, in_words(setting.origin)});
    switch (terminal.output(options.result.output)) {
    case Output::text:
    case Output::html: // it has no page
        terminal.out(diagnose::render_checklist(list, settings, {terminal.width(), terminal.colour_out()}));
        break;
    case Output::json:
        terminal.out(diagnose::render_checklist_json(list, settings));
        break;
    case Output::none:
        break;
    }
    return list.exit_code();
}

} // namespace

base::ExitCode run_doctor(const Options& options, cycle::Session& session, Terminal& terminal) {
    diagnose::DoctorSettings settings;
    settings.cycle = {options.selection,
                      options.database.connection.schema,
                      options.database.custom_sql,
                      options.target,
                      options.token,
                      options.watermark};
    for (const ConfigWarning& warning : options.warnings)
        settings.warnings.push_back({warning.setting, "", warning.text});
    for (const std::string& warning : options.database.connection.warnings)
        settings.warnings.push_back({"DATABASE_URL", "", warning, "leave it out"});
    settings.alerts = options.alerts;
    settings.metrics = metrics_settings(options);
    settings.limits = delivery_limits(options.calls);
    settings.test_alert = options.test_alert;
    return write_checklist(options, diagnose::examine(session, settings), terminal);
}

base::ExitCode run_doctor(const Faults& faults, Terminal& terminal) {
    std::vector<diagnose::SettingRemark> remarks;
    for (const ConfigFault& fault : faults.list) remarks.push_back({fault.setting, fault.value, fault.expected});
    return write_checklist(faults.options, diagnose::faulty_configuration(remarks), terminal);
}

} // namespace cmd
