#include "check/hints.hpp"

#include <fmt/format.h>

namespace check {
namespace {

constexpr std::uint64_t fewest_of_all = 3;
constexpr std::uint64_t fewest_of_most = 20;

std::string_view rows(Kind kind) {
    return kind == Kind::balances ? "users" : "markets";
}

/// "all 3 users", "11 of 20 users".
std::string share(Kind kind, std::uint64_t part, std::uint64_t of) {
    return part == of ? fmt::format("all {} {}", of, rows(kind)) : fmt::format("{} of {} {}", part, of, rows(kind));
}

std::string_view contract_in_question(Kind kind) {
    switch (kind) {
    case Kind::odds:
        return "AMM_CONTRACT_ADDRESS may be another contract";
    case Kind::outcomes:
        return "contract_address or MARKET_CONTRACT_ADDRESS may be another contract";
    case Kind::balances:
        return "USDC_ASSET or USDC_CONTRACT_ADDRESS may name another token";
    }
    return "";
}

std::string_view column_in_question(Kind kind) {
    switch (kind) {
    case Kind::odds:
        return "yes_liquidity and no_liquidity may not be the pool's reserves";
    case Kind::outcomes:
        return "winning_outcome may mean something else than 0 for NO and 1 for YES";
    case Kind::balances:
        return "usdc_balance may be the application's own custodial figure and not the balance of the wallet";
    }
    return "";
}

std::string if_they_differ(Kind kind) {
    return fmt::format("{}, or {}", column_in_question(kind), contract_in_question(kind));
}

std::string if_they_fail(Kind kind, Reason reason) {
    switch (reason) {
    case Reason::bad_address:
        return kind == Kind::balances ? "wallet_address may not hold Stellar addresses"
                                      : "contract_address may not hold the markets' contracts or ids";
    case Reason::bad_value:
        return std::string(column_in_question(kind));
    case Reason::decode:
    case Reason::contract:
        return std::string(contract_in_question(kind));
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

void add_hints_about(Kind kind, Summary& summary, const Causes& causes) {
    const Tally& tally = summary.tally(kind);
    const bool lagging = summary.indexer && summary.indexer->lagging();
    const std::uint64_t explained = lagging ? summary.indexer->mismatches_of[static_cast<std::size_t>(kind)] : 0;
    const std::uint64_t differing = tally.mismatched - explained;
    if (is_systematic(differing, tally.checked())) {
        summary.add_hint(kind, fmt::format("{}: {} that were compared differ: {}", name(kind),
                                           share(kind, differing, tally.checked()), if_they_differ(kind)));
    }
    std::uint64_t tried = tally.checked();
    for (const auto& [reason, count] : summary.failures(kind)) tried += count;
    for (const auto& [reason, count] : summary.failures(kind)) {
        if (!is_systematic(count, tried)) continue;
        const std::string known = causes.most_common(kind, reason, count);
        summary.add_hint(fmt::format("{}: {} fail for one reason, {}: {}", name(kind), share(kind, count, tried),
                                     name(reason), known.empty() ? if_they_fail(kind, reason) : known));
    }
}

} // namespace

bool is_systematic(std::uint64_t rows, std::uint64_t of) {
    if (rows == of) return of >= fewest_of_all;
    return of >= fewest_of_most && rows > of / 2;
}

void Causes::add(Kind kind, Reason reason, const std::string& sentence) {
    if (!sentence.empty()) ++rows_[{kind, reason, sentence}];
}

std::string Causes::most_common(Kind kind, Reason reason, std::uint64_t failures) const {
    for (const auto& [cause, rows] : rows_) {
        if (std::get<Kind>(cause) == kind && std::get<Reason>(cause) == reason && rows > failures / 2)
            return std::get<std::string>(cause);
    }
    return {};
}

void add_systematic_hints(Summary& summary, const Causes& causes) {
    for (const Kind kind : all_kinds) add_hints_about(kind, summary, causes);
}

} // namespace check
