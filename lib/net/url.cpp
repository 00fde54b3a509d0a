#include "net/url.hpp"

#include "base/hex.hpp"
#include "stellar/base64.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <arpa/inet.h>
#include <memory>
#include <new>

namespace net {
namespace {

class ParsedUrl {
  public:
    explicit ParsedUrl(std::string_view text) : url_(curl_url()) {
        if (!url_) throw std::bad_alloc();
        sound_ = text.find('\0') == text.npos && curl_url_set(url_.get(), CURLUPART_URL, std::string(text).c_str(),
                                                              CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    }

    bool sound() const { return sound_; }
    /// As it is written, but for the host, which is decoded, and an IP address in its usual form. Empty if absent.
    std::string part(CURLUPart which) const {
        char* text = nullptr;
        if (!sound_ || curl_url_get(url_.get(), which, &text, 0) != CURLUE_OK) return "";
        const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
        return text;
    }

  private:
    struct Cleanup {
        void operator()(CURLU* url) const { curl_url_cleanup(url); }
    };
    std::unique_ptr<CURLU, Cleanup> url_;
    bool sound_ = false;
};

/// A name that only begins so ("127.0.0.1.example.org") is not one.
bool is_loopback(const std::string& host) {
    if (host == "[::1]" || (host.size() == 9 && curl_strequal(host.c_str(), "localhost") != 0)) return true;
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

// "v2", "rpc" and "soroban-testnet" are words that an error text may need.
bool looks_like_key(std::string_view text) {
    return text.size() >= 16 || (text.size() >= 8 && text.find_first_of("0123456789") != text.npos);
}

/// Of a query's value; "testnet" is not one.
bool looks_like_key_value(std::string_view text) {
    return text.size() >= 8;
}

bool looks_like_password(std::string_view text) {
    return text.size() >= 4;
}

template <class Suspicious>
void keep_parts(std::string_view text, std::string_view separators, Suspicious suspicious,
                std::vector<std::string>& parts) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        const std::string_view part = text.substr(0, end);
        if (suspicious(part)) {
            parts.emplace_back(part);
            if (std::string decoded = base::percent_decoded(part); decoded != part) parts.push_back(std::move(decoded));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

} // namespace

base::Result<Url> parse_url(std::string_view text, std::string_view scheme) {
    const ParsedUrl url(text);
    const std::string found = url.part(CURLUPART_SCHEME);
    const bool tls = found == std::string(scheme) + "s";
    if (!tls && found != scheme) return base::fail("another scheme");
    // libcurl takes one slash, or three, for two.
    const std::string_view rest = text.substr(found.size());
    if (!rest.starts_with("://") || rest.substr(3).starts_with('/')) return base::fail("no host");
    if (url.part(CURLUPART_PORT) == "0") return base::fail("no port");
    return Url{tls, is_loopback(url.part(CURLUPART_HOST))};
}

std::vector<std::string> secret_parts(std::string_view url) {
    std::vector<std::string> parts;
    const ParsedUrl parsed(url);
    const std::string user = parsed.part(CURLUPART_USER);
    const std::string password = parsed.part(CURLUPART_PASSWORD);
    for (const std::string& login : {user, password, parsed.part(CURLUPART_OPTIONS)})
        keep_parts(login, ":", looks_like_password, parts);
    if (!user.empty() || !password.empty())
        parts.push_back(stellar::to_base64(base::percent_decoded(user) + ":" + base::percent_decoded(password)));
    keep_parts(parsed.part(CURLUPART_PATH), "/&=;", looks_like_key, parts);
    for (const CURLUPart which : {CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
        const std::string text = parsed.part(which);
        for (std::string_view rest = text; !rest.empty();) {
            const std::string_view pair = rest.substr(0, rest.find_first_of("?#&;"));
            const std::size_t equals = std::min(pair.find('='), pair.size());
            keep_parts(pair.substr(0, equals), "/", looks_like_key, parts);
            keep_parts(pair.substr(equals), "/=", looks_like_key_value, parts);
            rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        }
    }
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return parts;
}

} // namespace net
