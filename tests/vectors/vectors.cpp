#include "vectors/vectors.hpp"

#include "stellar/base64.hpp"

namespace vectors {

File::File(std::string_view name) {
    const element root = parser_.load(std::string(TEST_VECTORS_DIR) + "/" + std::string(name));
    cases_ = root["cases"];
    count_ = std::uint64_t(root["count"]);
}

bool has(element object, std::string_view member) {
    return object[member].error() == simdjson::SUCCESS;
}

std::string text(element object, std::string_view member) {
    return std::string(std::string_view(object[member]));
}

std::uint32_t u32(element object, std::string_view member) {
    return static_cast<std::uint32_t>(std::uint64_t(object[member]));
}

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

std::string bytes(element object, std::string_view member) {
    std::string decoded;
    REQUIRE(stellar::append_decoded_base64(decoded, std::string_view(object[member])));
    return decoded;
}

} // namespace vectors
