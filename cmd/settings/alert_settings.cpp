#include "cmd/settings/alert_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cmd {

namespace {

using alert::AlertChannel;
using std::string;

constexpr std::size_t most_recipients = 50;

Problem read_channels(const string& text, std::vector<AlertChannel>& out) {
    constexpr const char* right = "a list of: LOG, METRICS, EMAIL, SLACK, PAGERDUTY, WEBHOOK, ALERTMANAGER";
    std::vector<AlertChannel> channels;
    for (const string& word : split_list(text)) {
        AlertChannel channel{};
        if (read_choice<AlertChannel>(word,
                                      {{"LOG", AlertChannel::log},
                                       {"METRICS", AlertChannel::metrics},
                                       {"EMAIL", AlertChannel::email},
                                       {"SLACK", AlertChannel::slack},
                                       {"PAGERDUTY", AlertChannel::pagerduty},
                                       {"WEBHOOK", AlertChannel::webhook},
                                       {"ALERTMANAGER", AlertChannel::alertmanager}},
                                      channel))
            return right;
        if (std::find(channels.begin(), channels.end(), channel) == channels.end()) channels.push_back(channel);
    }
    if (channels.empty()) return right;
    out = std::move(channels);
    return std::nullopt;
}

Problem read_recipients(const string& text, std::vector<string>& out) {
    std::vector<string> recipients;
    for (const string& part : split_list(text))
        if (read_address(part, recipients.emplace_back())) return "mail addresses, user@host, with commas between them";
    if (recipients.empty()) return "a mail address, user@host, or several with commas between them";
    if (recipients.size() > most_recipients)
        return fmt::format("at most {} mail addresses; a mailing list takes more", most_recipients);
    out = std::move(recipients);
    return std::nullopt;
}

// The integration key of a service's Events API v2.
Problem read_routing_key(const string& text, base::Secret& out) {
    constexpr std::size_t size = 32;
    const std::string_view key = trimmed(text);
    const bool fits =
        key.size() == size && key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") ==
                                  std::string_view::npos;
    if (!fits) return "the 32 letters and digits of an Events API v2 integration key";
    out = base::Secret(string(key));
    return std::nullopt;
}

auto web_url(std::string_view what, base::Secret alert::ChannelAddresses::*member) {
    return [=](const string& text, Options& options) {
        return read_web_url(text, what, options.alerts.addresses.*member);
    };
}

/// What a channel cannot do without.
struct Need {
    AlertChannel channel;
    const char* setting;
    std::string_view what;
};
constexpr std::array needs{
    Need{AlertChannel::slack, "SLACK_WEBHOOK_URL", "the incoming webhook's URL"},
    Need{AlertChannel::pagerduty, "PAGERDUTY_ROUTING_KEY", "the service's integration key"},
    Need{AlertChannel::email, "SMTP_URL", "the mail server's URL"},
    Need{AlertChannel::email, "ALERT_EMAIL_FROM", "the sender's mail address"},
    Need{AlertChannel::email, "ALERT_EMAIL_TO", "the recipients' mail addresses"},
    Need{AlertChannel::webhook, "ALERT_WEBHOOK_URL", "the webhook's URL"},
    Need{AlertChannel::alertmanager, "ALERTMANAGER_URL", "Alertmanager's base URL"},
};

bool has(const std::vector<AlertChannel>& channels, AlertChannel channel) {
    return std::find(channels.begin(), channels.end(), channel) != channels.end();
}

} // namespace

std::vector<Setting> alert_settings() {
    constexpr std::string_view group = "Alerts";
    constexpr const char* usual = "LOG,METRICS";
    const std::vector<std::string_view> words{"LOG",       "METRICS", "EMAIL",       "SLACK",
                                              "PAGERDUTY", "WEBHOOK", "ALERTMANAGER"};
    return {
        {"SYNC_ALERT_CHANNELS", group, "LIST", usual,
         "channels notified of NORMAL mismatches: some of LOG, METRICS, EMAIL, SLACK, PAGERDUTY, WEBHOOK, ALERTMANAGER",
         [](const string& text, Options& o) { return read_channels(text, o.alerts.channels); }, false, true, false,
         words},
        {"SYNC_CRITICAL_ALERT_CHANNELS", group, "LIST", usual, "likewise, of CRITICAL mismatches",
         [](const string& text, Options& o) { return read_channels(text, o.alerts.critical_channels); }, false, true,
         false, words},
        {"SLACK_WEBHOOK_URL", group, "URL", "", "SLACK: the incoming webhook",
         web_url("the URL of a Slack incoming webhook", &alert::ChannelAddresses::slack_url), true},
        {"PAGERDUTY_ROUTING_KEY", group, "KEY", "", "PAGERDUTY: the service's integration key, Events API v2",
         [](const string& text, Options& o) { return read_routing_key(text, o.alerts.addresses.pagerduty_key); }, true},
        {"PAGERDUTY_EVENTS_URL", group, "URL", "https://events.pagerduty.com/v2/enqueue",
         "PAGERDUTY: another address, as in the EU (events.eu.pagerduty.com)",
         web_url("the URL of an Events API v2", &alert::ChannelAddresses::pagerduty_url), true},
        {"SMTP_URL", group, "URL", "",
         "EMAIL: the mail server, smtp://[user:password@]host[:port] (STARTTLS, required of other machines) or "
         "smtps://",
         [](const string& text, Options& o) { return read_smtp_url(text, o.alerts.addresses.smtp_url); }, true},
        {"ALERT_EMAIL_FROM", group, "ADDRESS", "", "EMAIL: the sender",
         [](const string& text, Options& o) { return read_address(text, o.alerts.addresses.email_from); }},
        {"ALERT_EMAIL_TO", group, "ADDRESS,...", "", "EMAIL: the recipients",
         [](const string& text, Options& o) { return read_recipients(text, o.alerts.addresses.email_to); }, false,
         true},
        {"ALERT_WEBHOOK_URL", group, "URL", "", "WEBHOOK: where the JSON result is posted",
         web_url("the URL of a webhook", &alert::ChannelAddresses::webhook_url), true},
        {"ALERT_WEBHOOK_SECRET", group, "TEXT", "", "WEBHOOK: key of the signature; none: unsigned",
         [](const string& text, Options& o) {
             o.alerts.addresses.webhook_secret = base::Secret(text);
             return Problem();
         },
         true},
        {"ALERTMANAGER_URL", group, "URL", "", "ALERTMANAGER: its base URL; /api/v2/alerts is added",
         web_url("the base URL of an Alertmanager", &alert::ChannelAddresses::alertmanager_url), true},
    };
}

std::vector<ConfigFault> alert_faults(const Options& options, const std::set<string>& given) {
    const alert::AlertSettings& alerts = options.alerts;
    std::vector<ConfigFault> faults;
    for (const Need& need : needs) {
        const bool normal = has(alerts.channels, need.channel);
        if (!alerts.list(need.channel) || given.contains(need.setting)) continue;
        faults.push_back({need.setting, "",
                          fmt::format("{}, which the channel {} of {} needs", need.what, alert::name(need.channel),
                                      normal ? "SYNC_ALERT_CHANNELS" : "SYNC_CRITICAL_ALERT_CHANNELS")});
    }
    const alert::ChannelAddresses& addresses = alerts.addresses;
    for (const auto& [setting, url] : {std::pair("SLACK_WEBHOOK_URL", &addresses.slack_url),
                                       {"PAGERDUTY_EVENTS_URL", &addresses.pagerduty_url},
                                       {"ALERT_WEBHOOK_URL", &addresses.webhook_url},
                                       {"ALERTMANAGER_URL", &addresses.alertmanager_url}}) {
        if (!options.rpc.allow_http && is_exposed(url->reveal()))
            faults.push_back({setting, base::mask_url(url->reveal()), tls_wanted});
    }
    return faults;
}

} // namespace cmd
