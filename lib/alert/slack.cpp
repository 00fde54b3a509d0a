#include "alert/slack.hpp"

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace alert {

namespace {

using base::JsonWriter;

constexpr std::size_t longest_header = 150; // characters; ours are counted in bytes, which are at least as many
constexpr std::size_t longest_text = 3000;
constexpr std::size_t most_hints = 10; // a message may have 50 blocks

/// An id between backticks may hold none of its own.
std::string code(std::string_view text) {
    std::string out = report::escaped_slack(text);
    std::replace(out.begin(), out.end(), '`', '\'');
    return fmt::format("`{}`", out);
}

void plain_text(JsonWriter& writer, std::string_view text) {
    writer.begin_object();
    put(writer, "type", "plain_text");
    put(writer, "text", text);
    writer.end_object();
}

/// `text` is escaped already. Verbatim: Slack makes no links, mentions or channels of what looks like them.
void markdown(JsonWriter& writer, std::string_view text) {
    writer.begin_object();
    put(writer, "type", "mrkdwn");
    put(writer, "text", base::shortened(text, longest_text));
    writer.key("verbatim");
    writer.boolean(true);
    writer.end_object();
}

void section(JsonWriter& writer, std::string_view text) {
    writer.begin_object();
    put(writer, "type", "section");
    writer.key("text");
    markdown(writer, text);
    writer.end_object();
}

std::string values_text(const AlertItem& item) {
    std::string text = fmt::format("database *{}*\non chain *{}*", item.values.database, item.values.chain);
    if (!item.values.difference.empty()) text += fmt::format("\ndifference {}", item.values.difference);
    return text;
}

/// The title and the note at the left, the values at the right.
void item_section(JsonWriter& writer, const AlertItem& item) {
    writer.begin_object();
    put(writer, "type", "section");
    writer.key("text");
    markdown(writer, fmt::format("*{}* {}", item.what, code(item.id)));
    writer.key("fields");
    writer.begin_array();
    std::string left = report::escaped_slack(item.title);
    if (!left.empty()) left += '\n';
    left += fmt::format("_{}_", item.note.empty() ? "no more is known" : item.note);
    markdown(writer, left);
    markdown(writer, values_text(item));
    writer.end_array();
    writer.end_object();
}

void context(JsonWriter& writer, std::string_view text) {
    writer.begin_object();
    put(writer, "type", "context");
    writer.key("elements");
    writer.begin_array();
    markdown(writer, text);
    writer.end_array();
    writer.end_object();
}

std::string_view title_of(const Alert& alert) {
    const bool differ = sum(differing(alert)) + sum(alert.explained) > 0;
    return differ ? "Database and chain differ" : "RPC endpoints disagree";
}

} // namespace

std::string slack_message(const Alert& alert) {
    const std::string title = headline(alert);
    const std::string_view sign = alert.test ? "" : alert.critical() ? ":rotating_light: " : ":warning: ";
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    put(writer, "text", report::escaped_slack(fmt::format("stellar-sync: {}", title))); // for notifications
    writer.key("blocks");
    writer.begin_array();
    writer.begin_object();
    put(writer, "type", "header");
    writer.key("text");
    plain_text(writer,
               base::shortened(fmt::format("{}{}", sign, alert.test ? title : title_of(alert)), longest_header));
    writer.end_object();
    if (!alert.test) section(writer, fmt::format("*{}*", report::escaped_slack(title)));
    if (const std::string totals = totals_text(alert); !totals.empty()) section(writer, totals);
    for (std::size_t i = 0; i < std::min(alert.hints.size(), most_hints); ++i)
        section(writer, report::escaped_slack(hint_text(alert.hints[i])));
    const std::size_t shown = std::min(alert.listed.size(), most_in_slack);
    for (std::size_t i = 0; i < shown; ++i) item_section(writer, item_of(*alert.listed[i]));
    const std::string more = counts_text(alert.beyond(shown));
    if (!more.empty()) section(writer, fmt::format("and *{}* more", more));
    if (alert.lagging()) section(writer, report::escaped_slack(lag_text(alert)));
    if (sum(alert.disagreements) > 0) section(writer, report::escaped_slack(disagreement_text(alert)));
    context(writer, report::escaped_slack(origin_text(alert)));
    writer.end_array();
    writer.end_object();
    return out;
}

} // namespace alert
