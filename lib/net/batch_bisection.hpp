// What becomes of calls that fail: a batch is split in halves until the bad item stands alone, and failed calls are
// held back until it is known whether they or the endpoint are at fault. The life of a call, or of a part of its batch:
//
//            add()
//              |
//              v                         due
//    .-----> READY <-------------------------------------- WAITING
//    |         |                                              ^
//    |         | a slot is free; prepare()                    | may_retry(), and its budget has a retry left
//    |         v                                              |
//    |     IN FLIGHT ------------ the try failed -------------+
//    |         |                                              |
//    |         | answered()                                   | failed()
//    |         v                                              v
//    |     FINISHED                                      may_split()?
//    |         ^                                           |     |
//    |<----------- two halves, with all retries ---- yes --'     | no
//    |         |                                                 v
//    |         |<--- something of its family is answered --- HELD BACK
//    |         |                                                 | every part of the family has failed
//    |         |                                                 v
//    |         |<--- another call is answered --------------- PARKED
//    |         |<--- settle(): no other endpoint is left -----   |
//    |                                                           |
//    '<--------- start_over(): the endpoint is given up ---------'
//
// On the way from HELD BACK or PARKED to FINISHED, batches that were dropped or timed out are split first. The endpoint
// is given up if calls_to_give_up families in a row are parked, or if nothing but parked ones is left.
#pragma once

#include "net/call_queue.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace net {

/// A call and the parts it was split into.
struct Family : std::enable_shared_from_this<Family> {
    std::size_t open_parts = 1;
    std::size_t unanswered_parts = 0; // failed while nothing of the family was answered
    std::size_t failed_parts = 0;     // the whole batch included
    std::size_t largest_answered = 0; // keys
    bool answered = false;
    bool refused = false; // the whole batch, by its parameters
    bool item_failed = false;
    std::vector<Piece> held; // failed, until it is known whether the endpoint is at fault; these name no family
};

class BatchBisection {
  public:
    /// `queue` outlives this.
    explicit BatchBisection(CallQueue& queue) : queue_(queue) {}

    /// Queues a new call.
    void add(Piece piece);
    /// Before a try. False if the piece has more keys than the provider takes, and was split instead.
    bool prepare(Piece& piece);
    /// It is not asked, and finishes as GivenUp.
    void give_up(const Piece& piece);
    void answered(const Piece& piece, CallOutcome outcome);
    /// Counts the failure of a try, and learns from the text of a refusal how many keys the provider takes.
    void try_failed(const Piece& piece, const Failure& failure);
    /// The same piece may be retried; otherwise it has failed().
    bool may_retry(const Piece& piece, FailureKind kind) const;
    /// The piece is split, or has failed for good.
    void failed(Piece piece, Failure failure);

    /// Keys that the provider takes in one call, as known so far.
    std::size_t key_limit() const { return key_limit_; }
    /// As many tries have failed since the last answer as it takes calls to give the endpoint up.
    bool nothing_answered() const { return failures_in_a_row_ >= calls_to_give_up; }
    /// As many calls in a row have failed for good: the endpoint, and not the calls, is at fault.
    bool endpoint_is_dead() const { return parked_.size() >= calls_to_give_up; }
    bool any_parked() const { return !parked_.empty(); }
    /// For a person. Precondition: any_parked().
    std::string why_dead() const;

    /// The endpoint is given up: what is held back becomes ready, and counts, as all that is ready, as never asked.
    void start_over();
    /// Nothing else is under way and no other endpoint left, so that nothing can tell a dead endpoint from a few bad
    /// calls: tries halves and quarters of what is parked, then lets it fail.
    void settle();
    void clear() { parked_.clear(); }

  private:
    static constexpr std::size_t calls_to_give_up = 5;

    bool split(Piece& piece);
    bool may_split(const Piece& piece, FailureKind kind) const;
    bool split_held(Family& family);
    void failed_for_good(Piece piece);
    void part_done(Family& family);
    void settle_held(Family& family);
    void release(Family& family);
    void release_parked();
    void take_back(Family& family);

    CallQueue& queue_;
    std::vector<std::shared_ptr<Family>> parked_; // failed for good in a row
    std::uint64_t answers_ = 0;                   // calls answered, by whatever endpoint
    std::uint64_t failures_in_a_row_ = 0;         // tries, of whatever calls, since the last answer
    std::size_t key_limit_ = max_keys_per_call;
};

} // namespace net
