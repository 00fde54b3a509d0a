// Database URLs: what is understood says the same as a keyword string, and no output gives the password away. The
// seeds' password holds the word S3CRET.
#include "base/secret.hpp"
#include "db/connection_url.hpp"
#include "fuzz/rig.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <set>

namespace {

constexpr std::string_view marked = "S3CRET";

/// Once, and no more: the word may be a parameter's name, too, and then it is no secret.
bool holds_one_secret(std::string_view text) {
    return text.find(marked) != text.npos && text.find(marked) == text.rfind(marked);
}

bool holds_secret(std::string_view text) {
    return text.find(marked) != text.npos;
}

std::string keyword_string(const db::ConnectionParameters& parameters) {
    std::string out;
    for (const auto& [keyword, value] : parameters.keywords) {
        out += keyword + "='";
        for (const char c : value) {
            if (c == '\'' || c == '\\') out += '\\';
            out += c;
        }
        out += "' ";
    }
    return out;
}

auto sorted(std::vector<std::pair<std::string, std::string>> keywords) {
    std::sort(keywords.begin(), keywords.end());
    return keywords;
}

void check(std::string_view url, const db::ConnectionParameters& parameters) {
    std::set<std::string> seen;
    bool in_password = false;
    bool elsewhere = false;
    for (const auto& [keyword, value] : parameters.keywords) {
        require(seen.insert(keyword).second, "a keyword stands once");
        require(value.find('\0') == value.npos, "no value will be cut at a NUL");
        const bool secret = keyword == "password" || keyword == "sslpassword";
        if (holds_secret(value)) (secret ? in_password : elsewhere) = true;
    }
    // sslpassword is Prisma's, too, and by itself names no database.
    const auto names = [](const auto& pair) { return pair.first != "sslpassword"; };
    if (std::none_of(parameters.keywords.begin(), parameters.keywords.end(), names)) return;
    const auto again = db::parse_connection_url(keyword_string(parameters));
    require(bool(again), "what was understood can be written as a keyword string");
    require(sorted(again->keywords) == sorted(parameters.keywords), "and says the same there");

    if (!in_password || elsewhere || !holds_one_secret(url)) return;
    require(!holds_secret(base::mask_url(url)), "the masked URL does not show the password");
    for (const std::string& warning : parameters.warnings) {
        require(!holds_secret(warning), "no warning shows the password");
    }
}

} // namespace

void fuzz_one(std::string_view input) {
    const std::string masked = base::mask_url(input);
    std::string text = "the server says: " + std::string(input);
    for (const std::string& part : net::secret_parts(input)) base::mask_secret(text, part);

    const auto parameters = db::parse_connection_url(input);
    require(!parameters || input.find('\0') == input.npos, "nothing is cut at a NUL");
    if (parameters) return check(input, *parameters);
    require(!parameters.error().empty() && !holds_secret(parameters.error()),
            "a refusal says why, and repeats nothing");
}
