#include "net/call_queue.hpp"

#include "fakes/tick_clock.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using net::CallQueue;
using net::Piece;

namespace {

Piece piece(net::CallId call) {
    Piece piece;
    piece.call = call;
    return piece;
}

std::vector<net::CallId> ready(const CallQueue& queue) {
    std::vector<net::CallId> calls;
    for (const Piece& each : queue.ready()) calls.push_back(each.call);
    return calls;
}

} // namespace

TEST_CASE("A piece that waits is ready when it is due, before the others, the earliest due last", "[net][queue]") {
    const base::TimePoint now = fakes::TickClock().now();
    CallQueue queue;
    queue.append(piece(1));
    queue.wait(piece(2), now + 2s);
    queue.wait(piece(3), now + 1s);
    queue.wait(piece(4), now + 9s);
    CHECK(queue.next_due() == now + 1s);
    queue.wake(now);
    CHECK(ready(queue) == std::vector<net::CallId>{1});
    queue.wake(now + 2s);
    CHECK(ready(queue) == std::vector<net::CallId>{2, 3, 1});
    CHECK(queue.waiting() == 1);
    queue.wake_all();
    CHECK(queue.take_first().call == 4);
    CHECK(queue.next_due() == base::never);
    CHECK_FALSE(queue.empty());
    queue.clear();
    CHECK(queue.empty());
}

TEST_CASE("What finishes names the endpoint that served then", "[net][queue]") {
    CallQueue queue;
    queue.append(piece(1));
    queue.finish(piece(2), net::Failure{});
    queue.served_by(1);
    queue.give_up_ready();
    CHECK(queue.empty());
    CHECK(queue.has_finished());
    const std::vector<net::Finished> finished = queue.take_finished();
    REQUIRE(finished.size() == 2);
    CHECK(finished[0].endpoint == 0);
    CHECK(finished[1].endpoint == 1);
    CHECK(std::holds_alternative<net::GivenUp>(finished[1].outcome));
    CHECK_FALSE(queue.has_finished());
}
