// How much of a terminal's line a character takes. Not by wcwidth(): that depends on the locale, and in the locale "C"
// of a container every character beyond ASCII is none. And not by a library: it is a table, and what terminals make of
// sequences is in none.
#pragma once

#include <cstddef>

namespace base {

/// 0 for marks that stand on the character before them and for what is not seen, 2 for wide characters (CJK, emoji),
/// else 1. Control characters count as 1. Source: the Unicode Character Database, see
/// scripts/generate-character-widths.
std::size_t columns_of(char32_t c);

/// Terminals disagree on how wide it makes what it belongs to (the joiners, skin tones and variation selectors of
/// emoji, the letters of flags); or it is of a script that is written from right to left, so that some of them turn
/// the order of what stands beside it, numbers included. In a column such text would mislead.
bool shifts_its_line(char32_t c);

} // namespace base
