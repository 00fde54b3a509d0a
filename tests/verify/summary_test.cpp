#include "checks.hpp"
#include "verify/summary.hpp"

#include "verify/amount.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <random>
#include <string>
#include <utility>
#include <vector>

using base::ExitCode;
using verify::FailOn;
using verify::Summary;

namespace {

verify::Mismatch a_mismatch() {
    return {"m", "C", "t", verify::OutcomeDifference{1, 0}, {}, true, {}};
}
verify::Error an_error() {
    return {"odds", "m", verify::Reason::decode, "why", 1, false, {}};
}
verify::Error an_aggregate(std::uint64_t count) {
    return {"odds", "", verify::Reason::not_reached, "why", count, true, {}};
}

} // namespace

TEST_CASE("The counts add up, and an aggregate counts all its rows", "[check][summary]") {
    Summary summary(10);
    summary.matched(Kind::odds);
    summary.transient(Kind::odds);
    summary.add(a_mismatch());
    summary.add(Kind::odds, an_error());
    summary.add(Kind::odds, an_aggregate(40));
    CHECK(summary.tally(Kind::odds).checked() == 2);
    CHECK(summary.tally(Kind::odds).errors == 41);
    CHECK(summary.tally(Kind::odds).in_scope() == 43);
    CHECK(summary.tally(Kind::outcomes).mismatched == 1);
    CHECK_FALSE(summary.nothing_checked());
    CHECK(Summary(1).nothing_checked());
}

TEST_CASE("The lists are capped, the counts are exact, an aggregate is listed whatever the cap", "[check][summary]") {
    Summary summary(2);
    for (int i = 0; i < 5; ++i) {
        summary.add(a_mismatch());
        summary.add(Kind::odds, an_error());
    }
    summary.add(Kind::odds, an_aggregate(7));
    CHECK(summary.mismatches().size() == 2);
    CHECK(summary.errors().size() == 3);
    CHECK(summary.truncated());
    CHECK(summary.tally(Kind::outcomes).mismatched == 5);
    CHECK(summary.tally(Kind::odds).errors == 12);
}

TEST_CASE("The exit code: a signal outranks 1, and 1 outranks 3 and 4", "[check][summary]") {
    Summary summary(10);
    CHECK(summary.exit_code({}) == ExitCode::in_sync);
    CHECK(summary.status() == verify::Status::in_sync);
    SECTION("time-out") {
        summary.timed_out = true;
        CHECK(summary.exit_code({}) == ExitCode::incomplete);
        CHECK(summary.status() == verify::Status::incomplete);
    }
    SECTION("an error") {
        summary.add(an_error());
        CHECK(summary.exit_code({}) == ExitCode::incomplete);
        summary.unavailable = true;
        CHECK(summary.exit_code({}) == ExitCode::unavailable);
        CHECK(summary.status() == verify::Status::failed);
        summary.add(a_mismatch());
        CHECK(summary.exit_code({}) == ExitCode::mismatch);
        CHECK(summary.status() == verify::Status::mismatch);
        summary.signal = SIGTERM;
        CHECK(summary.exit_code({}) == ExitCode::terminated);
        summary.signal = SIGINT;
        CHECK(summary.exit_code({}) == ExitCode::interrupted);
    }
    SECTION("muted") {
        summary.add(a_mismatch());
        summary.add(an_error());
        CHECK(summary.exit_code(FailOn{true, true}) == ExitCode::mismatch);
        CHECK(summary.exit_code(FailOn{true, false}) == ExitCode::mismatch);
        CHECK(summary.exit_code(FailOn{false, true}) == ExitCode::incomplete);
        CHECK(summary.exit_code(FailOn{false, false}) == ExitCode::in_sync);
        summary.unavailable = true;
        CHECK(summary.exit_code(FailOn{false, false}) == ExitCode::unavailable);
    }
}

TEST_CASE("Completed is a cycle that went through every row, whatever came of it", "[check][summary]") {
    Summary summary(10);
    CHECK(summary.completed());
    summary.add(a_mismatch());
    summary.add(Kind::odds, an_error());
    summary.alert_failed({"alert", "SLACK", verify::Reason::alert, "why", 3, true, {}});
    CHECK(summary.completed());
    CHECK(summary.errors_by_operation().at("alert") == 3);
    SECTION("cut short by the deadline") {
        summary.timed_out = true;
    }
    SECTION("stopped") {
        summary.signal = SIGTERM;
    }
    SECTION("no RPC or database") {
        summary.unavailable = true;
    }
    SECTION("rows not reached") {
        summary.add(Kind::odds, an_aggregate(3));
    }
    SECTION("rows that nobody could count") {
        summary.add({"database", "", verify::Reason::database, "why", 1, false, {}});
    }
    CHECK_FALSE(summary.completed());
}

TEST_CASE("Errors are counted by operation beyond the lists' cap", "[check][summary]") {
    Summary summary(1);
    for (int i = 0; i < 3; ++i) summary.add(Kind::odds, an_error());
    summary.add(Kind::odds, an_aggregate(40));
    summary.add({"rpc", "", verify::Reason::rpc, "why", 1, false, {}});
    CHECK(summary.errors_by_operation() == std::map<std::string, std::uint64_t>{{"odds", 43}, {"rpc", 1}});
}

TEST_CASE("5,000 drifting balances: the worst are listed and the totals are exact, in whatever order they come",
          "[check][summary]") {
    std::vector<verify::Mismatch> all;
    base::u128 more = 0;
    base::u128 less = 0;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        const base::u128 difference = 4400 + base::u128{i * 7919 % 5000} * 6'307'000; // up to 3152.87 USDC
        const bool chain_has_more = i % 3 == 0;
        (chain_has_more ? more : less) += difference;
        const auto size = static_cast<base::i128>(difference);
        all.push_back({"u" + std::to_string(i),
                       "G",
                       "",
                       verify::BalanceDifference{chain_has_more ? 0 : size, chain_has_more ? size : 0, difference},
                       {},
                       true,
                       {}});
    }
    std::mt19937 random(11);
    for (int round = 0; round < 10; ++round) {
        std::shuffle(all.begin(), all.end(), random);
        Summary summary(5);
        for (const verify::Mismatch& mismatch : all) summary.add(mismatch);
        std::string listed;
        for (const verify::Mismatch& mismatch : summary.mismatches())
            listed += mismatch.id + " " +
                      verify::format_stroops(mismatch.difference.as<verify::BalanceDifference>().difference) + "; ";
        CHECK(listed == "u2321 3152.8697400; "
                        "u4642 3152.2390400; "
                        "u1963 3151.6083400; "
                        "u4284 3150.9776400; "
                        "u1605 3150.3469400; ");
        const verify::Drift& drift = summary.drift(Kind::balances);
        CHECK(drift.count() == 5000);
        CHECK(drift.largest == 4400 + base::u128{4999} * 6'307'000);
        CHECK(drift.smallest == 4400);
        CHECK(drift.chain_more == base::U256{0, more});
        CHECK(drift.chain_less == base::U256{0, less});
        CHECK(summary.drift(Kind::odds).count() == 0);
        CHECK(summary.truncated());
        CHECK(summary.tally(Kind::balances).mismatched == 5000);
    }
}

TEST_CASE("The mismatches of a summary take no more than their share of 8 MiB", "[check][summary]") {
    Summary summary(1'000'000);
    const std::string title(64 * 1024, 't');
    for (int i = 0; i < 300; ++i)
        summary.add(verify::Mismatch{"n" + std::to_string(i), "C", title, verify::OddsDifference{}, {}, true, {}});
    CHECK(summary.mismatches().size() < 100);
    CHECK(summary.mismatches().size() > 80);
    CHECK(summary.truncated());
    for (int i = 0; i < 300; ++i) {
        verify::Mismatch critical = a_mismatch();
        critical.id = "c" + std::to_string(i);
        critical.title = title;
        summary.add(std::move(critical));
    }
    // CRITICAL ones alone fill it, and are its worst.
    CHECK(summary.mismatches().size() > 80);
    for (const verify::Mismatch& mismatch : summary.mismatches()) CHECK(mismatch.check() == Kind::outcomes);
    CHECK(summary.mismatches().begin()->id == "c0");
    CHECK(summary.tally(Kind::odds).mismatched == 300);
    CHECK(summary.tally(Kind::outcomes).mismatched == 300);
}

TEST_CASE("Errors are listed up to the cap of each operation, and up to their share of 8 MiB", "[check][summary]") {
    Summary summary(2);
    for (const char* operation : {"odds", "balances", "odds", "odds", "balances"}) {
        verify::Error error = an_error();
        error.operation = operation;
        summary.add(Kind::odds, std::move(error));
    }
    CHECK(summary.errors().size() == 4);
    CHECK(summary.truncated());
    Summary large(1'000'000);
    for (int i = 0; i < 100; ++i) {
        verify::Error error = an_error();
        error.text.assign(64 * 1024, 'w');
        large.add(Kind::odds, std::move(error));
    }
    CHECK(large.errors().size() == 15);
    CHECK(large.truncated());
    CHECK(large.failures(Kind::odds) == std::map<verify::Reason, std::uint64_t>{{verify::Reason::decode, 100}});
    large.add(Kind::odds, an_aggregate(7)); // whatever the cap
    CHECK(large.errors().size() == 16);
    CHECK(large.failures(Kind::odds).size() == 1);
}

TEST_CASE("Each hint is kept once", "[check][summary]") {
    Summary summary(1);
    summary.add_hint("one");
    summary.add_hint(Kind::odds, "two");
    summary.add_hint("one");
    CHECK(summary.hints() == std::vector<std::string>{"one", "two"});
    CHECK(summary.hint_about(Kind::odds) == "two");
    CHECK(summary.hint_about(Kind::balances).empty());
    CHECK(summary.status() == verify::Status::in_sync);
}

TEST_CASE("An alert that was not delivered is listed whatever the cap, and gives 3 where it would have been 0",
          "[check][summary]") {
    Summary summary(0);
    verify::Error error{"alert", "SLACK", verify::Reason::alert, "HTTP status 404", 2, true, {}};
    summary.alert_failed(error);
    REQUIRE(summary.errors().size() == 1);
    CHECK(summary.alerts_failed == 2);
    CHECK(summary.nothing_checked()); // it is no item of any check
    CHECK_FALSE(summary.truncated());
    CHECK(summary.exit_code({}) == ExitCode::incomplete);
    CHECK(summary.exit_code({false, false}) == ExitCode::in_sync);
    summary.add(a_mismatch());
    CHECK(summary.exit_code({}) == ExitCode::mismatch);
    CHECK(summary.exit_code({false, true}) == ExitCode::incomplete);
}

TEST_CASE("An exempt item is matched, and listed apart up to the cap", "[check][summary]") {
    Summary summary(1);
    for (int i = 0; i < 3; ++i) summary.add(verify::Exempted{a_mismatch(), "known", {}});
    CHECK(summary.tally(Kind::outcomes).matched == 3);
    CHECK(summary.tally(Kind::outcomes).exempt == 3);
    CHECK(summary.tally(Kind::outcomes).mismatched == 0);
    CHECK(summary.exempted().size() == 1);
    CHECK(summary.truncated());
    CHECK(summary.mismatches().empty());
    CHECK(summary.exit_code({}) == ExitCode::in_sync);
    CHECK_FALSE(summary.any_error());
}

TEST_CASE("The ledgers answered from are the lowest and the highest, in whatever order they came", "[check][summary]") {
    Summary summary(1);
    for (const std::uint32_t ledger : {7U, 5U, 9U, 6U}) summary.answered_from(ledger);
    CHECK(summary.first_ledger == 5U);
    CHECK(summary.last_ledger == 9U);
}

TEST_CASE("What differs is listed by check and id, in whatever order it was found", "[check][summary]") {
    Summary summary(10);
    const auto add = [&summary](verify::Difference difference, const std::string& id) {
        verify::Mismatch mismatch{id, "C", "t", std::move(difference), {}, true, {}};
        summary.add(verify::Exempted{mismatch, "why", {}});
        summary.add(std::move(mismatch));
    };
    add(verify::BalanceDifference{1, 2, 1}, "u");
    add(verify::OutcomeDifference{1, 0}, "10");
    add(verify::OutcomeDifference{1, 0}, "9");
    add(verify::OutcomeDifference{1, 0}, "b");
    add(verify::OutcomeDifference{1, 0}, "B");
    add(verify::OddsDifference{}, "z");
    std::string ids;
    for (const verify::Mismatch& mismatch : summary.mismatches()) ids += mismatch.id + ' ';
    CHECK(ids == "z B b 9 10 u ");
    ids.clear();
    for (const verify::Exempted& exempted : summary.exempted()) ids += exempted.mismatch.id + ' ';
    CHECK(ids == "z B b 9 10 u ");
}

TEST_CASE("What two endpoints disagree about is an error of its check, and counted apart", "[check][summary]") {
    Summary summary(10);
    summary.add(Kind::outcomes, an_error());
    CHECK(sum(summary.disagreements()) == 0);
    summary.add(Kind::outcomes, {"outcomes", "m", verify::Reason::disagreement, "why", 1, false, {}});
    CHECK(sum(summary.disagreements()) == 1);
    CHECK(summary.tally(Kind::outcomes).errors == 2);
    CHECK(summary.errors().size() == 2);
    CHECK(summary.exit_code({}) == ExitCode::incomplete);
}

TEST_CASE("Skipped users are counted, and are in no check", "[check][summary]") {
    Summary summary(1);
    summary.skipped(Kind::balances);
    summary.skipped(Kind::balances);
    CHECK(std::as_const(summary).skipped(Kind::balances) == 2);
    CHECK(std::as_const(summary).tally(Kind::balances).in_scope() == 0);
    CHECK(summary.nothing_checked());
}

TEST_CASE("The mismatches that the indexer's lag explains are counted by check", "[check][summary]") {
    Summary summary(10);
    summary.indexer = verify::Indexer{100, 130, 29, {}};
    CHECK(summary.indexer->lag() == 30);
    CHECK(summary.indexer->lagging());
    verify::Mismatch lag = a_mismatch();
    lag.likely_cause = verify::Cause::indexer_lag;
    verify::Mismatch drift = a_mismatch();
    drift.likely_cause = verify::Cause::drift;
    summary.add(lag);
    summary.add(drift);
    summary.add(a_mismatch());
    CHECK(summary.indexer->mismatches() == 1);
    CHECK(summary.indexer->mismatches_of == std::array<std::uint64_t, 3>{0, 1, 0});
    CHECK_FALSE(verify::Indexer{100, 130, 30, {}}.lagging());
    CHECK(verify::Indexer{130, 100, 0, {}}.lag() == 0); // ahead of the node that was asked
}

TEST_CASE("Each status has the name of the result", "[check][summary]") {
    CHECK(verify::name(verify::Status::in_sync) == "IN_SYNC");
    CHECK(verify::name(verify::Status::mismatch) == "MISMATCH");
    CHECK(verify::name(verify::Status::incomplete) == "INCOMPLETE");
    CHECK(verify::name(verify::Status::failed) == "FAILED");
}
