// The signature of the WEBHOOK channel, whose body is the JSON result (report/json.hpp).
#pragma once

#include "alert/alert.hpp"
#include "base/clock.hpp"

#include <string>
#include <string_view>

namespace alert {

inline constexpr std::string_view webhook_signature_header = "X-Stellar-Sync-Signature";

/// The header's value, "t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">": whoever knows the secret can tell that the
/// body is ours, and that it is not an old one sent again.
std::string webhook_signature(std::string_view secret, base::WallTime time, std::string_view body);

/// The JSON result; for a test {"test":true, ...}, which no reader of results takes for one.
std::string webhook_body(const Alert& alert);

} // namespace alert
