#include "check/summary.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <set>
#include <string>
#include <utility>

using base::ExitCode;
using check::FailOn;
using check::Kind;
using check::Summary;

namespace {

check::Mismatch a_mismatch() {
    return {"m", "C", "t", check::OutcomeDifference{1, 0}, {}, true, {}};
}
check::Error an_error() {
    return {"odds", "m", check::Reason::decode, "why", 1, false, {}};
}
check::Error an_aggregate(std::uint64_t count) {
    return {"odds", "", check::Reason::not_reached, "why", count, true, {}};
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
    CHECK(summary.status() == check::Status::in_sync);
    SECTION("time-out") {
        summary.timed_out = true;
        CHECK(summary.exit_code({}) == ExitCode::incomplete);
        CHECK(summary.status() == check::Status::incomplete);
    }
    SECTION("an error") {
        summary.add(an_error());
        CHECK(summary.exit_code({}) == ExitCode::incomplete);
        summary.unavailable = true;
        CHECK(summary.exit_code({}) == ExitCode::unavailable);
        CHECK(summary.status() == check::Status::failed);
        summary.add(a_mismatch());
        CHECK(summary.exit_code({}) == ExitCode::mismatch);
        CHECK(summary.status() == check::Status::mismatch);
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
    summary.alert_failed({"alert", "SLACK", check::Reason::alert, "why", 3, true, {}});
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
        summary.add({"database", "", check::Reason::database, "why", 1, false, {}});
    }
    CHECK_FALSE(summary.completed());
}

TEST_CASE("Errors are counted by operation beyond the lists' cap", "[check][summary]") {
    Summary summary(1);
    for (int i = 0; i < 3; ++i) summary.add(Kind::odds, an_error());
    summary.add(Kind::odds, an_aggregate(40));
    summary.add({"rpc", "", check::Reason::rpc, "why", 1, false, {}});
    CHECK(summary.errors_by_operation() == std::map<std::string, std::uint64_t>{{"odds", 43}, {"rpc", 1}});
}

TEST_CASE("A CRITICAL mismatch is listed whatever came before it", "[check][summary]") {
    const auto normal = [](int number) {
        return check::Mismatch{"n" + std::to_string(number), "G", "", check::BalanceDifference{1, 2, 1}, {}, true, {}};
    };
    const auto critical = [](int number) {
        check::Mismatch mismatch = a_mismatch();
        mismatch.id = "c" + std::to_string(number);
        return mismatch;
    };
    const auto ids = [](const Summary& summary) {
        std::multiset<std::string> found;
        for (const check::Mismatch& mismatch : summary.mismatches()) found.insert(mismatch.id);
        return found;
    };
    Summary summary(3);
    summary.add(normal(1));
    summary.add(critical(1));
    summary.add(normal(2));
    summary.add(normal(3)); // no room
    CHECK(ids(summary) == std::multiset<std::string>{"n1", "c1", "n2"});
    summary.add(critical(2));
    CHECK(ids(summary) == std::multiset<std::string>{"n1", "c1", "c2"});
    summary.add(critical(3));
    CHECK(ids(summary) == std::multiset<std::string>{"c1", "c2", "c3"});
    summary.add(critical(4)); // as critical as the rest, and later
    summary.add(normal(4));
    CHECK(ids(summary) == std::multiset<std::string>{"c1", "c2", "c3"});
    CHECK(summary.truncated());
    CHECK(summary.tally(Kind::outcomes).mismatched == 4);
    CHECK(summary.tally(Kind::balances).mismatched == 4);
    Summary none(0);
    none.add(critical(1));
    CHECK(none.mismatches().empty());
}

TEST_CASE("An alert that was not delivered is listed whatever the cap, and gives 3 where it would have been 0",
          "[check][summary]") {
    Summary summary(0);
    check::Error error{"alert", "SLACK", check::Reason::alert, "HTTP status 404", 2, true, {}};
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
    for (int i = 0; i < 3; ++i) summary.add(check::Exempted{a_mismatch(), "known", {}});
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
    const auto add = [&summary](check::Difference difference, const std::string& id) {
        check::Mismatch mismatch{id, "C", "t", std::move(difference), {}, true, {}};
        summary.add(check::Exempted{mismatch, "why", {}});
        summary.add(std::move(mismatch));
    };
    add(check::BalanceDifference{1, 2, 1}, "u");
    add(check::OutcomeDifference{1, 0}, "10");
    add(check::OutcomeDifference{1, 0}, "9");
    add(check::OutcomeDifference{1, 0}, "b");
    add(check::OutcomeDifference{1, 0}, "B");
    add(check::OddsDifference{}, "z");
    summary.put_in_order();
    std::string ids;
    for (const check::Mismatch& mismatch : summary.mismatches()) ids += mismatch.id + ' ';
    CHECK(ids == "z B b 9 10 u ");
    ids.clear();
    for (const check::Exempted& exempted : summary.exempted()) ids += exempted.mismatch.id + ' ';
    CHECK(ids == "z B b 9 10 u ");
}

TEST_CASE("What two endpoints disagree about is an error of its check, and counted apart", "[check][summary]") {
    Summary summary(10);
    summary.add(Kind::outcomes, an_error());
    CHECK(summary.disagreements() == 0);
    summary.add(Kind::outcomes, {"outcomes", "m", check::Reason::disagreement, "why", 1, false, {}});
    CHECK(summary.disagreements() == 1);
    CHECK(summary.tally(Kind::outcomes).errors == 2);
    CHECK(summary.errors().size() == 2);
    CHECK(summary.exit_code({}) == ExitCode::incomplete);
}

TEST_CASE("Skipped users are counted, and are in no check", "[check][summary]") {
    Summary summary(1);
    summary.skipped_user();
    summary.skipped_user();
    CHECK(summary.users_skipped() == 2);
    CHECK(std::as_const(summary).tally(Kind::balances).in_scope() == 0);
    CHECK(summary.nothing_checked());
}

TEST_CASE("The mismatches that the indexer's lag explains are counted by check", "[check][summary]") {
    Summary summary(10);
    summary.indexer = check::Indexer{100, 130, 29, {}};
    CHECK(summary.indexer->lag() == 30);
    CHECK(summary.indexer->lagging());
    check::Mismatch lag = a_mismatch();
    lag.likely_cause = check::Cause::indexer_lag;
    check::Mismatch drift = a_mismatch();
    drift.likely_cause = check::Cause::drift;
    summary.add(lag);
    summary.add(drift);
    summary.add(a_mismatch());
    CHECK(summary.indexer->mismatches() == 1);
    CHECK(summary.indexer->mismatches_of == std::array<std::uint64_t, 3>{0, 1, 0});
    CHECK_FALSE(check::Indexer{100, 130, 30, {}}.lagging());
    CHECK(check::Indexer{130, 100, 0, {}}.lag() == 0); // ahead of the node that was asked
}

TEST_CASE("Each status has the name of the result", "[check][summary]") {
    CHECK(check::name(check::Status::in_sync) == "IN_SYNC");
    CHECK(check::name(check::Status::mismatch) == "MISMATCH");
    CHECK(check::name(check::Status::incomplete) == "INCOMPLETE");
    CHECK(check::name(check::Status::failed) == "FAILED");
}
