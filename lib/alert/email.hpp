// The mail of an alert: RFC 5322, MIME (RFC 2045 to 2047), a text part and an HTML part that say the same.
#pragma once

#include "alert/alert.hpp"
#include "base/clock.hpp"

#include <string>
#include <vector>

namespace alert {

inline constexpr std::size_t most_in_email = 50; // mismatches shown one by one

struct EmailEnvelope {
    std::string from;            // addresses, plain ASCII: user@host
    std::vector<std::string> to; // shown as the recipients, whoever of them this copy goes to
};

/// Header and body, ASCII alone, every line ends with CRLF and has at most 78 characters (but for a long address).
/// Nothing of the database can end a header line: a subject that is not plain goes out as encoded words.
std::string email_message(const Alert& alert, const EmailEnvelope& envelope);

/// RFC 2047: the text itself where it is plain ASCII and fits a line with its header's name, else encoded words,
/// folded.
std::string encoded_header(std::string_view name, std::string_view text);
/// RFC 2045, 6.7. Lines of `text` end with \n.
std::string quoted_printable(std::string_view text);

} // namespace alert
