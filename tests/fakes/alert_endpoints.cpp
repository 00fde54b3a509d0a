#include "fakes/alert_endpoints.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace fakes {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Thrown and caught in this file.
struct Wrong {
    std::string why;
};

void demand(bool holds, std::string_view why) {
    if (!holds) throw Wrong{std::string(why)};
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view text_of(const object& parent, std::string_view key) {
    std::string_view text;
    demand(parent[key].get(text) == simdjson::SUCCESS, fmt::format("{} is not a string", key));
    return text;
}

template <class T>
T member(const object& parent, std::string_view key) {
    T value;
    demand(parent[key].get(value) == simdjson::SUCCESS, fmt::format("{} is absent or of another type", key));
    return value;
}

void only_keys(const object& parent, const std::set<std::string_view>& allowed) {
    for (const auto& [key, value] : parent) demand(allowed.contains(key), fmt::format("nobody knows {}", key));
}

/// Control characters of Slack stand in entities or nowhere.
void check_escapes(std::string_view text) {
    demand(text.find_first_of("<>") == std::string_view::npos, "a bare < or >");
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
        const std::string_view rest = text.substr(at);
        demand(rest.starts_with("&amp;") || rest.starts_with("&lt;") || rest.starts_with("&gt;"), "a bare &");
    }
}

void check_text(const object& text, std::string_view type, std::size_t longest) {
    demand(text_of(text, "type") == type, "a text of another type");
    const std::string_view content = text_of(text, "text");
    demand(!content.empty() && characters(content) <= longest, "a text that is empty or too long");
    if (type == "plain_text") return only_keys(text, {"type", "text", "emoji"});
    only_keys(text, {"type", "text", "verbatim"});
    check_escapes(content);
}

void check_block(const object& block) {
    const std::string_view type = text_of(block, "type");
    if (type == "header") {
        only_keys(block, {"type", "text", "block_id"});
        check_text(member<object>(block, "text"), "plain_text", 150);
    } else if (type == "section") {
        only_keys(block, {"type", "text", "fields", "block_id", "accessory"});
        check_text(member<object>(block, "text"), "mrkdwn", 3000);
        array fields;
        if (block["fields"].get(fields) != simdjson::SUCCESS) return;
        demand(fields.size() >= 1 && fields.size() <= 10, "no field, or more than 10");
        for (const element field : fields) check_text(object(field), "mrkdwn", 2000);
    } else if (type == "context") {
        only_keys(block, {"type", "elements", "block_id"});
        const auto elements = member<array>(block, "elements");
        demand(elements.size() >= 1 && elements.size() <= 10, "no element, or more than 10");
        for (const element item : elements) check_text(object(item), "mrkdwn", 3000);
    } else {
        throw Wrong{"a block of another type"};
    }
}

template <class Check>
std::string fault_in(const std::string& json, Check&& check) {
    simdjson::dom::parser parser;
    object root;
    if (parser.parse(json).get(root) != simdjson::SUCCESS) return "no JSON object";
    try {
        check(root);
    } catch (const Wrong& wrong) {
        return wrong.why;
    } catch (const simdjson::simdjson_error&) {
        return "something of another type";
    }
    return "";
}

bool is_posted_json(const ReceivedRequest& request) {
    const auto type = request.headers.find("content-type");
    return request.method == "POST" && type != request.headers.end() && type->second == "application/json";
}

} // namespace

std::string fault_in_slack_message(const std::string& json) {
    return fault_in(json, [](const object& root) {
        only_keys(root, {"text", "blocks"});
        const std::string_view text = text_of(root, "text");
        demand(!text.empty() && characters(text) <= 40'000, "no_text");
        check_escapes(text);
        const auto blocks = member<array>(root, "blocks");
        demand(blocks.size() >= 1 && blocks.size() <= 50, "no block, or more than 50");
        for (const element block : blocks) check_block(object(block));
    });
}

std::string fault_in_pagerduty_event(const std::string& json) {
    if (json.size() > 512 * 1024) return "larger than 512 KiB";
    return fault_in(json, [](const object& root) {
        only_keys(root,
                  {"routing_key", "event_action", "dedup_key", "client", "client_url", "payload", "links", "images"});
        demand(text_of(root, "routing_key").size() == 32,
               "Length of 'routing_key' is incorrect (should be 32 characters)");
        demand(text_of(root, "event_action") == "trigger", "another action");
        const std::string_view key = text_of(root, "dedup_key");
        demand(!key.empty() && key.size() <= 255, "a dedup_key that is empty or too long");
        const auto payload = member<object>(root, "payload");
        only_keys(payload,
                  {"summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"});
        const std::string_view summary = text_of(payload, "summary");
        demand(!summary.empty() && characters(summary) <= 1024, "a summary that is empty or too long");
        demand(!text_of(payload, "source").empty(), "no source");
        const std::set<std::string_view> severities{"critical", "error", "warning", "info"};
        demand(severities.contains(text_of(payload, "severity")), "another severity");
        const std::string_view time = text_of(payload, "timestamp");
        demand(time.size() == 24 && time[10] == 'T' && time.back() == 'Z', "another form of time");
        member<object>(payload, "custom_details");
    });
}

GivenAnswer slack(const ReceivedRequest& request) {
    if (request.target != slack_path) return {404, "no_service"};
    if (!is_posted_json(request)) return {400, "invalid_payload"};
    const std::string fault = fault_in_slack_message(request.body);
    if (fault.empty()) return {200, "ok"};
    return {400, fault == "no_text" ? "no_text" : fault == "no JSON object" ? "invalid_payload" : "invalid_blocks"};
}

GivenAnswer pagerduty(const ReceivedRequest& request) {
    if (request.target != "/v2/enqueue") return {404, "Not Found"};
    const std::string fault = is_posted_json(request) ? fault_in_pagerduty_event(request.body) : "no JSON was posted";
    if (!fault.empty())
        return {400, fmt::format(R"({{"status":"invalid event","message":"Event object is invalid","errors":["{}"]}})",
                                 fault)};
    return {202, R"({"status":"success","message":"Event processed","dedup_key":"a key"})"};
}

} // namespace fakes
