#include "checks.hpp"
#include "verify/hints.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using verify::Reason;
using verify::Summary;

namespace {

void add_differing(Summary& summary, verify::Check kind, int count) {
    const std::array<verify::Difference, 3> differences{verify::OddsDifference{}, verify::OutcomeDifference{1, 0},
                                                        verify::BalanceDifference{0, 1, 1}};
    for (int i = 0; i < count; ++i)
        summary.add(
            verify::Mismatch{"m", "C", "", differences[kind.place()], {}, true, {}, std::nullopt, std::nullopt});
}

void add_failing(Summary& summary, verify::Check kind, Reason reason, int count) {
    for (int i = 0; i < count; ++i) summary.add(kind, {"odds", "m", reason, "why", 1, false, {}});
}

std::vector<std::string> hints_of(Summary& summary) {
    verify::add_systematic_hints(summary);
    return summary.hints();
}

struct Case {
    int differing;
    int matching;
    bool hint;
};

} // namespace

TEST_CASE("All of 3 or more rows, or more than half of 20 or more, are systematic", "[check][hints]") {
    const Case each = GENERATE(Case{0, 0, false}, Case{1, 0, false}, Case{2, 0, false}, Case{3, 0, true},
                               Case{3, 1, false}, Case{19, 0, true}, Case{18, 1, false}, Case{10, 10, false},
                               Case{11, 9, true}, Case{10, 11, false}, Case{11, 10, true}, Case{12, 7, false},
                               Case{50'000, 50'000, false}, Case{50'001, 49'999, true}, Case{0, 100, false});
    CAPTURE(each.differing, each.matching);
    Summary summary(5);
    add_differing(summary, Kind::balances, each.differing);
    for (int i = 0; i < each.matching; ++i) summary.matched(Kind::balances);
    CHECK(hints_of(summary).size() == (each.hint ? 1 : 0));
    CHECK(summary.hint_about(Kind::balances).empty() == !each.hint);
    Summary failing(5);
    add_failing(failing, Kind::balances, Reason::bad_value, each.differing);
    for (int i = 0; i < each.matching; ++i) failing.matched(Kind::balances);
    CHECK(hints_of(failing).size() == (each.hint ? 1 : 0));
    CHECK(failing.hint_about(Kind::balances).empty()); // it explains no mismatch
    CHECK(failing.status() == (each.differing > 0 ? verify::Status::incomplete : verify::Status::in_sync));
}

TEST_CASE("Differing rows are judged by those that were compared, failing ones by those that were tried",
          "[check][hints]") {
    Summary summary(5);
    add_differing(summary, Kind::odds, 3);
    add_failing(summary, Kind::odds, Reason::bad_value, 2);
    add_failing(summary, Kind::odds, Reason::bad_address, 2);
    summary.add(Kind::odds, {"odds", "", Reason::not_reached, "why", 1000, true, {}});
    CHECK(hints_of(summary).size() == 1);
    summary.transient(Kind::odds); // compared, and in sync by now
    summary.transient(Kind::balances);
    Summary other(5);
    add_differing(other, Kind::odds, 3);
    other.transient(Kind::odds);
    CHECK(hints_of(other).empty());
    // Not one reason, but two.
    Summary two(5);
    add_failing(two, Kind::odds, Reason::bad_value, 10);
    add_failing(two, Kind::odds, Reason::bad_address, 10);
    CHECK(hints_of(two).empty());
    // Given up together: the aggregate error says it.
    Summary lost(5);
    lost.add(Kind::odds, {"odds", "", Reason::rpc, "why", 1000, true, {}});
    CHECK(hints_of(lost).empty());
    Summary exempt(5);
    for (int i = 0; i < 3; ++i)
        exempt.add(verify::Exempted{{"m", "C", "", verify::BalanceDifference{0, 1, 1}, {}, true, {}}, "known", {}});
    CHECK(hints_of(exempt).empty());
}

TEST_CASE("Mismatches that the indexer's lag explains are no reason for a hint", "[check][hints]") {
    const std::uint32_t max_lag = GENERATE(10U, 60U);
    Summary summary(5);
    summary.indexer = verify::Indexer{100, 130, max_lag, {}};
    verify::Mismatch lagging{"m", "G", "", verify::BalanceDifference{0, 1, 1}, {}, true, {}};
    lagging.likely_cause = verify::Cause::indexer_lag;
    for (int i = 0; i < 2; ++i) summary.add(lagging);
    add_differing(summary, Kind::balances, 1);
    CHECK(hints_of(summary).empty() == (max_lag == 10)); // a lag of 30
}

TEST_CASE("A hint says what may be wrong of which check, and is kept once", "[check][hints]") {
    Summary summary(5);
    add_differing(summary, Kind::balances, 3);
    add_differing(summary, Kind::odds, 3);
    add_differing(summary, Kind::outcomes, 11);
    for (int i = 0; i < 9; ++i) summary.matched(Kind::outcomes);
    verify::add_systematic_hints(summary);
    CHECK(
        hints_of(summary) ==
        std::vector<std::string>{
            "odds: all 3 markets that were compared differ: yes_liquidity and no_liquidity may not be the pool's "
            "reserves, or AMM_CONTRACT_ADDRESS may be another contract",
            "outcomes: 11 of 20 markets that were compared differ: winning_outcome may mean something else than 0 for "
            "NO and 1 for YES, or contract_address or MARKET_CONTRACT_ADDRESS may be another contract",
            "balances: all 3 users that were compared differ: usdc_balance may be the application's own custodial "
            "figure and not the balance of the wallet, or USDC_ASSET or USDC_CONTRACT_ADDRESS may name another token"});
    CHECK(summary.hint_about(Kind::balances) == summary.hints()[2]);
}

TEST_CASE("A hint about rows that fail names the reason and what may be behind it", "[check][hints]") {
    struct Fault {
        verify::Check kind;
        Reason reason;
        std::string text;
    };
    const Fault fault = GENERATE(
        Fault{Kind::balances, Reason::bad_address, "BAD_ADDRESS: wallet_address may not hold Stellar addresses"},
        Fault{Kind::odds, Reason::bad_address,
              "BAD_ADDRESS: contract_address may not hold the markets' contracts or ids"},
        Fault{
            Kind::balances, Reason::bad_value,
            "BAD_VALUE: usdc_balance may be the application's own custodial figure and not the balance of the wallet"},
        Fault{Kind::odds, Reason::contract, "CONTRACT: AMM_CONTRACT_ADDRESS may be another contract"},
        Fault{Kind::outcomes, Reason::decode,
              "DECODE: contract_address or MARKET_CONTRACT_ADDRESS may be another contract"},
        Fault{Kind::balances, Reason::rpc, "RPC: the RPC endpoint may refuse these calls"},
        Fault{Kind::outcomes, Reason::disagreement,
              "DISAGREEMENT: one of the RPC endpoints may be wrong about everything"},
        Fault{Kind::odds, Reason::database, "DATABASE: the database may be unable to give these columns"},
        Fault{Kind::odds, Reason::not_found, "NOT_FOUND: they may have one cause"});
    Summary summary(5);
    add_failing(summary, fault.kind, fault.reason, 20);
    const std::string noun = fault.kind == Kind::balances ? "users" : "markets";
    CHECK(hints_of(summary) == std::vector<std::string>{std::string(fault.kind.name()) + ": all 20 " + noun +
                                                        " fail for one reason, " + fault.text});
}

TEST_CASE("A cause that most of the errors name stands in the hint, in place of a general one", "[check][hints]") {
    const auto of = [](int first, int second, int none, int matched) {
        Summary summary(5);
        verify::Causes causes;
        const auto fail = [&](int count, const std::string& cause) {
            add_failing(summary, Kind::outcomes, Reason::contract, count);
            for (int i = 0; i < count; ++i) causes.add(Kind::outcomes, Reason::contract, cause);
        };
        fail(first, "the first cause");
        fail(second, "the second cause");
        fail(none, "");
        for (int i = 0; i < matched; ++i) summary.matched(Kind::outcomes);
        // Of other rows.
        for (int i = 0; i < 50; ++i) {
            causes.add(Kind::odds, Reason::contract, "of another check");
            causes.add(Kind::outcomes, Reason::decode, "of another reason");
        }
        verify::add_systematic_hints(summary, causes);
        return summary.hints();
    };
    const auto hint = [](const std::string& rows, const std::string& cause) {
        return std::vector<std::string>{"outcomes: " + rows + " fail for one reason, CONTRACT: " + cause};
    };
    const std::string general = "contract_address or MARKET_CONTRACT_ADDRESS may be another contract";
    CHECK(of(3, 0, 0, 0) == hint("all 3 markets", "the first cause"));
    CHECK(of(1, 2, 0, 0) == hint("all 3 markets", "the second cause"));
    CHECK(of(2, 0, 2, 0) == hint("all 4 markets", general));
    CHECK(of(7, 4, 0, 9) == hint("11 of 20 markets", "the first cause"));
    // Too few to be systematic, whatever their cause.
    CHECK(of(2, 0, 0, 0).empty());
    CHECK(of(3, 0, 0, 1).empty());
}
