#include "net/ledger_watch.hpp"

#include "fakes/node.hpp"
#include "fakes/tick_clock.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using net::FailureKind;
using net::LedgerWatch;
using net::RpcMethod;

namespace {

struct Bench {
    fakes::TickClock clock;
    LedgerWatch ledgers{{60s, 1s, 2}, clock};
    net::AnswerReader reader;

    Bench() { ledgers.serve(1000, RpcMethod::get_health); }

    std::optional<net::Failure> poll(net::HttpOutcome outcome) {
        const RpcMethod method = ledgers.poll_method();
        ledgers.poll(1);
        return ledgers.poll_answered(1, method, outcome, reader);
    }
    std::optional<net::Failure> poll(std::string_view result) {
        net::HttpOutcome outcome;
        outcome.status = 200;
        outcome.body = fmt::format(R"({{"jsonrpc":"2.0","id":1,{}}})", result);
        return poll(std::move(outcome));
    }
};

constexpr const char* healthy = R"("result":{"status":"healthy","latestLedger":1001})";

} // namespace

TEST_CASE("An answer is used from the ledger at the start to what can have closed since", "[net][ledgers]") {
    Bench bench;
    struct Row {
        std::uint32_t ledger;
        std::uint32_t least;
        std::optional<FailureKind> fault;
    };
    const Row row = GENERATE(Row{999, 0, FailureKind::older_ledger}, Row{1000, 0, std::nullopt},
                             Row{1004, 1005, FailureKind::older_ledger}, Row{1005, 1005, std::nullopt},
                             Row{2000, 0, std::nullopt}, Row{2001, 0, FailureKind::ledger_ahead});
    const std::optional<net::Failure> fault = bench.ledgers.fault(row.ledger, row.least);
    CHECK((fault ? std::optional(fault->kind) : std::nullopt) == row.fault);
    bench.clock.tick(1s);
    CHECK_FALSE(bench.ledgers.fault(2002, 0));
}

TEST_CASE("An endpoint has stalled if it has reported the same ledger for max_age", "[net][ledgers]") {
    Bench bench;
    bench.clock.tick(90s);
    CHECK_FALSE(bench.ledgers.stalled()); // nobody has asked
    bench.ledgers.seen(1000);
    CHECK(bench.ledgers.stalled());
    bench.ledgers.seen(1001);
    CHECK_FALSE(bench.ledgers.stalled());
    CHECK(bench.ledgers.latest_since() == bench.clock.now());
}

TEST_CASE("The ledger at the start does not go back with another endpoint, the latest one does", "[net][ledgers]") {
    Bench bench;
    bench.ledgers.seen(1010);
    bench.ledgers.serve(1005, RpcMethod::get_health);
    CHECK(bench.ledgers.start() == 1005);
    bench.ledgers.serve(990, RpcMethod::get_health);
    CHECK(bench.ledgers.start() == 1005);
    CHECK(bench.ledgers.latest() == 990);
    LedgerWatch second({}, bench.clock);
    second.start_from(bench.ledgers);
    CHECK(second.start() == 1005);
    CHECK(second.latest() == 0);
}

TEST_CASE("Polls are due while a later ledger is awaited, one at a time", "[net][ledgers]") {
    Bench bench;
    CHECK(bench.ledgers.poll_due() == base::never);
    bench.ledgers.await(1001);
    CHECK(bench.ledgers.poll_due() == bench.clock.now());
    CHECK_THAT(bench.ledgers.poll(1), Catch::Contains("getHealth"));
    CHECK(bench.ledgers.poll_due() == base::never);
    bench.ledgers.cancel_poll();
    CHECK_FALSE(bench.poll(R"("result":{"status":"healthy","latestLedger":1000})"));
    CHECK(bench.ledgers.poll_due() == bench.clock.now() + 1s);
    CHECK_FALSE(bench.poll(healthy));
    CHECK(bench.ledgers.latest() == 1001);
    CHECK(bench.ledgers.poll_due() == base::never);
}

TEST_CASE("A poll's failure is returned, and a Retry-After is obeyed", "[net][ledgers]") {
    Bench bench;
    bench.ledgers.await(1001);
    net::HttpOutcome busy;
    busy.status = 429;
    busy.retry_after = 7s;
    CHECK(bench.poll(std::move(busy))->kind == FailureKind::busy);
    CHECK(bench.ledgers.poll_due() == bench.clock.now() + 7s);
    CHECK(bench.poll(R"("error":{"code":-32603,"message":"unhealthy"})")->kind == FailureKind::server_error);
    CHECK(bench.ledgers.poll_method() == RpcMethod::get_latest_ledger);
    CHECK(bench.ledgers.poll_due() == bench.clock.now());
    CHECK(bench.poll(R"("result":[])")->kind == FailureKind::not_an_answer);
}

TEST_CASE("Failed polls count until anything is answered", "[net][ledgers]") {
    Bench bench;
    CHECK_FALSE(bench.ledgers.too_many_failed_polls());
    CHECK_FALSE(bench.ledgers.too_many_failed_polls());
    bench.ledgers.seen(1000);
    CHECK_FALSE(bench.ledgers.too_many_failed_polls());
    CHECK_FALSE(bench.poll(healthy));
    CHECK_FALSE(bench.ledgers.too_many_failed_polls());
    CHECK_FALSE(bench.ledgers.too_many_failed_polls());
    CHECK(bench.ledgers.too_many_failed_polls());
}
