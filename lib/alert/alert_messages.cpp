#include "alert/alert_messages.hpp"

#include "alert/alertmanager.hpp"
#include "alert/email.hpp"
#include "alert/pagerduty.hpp"
#include "alert/slack.hpp"
#include "alert/webhook.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace alert {

namespace {

Message post(const base::Secret& url, std::string body) {
    net::HttpRequest request;
    request.url = url.reveal();
    request.body = std::move(body);
    return request;
}

/// The base URL of a server and a path below it.
base::Secret below(const base::Secret& base_url, std::string_view path) {
    std::string url = base_url.reveal();
    while (url.ends_with('/')) url.pop_back();
    return base::Secret(url += path);
}

std::vector<Message> mails(const Alert& alert, const ChannelAddresses& addresses) {
    std::vector<Message> out;
    const auto [headers, text, html] = email_of(alert, {addresses.email_from, addresses.email_to});
    for (const std::string& to : addresses.email_to) {
        // Each on its own: a mailbox that is refused keeps the alert from nobody else.
        out.emplace_back(net::Mail{addresses.smtp_url.reveal(),
                                   addresses.smtp_requires_tls,
                                   addresses.email_from,
                                   to,
                                   headers,
                                   text,
                                   html,
                                   {}});
    }
    return out;
}

Message webhook(const Alert& alert, const ChannelAddresses& addresses, base::WallTime now) {
    net::HttpRequest request;
    request.url = addresses.webhook_url.reveal();
    request.body = webhook_body(alert);
    if (!addresses.webhook_secret.empty()) {
        request.headers = {{std::string(webhook_signature_header),
                            webhook_signature(addresses.webhook_secret.reveal(), now, request.body)}};
    }
    return request;
}

/// Does what a server says repeat a part of the URL (a path, a login) or of a key?
bool repeats(std::string_view text, std::string_view secret) {
    constexpr std::string_view word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    constexpr std::size_t shortest = 4;
    while (!secret.empty()) {
        const std::size_t size = std::min(secret.find_first_not_of(word), secret.size());
        if (size >= shortest && text.find(secret.substr(0, size)) != std::string_view::npos) return true;
        secret.remove_prefix(std::min(size + 1, secret.size()));
    }
    return false;
}

} // namespace

std::vector<Message> messages_of(const ChannelAlert& told, const ChannelAddresses& addresses, base::WallTime now) {
    std::vector<Message> out;
    switch (told.channel) {
    case AlertChannel::log:
    case AlertChannel::metrics:
        break;
    case AlertChannel::slack:
        out.push_back(post(addresses.slack_url, slack_message(told.alert)));
        break;
    case AlertChannel::pagerduty:
        for (std::string& event : pagerduty_events(told.alert, addresses.pagerduty_key.reveal(), addresses.host))
            out.push_back(post(addresses.pagerduty_url, std::move(event)));
        break;
    case AlertChannel::email:
        return mails(told.alert, addresses);
    case AlertChannel::webhook:
        out.push_back(webhook(told.alert, addresses, now));
        break;
    case AlertChannel::alertmanager:
        out.push_back(post(below(addresses.alertmanager_url, "/api/v2/alerts"), alertmanager_alerts(told.alert)));
        break;
    }
    return out;
}

std::string words_of(const Message& message, const net::HttpOutcome& outcome, const ChannelAddresses& addresses) {
    const auto* request = std::get_if<net::HttpRequest>(&message);
    if (request == nullptr || outcome.fault != net::TransportFault::none) return "";
    constexpr std::size_t longest = 200;
    const std::string text = base::shortened(base::harmless(outcome.body.substr(0, outcome.body.find('\n'))), longest);
    // A login may come back in base64, and what is percent-encoded decoded.
    const bool odd =
        text.empty() || text.find('<') != std::string::npos || request->url.find_first_of("%@") != std::string::npos;
    if (odd || repeats(text, request->url) || repeats(text, addresses.pagerduty_key.reveal()) ||
        repeats(text, addresses.webhook_secret.reveal()))
        return "";
    return ": " + text;
}

} // namespace alert
