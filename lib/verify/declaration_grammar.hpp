// The two small languages of a declaration: `read`, and the lines of `compare`. The grammar stands at the functions.
#pragma once

#include "verify/declaration.hpp"

namespace verify {

/// Where reading stopped, and why.
struct GrammarFault {
    std::size_t column = 0; // in characters, from 1
    std::string text;
    std::string suggestion{};
};
template <class T>
using Parsed = base::Result<T, GrammarFault>;

Parsed<Read> parse_read(std::string_view text, ColumnList& columns);
/// `line` is not blank.
Parsed<Comparison> parse_comparison(std::string_view line, ColumnList& columns);

} // namespace verify
