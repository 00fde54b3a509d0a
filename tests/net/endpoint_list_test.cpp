#include "net/endpoint_list.hpp"

#include "fakes/node.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using net::EndpointList;
using net::FailureKind;
using net::Rejection;

namespace {

/// Three endpoints, of which the last is listed twice; each question is answered by the node at once.
struct Bench {
    fakes::TickClock clock;
    std::string logged;
    base::Log log{{}, "sync", clock, [this](std::string_view line) { logged += line; }};
    net::LedgerWatch ledgers{{60s, 1s, 3}, clock};
    net::AnswerReader reader;
    fakes::Node node;
    EndpointList list;

    explicit Bench(std::string passphrase = "")
        : list({{"http://one.example/key", "http://two.example/", "http://two.example/"}, passphrase, 60s, {}}, ledgers,
               clock, log) {}

    /// Asks the next question; `fails` in place of an answer.
    std::optional<net::Failure> step(const fakes::ScriptedChannel::Answer& answer) {
        REQUIRE(list.probe_due() <= clock.now());
        net::HttpRequest request;
        request.body = list.ask(1);
        REQUIRE(list.probe_due() == base::never);
        net::HttpOutcome outcome = answer(request).outcome;
        return list.answered(1, outcome, reader);
    }
    void accept() {
        while (!list.serving()) REQUIRE_FALSE(step(node));
    }
};

} // namespace

TEST_CASE("Endpoints: the first one serves once it has reported its network and a fresh ledger", "[net][endpoints]") {
    Bench bench;
    CHECK(bench.list.network().empty());
    CHECK_FALSE(bench.step(bench.node));
    CHECK_FALSE(bench.list.serving());
    bench.accept();
    CHECK(bench.list.index() == 0);
    CHECK(bench.list.network() == bench.node.passphrase);
    CHECK(bench.list.probe_due() == base::never);
    CHECK(bench.ledgers.start() == 1000);
    CHECK(bench.list.node_ledger()->sequence == 1000);
    CHECK(bench.list.name().find("key") == std::string::npos);
    CHECK_THAT(bench.logged, Catch::Contains("RPC_ENDPOINT"));
}

TEST_CASE("Endpoints: a failed question is asked again, or the next endpoint is probed", "[net][endpoints]") {
    struct Row {
        FailureKind kind;
        Rejection rejection;
    };
    const Row row = GENERATE(
        Row{FailureKind::connection, Rejection::unreachable}, Row{FailureKind::unauthorized, Rejection::unauthorized},
        Row{FailureKind::older_ledger, Rejection::stale}, Row{FailureKind::unusable, Rejection::unreachable});
    Bench bench;
    const auto dropped = [](const net::HttpRequest&) {
        return fakes::transport(net::TransportFault::connection, "reset");
    };
    CHECK(bench.step(dropped)->kind == FailureKind::connection);
    CHECK(bench.list.index() == 0);
    bench.list.ask_again(bench.clock.now() + 1s);
    CHECK(bench.list.probe_due() == bench.clock.now() + 1s);
    bench.list.probe_failed({row.kind, "reset", std::nullopt});
    CHECK(bench.list.index() == 1);
    REQUIRE(bench.list.rejections().size() == 1);
    CHECK(bench.list.rejections()[0].rejection == row.rejection);
    CHECK(bench.list.rejections()[0].text == "getNetwork: reset");
    CHECK(bench.list.probe_due() == bench.clock.now());
    CHECK_THAT(bench.logged, Catch::Contains("RPC_ENDPOINT_PASSED_OVER"));
}

TEST_CASE("Endpoints: one whose getHealth fails is asked for its latest ledger, with all retries", "[net][endpoints]") {
    Bench bench;
    CHECK_FALSE(bench.step(bench.node));
    REQUIRE(bench.list.probe_method() == net::RpcMethod::get_health);
    CHECK(bench.list.probe_retries().take(base::TimeBudget(bench.clock), [] { return 0.5; }));
    bench.list.probe_failed({FailureKind::server_error, "HTTP status 502", std::nullopt});
    CHECK(bench.list.index() == 0);
    CHECK(bench.list.probe_method() == net::RpcMethod::get_latest_ledger);
    CHECK(bench.list.probe_retries().made() == 0);
}

TEST_CASE("Endpoints: one that has confirmed what was learnt is polled for its latest ledger", "[net][endpoints]") {
    Bench bench;
    bench.list.learnt({std::make_shared<net::KeyGroups>(), [](const net::LedgerEntries&) { return std::nullopt; }});
    bench.list.pass_over({Rejection::stale, "it stands still"});
    bench.accept();
    CHECK(bench.list.probe_method() == net::RpcMethod::get_ledger_entries);
    CHECK(bench.ledgers.poll_method() == net::RpcMethod::get_latest_ledger);
}

TEST_CASE("Endpoints: the list ends after the last one", "[net][endpoints]") {
    Bench bench("Public Global Stellar Network ; September 2015");
    while (!bench.list.exhausted()) CHECK_FALSE(bench.step(bench.node));
    CHECK(bench.list.rejections().size() == 3);
    CHECK(bench.list.rejections()[0].rejection == Rejection::wrong_network);
    CHECK(bench.list.index() == 2);
    CHECK(bench.list.probe_due() == base::never);
}

TEST_CASE("Endpoints: those for a second opinion come later, are not the same, and keep network and ledger",
          "[net][endpoints]") {
    Bench bench;
    bench.accept();
    CHECK(bench.list.others() == std::vector<std::string>{"http://two.example/", "http://two.example/"});
    bench.list.pass_over({Rejection::stale, "it stands still"});
    bench.accept();
    CHECK(bench.list.any_left());
    CHECK(bench.list.others().empty());

    Bench second;
    second.ledgers.start_from(bench.ledgers);
    second.list.follow(bench.list);
    CHECK(second.list.network() == bench.list.network());
    second.node.passphrase = "another";
    CHECK_FALSE(second.step(second.node));
    CHECK(second.list.rejections().back().rejection == Rejection::wrong_network);
    second.node = bench.node;
    second.node.ledger = 999;
    CHECK_FALSE(second.step(second.node));
    CHECK(second.step(second.node)->kind == FailureKind::older_ledger);
}
