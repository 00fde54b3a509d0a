// Sentences about what is probably wrong as a whole: if nearly every row of a check differs, or fails in the same way,
// it is more often the asset, the contract or the meaning of a column than that many rows. They change no verdict.
#pragma once

#include "verify/summary.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace verify {

/// All of 3 or more, or more than half of 20 or more.
bool is_systematic(std::uint64_t rows, std::uint64_t of);

/// How many rows of a check failed for which cause, as far as one is known (Unverifiable::hint).
class Causes {
  public:
    /// Nothing if the sentence is empty.
    void add(Check check, Reason reason, const std::string& sentence, std::uint64_t rows = 1);
    /// The cause that more than half of `failures` rows have; empty if there is none.
    std::string most_common(Check check, Reason reason, std::uint64_t failures) const;

  private:
    std::map<std::tuple<Check, Reason, std::string>, std::uint64_t> rows_;
};

/// At the end of a cycle. A check whose rows differ is judged by those that were compared (a lag of the indexer above
/// what is normal explains its mismatches already: they do not count as differing); one whose rows fail by those
/// that were tried: rows that were given up together (the aggregate errors) are neither. The sentence about rows that
/// fail gives the cause that most of them have, and a general one if none is known.
void add_systematic_hints(Summary& summary, const Causes& causes = {});

} // namespace verify
