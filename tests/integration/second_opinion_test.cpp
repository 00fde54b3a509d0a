// Before anybody is paged: an outcome that differs is asked of a second RPC endpoint, too.
#include "checks.hpp"
#include "cmd/temporary_file.hpp"
#include "fakes/alert_endpoints.hpp"
#include "fakes/http_receiver.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <fstream>
#include <thread>

using namespace std::chrono_literals;
using fakes::Ended;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::Plan;
using integration::pointer;
using integration::Report;
using integration::World;
using verify::SecondOpinion;
using Counts = std::array<std::uint64_t, 4>;
using Word = SecondOpinion::Word;

namespace {

const std::string market = contract(1);

/// The application says YES, the first endpoint NO, at ledger 1000.
void fill(World& world) {
    world.resolved_market("m1", market, 1, 2, 0);
    world.flush();
}

/// Another node of the same network, at ledger 1001: a recheck of the first one is of a ledger after its 1000.
struct Other {
    explicit Other(std::uint32_t outcome) : server(integration::moving_on({})) {
        devnet::Ledger& ledger = server.ledger();
        ledger.deploy_amm(integration::numbered_id(1'000'000),
                          ledger.deploy_asset(*stellar::circle_usdc(stellar::test_network_passphrase)));
        ledger.set_market(market, 2, outcome);
        ledger.close();
        server.start();
    }
    std::uint64_t questions() const { return server.traffic().calls("getLedgerEntries"); }

    mutable devnet::Server server;
};

Plan plan_of(const World& world, std::vector<std::string> others) {
    Plan plan;
    plan.kinds = {Kind::outcomes};
    plan.endpoints = {world.node.url()};
    for (std::string& url : others) plan.endpoints.push_back(std::move(url));
    plan.confirm_attempts = GENERATE(0U, 1U);
    return plan;
}

std::optional<Word> word(const Report& report, const std::string& id = "m1") {
    const verify::Mismatch* mismatch = report.mismatch(Kind::outcomes, id);
    REQUIRE(mismatch != nullptr);
    if (!mismatch->second_opinion) return std::nullopt;
    return mismatch->second_opinion->word;
}

/// Does `harm` once the node has been asked for entries.
std::jthread once_asked(const Other& other, std::function<void()> harm) {
    return std::jthread([&other, harm = std::move(harm)](const std::stop_token& stop) {
        while (other.questions() == 0) {
            if (stop.stop_requested()) return;
            std::this_thread::sleep_for(1ms);
        }
        harm();
    });
}

} // namespace

TEST_CASE("An outcome that differs is asked of a second endpoint, and nothing else is",
          "[integration][second_opinion]") {
    World world;
    fill(world);
    world.resolved_market("m2", contract(2), 0, 2, 0);
    world.open_market("m3", contract(3), "1", "1", std::pair{1U, 9U});
    world.user("u1", integration::account(1), "5", 0);
    const Other other(0);
    Plan plan = plan_of(world, {other.server.url()});
    plan.kinds = {Kind::odds, Kind::outcomes, Kind::balances};
    plan.mode = GENERATE(verify::ReadMode::automatic, verify::ReadMode::simulate);
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{1, 1, 0, 0});
    CHECK(word(report) == Word::agrees);
    const verify::Mismatch& mismatch = *report.mismatch(Kind::outcomes, "m1");
    CHECK(mismatch.second_opinion->endpoint == other.server.url());
    CHECK(mismatch.confirmed == (plan.confirm_attempts > 0));
    CHECK_FALSE(report.mismatch(Kind::odds, "m3")->second_opinion);
    CHECK_FALSE(report.mismatch(Kind::balances, "u1")->second_opinion);
    // Which market the contract holds is asked of it, too, before its function is called.
    const std::uint64_t asked = plan.mode == verify::ReadMode::simulate ? 2 : 1;
    CHECK(other.questions() + other.server.traffic().calls("simulateTransaction") == asked);
}

TEST_CASE("Where nothing pages anybody the second endpoint is not asked at all", "[integration][second_opinion]") {
    World world;
    world.resolved_market("m1", market, 0, 2, 0);
    world.user("u1", integration::account(1), "5", 0);
    const Other other(0);
    Plan plan = plan_of(world, {other.server.url()});
    plan.kinds = {Kind::outcomes, Kind::balances};
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{0, 1, 0, 0});
    CHECK(other.server.traffic().calls("getNetwork") == 0);
}

TEST_CASE("With one endpoint there is no second opinion", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Report report = run(world, plan_of(world, {}));
    CHECK(report.counts(Kind::outcomes) == Counts{0, 1, 0, 0});
    CHECK(word(report) == std::nullopt);
}

TEST_CASE("Endpoints that disagree are a finding of their own", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Other other(1);
    other.server.ledger().close(3);
    const bool confirmed_by_third = GENERATE(false, true); // a third is not asked: two of three may be wrong, too
    const Other third(0);
    std::vector<std::string> others{other.server.url()};
    if (confirmed_by_third) others.push_back(third.server.url());
    Plan plan = plan_of(world, others);
    plan.retry_delay = 50ms;
    std::jthread ledgers = once_asked(other, [&world] { world.node.ledger().close(4); });
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 1});
    CHECK(report.summary.exit_code({}) == base::ExitCode::incomplete);
    CHECK(sum(report.summary.disagreements()) == 1);
    const verify::Error* error = report.error("outcomes", "m1");
    REQUIRE(error != nullptr);
    CHECK(error->reason == verify::Reason::disagreement);
    CHECK(error->text == fmt::format("{} says NO, {} says YES", world.node.url(), other.server.url()));
    REQUIRE(report.disagreements.size() == 1);
    CHECK(report.disagreements[0].mismatch.second_opinion->ledger == 1004);
    // The first was asked once more, from no older ledger.
    CHECK(world.node.traffic().calls("getLedgerEntries") >= plan.confirm_attempts + 2);
    CHECK(third.questions() == 0);
}

TEST_CASE("A chain that moved on between the two is no disagreement", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Other other(1);
    other.server.ledger().close(5);
    Plan plan = plan_of(world, {other.server.url()});
    plan.retry_delay = 200ms;
    std::jthread first_follows = once_asked(other, [&] {
        std::this_thread::sleep_for(100ms); // asked again before that, it still speaks of an older ledger
        world.node.ledger().set_market(market, 2, 1);
        world.node.ledger().close(6);
    });
    const Report report = run(world, plan);
    CHECK(report.disagreements.empty());
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 1, 0});
    CHECK(report.transients == std::vector{std::pair{Kind::outcomes, std::string("m1")}});
}

TEST_CASE("A second endpoint agrees if the row differs by its answer, too", "[integration][second_opinion]") {
    World world;
    fill(world);
    Other other(0);
    other.server.ledger().set_market(market, 1, std::nullopt); // a ledger later: not resolved any more
    other.server.ledger().close(5);
    const Report report = run(world, plan_of(world, {other.server.url()}));
    CHECK(report.counts(Kind::outcomes) == Counts{0, 1, 0, 0});
    CHECK(word(report) == Word::agrees);
    CHECK(report.mismatch(Kind::outcomes, "m1")->second_opinion->said.text == "none");
    CHECK(report.mismatch(Kind::outcomes, "m1")->second_opinion->ledger == 1006);
}

TEST_CASE("In a disagreement the first endpoint is quoted with its last word", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Other other(1);
    other.server.ledger().close(5);
    Plan plan = plan_of(world, {other.server.url()});
    plan.retry_delay = 200ms;
    std::jthread first_follows = once_asked(other, [&world] {
        world.node.ledger().set_market(market, 1, std::nullopt);
        world.node.ledger().set_latest(1010);
    });
    const Report report = run(world, plan);
    REQUIRE(report.disagreements.size() == 1);
    CHECK(report.disagreements[0].mismatch.seen.ledger == 1010);
    CHECK(report.error("outcomes", "m1")->text ==
          fmt::format("{} says none, {} says YES", world.node.url(), other.server.url()));
}

TEST_CASE("The first endpoint's word stands where it can no longer be asked", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Other other(1);
    Plan plan = plan_of(world, {other.server.url()});
    // Once it is gone the cycle goes on with the other one, which would only agree with itself.
    std::jthread killer = once_asked(other, [&world] { world.node.stop(); });
    world.node.faults().add(
        {.fault = devnet::DelayFault{300ms}, .method = "getLedgerEntries", .skip = plan.confirm_attempts + 1});
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 0, 0, 1});
    REQUIRE(report.disagreements.size() == 1);
    CHECK(report.disagreements[0].endpoint == world.node.url());
}

TEST_CASE("A second endpoint that cannot tell keeps nobody from being paged", "[integration][second_opinion]") {
    World world;
    fill(world);
    Other other(0);
    const std::string fault = GENERATE("dead", "stale", "behind", "another network", "refuses", "no such market",
                                       "garbage", "takes its time");
    CAPTURE(fault);
    Plan plan = plan_of(world, {other.server.url()});
    if (fault == "dead") other.server.stop();
    if (fault == "stale") other.server.ledger().set_age(10min);
    if (fault == "behind") other.server.ledger().set_latest(900);
    if (fault == "another network")
        other.server.ledger().set_passphrase(std::string(stellar::public_network_passphrase));
    if (fault == "refuses") other.server.faults().add({.fault = devnet::StatusFault{.status = 401}});
    if (fault == "no such market") other.server.ledger().remove_market(market);
    if (fault == "garbage") other.server.faults().add({.fault = devnet::GarbageFault{}, .method = "getLedgerEntries"});
    if (fault == "takes its time") {
        other.server.faults().add({.fault = devnet::DelayFault{10s}, .method = "getLedgerEntries"});
        plan.timeout = 2s;
    }
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::outcomes) == Counts{0, 1, 0, 0});
    CHECK(word(report) == Word::unavailable);
    CHECK(report.mismatch(Kind::outcomes, "m1")->confirmed == (plan.confirm_attempts > 0));
    CHECK(report.summary.timed_out == (fault == "takes its time"));
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
    CHECK(report.summary.errors().empty());
}

TEST_CASE("Where the second endpoint is dead the third is asked", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Other third(0);
    const Report report = run(world, plan_of(world, {"http://127.0.0.1:1", third.server.url()}));
    CHECK(word(report) == Word::agrees);
    CHECK(report.mismatch(Kind::outcomes, "m1")->second_opinion->endpoint == third.server.url());
}

TEST_CASE("The endpoint that the cycle has gone on to is not its own second opinion", "[integration][second_opinion]") {
    World world;
    fill(world);
    for (std::uint32_t i = 0; i < 4000; ++i) {
        world.user(fmt::format("u{:04}", i), integration::account(i), "5", 50'000'000);
    }
    Other second(0);
    for (std::uint32_t i = 0; i < 4000; ++i) {
        second.server.ledger().set_trust_line(integration::account(i), world.asset, 50'000'000);
    }
    // It answers nobody's opinion before the first is dead and the cycle goes on with it.
    second.server.faults().add({.fault = devnet::DelayFault{3s}, .method = "getLedgerEntries", .limit = 1});
    world.node.faults().add({.fault = devnet::DelayFault{200ms}, .method = "getLedgerEntries"});
    std::jthread killer = once_asked(second, [&world] { world.node.stop(); });
    const bool has_third = GENERATE(true, false);
    const Other third(0);
    Plan plan;
    plan.kinds = {Kind::outcomes, Kind::balances};
    plan.endpoints = {world.node.url(), second.server.url()};
    if (has_third) plan.endpoints.push_back(third.server.url());
    const Report report = run(world, plan);
    CHECK(report.counts(Kind::balances) == Counts{4000, 0, 0, 0});
    CHECK(report.counts(Kind::outcomes) == Counts{0, 1, 0, 0});
    CHECK(word(report) == (has_third ? Word::agrees : Word::unavailable));
    CHECK(third.questions() == (has_third ? 1 : 0));
}

TEST_CASE("An endpoint that is listed twice is not its own second opinion", "[integration][second_opinion]") {
    World world;
    fill(world);
    const Report report = run(world, plan_of(world, {world.node.url()}));
    CHECK(word(report) == Word::unavailable);
    CHECK(world.node.traffic().calls("getNetwork") == 1);
}

TEST_CASE("Very many second opinions are asked in batches", "[integration][second_opinion]") {
    World world;
    devnet::Server other;
    constexpr std::uint32_t markets = 1000;
    for (std::uint32_t i = 0; i < markets; ++i) {
        world.resolved_market(fmt::format("m{:04}", i), contract(i), 1, 2, 0);
        other.ledger().set_market(contract(i), 2, i % 10 == 0 ? 1 : 0);
    }
    other.ledger().close(50); // the first moves on while it is asked
    other.start();
    const Report report = run(world, plan_of(world, {other.url()}));
    CHECK(report.counts(Kind::outcomes) == Counts{0, markets - markets / 10, 0, markets / 10});
    CHECK(sum(report.summary.disagreements()) == markets / 10);
    CHECK(word(report, "m0001") == Word::agrees);
    // 66 of them fill a call of 200 keys.
    CHECK(other.traffic().calls("getLedgerEntries") <= 3 * markets / 66);
}

TEST_CASE("The program: endpoints that disagree are told to NORMAL's channels, and nobody is paged",
          "[integration][program][second_opinion]") {
    World world;
    fill(world);
    const Other other(1);
    const fakes::HttpReceiver slack(fakes::slack);
    const fakes::HttpReceiver pagerduty(fakes::pagerduty);
    const parsing::TemporaryFile metrics("");
    Environment environment = environment_of(world);
    environment["SOROBAN_RPC_URL"] += "," + other.server.url();
    environment["SYNC_ALERT_CHANNELS"] = "SLACK,METRICS";
    environment["SYNC_CRITICAL_ALERT_CHANNELS"] = "PAGERDUTY";
    environment["SLACK_WEBHOOK_URL"] = slack.url() + fakes::slack_path;
    environment["PAGERDUTY_EVENTS_URL"] = pagerduty.url() + "/v2/enqueue";
    environment["PAGERDUTY_ROUTING_KEY"] = fakes::routing_key;
    environment["SYNC_METRICS_FILE"] = metrics.path();
    const Ended ended = fakes::run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 3);
    CHECK(pointer(ended.out, "/status") == "\"INCOMPLETE\"");
    CHECK(pointer(ended.out, "/errors/0/reason") == "\"DISAGREEMENT\"");
    CHECK(pointer(ended.out, "/checks/outcomes/errors") == "1");
    CHECK(events(ended, "MISMATCH").empty());
    CHECK(events(ended, "ITEM_ERROR").empty());
    const auto disagree = events(ended, "ENDPOINTS_DISAGREE");
    REQUIRE(disagree.size() == 1);
    CHECK(pointer(disagree[0], "/level") == "\"error\"");
    CHECK(pointer(disagree[0], "/resourceId") == "\"m1\"");
    CHECK(pointer(disagree[0], "/title") == "\"Market m1\"");
    CHECK(pointer(disagree[0], "/databaseOutcome") == "1");
    CHECK(pointer(disagree[0], "/first") ==
          fmt::format(R"({{"endpoint":"{}","outcome":0,"ledger":1001}})", world.node.url()));
    CHECK(pointer(disagree[0], "/second") ==
          fmt::format(R"({{"endpoint":"{}","outcome":1,"ledger":1001}})", other.server.url()));
    REQUIRE(slack.received().size() == 1);
    CHECK(pointer(slack.received()[0].body, "/text") == "\"stellar-sync: the RPC endpoints disagree about 1 outcome\"");
    CHECK(pagerduty.received().empty());
    std::ifstream stored(metrics.path());
    const std::string content{std::istreambuf_iterator<char>(stored), {}};
    CHECK(content.find("\nsync_rpc_disagreements 1\n") != std::string::npos);
}

TEST_CASE("The program: a mismatch says whether a second endpoint agrees, and explain what it said",
          "[integration][program][second_opinion]") {
    World world;
    fill(world);
    const std::uint32_t outcome = GENERATE(0U, 1U);
    const Other other(outcome);
    other.server.ledger().set_latest(1000); // each run moves both on
    Environment environment = environment_of(world);
    environment["SOROBAN_RPC_URL"] += "," + other.server.url();
    environment["SYNC_CONFIRM_ATTEMPTS"] = "0";
    const int ledger = outcome == 0 ? 1001 : 1000;
    if (outcome == 0) {
        const Ended ended = fakes::run_program({"run"}, environment);
        CHECK(ended.code == 1);
        CHECK(pointer(ended.out, "/mismatches/0/metadata/secondOpinion") == "\"AGREES\"");
        CHECK(pointer(events(ended, "MISMATCH").at(0), "/secondOpinion") == "\"AGREES\"");
    }
    const Ended json = fakes::run_program({"explain", "--market", "m1"}, environment);
    CHECK(pointer(json.out, "/items/0/verdict") == (outcome == 0 ? "\"MISMATCHED\"" : "\"NOT_VERIFIABLE\""));
    CHECK(pointer(json.out, "/items/0/looks/0/secondOpinion") ==
          fmt::format(R"({{"word":"{}","endpoint":"{}","outcome":{},"ledger":{}}})",
                      outcome == 0 ? "AGREES" : "CONTRADICTS", other.server.url(), outcome, ledger));
    const Ended text = fakes::run_program({"explain", "--market", "m1", "--output", "text"}, environment);
    INFO(text.out);
    CHECK(text.out.find(fmt::format("{}: {}, answered from ledger {}:", other.server.url(), outcome == 0 ? "NO" : "YES",
                                    ledger + 1)) != std::string::npos);
}
