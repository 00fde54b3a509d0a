// Hex digits, and the percent signs of URLs that go before two of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace base {

/// The value of one hex digit, either case; -1 for anything else.
int hex_digit(char c);

/// Two lower-case digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// "%2F" becomes "/". A '%' that begins no such code stands for itself.
std::string percent_decoded(std::string_view text);

} // namespace base
