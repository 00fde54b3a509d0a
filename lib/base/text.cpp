#include "base/text.hpp"

#include "base/character_width.hpp"

#include <algorithm>
#include <array>

namespace base {

namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr int most_marks = 8; // on one character; scripts and emoji do with fewer, and more run over the lines around

// What a first byte promises: Unicode, table 3-7. The range of the second byte shuts out overlong spellings (E0, F0),
// surrogates (ED) and what lies beyond U+10FFFF (F4).
struct Lead {
    std::size_t size; // 0: no first byte
    unsigned second_low = 0x80;
    unsigned second_high = 0xBF;
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1};
    if (byte < 0xC2) return {0};
    if (byte < 0xE0) return {2};
    if (byte < 0xF0) return {3, byte == 0xE0 ? 0xA0u : 0x80u, byte == 0xED ? 0x9Fu : 0xBFu};
    if (byte < 0xF5) return {4, byte == 0xF0 ? 0x90u : 0x80u, byte == 0xF4 ? 0x8Fu : 0xBFu};
    return {0};
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

// Marks that turn the direction of writing (they can make a line read as another one), and other invisible formatting
// that has no place in a title. The joiners of emoji and of Indic and Persian script are not among them.
bool is_hidden_format(char32_t c) {
    struct Range {
        char32_t first, last;
    };
    constexpr std::array<Range, 11> ranges{{{0x00AD, 0x00AD},     // soft hyphen
                                            {0x061C, 0x061C},     // Arabic letter mark
                                            {0x180B, 0x180E},     // Mongolian selectors and vowel separator
                                            {0x200B, 0x200B},     // zero width space
                                            {0x200E, 0x200F},     // left-to-right, right-to-left mark
                                            {0x202A, 0x202E},     // embeddings and overrides
                                            {0x2060, 0x206F},     // word joiner, isolates, deprecated formats
                                            {0xFEFF, 0xFEFF},     // byte order mark
                                            {0xFFF9, 0xFFFB},     // interlinear annotations
                                            {0x1D173, 0x1D17A},   // of musical notation
                                            {0xE0000, 0xE007F}}}; // tags: text that is not seen
    for (const Range& range : ranges)
        if (c >= range.first && c <= range.last) return true;
    return false;
}

} // namespace

Utf8Character first_character(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const Lead lead = lead_of(first);
    if (lead.size == 0) return {replacement, 1, false};
    char32_t code_point = lead.size == 1 ? first : first & (0xFFu >> (lead.size + 1));
    for (std::size_t i = 1; i < lead.size; ++i) {
        const unsigned byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
        const bool fits = i == 1 ? byte >= lead.second_low && byte <= lead.second_high : (byte & 0xC0u) == 0x80u;
        if (!fits) return {replacement, i, false}; // the byte that does not fit is read on its own
        code_point = (code_point << 6) | (byte & 0x3Fu);
    }
    return {code_point, lead.size, true};
}

std::string harmless(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    int marks = 0; // in a row
    while (!text.empty()) {
        const Utf8Character character = first_character(text);
        marks = columns_of(character.code_point) == 0 ? marks + 1 : 0;
        if (marks > most_marks) {
            text.remove_prefix(character.size);
            continue;
        }
        if (is_control(character.code_point))
            out += '?';
        else if (!character.valid || is_hidden_format(character.code_point))
            out += "\xEF\xBF\xBD";
        else
            out += text.substr(0, character.size);
        text.remove_prefix(character.size);
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    constexpr std::string_view dots = "...";
    const std::size_t room = limit > dots.size() ? limit - dots.size() : limit;
    std::size_t kept = 0;
    while (true) {
        const std::size_t size = first_character(text.substr(kept)).size;
        if (kept + size > room) break;
        kept += size;
    }
    std::string out(text.substr(0, kept));
    if (limit > dots.size()) out += dots;
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\v\f\r";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

} // namespace base
