// The message of an alert for a Slack incoming webhook:
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
#pragma once

#include "alert/alert.hpp"

#include <string>

namespace alert {

inline constexpr std::size_t most_in_slack = 20; // mismatches shown one by one

/// JSON, within Slack's limits: 50 blocks, 150 characters for a header, 3000 for a text, 2000 for a field.
std::string slack_message(const Alert& alert);

} // namespace alert
