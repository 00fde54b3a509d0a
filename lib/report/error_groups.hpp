// Errors put together: what is the same for many rows is said once.
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
    std::string text; // at most 400 bytes of the error
    std::uint64_t count = 0;
    std::vector<std::string> ids; // those that the summary lists; not made harmless
};

/// By reason, then operation, then text.
std::vector<ErrorGroup> grouped_errors(const verify::Summary& summary);

/// A reason in words: "the address in the database is not valid".
std::string_view meaning(verify::Reason reason);

/// Said below the errors of a summary whose lists were cut.
inline constexpr std::string_view errors_cut_sentence =
    "This list may be cut (SYNC_MAX_REPORTED); the log has every error.";

} // namespace report
