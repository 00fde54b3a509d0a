#include "stellar/xdr.hpp"

#include <array>

namespace stellar {
namespace {

constexpr std::size_t padding(std::size_t size) {
    return (4 - size % 4) % 4;
}

} // namespace

void XdrWriter::u32(std::uint32_t value) {
    const std::array<char, 4> bytes{static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                                    static_cast<char>(value >> 8), static_cast<char>(value)};
    out_.append(bytes.data(), bytes.size());
}

void XdrWriter::u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value >> 32));
    u32(static_cast<std::uint32_t>(value));
}

void XdrWriter::fixed(std::string_view bytes) {
    out_.append(bytes);
    out_.append(padding(bytes.size()), '\0');
}

void XdrWriter::opaque(std::string_view bytes) {
    u32(static_cast<std::uint32_t>(bytes.size()));
    fixed(bytes);
}

std::uint32_t XdrReader::u32() {
    if (rest_.size() < 4) {
        fail("ends too early");
        return 0;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(4);
    return value;
}

std::uint64_t XdrReader::u64() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
}

bool XdrReader::boolean() {
    const std::uint32_t value = u32();
    if (value > 1) fail("a bool is neither 0 nor 1");
    return value == 1;
}

std::string_view XdrReader::fixed(std::size_t size) {
    if (rest_.size() < size || rest_.size() - size < padding(size)) {
        fail("ends too early");
        return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    for (const char c : rest_.substr(size, padding(size))) {
        if (c != '\0') {
            fail("a padding byte is not zero");
            return {};
        }
    }
    rest_.remove_prefix(size + padding(size));
    return bytes;
}

std::string_view XdrReader::opaque(std::size_t limit) {
    const std::uint32_t size = u32();
    if (size > limit) {
        fail("a string is longer than its type allows");
        return {};
    }
    return fixed(size);
}

std::uint32_t XdrReader::count(std::size_t element_size, std::size_t limit) {
    const std::uint32_t elements = u32();
    if (elements > limit) {
        fail("an array is longer than its type allows");
        return 0;
    }
    if (elements > rest_.size() / element_size) {
        fail("an array claims more elements than there are bytes");
        return 0;
    }
    return elements;
}

void XdrReader::finish() {
    if (!rest_.empty()) fail("has bytes left over");
}

void XdrReader::fail(std::string_view why) {
    if (!ok()) return;
    error_ = why;
    rest_ = {}; // so that every later read fails too
}

} // namespace stellar
