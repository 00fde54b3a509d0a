#include "verify/hints.hpp"

#include <fmt/format.h>

#include <utility>

namespace verify {
namespace {

constexpr std::uint64_t fewest_of_all = 3;
constexpr std::uint64_t fewest_of_most = 20;

/// "all 3 users", "11 of 20 users".
std::string share(Check check, std::uint64_t part, std::uint64_t of) {
    return part == of ? fmt::format("all {} {}", of, check.resource().many)
                      : fmt::format("{} of {} {}", part, of, check.resource().many);
}

std::string if_they_differ(Check check) {
    const Profile& profile = check->profile();
    return fmt::format("{}, or {}", profile.column_in_question, profile.contract_in_question);
}

std::string if_they_fail(Check check, Reason reason) {
    switch (reason) {
    case Reason::bad_address:
        return std::string(check.resource().address_in_question);
    case Reason::bad_value:
        return std::string(check->profile().column_in_question);
    case Reason::decode:
    case Reason::contract:
        return std::string(check->profile().contract_in_question);
    case Reason::rpc:
        return "the RPC endpoint may refuse these calls";
    case Reason::disagreement:
        return "one of the RPC endpoints may be wrong about everything";
    case Reason::database:
        return "the database may be unable to give these columns";
    case Reason::not_found:
    case Reason::alert:
    case Reason::not_reached:
        break;
    }
    return "they may have one cause";
}

void add_hints_about(Check check, Summary& summary, const Causes& causes) {
    const Tally& tally = summary.tally(check);
    const bool lagging = summary.indexer && summary.indexer->lagging();
    const std::uint64_t explained = lagging ? std::as_const(*summary.indexer).mismatches_of[check] : 0;
    const std::uint64_t differing = tally.mismatched - explained;
    if (is_systematic(differing, tally.checked())) {
        summary.add_hint(check, fmt::format("{}: {} that were compared differ: {}", check.name(),
                                            share(check, differing, tally.checked()), if_they_differ(check)));
    }
    std::uint64_t tried = tally.checked();
    for (const auto& [reason, count] : summary.failures(check)) tried += count;
    for (const auto& [reason, count] : summary.failures(check)) {
        if (!is_systematic(count, tried)) continue;
        const std::string known = causes.most_common(check, reason, count);
        summary.add_hint(fmt::format("{}: {} fail for one reason, {}: {}", check.name(), share(check, count, tried),
                                     name(reason), known.empty() ? if_they_fail(check, reason) : known));
    }
}

} // namespace

bool is_systematic(std::uint64_t rows, std::uint64_t of) {
    if (rows == of) return of >= fewest_of_all;
    return of >= fewest_of_most && rows > of / 2;
}

void Causes::add(Check check, Reason reason, const std::string& sentence, std::uint64_t rows) {
    if (!sentence.empty()) rows_[{check, reason, sentence}] += rows;
}

std::string Causes::most_common(Check check, Reason reason, std::uint64_t failures) const {
    for (const auto& [cause, rows] : rows_) {
        if (std::get<Check>(cause) == check && std::get<Reason>(cause) == reason && rows > failures / 2)
            return std::get<std::string>(cause);
    }
    return {};
}

void add_systematic_hints(Summary& summary, const Causes& causes) {
    for (const Check check : summary.all()) add_hints_about(check, summary, causes);
}

} // namespace verify
