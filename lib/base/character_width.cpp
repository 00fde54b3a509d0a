#include "base/character_width.hpp"

#include <algorithm>
#include <array>

namespace base {

namespace {

struct CharacterRange {
    char32_t first, last;
};

#include "base/character_width.inc"

// Bidi_Class R and AL, by the blocks for which DerivedBidiClass.txt makes them the default.
constexpr std::array<CharacterRange, 5> right_to_left{
    {{0x0590, 0x08FF}, {0xFB1D, 0xFDFF}, {0xFE70, 0xFEFF}, {0x10800, 0x10FFF}, {0x1E800, 0x1EFFF}}};

constexpr std::array<CharacterRange, 4> in_sequences{{{0x200C, 0x200D},     // joiners
                                                      {0xFE00, 0xFE0F},     // variation selectors
                                                      {0x1F1E6, 0x1F1FF},   // regional indicators
                                                      {0x1F3FB, 0x1F3FF}}}; // skin tones

template <std::size_t N>
bool among(char32_t c, const std::array<CharacterRange, N>& ranges) {
    const auto range = std::lower_bound(ranges.begin(), ranges.end(), c,
                                        [](const CharacterRange& r, char32_t x) { return r.last < x; });
    return range != ranges.end() && range->first <= c;
}

} // namespace

std::size_t columns_of(char32_t c) {
    if (c < 0x300) return 1;
    if (among(c, no_column)) return 0;
    return among(c, two_columns) ? 2 : 1;
}

bool shifts_its_line(char32_t c) {
    return among(c, right_to_left) || among(c, in_sequences);
}

} // namespace base
