#include "stellar/xdr.hpp"

namespace stellar {
namespace {

constexpr std::size_t padding(std::size_t size) {
    return (4 - size % 4) % 4;
}

} // namespace

void XdrWriter::fixed(std::string_view bytes) {
    out_.append(bytes);
    if (const std::size_t zeros = padding(bytes.size())) out_.append(zeros, '\0');
}

void XdrWriter::opaque(std::string_view bytes) {
    u32(static_cast<std::uint32_t>(bytes.size()));
    fixed(bytes);
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
