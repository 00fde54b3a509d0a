// SHA-256 and HMAC-SHA-256, from OpenSSL: a hash is not for our own code. digest.cpp alone includes OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view bytes);
/// RFC 2104.
Hash hmac_sha256(std::string_view key, std::string_view bytes);

/// OpenSSL's name and version at run time.
std::string digest_library_version();

} // namespace base
