// What a person may want to know about a cycle besides its rows.
#pragma once

#include "verify/summary.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace report {

struct Fact {
    std::string_view label; // "ledgers"
    std::string text;       // not made harmless
};

std::vector<Fact> facts_of(const verify::Summary& summary);

} // namespace report
