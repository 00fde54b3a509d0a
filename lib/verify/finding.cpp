#include "verify/finding.hpp"

#include <algorithm>
#include <array>

namespace verify {

std::string_view name(Priority priority) {
    return priority == Priority::critical ? "CRITICAL" : "NORMAL";
}

std::string_view name(Cause cause) {
    return cause == Cause::indexer_lag ? "INDEXER_LAG" : "DRIFT";
}

Cause likely_cause(const Sighting& seen, std::uint32_t watermark) {
    return seen.last_modified_ledger && *seen.last_modified_ledger > watermark ? Cause::indexer_lag : Cause::drift;
}

std::string_view name(SecondOpinion::Word word) {
    constexpr std::array<std::string_view, 3> names{"AGREES", "UNAVAILABLE", "CONTRADICTS"};
    return names[static_cast<std::size_t>(word)];
}

std::string_view name(Reason reason) {
    constexpr std::array<std::string_view, 10> names{"BAD_ADDRESS", "BAD_VALUE",   "NOT_FOUND", "RPC",
                                                     "DECODE",      "CONTRACT",    "DATABASE",  "ALERT",
                                                     "NOT_REACHED", "DISAGREEMENT"};
    return names[static_cast<std::size_t>(reason)];
}

} // namespace verify
