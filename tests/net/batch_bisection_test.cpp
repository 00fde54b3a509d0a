// What becomes of failed calls, without time, retries or a network.
#include "net/batch_bisection.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <set>

using net::BatchBisection;
using net::CallQueue;
using net::FailureKind;
using net::Piece;

namespace {

constexpr std::size_t all = 1000;

struct Bench {
    CallQueue queue;
    BatchBisection bisection{queue};
    std::size_t asked = 0;
    std::size_t answered = 0;
    std::size_t failed = 0;
    std::size_t given_up = 0;

    void add(std::size_t items) {
        auto keys = std::make_shared<net::KeyGroups>();
        for (std::size_t i = 0; i < items; ++i) {
            const std::string key = fmt::format("{:05}", i);
            const std::string_view view = key;
            REQUIRE(keys->add({&view, 1}, net::max_keys_per_call));
        }
        Piece piece;
        piece.last = items;
        piece.keys = std::move(keys);
        bisection.add(std::move(piece));
    }

    /// Tries all that is ready, without retries: pieces that hold one of `bad` items fail.
    void run(const std::set<std::size_t>& bad, FailureKind kind, std::string text = "") {
        while (!queue.ready().empty()) {
            Piece piece = queue.take_first();
            if (!bisection.prepare(piece)) continue;
            ++asked;
            const auto worst = bad.lower_bound(piece.first);
            if (worst == bad.end() || *worst >= piece.last) {
                bisection.answered(piece, net::LedgerEntries{});
            } else {
                bisection.try_failed(piece, {kind, text, std::nullopt});
                bisection.failed(std::move(piece), {kind, text, std::nullopt});
            }
        }
        for (const net::Finished& finished : queue.take_finished()) {
            const std::size_t items = finished.last - finished.first;
            if (std::holds_alternative<net::LedgerEntries>(finished.outcome)) answered += items;
            if (std::holds_alternative<net::Failure>(finished.outcome)) failed += items;
            if (std::holds_alternative<net::GivenUp>(finished.outcome)) given_up += items;
        }
    }
};

/// Every item fails.
std::set<std::size_t> everything() {
    std::set<std::size_t> items;
    for (std::size_t i = 0; i < all; ++i) items.insert(i);
    return items;
}

} // namespace

TEST_CASE("Bisection: one bad item fails alone, whatever kind of failure a part may survive", "[net][bisection]") {
    struct Row {
        FailureKind kind;
        bool other_answers; // before it
    };
    const Row row = GENERATE(Row{FailureKind::refused, false}, Row{FailureKind::server_error, false},
                             Row{FailureKind::not_an_answer, false}, Row{FailureKind::connection, true},
                             Row{FailureKind::timed_out, true}, Row{FailureKind::unusable, true});
    Bench bench;
    if (row.other_answers) {
        bench.add(200);
        Piece piece = bench.queue.take_first();
        REQUIRE(bench.bisection.prepare(piece));
        bench.add(200);
        Piece other = bench.queue.take_first();
        REQUIRE(bench.bisection.prepare(other));
        bench.bisection.answered(other, net::LedgerEntries{});
        bench.queue.take_finished();
        bench.bisection.failed(std::move(piece), {row.kind, "", std::nullopt});
    } else {
        bench.add(200);
    }
    bench.run({137}, row.kind);
    CHECK(bench.answered == 199);
    CHECK(bench.failed == 1);
    CHECK(bench.asked <= 17);
    CHECK_FALSE(bench.bisection.any_parked());
}

TEST_CASE("Bisection: a failure that no part survives is not split", "[net][bisection]") {
    Bench bench;
    bench.add(200);
    bench.run({137}, FailureKind::busy);
    CHECK(bench.asked == 1);
    CHECK(bench.bisection.any_parked());
    bench.bisection.settle();
    bench.run({}, FailureKind::busy);
    CHECK(bench.failed == 200);
}

TEST_CASE("Bisection: dropped batches wait until something is answered, and are then split", "[net][bisection]") {
    Bench bench;
    bench.add(200);
    bench.run({7}, FailureKind::timed_out);
    CHECK(bench.asked == 1);
    CHECK(bench.bisection.any_parked());
    bench.add(1);
    bench.run({7}, FailureKind::timed_out);
    CHECK(bench.answered == 200);
    CHECK(bench.failed == 1);
}

TEST_CASE("Bisection: with nothing else to ask, halves and quarters are tried", "[net][bisection]") {
    Bench bench;
    bench.add(200);
    bench.run(everything(), FailureKind::timed_out);
    while (bench.bisection.any_parked()) {
        bench.bisection.settle();
        bench.run(everything(), FailureKind::timed_out);
    }
    CHECK(bench.failed == 200);
    CHECK(bench.asked == 1 + 2 + 4);
}

TEST_CASE("Bisection: five calls in a row that fail show a dead endpoint, and start over at the next",
          "[net][bisection]") {
    Bench bench;
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(bench.bisection.endpoint_is_dead());
        bench.add(1);
        bench.run({0}, FailureKind::connection, "refused");
    }
    REQUIRE(bench.bisection.endpoint_is_dead());
    CHECK(bench.bisection.nothing_answered());
    CHECK(bench.bisection.why_dead() == "5 calls in a row failed for good, the last one with: refused");
    bench.bisection.start_over();
    CHECK_FALSE(bench.bisection.any_parked());
    CHECK_FALSE(bench.bisection.nothing_answered());
    bench.run({}, FailureKind::connection);
    CHECK(bench.answered == 5);
    CHECK(bench.failed == 0);
}

TEST_CASE("Bisection: an answer starts the count of failed calls at zero", "[net][bisection]") {
    Bench bench;
    for (int i = 0; i < 4; ++i) bench.add(1);
    bench.run({0}, FailureKind::connection);
    bench.add(1);
    bench.run({}, FailureKind::connection);
    CHECK(bench.failed == 4);
    CHECK_FALSE(bench.bisection.any_parked());
    bench.add(1);
    bench.run({0}, FailureKind::connection);
    CHECK_FALSE(bench.bisection.endpoint_is_dead());
}

TEST_CASE("Bisection: the provider's key limit is learnt from its text, or from parts that it takes",
          "[net][bisection]") {
    Bench bench;
    bench.add(200);
    SECTION("told") {
        Piece piece = bench.queue.take_first();
        const net::Failure refusal{FailureKind::refused, "key count (200) exceeds maximum supported (50)",
                                   std::nullopt};
        bench.bisection.try_failed(piece, refusal);
        CHECK(bench.bisection.key_limit() == 50);
        bench.bisection.failed(std::move(piece), refusal);
        bench.run({}, FailureKind::refused);
        CHECK(bench.asked == 4);
    }
    SECTION("found out") {
        Piece piece = bench.queue.take_first();
        bench.bisection.try_failed(piece, {FailureKind::refused, "too many", std::nullopt});
        bench.bisection.failed(std::move(piece), {FailureKind::refused, "too many", std::nullopt});
        bench.run({}, FailureKind::refused);
        CHECK(bench.bisection.key_limit() == 100);
    }
    CHECK(bench.answered == 200);
}

TEST_CASE("Bisection: parts have no retries of their own until they stand alone", "[net][bisection]") {
    Bench bench;
    bench.add(4);
    Piece whole = bench.queue.take_first();
    CHECK(bench.bisection.may_retry(whole, FailureKind::server_error));
    CHECK_FALSE(bench.bisection.may_retry(whole, FailureKind::unauthorized));
    bench.bisection.failed(std::move(whole), {FailureKind::server_error, "", std::nullopt});
    Piece half = bench.queue.take_first();
    CHECK_FALSE(bench.bisection.may_retry(half, FailureKind::server_error));
    CHECK(bench.bisection.may_retry(half, FailureKind::busy));
    bench.bisection.answered(bench.queue.take_first(), net::LedgerEntries{});
    bench.bisection.failed(std::move(half), {FailureKind::server_error, "", std::nullopt});
    CHECK(bench.bisection.may_retry(bench.queue.take_first(), FailureKind::server_error));
}

TEST_CASE("Bisection: an endpoint that lags behind another is not at fault", "[net][bisection]") {
    Bench bench;
    for (int i = 0; i < 6; ++i) {
        bench.add(1);
        Piece piece = bench.queue.take_first();
        piece.least.of_another = true;
        bench.bisection.try_failed(piece, {FailureKind::older_ledger, "", std::nullopt});
        bench.bisection.failed(std::move(piece), {FailureKind::older_ledger, "", std::nullopt});
    }
    CHECK_FALSE(bench.bisection.nothing_answered());
    CHECK_FALSE(bench.bisection.any_parked());
    bench.run({}, FailureKind::older_ledger);
    CHECK(bench.failed == 6);
}

TEST_CASE("Bisection: what is given up finishes as GivenUp", "[net][bisection]") {
    Bench bench;
    bench.add(3);
    bench.bisection.give_up(bench.queue.take_first());
    bench.run({}, FailureKind::busy);
    CHECK(bench.given_up == 3);
}
