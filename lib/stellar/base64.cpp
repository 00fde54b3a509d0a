#include "stellar/base64.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace stellar {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t no_digit = 0x80000000; // survives an OR of digits in their places

/// A digit in each of the four places of a group, so that a group is an OR of four.
using Digits = std::array<std::array<std::uint32_t, 256>, 4>;
constexpr Digits make_digits() {
    Digits tables{};
    for (std::size_t place = 0; place < tables.size(); ++place) {
        tables[place].fill(no_digit);
        for (std::uint32_t i = 0; i < alphabet.size(); ++i) {
            tables[place][static_cast<unsigned char>(alphabet[i])] = i << (18 - 6 * place);
        }
    }
    return tables;
}
constexpr Digits digits = make_digits();

/// The two characters of twelve bits.
constexpr std::array<std::array<char, 2>, 4096> make_pairs() {
    std::array<std::array<char, 2>, 4096> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {alphabet[i >> 6], alphabet[i & 63]};
    return pairs;
}
constexpr std::array<std::array<char, 2>, 4096> pairs = make_pairs();

std::uint32_t digit(char c, std::size_t place) {
    return digits[place][static_cast<unsigned char>(c)];
}

std::uint32_t byte(char c) {
    return static_cast<unsigned char>(c);
}

} // namespace

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t start = out.size();
    out.resize(start + (bytes.size() + 2) / 3 * 4);
    char* to = out.data() + start;
    const char* from = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 3; left -= 3, from += 3) {
        const std::uint32_t group = byte(from[0]) << 16 | byte(from[1]) << 8 | byte(from[2]);
        std::memcpy(to, pairs[group >> 12].data(), 2);
        std::memcpy(to + 2, pairs[group & 4095].data(), 2);
        to += 4;
    }
    if (left == 0) return;
    const std::uint32_t group = byte(from[0]) << 16 | (left == 2 ? byte(from[1]) << 8 : 0);
    *to++ = alphabet[group >> 18];
    *to++ = alphabet[group >> 12 & 63];
    *to++ = left == 2 ? alphabet[group >> 6 & 63] : '=';
    *to++ = '=';
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    append_base64(text, bytes);
    return text;
}

bool append_decoded_base64(std::string& out, std::string_view text) {
    if (text.size() % 4 != 0) return false;
    if (text.empty()) return true;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::size_t start = out.size();
    out.resize(start + text.size() / 4 * 3 - padding);
    char* to = out.data() + start;
    const char* from = text.data();
    // A padded last group is left for below.
    const char* const end = from + text.size() - (padding != 0 ? 4 : 0);
    std::uint32_t seen = 0;
    for (; from != end; from += 4) {
        const std::uint32_t group = digit(from[0], 0) | digit(from[1], 1) | digit(from[2], 2) | digit(from[3], 3);
        seen |= group;
        *to++ = static_cast<char>(group >> 16);
        *to++ = static_cast<char>(group >> 8);
        *to++ = static_cast<char>(group);
    }
    if (padding != 0) {
        const std::uint32_t group = digit(from[0], 0) | digit(from[1], 1) | (padding == 1 ? digit(from[2], 2) : 0);
        seen |= group;
        const bool unused_bits_set = (group & (padding == 1 ? 0xff : 0xffff)) != 0;
        if (unused_bits_set) seen |= no_digit;
        *to++ = static_cast<char>(group >> 16);
        if (padding == 1) *to = static_cast<char>(group >> 8);
    }
    if ((seen & no_digit) == 0) return true;
    out.resize(start);
    return false;
}

} // namespace stellar
