// What becomes of alerts, as log events.
#pragma once

#include "alert/alert.hpp"
#include "base/event.hpp"
#include "verify/finding.hpp"

#include <cstdint>

namespace alert {

/// ALERT: the message of the channel LOG.
base::Event alert_event(const Alert& alert);

/// ALERT_SENT: a channel has taken all its messages.
base::Event alert_sent_event(AlertChannel channel, std::uint64_t messages);

/// ALERT_FAILED: of a channel's messages `error.count` could not be delivered.
base::Event alert_failed_event(const verify::Error& error, std::uint64_t messages);

} // namespace alert
