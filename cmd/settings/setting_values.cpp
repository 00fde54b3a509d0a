#include "cmd/settings/setting_values.hpp"

#include "cmd/settings/config_file.hpp"
#include "net/url.hpp"
#include "verify/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cmd {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!all_digits(text) || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view part = trimmed(text.substr(0, comma));
        if (!part.empty()) parts.emplace_back(part);
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

Problem read_whole(std::string_view text, std::uint64_t least, std::uint64_t most, std::string_view unit,
                   std::uint64_t& out) {
    const std::optional<std::uint64_t> number = parse_whole(trimmed(text));
    if (!number || *number < least || *number > most)
        return fmt::format("a whole number from {} to {}{}", least, most, unit);
    out = *number;
    return std::nullopt;
}

Problem read_milliseconds(std::string_view text, std::uint64_t least, base::Duration& out) {
    constexpr std::uint64_t day = 24 * 3600 * 1000;
    std::uint64_t ms = 0;
    if (Problem problem = read_whole(text, least, day, " ms (24 h)", ms)) return problem;
    out = std::chrono::milliseconds(ms);
    return std::nullopt;
}

std::optional<base::u128> parse_decimal(std::string_view text, int decimals) {
    text = trimmed(text);
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    if (!all_digits(whole) || whole.size() > 20) return std::nullopt;
    if (point != std::string_view::npos && !all_digits(fraction)) return std::nullopt;
    std::string digits(whole);
    digits += fraction.substr(0, static_cast<std::size_t>(decimals));
    digits.resize(whole.size() + static_cast<std::size_t>(decimals), '0');
    return base::parse_u128(digits);
}

Problem read_switch(std::string_view text, bool& out) {
    if (!read_choice<bool>(text, {{"1", true}, {"0", false}, {"true", true}, {"false", false}}, out))
        return std::nullopt;
    return "1 or 0";
}

Problem read_contract(std::string_view text, stellar::Hash& out) {
    const base::Result<stellar::Hash> contract = stellar::parse_contract(text);
    if (!contract) return fmt::format("a contract address, C and 55 more characters: {}", contract.error());
    out = *contract;
    return std::nullopt;
}

Problem read_function(std::string_view text, std::string& out) {
    const bool fits = !text.empty() && text.size() <= 32 &&
                      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
                          std::string_view::npos;
    if (!fits) return "the name of a contract function: 1 to 32 of the characters A-Z, a-z, 0-9 and _";
    out = text;
    return std::nullopt;
}

Problem read_sql(std::string_view text, std::string& out) {
    text = trimmed(text);
    while (text.ends_with(';')) text = trimmed(text.substr(0, text.size() - 1));
    if (text.empty()) return "a SELECT statement";
    out = text;
    return std::nullopt;
}

Problem read_readable_file(std::string_view text, std::string& out) {
    const base::Result<std::string> content = read_file(std::string(text));
    if (!content) return fmt::format("a file that can be read: {}", content.error());
    out = text;
    return std::nullopt;
}

Problem read_checks(std::string_view text, verify::Checks& out) {
    std::vector<std::pair<std::string_view, verify::Check>> choices;
    for (const verify::Check check : verify::built_in_checks()) choices.emplace_back(check.name(), check);
    const std::string expected = "a list of: " + verify::names_of(verify::built_in_checks(), ", ");
    verify::Checks checks;
    for (const std::string& word : split_list(text)) {
        verify::Check check;
        if (read_choice<verify::Check>(word, choices, check)) return expected;
        checks.push_back(check);
    }
    if (checks.empty()) return expected;
    out.insert(out.end(), checks.begin(), checks.end());
    return std::nullopt;
}

Problem read_rpc_urls(std::string_view text, std::vector<base::Secret>& out) {
    for (std::string& url : split_list(text)) {
        if (!net::parse_url(url, "http"))
            return "the URL of a Stellar RPC, https://host[:port][/path], or several with commas";
        out.emplace_back(std::move(url));
    }
    if (out.empty()) return "the URL of a Stellar RPC";
    return std::nullopt;
}

Problem read_web_url(std::string_view text, std::string_view what, base::Secret& out) {
    text = trimmed(text);
    if (!net::parse_url(text, "http")) return fmt::format("{}, https://host[:port][/path]", what);
    out = base::Secret(std::string(text));
    return std::nullopt;
}

Problem read_base_url(std::string_view text, base::Secret& out) {
    text = trimmed(text);
    if (!net::parse_url(text, "http") || text.find_first_of("?#") != std::string_view::npos)
        return "a URL, http[s]://host[:port][/path], without ? and #";
    while (text.ends_with('/')) text.remove_suffix(1);
    out = base::Secret(std::string(text));
    return std::nullopt;
}

Problem read_smtp_url(std::string_view text, base::Secret& out) {
    text = trimmed(text);
    if (!net::parse_url(text, "smtp"))
        return "the URL of a mail server, smtp://[user:password@]host[:port] (STARTTLS) or smtps://...; what is "
               "special "
               "in user and password as %40";
    out = base::Secret(std::string(text));
    return std::nullopt;
}

// RFC 5321 allows more, but nobody's mail server does. ASCII alone: a domain in other letters has a form in these.
Problem read_address(std::string_view text, std::string& out) {
    constexpr std::size_t longest = 254;
    const auto fits = [](char c) {
        constexpr std::string_view odd = "()<>[]:;@\\,\"";
        return c > ' ' && c <= '~' && odd.find(c) == std::string_view::npos;
    };
    text = trimmed(text);
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > longest ||
        !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), fits) ||
        !std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(), fits))
        return "a mail address, user@host";
    out = text;
    return std::nullopt;
}

Problem read_output_file(std::string_view text, std::string& out) {
    const std::string_view name = text.substr(text.rfind('/') + 1);
    const auto odd = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
    if (name.empty() || name == "." || name == ".." || std::any_of(text.begin(), text.end(), odd))
        return "the path of a file, such as /var/lib/node_exporter/stellar-sync.prom";
    out = text;
    return std::nullopt;
}

bool is_exposed(const std::string& url) {
    const base::Result<net::Url> parsed = net::parse_url(url, "http");
    return parsed && !parsed->tls && !parsed->loopback;
}

bool is_mail_of_this_machine(const std::string& url) {
    const base::Result<net::Url> parsed = net::parse_url(url, "smtp");
    return parsed && parsed->loopback;
}

} // namespace cmd
