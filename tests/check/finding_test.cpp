#include "check/finding.hpp"
#include "checks.hpp"

#include "check/explanation.hpp"

#include <catch2/catch.hpp>

using check::Cause;
using check::Reason;

TEST_CASE("What is in a finding has the names that machines read", "[check][finding]") {
    CHECK(Kind::odds.type() == "ODDS");
    CHECK(Kind::outcomes.type() == "OUTCOME");
    CHECK(Kind::balances.type() == "BALANCE");
    CHECK(Kind::odds.name() == "odds");
    CHECK(Kind::outcomes.name() == "outcomes");
    CHECK(Kind::balances.name() == "balances");
    CHECK(Kind::odds.resource().type == "MARKET");
    CHECK(Kind::outcomes.resource().type == "MARKET");
    CHECK(Kind::balances.resource().type == "USER");
    CHECK(check::name(Reason::bad_address) == "BAD_ADDRESS");
    CHECK(check::name(Reason::bad_value) == "BAD_VALUE");
    CHECK(check::name(Reason::not_found) == "NOT_FOUND");
    CHECK(check::name(Reason::rpc) == "RPC");
    CHECK(check::name(Reason::decode) == "DECODE");
    CHECK(check::name(Reason::contract) == "CONTRACT");
    CHECK(check::name(Reason::database) == "DATABASE");
    CHECK(check::name(Reason::alert) == "ALERT");
    CHECK(check::name(Reason::not_reached) == "NOT_REACHED");
    CHECK(check::name(Reason::disagreement) == "DISAGREEMENT");
    CHECK(check::name(check::SecondOpinion::Word::agrees) == "AGREES");
    CHECK(check::name(check::SecondOpinion::Word::unavailable) == "UNAVAILABLE");
    CHECK(check::name(check::SecondOpinion::Word::contradicts) == "CONTRADICTS");
    CHECK(check::outcome_name(0) == "NO");
    CHECK(check::outcome_name(1) == "YES");
    CHECK(check::outcome_name(-7) == "-7");
    CHECK(check::outcome_name(std::nullopt) == "none");
    const auto chain = [](std::optional<std::uint32_t> outcome, std::optional<std::uint32_t> status) {
        return check::chain_outcome_name({1, outcome, status});
    };
    CHECK(chain(0, 2) == "NO");
    CHECK(chain(7, 2) == "7");
    CHECK(chain(std::nullopt, 2) == "none (resolved)");
    CHECK(chain(std::nullopt, 3) == "none (disputed)");
    CHECK(chain(std::nullopt, 9) == "none (status 9)");
    CHECK(chain(std::nullopt, std::nullopt) == "none");
    CHECK(check::name(check::Verdict::matched) == "MATCHED");
    CHECK(check::name(check::Verdict::error) == "NOT_VERIFIABLE");
}

TEST_CASE("A wrong outcome alone is critical", "[check][finding]") {
    CHECK(check::name(Kind::outcomes.priority()) == "CRITICAL");
    CHECK(check::name(Kind::odds.priority()) == "NORMAL");
    CHECK(check::name(Kind::balances.priority()) == "NORMAL");
    check::Mismatch mismatch;
    mismatch.difference = check::OutcomeDifference{};
    CHECK(mismatch.priority() == check::Priority::critical);
}

TEST_CASE("A change behind the ledger that the indexer has come to is its lag, all else is drift", "[check][finding]") {
    const auto cause = [](std::optional<std::uint32_t> modified, std::uint32_t watermark) {
        return check::name(check::likely_cause({200, modified, false}, watermark));
    };
    CHECK(cause(101, 100) == "INDEXER_LAG");
    CHECK(cause(100, 100) == "DRIFT");
    CHECK(cause(99, 100) == "DRIFT");
    CHECK(cause(std::nullopt, 100) == "DRIFT"); // nobody can date it
}
