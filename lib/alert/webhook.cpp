#include "alert/webhook.hpp"

#include "base/digest.hpp"
#include "base/hex.hpp"
#include "base/json_members.hpp"
#include "report/json.hpp"

#include <fmt/format.h>

namespace alert {

std::string webhook_signature(std::string_view secret, base::WallTime time, std::string_view body) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    const base::Hash hash = base::hmac_sha256(secret, fmt::format("{}.{}", seconds, body));
    return fmt::format("t={},v1={}", seconds, base::to_hex(hash));
}

std::string webhook_body(const Alert& alert) {
    if (!alert.test) return report::render_json(*alert.summary);
    std::string out;
    base::JsonWriter writer(out);
    writer.begin_object();
    writer.key("test");
    writer.boolean(true);
    put(writer, "syncId", alert.summary->sync_id);
    put(writer, "message", headline(alert));
    put(writer, "timestamp", base::rfc3339(alert.summary->end));
    writer.end_object();
    return out;
}

} // namespace alert
