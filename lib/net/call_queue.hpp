// The pieces that are ready to be asked, those that wait for a retry, and what has finished.
#pragma once

#include "net/call.hpp"

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace net {

class CallQueue {
  public:
    void append(Piece piece) { ready_.push_back(std::move(piece)); }
    void put_first(Piece piece) { ready_.push_front(std::move(piece)); }
    /// Precondition: a piece is ready.
    Piece take_first();
    std::deque<Piece>& ready() { return ready_; }
    const std::deque<Piece>& ready() const { return ready_; }

    /// Holds a piece back until `due`.
    void wait(Piece piece, base::TimePoint due);
    /// Makes the pieces that are due ready.
    void wake(base::TimePoint now);
    /// Makes all of them ready.
    void wake_all();
    std::size_t waiting() const { return waiting_.size(); }
    /// When wake() has something to do; base::never if nothing waits.
    base::TimePoint next_due() const { return waiting_.empty() ? base::never : waiting_.front().due; }
    /// Neither ready nor waiting pieces.
    bool empty() const { return ready_.empty() && waiting_.empty(); }

    void finish(const Piece& piece, CallOutcome outcome);
    /// Gives all ready pieces up.
    void give_up_ready();
    bool has_finished() const { return !finished_.empty(); }
    std::vector<Finished> take_finished() { return std::exchange(finished_, {}); }
    /// What finishes from now on was served by this endpoint.
    void served_by(std::size_t endpoint) { endpoint_ = endpoint; }

    void clear();

  private:
    std::deque<Piece> ready_;
    std::vector<Piece> waiting_; // a heap, the earliest due on top
    std::vector<Finished> finished_;
    std::size_t endpoint_ = 0;
};

} // namespace net
