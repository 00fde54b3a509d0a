#include "net/call_queue.hpp"

#include <algorithm>

namespace net {
namespace {

constexpr auto later_due = [](const Piece& a, const Piece& b) { return a.due > b.due; };

} // namespace

Piece CallQueue::take_first() {
    Piece piece = std::move(ready_.front());
    ready_.pop_front();
    return piece;
}

void CallQueue::wait(Piece piece, base::TimePoint due) {
    piece.due = due;
    waiting_.push_back(std::move(piece));
    std::push_heap(waiting_.begin(), waiting_.end(), later_due);
}

void CallQueue::wake(base::TimePoint now) {
    while (next_due() <= now) {
        std::pop_heap(waiting_.begin(), waiting_.end(), later_due);
        put_first(std::move(waiting_.back()));
        waiting_.pop_back();
    }
}

void CallQueue::wake_all() {
    for (Piece& piece : std::exchange(waiting_, {})) put_first(std::move(piece));
}

void CallQueue::finish(const Piece& piece, CallOutcome outcome) {
    finished_.push_back({piece.call, piece.first, piece.last, std::move(outcome), endpoint_});
}

void CallQueue::give_up_ready() {
    for (const Piece& piece : std::exchange(ready_, {})) finish(piece, GivenUp{});
}

void CallQueue::clear() {
    ready_.clear();
    waiting_.clear();
    finished_.clear();
}

} // namespace net
