// XDR (RFC 4506), the part Stellar uses: big-endian, everything a multiple of four bytes, padding zero.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace stellar {

/// Appends to a string that the caller owns.
class XdrWriter {
  public:
    explicit XdrWriter(std::string& out) : out_(out) {}

    void u32(std::uint32_t value) {
        const std::array<char, 4> bytes{static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                                        static_cast<char>(value >> 8), static_cast<char>(value)};
        out_.append(bytes.data(), bytes.size());
    }
    void i32(std::int32_t value) { u32(static_cast<std::uint32_t>(value)); }
    void u64(std::uint64_t value) {
        u32(static_cast<std::uint32_t>(value >> 32));
        u32(static_cast<std::uint32_t>(value));
    }
    void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
    void boolean(bool value) { u32(value ? 1 : 0); }
    /// Fixed-length opaque: the bytes and zero padding.
    void fixed(std::string_view bytes);
    /// Variable-length opaque or string: length, bytes, zero padding.
    void opaque(std::string_view bytes);

  private:
    std::string& out_;
};

/// Reads a byte string from front to back. The first fault sticks: from then on every read gives zero or nothing and
/// error() says what was wrong, so callers check once, at the end. Views handed out point into the input.
class XdrReader {
  public:
    explicit XdrReader(std::string_view bytes) : rest_(bytes) {}

    std::uint32_t u32() {
        if (rest_.size() < 4) {
            fail("ends too early");
            return 0;
        }
        std::array<std::uint8_t, 4> bytes;
        std::memcpy(bytes.data(), rest_.data(), bytes.size());
        rest_.remove_prefix(bytes.size());
        return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
    }
    std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
    std::uint64_t u64() {
        const std::uint64_t high = u32();
        return high << 32 | u32();
    }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    bool boolean();
    /// The flag in front of an optional: 0 or 1.
    bool optional() { return boolean(); }
    std::string_view fixed(std::size_t size);
    /// At most `limit` bytes long.
    std::string_view opaque(std::size_t limit = 0xffffffff);
    /// The length of an array whose elements take at least `element_size` bytes each: checked against `limit` and
    /// against what is left. Arrays in each other may all claim the same bytes, so only the outermost may reserve for
    /// it.
    std::uint32_t count(std::size_t element_size, std::size_t limit = 0xffffffff);
    /// Refuses left-over bytes.
    void finish();

    std::string_view rest() const { return rest_; }
    bool ok() const { return error_.empty(); }
    const std::string& error() const { return error_; }
    void fail(std::string_view why);

  private:
    std::string_view rest_;
    std::string error_;
};

} // namespace stellar
