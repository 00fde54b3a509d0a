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

void add_hints_about(Kind kind, Summary& summary) {
    const Tally& tally = summary.tally(kind);
    if (is_systematic(tally.mismatched, tally.checked())) {
        summary.add_hint(kind, fmt::format("{}: {} that were compared differ: {}", name(kind),
                                           share(kind, tally.mismatched, tally.checked()), if_they_differ(kind)));
    }
    std::uint64_t tried = tally.checked();
    for (const auto& [reason, count] : summary.failures(kind)) tried += count;
    for (const auto& [reason, count] : summary.failures(kind)) {
        if (!is_systematic(count, tried)) continue;
        summary.add_hint(fmt::format("{}: {} fail for one reason, {}: {}", name(kind), share(kind, count, tried),
                                     name(reason), if_they_fail(kind, reason)));
    }
}

} // namespace

bool is_systematic(std::uint64_t rows, std::uint64_t of) {
    if (rows == of) return of >= fewest_of_all;
    return of >= fewest_of_most && rows > of / 2;
}

void add_systematic_hints(Summary& summary) {
    for (const Kind kind : all_kinds) add_hints_about(kind, summary);
}

} // namespace check
