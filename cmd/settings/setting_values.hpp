// Reading the text of one setting. A reader stores the value and returns nothing, or returns what would be right; that
// text never repeats the value, which may be a secret.
#pragma once

#include "base/clock.hpp"
#include "base/int128.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "stellar/strkey.hpp"
#include "verify/verifier.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmd {

using Problem = std::optional<std::string>;

using base::trimmed;
/// What stands between commas, without blanks around it; empty parts are left out.
std::vector<std::string> split_list(std::string_view text);

/// Decimal digits, from least to most. `unit` is for the problem's text: " ms".
Problem read_whole(std::string_view text, std::uint64_t least, std::uint64_t most, std::string_view unit,
                   std::uint64_t& out);
/// Whole milliseconds, at most 24 h.
Problem read_milliseconds(std::string_view text, std::uint64_t least, base::Duration& out);

/// A plain decimal number such as 0.01, in units of 10^-decimals: what is smaller than a unit is dropped. nullopt
/// if it is not such a number or has more than 20 digits before the point.
std::optional<base::u128> parse_decimal(std::string_view text, int decimals);

/// One of the words, whatever the case.
template <class T>
Problem read_choice(std::string_view text, const std::vector<std::pair<std::string_view, T>>& choices, T& out);

Problem read_switch(std::string_view text, bool& out);
Problem read_contract(std::string_view text, stellar::Hash& out);
/// The name of a contract's function: a Symbol of 1 to 32 characters.
Problem read_function(std::string_view text, std::string& out);
/// A SELECT; a ';' at its end is dropped.
Problem read_sql(std::string_view text, std::string& out);
Problem read_readable_file(std::string_view text, std::string& out);
/// Names of checks with commas between them.
Problem read_checks(std::string_view text, verify::Checks& out);

/// http and https URLs with commas between them.
Problem read_rpc_urls(std::string_view text, std::vector<base::Secret>& out);
/// One such URL; `what` it is, for the problem's text: "the URL of a webhook".
Problem read_web_url(std::string_view text, std::string_view what, base::Secret& out);
Problem read_smtp_url(std::string_view text, base::Secret& out);
/// user@host
Problem read_address(std::string_view text, std::string& out);
/// The http or https URL under which a server has its paths; a '/' at its end is dropped.
Problem read_base_url(std::string_view text, base::Secret& out);
/// The path of a file that is to be written.
Problem read_output_file(std::string_view text, std::string& out);
/// Is it plain http to another machine?
bool is_exposed(const std::string& url);
/// What would be right then.
inline constexpr const char* tls_wanted =
    "https; plain http only to this machine (localhost, 127.x.x.x, [::1]), or anywhere with SYNC_ALLOW_HTTP=1";
/// An SMTP URL to localhost, 127.x.x.x or [::1].
bool is_mail_of_this_machine(const std::string& url);

bool same_word(std::string_view a, std::string_view b);

template <class T>
Problem read_choice(std::string_view text, const std::vector<std::pair<std::string_view, T>>& choices, T& out) {
    std::string words;
    for (const auto& [word, value] : choices) {
        if (same_word(trimmed(text), word)) {
            out = value;
            return std::nullopt;
        }
        (words += words.empty() ? "" : ", ") += word;
    }
    return "one of: " + words;
}

} // namespace cmd
