// Text from outside (titles, error messages of servers) made safe to show.
#pragma once

#include <string>
#include <string_view>

namespace base {

/// For a terminal: control characters (C0, DEL, C1), escape sequences, line breaks and the marks that change the
/// direction of writing become '?' or U+FFFD, and so does what is not seen; bytes that are not UTF-8 become U+FFFD. Of
/// the marks piled up on one character eight stay.
std::string harmless(std::string_view text);

/// Without ASCII blanks (space, \t \n \v \f \r) at either end.
std::string_view trimmed(std::string_view text);

/// At most `limit` bytes, cut between characters, with "..." where something was cut.
std::string shortened(std::string_view text, std::size_t limit);

/// Decodes one UTF-8 character at the front of `text` (not empty). `size` is the number of bytes it takes, at least 1;
/// `code_point` is U+FFFD where the bytes are not UTF-8 (overlong, surrogate, cut).
struct Utf8Character {
    char32_t code_point = 0;
    std::size_t size = 1;
    bool valid = false;
};
Utf8Character first_character(std::string_view text);

} // namespace base
