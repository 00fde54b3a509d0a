// `stellar-sync explain`: that it never disagrees with run, and what it shows.
#include "checks.hpp"
#include "diagnose/explanation.hpp"
#include "diagnose/recorder.hpp"
#include "fakes/program.hpp"
#include "integration/program.hpp"
#include "integration/verdicts.hpp"
#include "stellar/base64.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>

using diagnose::Verdict;
using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::Plan;
using integration::pointer;
using integration::Report;
using integration::World;

namespace {

using Verdicts = std::map<std::pair<verify::Check, std::string>, Verdict>;

/// What a cycle over everything says of each item.
Verdicts verdicts_of(const Report& report, const std::vector<std::pair<verify::Check, std::string>>& items) {
    Verdicts verdicts;
    for (const auto& [kind, id] : items) {
        Verdict& verdict = verdicts[{kind, id}];
        if (report.mismatch(kind, id) != nullptr) verdict = Verdict::mismatched;
        if (report.error(std::string(kind.name()), id) != nullptr) verdict = Verdict::error;
        for (const verify::Exempted& exempted : report.summary.exempted())
            if (exempted.mismatch.check() == kind && exempted.mismatch.id == id) verdict = Verdict::exempt;
    }
    return verdicts;
}

Plan plan_of(verify::ReadMode mode) {
    Plan plan = integration::quick_plan(mode);
    plan.confirm_delay = std::chrono::milliseconds(1);
    const verify::Day day = std::chrono::year(2030) / 1 / 1;
    plan.exemptions = verify::Exemptions({{Kind::balances, "u7", 10'000'000, "known", day}}, day);
    return plan;
}

} // namespace

TEST_CASE("explain: for every kind of item and in every read mode its verdict is the one that a whole cycle finds",
          "[integration][explain]") {
    World world;
    integration::fill_with_known_verdicts(world);
    std::vector<std::pair<verify::Check, std::string>> items;
    for (const char* id : {"o1", "o2", "o3", "o4", "o5"}) items.emplace_back(Kind::odds, id);
    for (const char* id : {"r1", "r2", "r3", "r4"}) items.emplace_back(Kind::outcomes, id);
    for (const char* id : {"u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"}) items.emplace_back(Kind::balances, id);
    for (const auto mode : {verify::ReadMode::automatic, verify::ReadMode::storage, verify::ReadMode::simulate}) {
        const Verdicts expected = verdicts_of(integration::run(world, plan_of(mode)), items);
        for (const auto& [kind, id] : items) {
            CAPTURE(static_cast<int>(mode), kind.name(), id);
            Plan plan = plan_of(mode);
            diagnose::Recorder recorder(plan.thresholds);
            plan.witness = &recorder;
            plan.kinds = kind == Kind::balances ? verify::Checks{kind} : verify::Checks{Kind::odds, Kind::outcomes};
            (kind == Kind::balances ? plan.users : plan.markets) = {id};
            const Report report = integration::run(world, plan);
            const auto list = recorder.explanations(report.summary);
            REQUIRE(list.size() == 1);
            const diagnose::Explanation& item = list.front();
            CHECK(item.check == kind);
            CHECK(item.verdict == expected.at({kind, id}));
            // And what is shown bears it out.
            REQUIRE_FALSE(item.looks.empty());
            const diagnose::ExplainedLook& last = item.looks.back();
            CHECK(std::get<std::string>(last.row.front().value) == id);
            CHECK(last.fault.has_value() == (item.verdict == Verdict::error));
            CHECK(last.comparison.has_value() == (item.verdict != Verdict::error));
            CHECK(last.differs == (item.verdict == Verdict::mismatched || item.verdict == Verdict::exempt));
            CHECK(item.looks.size() == (item.verdict == Verdict::mismatched ? 2U : 1U));
            if (item.verdict != Verdict::error) CHECK_FALSE(last.questions.empty());
        }
    }
}

TEST_CASE("explain: the row, the keys, the raw entries, the comparison and the ledger",
          "[integration][explain][program]") {
    World world;
    world.open_market("m1", contract(1), "50", "50", std::pair{400U, 600U});
    world.user("u1", account(2), "12.5", 125'000'000);
    world.flush();
    const Environment environment = environment_of(world);
    std::string key;
    stellar::append_trust_line_key(key, integration::numbered_id(2), world.asset);
    SECTION("a user in sync: exit 0") {
        const Ended ended = run_program({"explain", "--user", "u1"}, environment);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 0);
        CHECK(pointer(ended.out, "/items/0/verdict") == "\"MATCHED\"");
        CHECK(pointer(ended.out, "/items/0/threshold") == "\"0.0000010\"");
        CHECK(pointer(ended.out, "/items/0/looks/0/row/usdcBalance").starts_with("\"12.5"));
        const std::string entry = "/items/0/looks/0/questions/0/entries/0";
        CHECK(pointer(ended.out, entry + "/key") == fmt::format("\"{}\"", stellar::to_base64(key)));
        CHECK(pointer(ended.out, entry + "/keyDecoded") ==
              fmt::format("\"trust line of {} in {}\"", account(2), to_text(world.asset)));
        CHECK(pointer(ended.out, entry + "/entryDecoded").starts_with("\"balance 125000000, limit "));
        CHECK(pointer(ended.out, entry + "/lastModifiedLedger") == "1000");
        CHECK(pointer(ended.out, "/items/0/looks/0/questions/0/ledger") == "1000");
        CHECK(
            pointer(ended.out, "/items/0/looks/0/comparison") ==
            R"({"databaseBalance":"12.5000000","blockchainBalance":"12.5000000","difference":"0.0000000","differs":false})");
    }
    SECTION("a market that differs: exit 1, each look shown, in words") {
        const Ended ended = run_program({"explain", "--market", "m1", "--output", "text"}, environment);
        INFO(ended.out << ended.err);
        CHECK(ended.code == 1);
        for (const char* text :
             {"odds of market m1\n", "database: yes 50.0000000, no 50.0000000 USDC\n",
              "  price of YES = no / (yes + no) = 0.5\n", "chain: yes 400, no 600, in the contract's units\n",
              "  price of YES = no / (yes + no) = 0.6\n", "difference 0.1, threshold 0.01: above it, differs\n",
              "entry: u128 400\n", "Row in the database, look number 2\n", "MISMATCHED: they differ, at each look.\n"})
            CHECK_THAT(ended.out, Catch::Contains(text));
        CHECK(integration::events(ended, "MISMATCH").empty()); // it is no run
    }
    SECTION("the contract's answer where it is asked") {
        const Ended ended = run_program({"explain", "--market", "m1", "--read-mode", "simulate"}, environment);
        CHECK(ended.code == 1);
        // The market's contract says first which market it holds.
        CHECK(pointer(ended.out, "/items/0/looks/0/questions/0/entries/0/key") != "(absent)");
        CHECK_THAT(pointer(ended.out, "/items/0/looks/0/questions/1/call"), Catch::Contains(" get_pool_state(bytes "));
        CHECK_THAT(pointer(ended.out, "/items/0/looks/0/questions/1/resultDecoded"),
                   Catch::StartsWith("\"[u128 400, u128 600, u128 1000, "));
    }
}

TEST_CASE("explain: what cannot be explained has run's exit code, and says why", "[integration][explain][program]") {
    World world;
    world.user("bad", "GABC", "1", std::nullopt);
    world.user("none", " ", "1", std::nullopt);
    world.flush();
    Environment environment = environment_of(world);
    SECTION("not verifiable: exit 3") {
        const Ended ended = run_program({"explain", "--user", "bad"}, environment);
        CHECK(ended.code == 3);
        CHECK(pointer(ended.out, "/items/0/verdict") == "\"NOT_VERIFIABLE\"");
        CHECK(pointer(ended.out, "/items/0/looks/0/reason") == "\"BAD_ADDRESS\"");
    }
    SECTION("no such user: exit 3") {
        const Ended ended = run_program({"explain", "--user", "nobody"}, environment);
        CHECK(ended.code == 3);
        CHECK(pointer(ended.out, "/items") == "[]");
        CHECK(pointer(ended.out, "/errors/0/reason") == "\"NOT_FOUND\"");
    }
    SECTION("not in scope") {
        const Ended ended = run_program({"explain", "--user", "none", "--output", "text"}, environment);
        CHECK(ended.code == 0);
        CHECK_THAT(ended.out, Catch::Contains("NOT IN SCOPE"));
    }
    SECTION("two items, or none: exit 2") {
        CHECK(run_program({"explain"}, environment).code == 2);
        CHECK(run_program({"explain", "--user", "a", "--market", "b"}, environment).code == 2);
    }
    SECTION("the RPC is not to be had: exit 4") {
        environment["SOROBAN_RPC_URL"] = "http://127.0.0.1:1";
        environment["SYNC_MAX_RETRIES"] = "0";
        const Ended ended = run_program({"explain", "--user", "bad", "--output", "text"}, environment);
        CHECK(ended.code == 4);
        CHECK_THAT(ended.out, Catch::Contains("RPC: "));
    }
}

TEST_CASE("explain: an item is found with the settings of whichever shard", "[integration][explain][program]") {
    World world;
    world.user("u", account(1), "2", 10'000'000);
    world.flush();
    for (const char* shard : {"0/2", "1/2"}) {
        const Ended ended = run_program({"explain", "--user", "u", "--shard", shard}, environment_of(world));
        INFO(shard << ended.err);
        CHECK(ended.code == 1);
        CHECK(pointer(ended.out, "/items/0/verdict") == "\"MISMATCHED\"");
    }
}
