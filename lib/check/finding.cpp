#include "check/finding.hpp"

#include "stellar/contract_call.hpp"

#include <algorithm>
#include <array>

namespace check {

std::string_view mismatch_type(Kind kind) {
    constexpr std::array<std::string_view, 3> names{"ODDS", "OUTCOME", "BALANCE"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view name(Priority priority) {
    return priority == Priority::critical ? "CRITICAL" : "NORMAL";
}

std::string_view resource_type(Kind kind) {
    return kind == Kind::balances ? "USER" : "MARKET";
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

std::string outcome_name(std::optional<std::int64_t> outcome) {
    if (!outcome) return "none";
    if (*outcome == 0) return "NO";
    if (*outcome == 1) return "YES";
    return std::to_string(*outcome);
}

std::string market_status_name(std::uint32_t status) {
    return stellar::market_status_name(status);
}

std::string chain_outcome_name(const OutcomeDifference& outcome) {
    const std::string name = outcome_name(outcome.chain);
    if (outcome.chain || !outcome.chain_status) return name;
    const std::string status = market_status_name(*outcome.chain_status);
    const bool known = status.find_first_of("0123456789") == std::string::npos;
    return name + (known ? " (" : " (status ") + status + ")";
}

std::string_view name(Reason reason) {
    constexpr std::array<std::string_view, 10> names{"BAD_ADDRESS", "BAD_VALUE",   "NOT_FOUND", "RPC",
                                                     "DECODE",      "CONTRACT",    "DATABASE",  "ALERT",
                                                     "NOT_REACHED", "DISAGREEMENT"};
    return names[static_cast<std::size_t>(reason)];
}

} // namespace check
