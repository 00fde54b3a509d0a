// Sentences about what is probably wrong as a whole: if nearly every row of a check differs, or fails in the same way,
// it is more often the asset, the contract or the meaning of a column than that many rows. They change no verdict.
#pragma once

#include "check/summary.hpp"

#include <cstdint>

namespace check {

/// All of 3 or more, or more than half of 20 or more.
bool is_systematic(std::uint64_t rows, std::uint64_t of);

/// At the end of a cycle. A check whose rows differ is judged by those that were compared; one whose rows fail by those
/// that were tried: rows that were given up together (the aggregate errors) are neither.
void add_systematic_hints(Summary& summary);

} // namespace check
