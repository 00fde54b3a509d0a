// Slack's and PagerDuty's ends of the wire: they check each request against the documented format, strictly, and answer
// with the documented words. For an HttpReceiver.
#pragma once

#include "fakes/http_receiver.hpp"

#include <string>

namespace fakes {

inline const std::string slack_path = "/services/T0000SECRET/B0000SECRET/abcdefSECRETghijkl";
inline const std::string routing_key = "R0123456789SECRETabcdefghijklmno";

/// An incoming webhook: "ok"; 404 no_service where the path is another; 400 invalid_payload, no_text or invalid_blocks.
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and the reference of blocks.
GivenAnswer slack(const ReceivedRequest& request);

/// Events API v2: 202; 400 with "errors" that say what is wrong.
/// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
GivenAnswer pagerduty(const ReceivedRequest& request);

/// What is wrong with a Slack message, or with an event; empty where it is sound.
std::string fault_in_slack_message(const std::string& json);
std::string fault_in_pagerduty_event(const std::string& json);

} // namespace fakes
