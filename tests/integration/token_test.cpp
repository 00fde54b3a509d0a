// Which token the balances are in: as set, else what the AMM holds, else Circle's USDC; and that an endpoint which
// takes over must know the same one.
#include "checks.hpp"
#include "integration/program.hpp"
#include "stellar/base64.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>

using namespace std::chrono_literals;
using integration::account;
using integration::contract;
using integration::environment_of;
using integration::numbered_id;
using integration::Plan;
using integration::Report;
using integration::World;
using verify::ReadMode;
using Counts = std::array<std::uint64_t, 4>;

namespace {

const stellar::Asset play{"PLAY", numbered_id(70'000)};
const stellar::Hash plain_token = numbered_id(71);
using stellar::Hash;

std::string usdc_key(const Hash& amm) {
    std::string key;
    stellar::append_usdc_key(key, amm);
    return key;
}

/// A cycle and the types of the events it sent.
struct Told {
    Report report;
    std::vector<std::string> events;

    bool has(const std::string& event) const { return std::find(events.begin(), events.end(), event) != events.end(); }
    Counts counts() const { return report.counts(Kind::balances); }
};

Told told(World& world, Plan plan) {
    Told told;
    plan.on_event = [&told](const std::string& event) { told.events.push_back(event); };
    told.report = run(world, plan);
    return told;
}

/// Balances, by an AMM that is known.
Plan plan_of(const World& world) {
    Plan plan;
    plan.kinds = {Kind::balances};
    plan.token.amm = world.amm;
    return plan;
}

/// Wallets that hold some of a token, as the database says: an account, a muxed one, a contract, and an account with
/// none.
void fill(World& world, const stellar::Asset& asset) {
    world.user("account", account(1), "2.5", {});
    world.user("muxed", integration::muxed_account(2), "3", {});
    world.user("contract", contract(3), "4", {});
    world.user("none", account(4), "0", {});
    devnet::Ledger& ledger = world.node.ledger();
    ledger.set_trust_line(account(1), asset, 25'000'000);
    ledger.set_trust_line(account(2), asset, 30'000'000);
    ledger.set_contract_balance(stellar::asset_contract_id(asset, ledger.passphrase()), contract(3), 40'000'000);
}

void fill_plain(World& world, devnet::Ledger& ledger) {
    world.user("account", account(1), "2.5", {});
    world.user("contract", contract(3), "4", {});
    world.user("none", account(4), "0", {});
    ledger.deploy_token(plain_token);
    ledger.set_contract_balance(plain_token, account(1), 25'000'000);
    ledger.set_contract_balance(plain_token, contract(3), 40'000'000);
}

constexpr const char* standalone = "Standalone Network ; February 2017";

} // namespace

TEST_CASE("Balances are in the token that the AMM holds", "[integration][token]") {
    World world;
    Plan plan = plan_of(world);
    plan.mode = GENERATE(ReadMode::storage, ReadMode::simulate, ReadMode::automatic);
    devnet::Ledger& ledger = world.node.ledger();
    SECTION("another asset's Stellar Asset Contract") {
        ledger.set_usdc(world.amm, ledger.deploy_asset(play));
        fill(world, play);
    }
    SECTION("a token without a classic asset") {
        ledger.set_usdc(world.amm, plain_token);
        fill_plain(world, ledger);
    }
    SECTION("Circle's USDC, whose instance need not be read") {
        fill(world, world.asset);
    }
    const Told told = ::told(world, plan);
    CHECK(told.counts()[1] + told.counts()[3] == 0);
    CHECK(told.report.summary.status() == verify::Status::in_sync);
    CHECK(told.events.empty());
    CHECK(told.report.summary.hints().empty());
}

TEST_CASE("Wallets that hold Circle's USDC differ if the AMM holds another token", "[integration][token]") {
    World world;
    world.user("u", account(1), "5", 50'000'000);
    world.node.ledger().set_usdc(world.amm, world.node.ledger().deploy_asset(play));
    CHECK(told(world, plan_of(world)).counts() == Counts{0, 1, 0, 0});
}

TEST_CASE("An AMM that does not say which token it has: Circle's, with a warning and a hint", "[integration][token]") {
    World world;
    fill(world, world.asset);
    devnet::Ledger& ledger = world.node.ledger();
    const char* held = "";
    SECTION("nothing under usdc") {
        ledger.remove_usdc(world.amm);
        held = "the AMM holds nothing";
    }
    SECTION("a value of another type") {
        ledger.set_usdc(world.amm, stellar::ScVal{stellar::ScValType::u32, std::uint32_t{7}});
        held = "the AMM holds another value: its value (u32) is not an address";
    }
    SECTION("the address of an account") {
        ledger.set_usdc(world.amm, stellar::address({stellar::ScAddress::Kind::account, numbered_id(9)}));
        held = "which is not a contract";
    }
    const Told told = ::told(world, plan_of(world));
    CHECK(told.counts() == Counts{4, 0, 0, 0});
    CHECK(told.has("TOKEN_ASSUMED"));
    CHECK_THAT(told.report.log, Catch::Contains(held));
    REQUIRE(told.report.summary.hints().size() == 1);
    CHECK_THAT(told.report.summary.hints().front(), Catch::Contains("USDC_CONTRACT_ADDRESS"));
}

TEST_CASE("Without an AMM the token is Circle's, and a cycle says nothing of it", "[integration][token]") {
    World world;
    fill(world, world.asset);
    Plan plan = plan_of(world);
    plan.token.amm.reset();
    const Told told = ::told(world, plan);
    CHECK(told.counts() == Counts{4, 0, 0, 0});
    CHECK(told.events.empty());
    CHECK(told.report.summary.hints().empty());
}

TEST_CASE("A token that is set counts, and is a warning and a hint if it is not the AMM's", "[integration][token]") {
    World world;
    const Hash id = world.node.ledger().deploy_asset(play);
    fill(world, play);
    Plan plan = plan_of(world);
    const bool by_asset = GENERATE(true, false);
    if (by_asset) {
        plan.token.asset = play;
    } else {
        plan.token.contract = id;
    }
    const bool same = GENERATE(true, false);
    if (same) world.node.ledger().set_usdc(world.amm, id);
    const Told told = ::told(world, plan);
    CHECK(told.counts() == Counts{4, 0, 0, 0});
    CHECK(told.has("TOKEN_DIFFERS") == !same);
    CHECK(told.report.summary.hints().size() == (same ? 0 : 1));
}

TEST_CASE("A token that is set needs no AMM that holds one", "[integration][token]") {
    World world;
    world.node.ledger().remove_usdc(world.amm);
    fill(world, world.asset);
    Plan plan = plan_of(world);
    plan.token.asset = world.asset;
    const Told told = ::told(world, plan);
    CHECK(told.counts() == Counts{4, 0, 0, 0});
    CHECK(told.events.empty());
}

TEST_CASE("A network without a USDC that is known has the AMM's token, or none", "[integration][token]") {
    World world;
    devnet::Ledger& ledger = world.node.ledger();
    ledger.set_passphrase(standalone);
    ledger.set_usdc(world.amm, ledger.deploy_asset(play));
    fill(world, play);
    const bool held = GENERATE(true, false);
    if (!held) ledger.remove_usdc(world.amm);
    const Told told = ::told(world, plan_of(world));
    if (held) {
        CHECK(told.counts() == Counts{4, 0, 0, 0});
        CHECK(told.events.empty());
    } else {
        REQUIRE(told.report.misconfigured);
        CHECK_THAT(*told.report.misconfigured, Catch::Contains("USDC_ASSET") &&
                                                   Catch::Contains("USDC_CONTRACT_ADDRESS") &&
                                                   Catch::Contains("the AMM holds nothing"));
    }
}

TEST_CASE("An AMM whose token cannot be used is a fault of the configuration", "[integration][token]") {
    World world;
    fill(world, world.asset);
    devnet::Ledger& ledger = world.node.ledger();
    const char* why = "";
    SECTION("the network's own currency") {
        ledger.set_usdc(world.amm, ledger.deploy_asset(stellar::Asset{}));
        why = "the contract of XLM";
    }
    SECTION("a contract that is not there") {
        ledger.set_usdc(world.amm, numbered_id(72));
        why = "there is no contract";
    }
    const Told told = ::told(world, plan_of(world));
    CHECK(told.report.setting == "AMM_CONTRACT_ADDRESS");
    REQUIRE(told.report.misconfigured);
    CHECK_THAT(*told.report.misconfigured, Catch::Contains(why) && Catch::Contains("the token that the AMM holds"));
}

TEST_CASE("A read of the AMM's token that fails never makes it Circle's", "[integration][token]") {
    World world;
    fill(world, world.asset);
    Plan plan = plan_of(world);
    plan.max_retries = 1;
    SECTION("no answer") {
        world.node.faults().add({.fault = devnet::ErrorFault{-32602, "refused"},
                                 .method = "getLedgerEntries",
                                 .containing = stellar::to_base64(usdc_key(world.amm))});
    }
    SECTION("an entry that is not one") {
        world.node.ledger().set_raw(usdc_key(world.amm), "no entry");
    }
    const Told told = ::told(world, plan);
    CHECK(told.counts()[0] + told.counts()[1] == 0);
    CHECK(told.report.summary.exit_code({}) == base::ExitCode::unavailable);
    CHECK_THAT(told.report.summary.errors().front().text, Catch::Contains("the token that the AMM"));
    CHECK_FALSE(told.has("TOKEN_ASSUMED"));
    // Only to be compared with what is set it is no reason to stop.
    plan.token.asset = world.asset;
    const Told set = ::told(world, plan);
    CHECK(set.counts() == Counts{4, 0, 0, 0});
    CHECK(set.has("TOKEN_NOT_COMPARED"));
}

TEST_CASE("An instance of the AMM's token that cannot be read is the node's fault, and no setting's",
          "[integration][token]") {
    World world;
    fill_plain(world, world.node.ledger());
    world.node.ledger().set_usdc(world.amm, plain_token);
    std::string key;
    stellar::append_contract_instance_key(key, plain_token);
    devnet::EntriesFault fault{.key = stellar::to_base64(key)};
    SECTION("ends too early") {
        fault.how = devnet::EntriesFault::How::undecodable;
    }
    SECTION("of another type") {
        fault.how = devnet::EntriesFault::How::wrong_type;
    }
    world.node.faults().add({.fault = fault, .method = "getLedgerEntries"});
    const Told told = ::told(world, plan_of(world));
    CHECK_FALSE(told.report.misconfigured);
    CHECK(told.counts()[0] + told.counts()[1] == 0);
    CHECK(told.report.summary.exit_code({}) == base::ExitCode::unavailable);
    REQUIRE_FALSE(told.report.summary.errors().empty());
    CHECK(told.report.summary.errors().front().reason == verify::Reason::decode);
    CHECK_THAT(told.report.summary.errors().front().text, Catch::Contains("instance cannot be read"));
}

TEST_CASE("A cycle without balances asks for no token", "[integration][token]") {
    World world;
    world.node.ledger().set_usdc(world.amm, numbered_id(72)); // it would be refused
    world.open_market("m", contract(1), "1", "1", std::pair{10'000'000U, 10'000'000U});
    Plan plan = plan_of(world);
    plan.kinds = {Kind::odds, Kind::outcomes};
    const Told told = ::told(world, plan);
    CHECK(told.report.counts(Kind::odds) == Counts{1, 0, 0, 0});
    CHECK(world.node.traffic().times_asked(usdc_key(world.amm)) == 0);
}

// ---- an endpoint that takes over

namespace {

/// Two endpoints, of which the first one goes away in the middle; the third could go on.
struct TakeOver {
    TakeOver() {
        token = world.node.ledger().deploy_asset(play);
        world.node.ledger().set_usdc(world.amm, token);
        for (std::uint32_t i = 0; i < 1000; ++i) world.user(fmt::format("u{}", i), account(i), "5", {});
        for (devnet::Server* server : {&world.node, &second, &third}) {
            for (std::uint32_t i = 0; i < 1000; ++i) server->ledger().set_trust_line(account(i), play, 50'000'000);
        }
        for (devnet::Server* server : {&second, &third}) {
            server->ledger().deploy_amm(world.amm, server->ledger().deploy_asset(play));
        }
    }

    Told run() {
        second.start();
        third.start();
        Plan plan = plan_of(world);
        plan.endpoints = {world.node.url(), second.url(), third.url()};
        plan.max_in_flight = 1;
        plan.on_turn = [this](const Report&) {
            if (world.node.traffic().calls("getLedgerEntries") >= 4) world.node.stop();
        };
        return told(world, plan);
    }

    World world;
    devnet::Server second;
    devnet::Server third;
    Hash token{};
};

} // namespace

TEST_CASE("An endpoint that takes over must know the token that was learnt at the start",
          "[integration][token][learnt]") {
    TakeOver scene;
    devnet::Ledger& ledger = scene.second.ledger();
    std::string why;
    SECTION("it does") {
        // What else stands in the instance is its own business.
        ledger.close(2);
    }
    SECTION("its AMM holds another token") {
        ledger.set_usdc(scene.world.amm, ledger.deploy_asset(scene.world.asset));
        why = "the AMM holds";
    }
    SECTION("its AMM holds none") {
        ledger.remove_usdc(scene.world.amm);
        why = "the AMM holds nothing";
    }
    SECTION("its AMM's entry cannot be read") {
        ledger.set_raw(usdc_key(scene.world.amm), "no entry");
        why = "cannot be read";
    }
    SECTION("the token is not a Stellar Asset Contract there") {
        ledger.deploy_token(scene.token);
        why = "is not a Stellar Asset Contract";
    }
    SECTION("the token is not there") {
        std::string key;
        stellar::append_contract_instance_key(key, scene.token);
        ledger.remove(key);
        why = "there is no contract";
    }
    const Told told = scene.run();
    CHECK(told.counts() == Counts{1000, 0, 0, 0});
    // Who contradicts is asked for no balance.
    CHECK((scene.third.traffic().counters().keys > 0) == !why.empty());
    CHECK((scene.second.traffic().counters().keys <= 2) == !why.empty());
    if (!why.empty()) {
        CHECK_THAT(told.report.log,
                   Catch::Contains("it contradicts what was learnt at the start") && Catch::Contains(why));
    }
}

TEST_CASE("A second opinion comes from an endpoint that knows the same token", "[integration][token][learnt]") {
    TakeOver scene;
    const std::string market = contract(5000);
    scene.world.resolved_market("m", market, 1, 2, 0);
    scene.second.ledger().set_market(market, 2, 1); // says what the first one does not
    scene.second.ledger().remove_usdc(scene.world.amm);
    scene.third.ledger().set_market(market, 2, 0);
    scene.second.start();
    scene.third.start();
    Plan plan = plan_of(scene.world);
    plan.kinds = {Kind::outcomes, Kind::balances};
    plan.endpoints = {scene.world.node.url(), scene.second.url(), scene.third.url()};
    const Report report = run(scene.world, plan);
    const verify::Mismatch* mismatch = report.mismatch(Kind::outcomes, "m");
    REQUIRE(mismatch != nullptr);
    REQUIRE(mismatch->second_opinion);
    CHECK(mismatch->second_opinion->word == verify::SecondOpinion::Word::agrees);
    CHECK(mismatch->second_opinion->endpoint == scene.third.url());
}

// ---- the program

TEST_CASE("check says which token balances are in, and warns if that is not certain",
          "[integration][program][check][token]") {
    World world;
    world.user("u1", account(3), "1", 10'000'000);
    world.flush();
    integration::Environment environment = environment_of(world);
    environment["SYNC_OUTPUT"] = "json";
    std::vector<std::string> arguments{"doctor"};
    std::string found;
    SECTION("the AMM's") {
        found = R"("status":"ok","found":"USDC:)";
    }
    SECTION("the AMM has none") {
        world.node.ledger().remove_usdc(world.amm);
        found = "the AMM holds nothing under `usdc`";
    }
    SECTION("another one is set") {
        environment["USDC_ASSET"] = stellar::to_text(play);
        world.node.ledger().deploy_asset(play);
        found = "the AMM holds another one";
    }
    SECTION("no AMM is set") {
        environment.erase("AMM_CONTRACT_ADDRESS");
        arguments.insert(arguments.end(), {"--only", "balances"});
        found = "nothing says which token the application uses";
    }
    const fakes::Ended ended = fakes::run_program(arguments, environment);
    CHECK(ended.code == 0);
    CHECK_THAT(ended.out, Catch::Contains(found));
}

TEST_CASE("run takes the AMM's token, and says if there is none", "[integration][program][token]") {
    World world;
    world.user("u1", account(3), "1", 10'000'000);
    const bool held = GENERATE(true, false);
    if (!held) world.node.ledger().remove_usdc(world.amm);
    world.flush();
    integration::Environment environment = environment_of(world);
    std::vector<std::string> arguments{"run"};
    if (GENERATE(true, false)) arguments.insert(arguments.end(), {"--only", "balances"});
    const fakes::Ended ended = fakes::run_program(arguments, environment);
    CHECK(ended.code == 0);
    CHECK(integration::events(ended, "TOKEN_ASSUMED").size() == (held ? 0 : 1));
}
