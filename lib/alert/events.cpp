#include "alert/events.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <string>

namespace alert {

using base::Event;
using base::Level;

Event alert_event(const Alert& alert) {
    Event event{alert.critical() ? Level::error : alert.test ? Level::info : Level::warn, "ALERT", headline(alert), {}};
    if (alert.test) {
        event.fields = {{"test", true}};
        return event;
    }
    const verify::Priority priority = alert.critical() ? verify::Priority::critical : verify::Priority::normal;
    event.fields.push_back({"priority", std::string(verify::name(priority))});
    const CountPerCheck counts = differing(alert);
    for (const verify::Check check : alert.summary->all())
        event.fields.push_back({std::string(check.name()), counts[check]});
    event.fields.push_back({"explainedByIndexerLag", sum(alert.explained)});
    if (sum(alert.disagreements) > 0) event.fields.push_back({"endpointsDisagree", sum(alert.disagreements)});
    if (!alert.hints.empty()) event.fields.push_back({"hints", alert.hints});
    return event;
}

Event alert_sent_event(AlertChannel channel, std::uint64_t messages) {
    return {Level::info,
            "ALERT_SENT",
            fmt::format("{} has taken {}", name(channel), report::counted(messages, "message", "messages")),
            {{"channel", std::string(name(channel))}, {"messages", messages}}};
}

Event alert_failed_event(const verify::Error& error, std::uint64_t messages) {
    return {
        Level::error,
        "ALERT_FAILED",
        fmt::format("{} was not told: {}", error.resource_id, base::shortened(error.text, report::longest_in_message)),
        {{"channel", error.resource_id},
         {"messages", messages},
         {"failed", error.count},
         {"reason", std::string(verify::name(error.reason))},
         {"error", error.text}}};
}

} // namespace alert
