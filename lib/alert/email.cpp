#include "alert/email.hpp"

#include "base/text.hpp"
#include "report/markup.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace alert {

namespace {

constexpr std::size_t longest_line = 76;
constexpr std::size_t longest_subject = 200; // bytes

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// One mismatch needs no list to be known by.
std::string subject_of(const Alert& alert) {
    std::string out = "[stellar-sync] ";
    if (alert.listed.size() == 1 && sum(differing(alert)) == 1 && !alert.lagging() && sum(alert.disagreements) == 0) {
        const AlertItem item = item_of(*alert.listed.front());
        if (alert.critical()) out += "CRITICAL: ";
        out += fmt::format("{} {}", item.what, item.id);
        if (!item.title.empty()) out += fmt::format(", \"{}\",", item.title);
        out += " differs";
    } else {
        out += headline(alert);
    }
    return base::shortened(out, longest_subject);
}

std::string date_of(base::WallTime time) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

/// By how much the two sides differ in all, and what is probably wrong as a whole.
std::vector<std::string> opening(const Alert& alert) {
    std::vector<std::string> texts;
    if (std::string totals = totals_text(alert); !totals.empty()) texts.push_back(std::move(totals));
    for (const std::string& hint : alert.hints) texts.push_back(hint_text(hint));
    return texts;
}

std::string text_part(const Alert& alert, std::size_t shown) {
    std::string out = headline(alert) + "\n";
    for (const std::string& text : opening(alert)) out += fmt::format("\n{}\n", text);
    for (std::size_t i = 0; i < shown; ++i) {
        const AlertItem item = item_of(*alert.listed[i]);
        out += fmt::format("\n{} {}\n", item.what, item.id);
        if (!item.title.empty()) out += fmt::format("  {}\n", item.title);
        out += fmt::format("  database {}, on chain {}", item.values.database, item.values.chain);
        if (!item.values.difference.empty()) out += fmt::format(", difference {}", item.values.difference);
        out += '\n';
        if (!item.note.empty()) out += fmt::format("  {}\n", item.note);
    }
    if (const std::string more = counts_text(alert.beyond(shown)); !more.empty())
        out += fmt::format("\nand {} more\n", more);
    if (alert.lagging()) out += fmt::format("\n{}\n", lag_text(alert));
    if (sum(alert.disagreements) > 0) out += fmt::format("\n{}\n", disagreement_text(alert));
    return out + fmt::format("\n-- \n{}\n", origin_text(alert));
}

std::string html_row(const AlertItem& item) {
    constexpr std::string_view cell = "<td style=\"padding:4px 12px 4px 0;vertical-align:top\">";
    const std::string title = item.title.empty() ? "" : fmt::format("<br>{}", report::escaped_html(item.title));
    const std::string note =
        item.note.empty() ? "" : fmt::format("<br><small>{}</small>", report::escaped_html(item.note));
    return fmt::format("<tr>{0}<b>{1}</b> <code>{2}</code>{3}{4}</td>\n{0}{5}</td>\n{0}{6}</td>\n{0}{7}</td></tr>\n",
                       cell, item.what, report::escaped_html(item.id), title, note, item.values.database,
                       item.values.chain, item.values.difference);
}

std::string html_part(const Alert& alert, std::size_t shown) {
    std::string out = fmt::format("<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n<p><b>{}</b></p>\n",
                                  report::escaped_html(headline(alert)));
    for (const std::string& text : opening(alert)) out += fmt::format("<p>{}</p>\n", report::escaped_html(text));
    if (shown > 0) {
        out += "<table style=\"border-collapse:collapse\">\n"
               "<tr align=\"left\"><th></th><th>database</th><th>on chain</th><th>difference</th></tr>\n";
        for (std::size_t i = 0; i < shown; ++i) out += html_row(item_of(*alert.listed[i]));
        out += "</table>\n";
    }
    if (const std::string more = counts_text(alert.beyond(shown)); !more.empty())
        out += fmt::format("<p>and {} more</p>\n", report::escaped_html(more));
    if (alert.lagging()) out += fmt::format("<p>{}</p>\n", report::escaped_html(lag_text(alert)));
    if (sum(alert.disagreements) > 0) out += fmt::format("<p>{}</p>\n", report::escaped_html(disagreement_text(alert)));
    return out + fmt::format("<p><small>{}</small></p>\n</body></html>\n", report::escaped_html(origin_text(alert)));
}

/// A line of a header may end before a blank. nullopt where a word is too long for a line, or blanks stand together.
std::optional<std::string> folded_at_blanks(std::string out, std::string_view text) {
    std::size_t column = out.size();
    for (bool first = true; !text.empty(); first = false) {
        const std::size_t blank = std::min(text.find(' ', 1), text.size());
        const std::string_view word = text.substr(0, blank); // with the blank before it
        if (word == " " || word.size() > longest_line - 10) return std::nullopt;
        if (!first && column + word.size() > longest_line) {
            out += "\r\n";
            column = 0;
        }
        out += word;
        column += word.size();
        text.remove_prefix(blank);
    }
    return out;
}

std::string recipients(const std::vector<std::string>& to) {
    std::string out;
    for (const std::string& address : to) (out += out.empty() ? "" : ",\r\n ") += address;
    return out;
}

} // namespace

std::string encoded_header(std::string_view name, std::string_view text) {
    constexpr std::string_view opening = "=?utf-8?q?";
    constexpr std::string_view closing = "?=";
    constexpr std::size_t longest_word = 75;
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    const bool plain = std::all_of(text.begin(), text.end(), printable) && text.find("=?") == std::string_view::npos;
    std::string out = fmt::format("{}: ", name);
    if (plain) {
        if (std::optional<std::string> folded = folded_at_blanks(out, text)) return *folded;
    }
    std::size_t word = out.size(); // the first shares its line with the header's name
    out += opening;
    word += opening.size();
    while (!text.empty()) {
        const std::size_t size = base::first_character(text).size; // a word ends between characters
        std::string encoded;
        for (const char c : text.substr(0, size)) {
            if (is_letter_or_digit(c))
                encoded += c;
            else if (c == ' ')
                encoded += '_';
            else
                encoded += fmt::format("={:02X}", static_cast<unsigned char>(c));
        }
        if (word + encoded.size() + closing.size() > longest_word) {
            (out += closing) += "\r\n ";
            out += opening;
            word = opening.size();
        }
        out += encoded;
        word += encoded.size();
        text.remove_prefix(size);
    }
    return out += closing;
}

Email email_of(const Alert& alert, const EmailEnvelope& envelope) {
    const verify::Summary& summary = *alert.summary;
    const std::size_t shown = std::min(alert.listed.size(), most_in_email);
    const std::string domain = envelope.from.substr(envelope.from.rfind('@') + 1);
    return {{fmt::format("From: stellar-sync <{}>", envelope.from), fmt::format("To: {}", recipients(envelope.to)),
             encoded_header("Subject", subject_of(alert)), fmt::format("Date: {}", date_of(summary.end)),
             fmt::format("Message-ID: <{}@{}>", summary.sync_id, domain),
             "Auto-Submitted: auto-generated"}, // RFC 3834: no out-of-office note comes back
            text_part(alert, shown),
            html_part(alert, shown)};
}

} // namespace alert
