// What could not be verified, put together: the same thing said of many items is said once.
#pragma once

#include "verify/summary.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace report {

struct ErrorGroup {
    verify::Reason reason{};
    std::string operation;
    std::string text; // at most 400 bytes of what was said
    std::uint64_t count = 0;
    std::vector<std::string> ids; // those that are listed; as they are, not made harmless
};

/// By reason, then operation, then text.
std::vector<ErrorGroup> grouped_errors(const verify::Summary& summary);

/// A reason in words: "the address in the database cannot be looked up".
std::string_view meaning(verify::Reason reason);

} // namespace report
