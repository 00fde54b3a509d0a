#include "base/secret.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <ostream>
#include <vector>

namespace base {

namespace {

constexpr std::string_view masked = "***";
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";

bool only(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [more](char c) {
        return letters.find(c) != std::string_view::npos || digits.find(c) != std::string_view::npos ||
               more.find(c) != std::string_view::npos;
    });
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The length of "scheme://" at the front; 0 where there is none.
std::size_t scheme_size(std::string_view text) {
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0 || colon > 20) return 0;
    return only(text.substr(0, colon), "+-.") ? colon + 3 : 0;
}

// "host", "host:5432", "[::1]:5432"; percent signs stand in PostgreSQL's socket directories.
bool is_endpoint(std::string_view text) {
    std::string_view host = text;
    std::string_view port;
    const std::size_t colon = text.rfind(':');
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return false;
        host = text.substr(1, close - 1);
        if (host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
        const std::string_view rest = text.substr(close + 1);
        if (!rest.empty() && rest.front() != ':') return false;
        port = rest.empty() ? rest : rest.substr(1);
    } else if (colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (!only(host, "-._%")) return false;
    } else if (!only(host, "-._%")) {
        return false;
    }
    return port.size() <= 5 && port.find_first_not_of(digits) == std::string_view::npos;
}

// PostgreSQL takes several hosts.
bool are_endpoints(std::string_view text) {
    while (true) {
        const std::size_t comma = text.find(',');
        if (!is_endpoint(text.substr(0, comma))) return false;
        if (comma == std::string_view::npos) return true;
        text.remove_prefix(comma + 1);
    }
}

std::string mask_one(std::string_view url, std::size_t scheme) {
    const std::string_view rest = url.substr(scheme);
    const bool postgres = url.starts_with("postgres");
    const std::size_t end = std::min(rest.find_first_of("/?#\\"), rest.size());
    std::string_view authority = rest.substr(0, end);
    std::string_view tail = rest.substr(end);

    std::string out(url.substr(0, scheme));
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) authority.remove_prefix(at + 1);
    // A password with an unescaped '/', '?' or '#' ends the authority too early.
    const bool clear =
        tail.find('@') == std::string_view::npos && (postgres ? are_endpoints(authority) : is_endpoint(authority));
    if (!clear) return out += masked;

    if (at != std::string_view::npos) (out += masked) += '@';
    out += authority;
    if (postgres && tail.starts_with('/')) {
        const std::string_view database = tail.substr(1, tail.find_first_of("/?#\\", 1) - 1);
        if (only(database, "-._")) {
            (out += '/') += database;
            tail.remove_prefix(1 + database.size());
            if (!tail.empty()) (out += '?') += masked;
            return out;
        }
    }
    if (tail == "/") return out += tail;
    if (!tail.empty()) (out += '/') += masked;
    return out;
}

struct Keyword {
    std::string_view name;
    std::string value;
};

// libpq's keyword strings: name = value, name = 'quoted \' value'. Nothing where libpq would refuse it.
std::optional<std::vector<Keyword>> parse_keywords(std::string_view text) {
    std::vector<Keyword> keywords;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        Keyword keyword{trimmed(text.substr(0, equals)), ""};
        if (keyword.name.empty() || !only(keyword.name, "_")) return std::nullopt;
        text = trimmed(text.substr(equals + 1));
        const bool quoted = text.starts_with('\'');
        if (quoted) text.remove_prefix(1);
        bool closed = !quoted;
        while (!text.empty()) {
            const char c = text.front();
            if (quoted ? c == '\'' : is_blank(c)) {
                if (quoted) text.remove_prefix(1);
                closed = true;
                break;
            }
            if (c == '\\' && text.size() > 1) text.remove_prefix(1);
            keyword.value += text.front();
            text.remove_prefix(1);
        }
        if (!closed) return std::nullopt;
        keywords.push_back(std::move(keyword));
    }
    return keywords;
}

std::string mask_keywords(std::string_view text) {
    const std::optional<std::vector<Keyword>> keywords = parse_keywords(text);
    if (!keywords) return std::string(masked);
    std::string out;
    bool hidden = false;
    for (const auto& [name, value] : *keywords) {
        const bool shown = name == "host" || name == "hostaddr" || name == "port" || name == "dbname";
        if (shown && only(value, name == "dbname" ? "-._" : "-._,:/"))
            out += fmt::format("{}={} ", name, value);
        else
            hidden = true;
    }
    if (hidden) return out += masked;
    if (!out.empty()) out.pop_back();
    return out;
}

} // namespace

std::ostream& operator<<(std::ostream& out, const Secret&) {
    return out << masked;
}

std::string mask_url(std::string_view url) {
    url = trimmed(url);
    if (url.empty()) return "";
    const std::size_t scheme = scheme_size(url);
    if (scheme == 0) return url.find('=') == std::string_view::npos ? std::string(masked) : mask_keywords(url);

    // A comma ends a URL only where another URL follows: passwords, paths and PostgreSQL's hosts may hold commas.
    for (std::size_t comma = url.find(','); comma != std::string_view::npos; comma = url.find(',', comma + 1)) {
        const std::string_view next = trimmed(url.substr(comma + 1));
        if (scheme_size(next) == 0) continue;
        return mask_one(trimmed(url.substr(0, comma)), scheme) + "," + mask_url(next);
    }
    return mask_one(url, scheme);
}

void mask_secret(std::string& text, std::string_view secret) {
    if (secret.empty()) return;
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + masked.size())) {
        text.replace(at, secret.size(), masked);
    }
}

} // namespace base
