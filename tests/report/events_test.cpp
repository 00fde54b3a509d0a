#include "checks.hpp"
#include "report/events.hpp"

#include "report/sample.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>

namespace {

std::string fields_of(const base::Event& event) {
    std::string out;
    base::JsonWriter writer(out);
    writer.begin_object();
    base::write_fields(writer, event.fields);
    writer.end_object();
    return out;
}

} // namespace

TEST_CASE("a MISMATCH event of odds has what an operator needs") {
    const base::Event event = report::mismatch_event(sample::odds_mismatch());
    CHECK(event.type == "MISMATCH");
    CHECK(event.level == base::Level::warn);
    CHECK(event.message ==
          "odds of market clh3k9x2v0000qzrm8g2d1abc differ: YES at 0.666667 in the database, 0.625000 on chain");
    CHECK(fields_of(event) ==
          R"({"mismatchType":"ODDS","priority":"NORMAL","confirmed":true,"ledger":51234568,)"
          R"("lastModifiedLedger":51230000,"archived":false,"marketId":"clh3k9x2v0000qzrm8g2d1abc",)"
          R"("contractAddress":"CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM",)"
          R"("title":"Will it \u001b[31mrain\u001b[0m in Paris tomorrow, or will the sun shine over the whole of)"
          R"( France?","databaseOdds":{"yes":0.666666666666666667,"no":0.333333333333333333},)"
          R"("blockchainOdds":{"yes":0.625,"no":0.375},"difference":0.041666666666666667,)"
          R"("databaseReserves":{"yes":"1000.0000000","no":"2000.0000000"},)"
          R"("blockchainReserves":{"yes":"12000000000","no":"20000000000"}})");
}

TEST_CASE("a MISMATCH event of a pool that is empty on one side says so") {
    const base::Event event = report::mismatch_event(sample::one_sided_mismatch());
    CHECK(event.message ==
          "odds of market 43 differ: YES at 0.500000 in the database, 0.500000 on chain, no liquidity in the database");
}

TEST_CASE("a MISMATCH event of an outcome is CRITICAL and an error") {
    const base::Event event = report::mismatch_event(sample::outcome_mismatch());
    CHECK(event.level == base::Level::error);
    CHECK(event.message == "outcome of market 44 differs: YES in the database, none on chain");
    CHECK(fields_of(event) ==
          R"({"mismatchType":"OUTCOME","priority":"CRITICAL","confirmed":true,"ledger":51234569,)"
          R"("lastModifiedLedger":51000000,"archived":true,"marketId":"44",)"
          R"("contractAddress":"CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM","title":"Who wins?",)"
          R"("databaseOutcome":1,"blockchainOutcome":null,"chainStatus":null,"chainStatusName":null})");
}

TEST_CASE("a MISMATCH event of an outcome has the market's status on chain, by number and name") {
    verify::Mismatch mismatch = sample::outcome_mismatch();
    mismatch.difference = verify::OutcomeDifference{1, std::nullopt, 3};
    const base::Event event = report::mismatch_event(mismatch);
    CHECK(event.message == "outcome of market 44 differs: YES in the database, none (disputed) on chain");
    CHECK(fields_of(event).find(R"("blockchainOutcome":null,"chainStatus":3,"chainStatusName":"disputed"})") !=
          std::string::npos);
    mismatch.difference = verify::OutcomeDifference{1, 0, 2};
    CHECK(fields_of(report::mismatch_event(mismatch))
              .find(R"("blockchainOutcome":0,"chainStatus":2,"chainStatusName":"resolved"})") != std::string::npos);
    mismatch.difference = verify::OutcomeDifference{1, std::nullopt, 7};
    CHECK(fields_of(report::mismatch_event(mismatch)).find(R"("chainStatus":7,"chainStatusName":"7"})") !=
          std::string::npos);
}

TEST_CASE("an outcome that is neither 0 nor 1 is shown as it is") {
    verify::Mismatch mismatch = sample::outcome_mismatch();
    mismatch.difference = verify::OutcomeDifference{-7, 0};
    CHECK(report::mismatch_event(mismatch).message == "outcome of market 44 differs: -7 in the database, NO on chain");
    CHECK(fields_of(report::mismatch_event(mismatch)).find(R"("databaseOutcome":-7,"blockchainOutcome":0)") !=
          std::string::npos);
}

TEST_CASE("a MISMATCH event of a balance holds decimal strings") {
    verify::Mismatch mismatch = sample::balance_mismatch("7", 12'500'000'000, 12'000'000'000);
    mismatch.seen.last_modified_ledger = std::nullopt;
    const base::Event event = report::mismatch_event(mismatch);
    CHECK(event.message ==
          "balance of user 7 differs: 1250.0000000 USDC in the database, 1200.0000000 on chain (-50.0000000)");
    CHECK(fields_of(event) ==
          R"({"mismatchType":"BALANCE","priority":"NORMAL","confirmed":true,"ledger":51234570,)"
          R"("lastModifiedLedger":null,"archived":false,"userId":"7",)"
          R"("walletAddress":"GAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSABOV",)"
          R"("databaseBalance":"1250.0000000","blockchainBalance":"1200.0000000","difference":"50.0000000"})");
}

TEST_CASE("an ITEM_ERROR names check, item, reason and error") {
    const base::Event one = report::item_error_event(sample::error("42", verify::Reason::decode, "not of its type"));
    CHECK(one.level == base::Level::warn);
    CHECK(one.message == "balances: 42 could not be verified: not of its type");
    CHECK(fields_of(one) == R"({"check":"balances","resourceId":"42","reason":"DECODE","error":"not of its type"})");

    verify::Error many = sample::error("", verify::Reason::not_reached, "the time-out of the cycle");
    many.count = 1200;
    many.aggregate = true;
    CHECK(report::item_error_event(many).level == base::Level::error);
    CHECK(report::item_error_event(many).message == "1,200 rows could not be verified: the time-out of the cycle");
    CHECK(fields_of(report::item_error_event(many)) ==
          R"({"check":"balances","resourceId":null,"reason":"NOT_REACHED","error":"the time-out of the cycle",)"
          R"("count":1200})");
}

TEST_CASE("an id without end is cut in the message and whole in the fields") {
    verify::Mismatch mismatch = sample::balance_mismatch(std::string(5000, 'x'), 1, 2);
    const base::Event event = report::mismatch_event(mismatch);
    CHECK(event.message.size() < 300);
    CHECK(fields_of(event).find(mismatch.id) != std::string::npos);
}

TEST_CASE("SYNC_COMPLETE has the verdict and the counts") {
    const base::Event event = report::complete_event(sample::full_summary());
    CHECK(event.level == base::Level::warn);
    CHECK(event.message == "OUT OF SYNC: 1 outcome (CRITICAL), the odds of 2 markets and 2 balances differ. "
                           "1,203 of 2,443 rows could not be verified. The cycle was cut short by its time-out.");
    CHECK(fields_of(event) ==
          R"({"status":"MISMATCH","durationMs":12345,"timedOut":true,"marketsChecked":121,"usersChecked":1119,)"
          R"("usersSkipped":1,"mismatched":5,"transient":1,"errors":1203,"rpcRequests":512,"rpcRetries":1})");
    verify::Summary hinted = sample::plain_summary();
    hinted.add_hint("one");
    hinted.add_hint("another \"one\"");
    CHECK(fields_of(report::complete_event(hinted)).ends_with(R"("rpcRetries":1,"hints":["one","another \"one\""]})"));
    CHECK(report::complete_event(sample::plain_summary()).level == base::Level::info);
    CHECK(report::complete_event(sample::plain_summary()).message ==
          "IN SYNC: 117 markets and 1,117 users checked, no difference found.");
}

TEST_CASE("the verdict in words fits what happened") {
    verify::Summary summary = sample::empty_summary();
    CHECK(report::complete_event(summary).message == "IN SYNC, but no row was in scope: nothing was checked.");

    summary.checks = {Kind::balances};
    summary.matched(Kind::balances);
    CHECK(report::complete_event(summary).message == "IN SYNC: 1 user checked, no difference found.");

    summary.signal = SIGTERM;
    CHECK(report::complete_event(summary).message ==
          "INCOMPLETE: no difference found among the rows that could be verified. Stopped by SIGTERM.");

    summary.add(sample::balance_mismatch("7", 1, 2000));
    CHECK(report::complete_event(summary).message == "OUT OF SYNC: 1 balance differs. Stopped by SIGTERM.");

    verify::Summary failed = sample::empty_summary();
    failed.unavailable = true;
    CHECK(report::complete_event(failed).level == base::Level::error);
    CHECK(report::complete_event(failed).message ==
          "FAILED: nothing could be verified. The database or the RPC was not available.");
}

TEST_CASE("the other events of a cycle") {
    CHECK(fields_of(report::start_event({Kind::odds, Kind::balances}, "")) == R"({"checks":"odds,balances"})");
    CHECK(fields_of(report::start_event({Kind::odds}, "2/7")) == R"({"checks":"odds","shard":"2/7"})");
    CHECK(report::timeout_event(std::chrono::minutes(4)).message ==
          "the cycle was cut short after 4 min 0 s (SYNC_TIMEOUT_MS); the partial result is reported");
    CHECK(fields_of(report::timeout_event(std::chrono::minutes(4))) == R"({"timeoutMs":240000})");
    CHECK(report::stopped_event(SIGINT).message.starts_with("stopped by SIGINT"));
    CHECK(fields_of(report::transient_event(Kind::odds, "42")) == R"({"check":"odds","resourceId":"42"})");
    CHECK(report::transient_event(Kind::odds, "42").level == base::Level::info);
    CHECK(report::nothing_checked_event().level == base::Level::warn);
}
