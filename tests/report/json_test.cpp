#include "checks.hpp"
#include "report/json.hpp"

#include "report/sample.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>

namespace {

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the JSON result of a cycle that found nothing has every field in its order") {
    CHECK(report::render_json(sample::plain_summary()) ==
          R"({"syncId":"0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90","status":"IN_SYNC",)"
          R"("startTime":"2026-11-23T12:58:00.123Z","endTime":"2026-11-23T12:58:12.468Z","durationMs":12345,)"
          R"("timedOut":false,"network":"Test SDF Network ; September 2015",)"
          R"("ledger":{"first":51234567,"last":51234570},"rpc":{"requests":512,"retries":1},)"
          R"("marketsChecked":117,"usersChecked":1117,"usersSkipped":1,"checks":{)"
          R"("odds":{"inScope":117,"checked":117,"matched":117,"mismatched":0,"transient":0,"errors":0,)"
          R"("largest":null,"chainMore":null,"chainLess":null},)"
          R"("outcomes":{"inScope":0,"checked":0,"matched":0,"mismatched":0,"transient":0,"errors":0,)"
          R"("largest":null,"chainMore":null,"chainLess":null},)"
          R"("balances":{"inScope":1117,"checked":1117,"matched":1117,"mismatched":0,"transient":0,"errors":0,)"
          R"("largest":"0.0000000","chainMore":"0.0000000","chainLess":"0.0000000"}},)"
          R"("mismatches":[],"errors":[],"truncated":false,"hints":[]})"
          "\n");
}

TEST_CASE("network and ledgers are null where no node was reached") {
    verify::Summary summary = sample::empty_summary();
    summary.unavailable = true;
    const std::string json = report::render_json(summary);
    CHECK(holds(json, R"("status":"FAILED")"));
    CHECK(holds(json, R"("network":null,"ledger":{"first":null,"last":null},"rpc":{"requests":0,"retries":0})"));
}

TEST_CASE("an odds mismatch in the JSON result: odds are numbers, reserves decimal strings, the title exact") {
    verify::Summary summary = sample::empty_summary();
    summary.add(sample::odds_mismatch());
    CHECK(holds(report::render_json(summary),
                R"("mismatches":[{"type":"ODDS","priority":"NORMAL","resourceType":"MARKET",)"
                R"("resourceId":"clh3k9x2v0000qzrm8g2d1abc",)"
                R"("databaseValue":{"yes":0.666666666666666667,"no":0.333333333333333333},)"
                R"("blockchainValue":{"yes":0.625,"no":0.375},"metadata":{)"
                R"("contractAddress":"CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM",)"
                R"("title":"Will it \u001b[31mrain\u001b[0m in Paris tomorrow, or will the sun shine over the whole of)"
                R"( France?","difference":0.041666666666666667,)"
                R"("databaseReserves":{"yes":"1000.0000000","no":"2000.0000000"},)"
                R"("blockchainReserves":{"yes":"12000000000","no":"20000000000"},"confirmed":true,"ledger":51234568,)"
                R"("lastModifiedLedger":51230000,"archived":false},"timestamp":"2026-11-23T12:58:00.123Z"}])"));
}

TEST_CASE("an outcome mismatch in the JSON result: numbers, null for no outcome") {
    verify::Summary summary = sample::empty_summary();
    verify::Mismatch mismatch = sample::outcome_mismatch();
    mismatch.difference = verify::OutcomeDifference{1, std::nullopt, 4};
    summary.add(mismatch);
    CHECK(holds(report::render_json(summary),
                R"({"type":"OUTCOME","priority":"CRITICAL","resourceType":"MARKET","resourceId":"44",)"
                R"("databaseValue":1,"blockchainValue":null,"metadata":{)"
                R"("contractAddress":"CAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSBFLM",)"
                R"("title":"Who wins?","chainStatus":4,"chainStatusName":"cancelled",)"
                R"("confirmed":true,"ledger":51234569,"lastModifiedLedger":51000000,)"
                R"("archived":true},"timestamp":"2026-11-23T12:58:00.123Z"})"));
}

TEST_CASE("a balance mismatch in the JSON result: money is a decimal string, without loss at any size") {
    verify::Summary summary = sample::empty_summary();
    verify::Mismatch mismatch = sample::balance_mismatch("7", -1, base::i128_max);
    mismatch.seen = {};
    mismatch.confirmed = false;
    summary.add(mismatch);
    CHECK(holds(report::render_json(summary),
                R"({"type":"BALANCE","priority":"NORMAL","resourceType":"USER","resourceId":"7",)"
                R"("databaseValue":"-0.0000001","blockchainValue":"17014118346046923173168730371588.4105727",)"
                R"("metadata":{"walletAddress":"GAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSABOV",)"
                R"("difference":"17014118346046923173168730371588.4105728","confirmed":false,"ledger":null,)"
                R"("lastModifiedLedger":null,"archived":false},"timestamp":"2026-11-23T12:58:00.123Z"})"));
}

TEST_CASE("errors in the JSON result: one item, and an aggregate with its count") {
    const std::string json = report::render_json(sample::full_summary());
    CHECK(holds(json, R"({"operation":"balances","resourceId":"1000","reason":"BAD_ADDRESS",)"
                      R"("error":"the checksum does not match","timestamp":"2026-11-23T12:58:00.123Z"})"));
    CHECK(holds(json, R"({"operation":"balances","resourceId":null,"reason":"NOT_REACHED",)"
                      R"("error":"the time-out of the cycle","count":1200,"timestamp":"2026-11-23T12:58:00.123Z"})"));
    CHECK(holds(json, R"("timedOut":true)"));
}

TEST_CASE("the lists of the JSON result are capped, the counts and the aggregate errors are not") {
    const std::string json = report::render_json(sample::full_summary(1));
    CHECK(holds(json, R"("balances":{"inScope":2322,"checked":1119,"matched":1117,"mismatched":2,"transient":0,)"
                      R"("errors":1203,"largest":"50.0000000","chainMore":"0.0000100","chainLess":"50.0000000"})"));
    // The worst of each check, whatever came first.
    CHECK(holds(json, R"("resourceId":"44")"));
    CHECK(holds(json, R"("resourceId":"43")"));
    CHECK_FALSE(holds(json, R"("resourceId":"clh3k9x2v0000qzrm8g2d1abc")"));
    CHECK(holds(json, R"("resourceId":"0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90")"));
    CHECK_FALSE(holds(json, R"("resourceId":"7")"));
    CHECK(holds(json, R"("resourceId":"1000")"));
    CHECK_FALSE(holds(json, R"("resourceId":"1003")"));
    CHECK(holds(json, R"("count":1200)"));
    CHECK(holds(json, R"("truncated":true,"hints":[]})"));
}

TEST_CASE("the JSON result has the hints, and totals of any size") {
    verify::Summary summary = sample::empty_summary();
    for (int i = 0; i < 3; ++i) summary.add(sample::balance_mismatch("7", base::i128_max, base::i128_min));
    summary.add_hint("the \"asset\" may be wrong");
    const std::string json = report::render_json(summary);
    CHECK(holds(json, R"("largest":"34028236692093846346337460743176.8211455","chainMore":"0.0000000",)"
                      R"("chainLess":"102084710076281539039012382229530.4634365"})"));
    CHECK(holds(json, R"("truncated":false,"hints":["the \"asset\" may be wrong"]})"));
}

TEST_CASE("the JSON result says which shard it is of, where there are several") {
    verify::Summary summary = sample::plain_summary();
    CHECK_FALSE(holds(report::render_json(summary), "shard"));
    summary.shard = "2/7";
    CHECK(holds(report::render_json(summary), R"("shard":"2/7","timedOut":)"));
}

TEST_CASE("the JSON result is one line, and pretty it is the same with blanks") {
    const verify::Summary summary = sample::full_summary();
    const std::string line = report::render_json(summary);
    CHECK(line.find('\n') == line.size() - 1);
    const std::string pretty = report::render_json(summary, true);
    CHECK(holds(pretty, "{\n  \"syncId\": \"0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90\",\n  \"status\": \"MISMATCH\",\n"));
    CHECK(holds(pretty, "  \"ledger\": {\n    \"first\": 51234567,\n    \"last\": 51234570\n  },\n"));
    CHECK(holds(report::render_json(sample::plain_summary(), true),
                "  \"errors\": [],\n  \"truncated\": false,\n  \"hints\": []\n}\n"));

    std::string squeezed;
    bool in_string = false;
    for (std::size_t i = 0; i < pretty.size(); ++i) {
        if (pretty[i] == '"' && pretty[i - 1] != '\\') in_string = !in_string;
        if (in_string || (pretty[i] != ' ' && pretty[i] != '\n')) squeezed += pretty[i];
    }
    CHECK(squeezed + "\n" == line);
}
