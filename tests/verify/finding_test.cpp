#include "checks.hpp"
#include "verify/finding.hpp"

#include <catch2/catch.hpp>

using verify::Cause;
using verify::Reason;

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
    CHECK(verify::name(Reason::bad_address) == "BAD_ADDRESS");
    CHECK(verify::name(Reason::bad_value) == "BAD_VALUE");
    CHECK(verify::name(Reason::not_found) == "NOT_FOUND");
    CHECK(verify::name(Reason::rpc) == "RPC");
    CHECK(verify::name(Reason::decode) == "DECODE");
    CHECK(verify::name(Reason::contract) == "CONTRACT");
    CHECK(verify::name(Reason::database) == "DATABASE");
    CHECK(verify::name(Reason::alert) == "ALERT");
    CHECK(verify::name(Reason::not_reached) == "NOT_REACHED");
    CHECK(verify::name(Reason::disagreement) == "DISAGREEMENT");
    CHECK(verify::name(verify::SecondOpinion::Word::agrees) == "AGREES");
    CHECK(verify::name(verify::SecondOpinion::Word::unavailable) == "UNAVAILABLE");
    CHECK(verify::name(verify::SecondOpinion::Word::contradicts) == "CONTRADICTS");
    CHECK(verify::outcome_name(0) == "NO");
    CHECK(verify::outcome_name(1) == "YES");
    CHECK(verify::outcome_name(-7) == "-7");
    CHECK(verify::outcome_name(std::nullopt) == "none");
    const auto chain = [](std::optional<std::uint32_t> outcome, std::optional<std::uint32_t> status) {
        return verify::chain_outcome_name({1, outcome, status});
    };
    CHECK(chain(0, 2) == "NO");
    CHECK(chain(7, 2) == "7");
    CHECK(chain(std::nullopt, 2) == "none (resolved)");
    CHECK(chain(std::nullopt, 3) == "none (disputed)");
    CHECK(chain(std::nullopt, 9) == "none (status 9)");
    CHECK(chain(std::nullopt, std::nullopt) == "none");
}

TEST_CASE("A wrong outcome alone is critical", "[check][finding]") {
    CHECK(verify::name(Kind::outcomes.priority()) == "CRITICAL");
    CHECK(verify::name(Kind::odds.priority()) == "NORMAL");
    CHECK(verify::name(Kind::balances.priority()) == "NORMAL");
    verify::Mismatch mismatch;
    mismatch.difference = verify::OutcomeDifference{};
    CHECK(mismatch.priority() == verify::Priority::critical);
}

TEST_CASE("A change behind the ledger that the indexer has come to is its lag, all else is drift", "[check][finding]") {
    const auto cause = [](std::optional<std::uint32_t> modified, std::uint32_t watermark) {
        return verify::name(verify::likely_cause({200, modified, false}, watermark));
    };
    CHECK(cause(101, 100) == "INDEXER_LAG");
    CHECK(cause(100, 100) == "DRIFT");
    CHECK(cause(99, 100) == "DRIFT");
    CHECK(cause(std::nullopt, 100) == "DRIFT"); // nobody can date it
}
