// Known drift: differences of single items that somebody has accepted, for a reason and until a day.
#pragma once

#include "base/int128.hpp"
#include "verify/finding.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace verify {

using Day = std::chrono::sys_days;

struct Exemption {
    Check check;
    std::string id;
    base::u128 max_difference = 0; // in the units of the check's scale
    std::string reason;
    Day expires{}; // the last day on which it holds, UTC
};

/// "2026-12-31".
std::string to_text(Day day);

/// An exemption is a threshold of its own for one item: what it covers is not reported as a mismatch.
class Exemptions {
  public:
    Exemptions() = default;
    /// Of each check and id there is one at most.
    Exemptions(std::vector<Exemption> list, Day today);

    bool empty() const { return list_.empty(); }
    /// The exemption that accepts this difference, from then on one that is needed; null: none. An expired one accepts
    /// nothing. A side that is missing has no size, and is accepted only by a check whose differences have none.
    const Exemption* covering(std::string_view id, const Difference& difference);
    /// The item could not be verified, so its exemption, if there is one, may be needed.
    void not_verified(Check check, std::string_view id);

    std::vector<const Exemption*> expired() const;
    /// Of a check, neither expired nor, as far as is known, needed.
    std::vector<const Exemption*> unused(Check check) const;

  private:
    struct Entry {
        Exemption exemption;
        bool expired = false;
        bool needed = false;
    };
    Entry* find(Check check, std::string_view id);

    std::vector<Entry> list_;
    std::map<std::pair<Check, std::string>, std::size_t, std::less<>> by_item_;
};

} // namespace verify
