// The mail of an alert: headers (RFC 5322, 2047), a text part and an HTML part that say the same. MIME is libcurl's
// matter.
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

struct Email {
    std::vector<std::string> headers; // without those of MIME: ASCII, a line each, folded to at most 78 characters
    std::string text;
    std::string html;
};

/// Nothing of the database can end a header line: a subject that is not plain becomes encoded words.
Email email_of(const Alert& alert, const EmailEnvelope& envelope);

/// RFC 2047: the text itself if it is plain ASCII and fits a line with its header's name, else encoded words, folded.
std::string encoded_header(std::string_view name, std::string_view text);

} // namespace alert
