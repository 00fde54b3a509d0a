// Base64 as the Stellar RPC writes it: standard alphabet, '=' padding, one line, unused bits zero (RFC 4648).
#pragma once

#include <string>
#include <string_view>

namespace stellar {

void append_base64(std::string& out, std::string_view bytes);
std::string to_base64(std::string_view bytes);

/// Appends the decoded bytes. False, with `out` as it was, where the text is not the canonical base64 of any bytes.
bool append_decoded_base64(std::string& out, std::string_view text);

} // namespace stellar
