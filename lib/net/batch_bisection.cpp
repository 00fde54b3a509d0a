#include "net/batch_bisection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace net {
namespace {

/// A batch that fails with an internal error is split on while nothing of it is answered, up to this many parts: a few
/// bad items are found, and an endpoint that fails whatever it is asked is not asked for each item on its own.
constexpr std::size_t parts_without_answer = 30;
/// A batch that is dropped or times out, up to this many parts in all: one bad item of 200 fails 9 of them, two 17.
constexpr std::size_t parts_dropped = 30;
/// If no other call can tell whether the endpoint lives, halves and quarters are tried: the whole and two halves have
/// failed then.
constexpr std::size_t parts_tried_alone = 3;

std::vector<Piece> take_held(Family& family) {
    std::vector<Piece> held = std::exchange(family.held, {});
    for (Piece& piece : held) piece.family = family.shared_from_this();
    return held;
}

bool splittable(FailureKind kind) {
    return worth_splitting(kind) || worth_splitting_if_alive(kind);
}

} // namespace

void BatchBisection::add(Piece piece) {
    piece.family = std::make_shared<Family>();
    queue_.append(std::move(piece));
}

bool BatchBisection::prepare(Piece& piece) {
    if (piece.retries.made() == 0) piece.answers_before = answers_;
    // Made before the provider's lower limit was learnt.
    return !(piece.key_count() > key_limit_ && split(piece));
}

void BatchBisection::give_up(const Piece& piece) {
    piece.family->item_failed = true;
    queue_.finish(piece, GivenUp{});
    part_done(*piece.family);
}

void BatchBisection::answered(const Piece& piece, CallOutcome outcome) {
    Family& family = *piece.family;
    failures_in_a_row_ = 0;
    ++answers_;
    family.answered = true;
    family.largest_answered = std::max(family.largest_answered, piece.key_count());
    release_parked();
    settle_held(family);
    queue_.finish(piece, std::move(outcome));
    part_done(family);
}

void BatchBisection::try_failed(const Piece& piece, const Failure& failure) {
    if (!piece.lags_behind_another(failure.kind)) ++failures_in_a_row_;
    if (failure.kind != FailureKind::refused) return;
    if (const auto limit = key_limit_in(failure.text)) key_limit_ = std::min(key_limit_, *limit);
    piece.family->refused = piece.family->refused || piece.whole_batch();
}

bool BatchBisection::may_retry(const Piece& piece, FailureKind kind) const {
    // The whole batch has had its retries already: a part that fails in the same way is split on at once, until the
    // item that stands alone, which has retries of its own if the endpoint is known to answer.
    const bool part = piece.keys && !piece.whole_batch();
    const bool retries_spent = part && splittable(kind) && (piece.groups() > 1 || !piece.family->answered);
    return worth_retrying(kind) && !retries_spent;
}

void BatchBisection::failed(Piece piece, Failure failure) {
    Family& family = *piece.family;
    if (!family.answered) ++family.unanswered_parts;
    ++family.failed_parts;
    if (may_split(piece, failure.kind) && split(piece)) return;
    piece.failure = std::move(failure);
    failed_for_good(std::move(piece));
}

bool BatchBisection::split(Piece& piece) {
    if (!piece.keys || piece.groups() < 2) return false;
    Piece second = piece;
    piece.last = piece.first + piece.groups() / 2;
    second.first = piece.last;
    piece.retries.restart();
    second.retries.restart();
    ++piece.family->open_parts;
    queue_.put_first(std::move(second));
    queue_.put_first(std::move(piece));
    return true;
}

/// Best guess: is the batch at fault, rather than the endpoint?
bool BatchBisection::may_split(const Piece& piece, FailureKind kind) const {
    const Family& family = *piece.family;
    if (!splittable(kind)) return false;
    if (kind == FailureKind::refused) return true;
    if (worth_splitting(kind)) return family.answered || family.unanswered_parts <= parts_without_answer;
    const bool alive = family.answered || answers_ > piece.answers_before;
    return alive && family.failed_parts <= parts_dropped;
}

/// Splits what failed before it was known that the endpoint answers. False if there is nothing to split.
bool BatchBisection::split_held(Family& family) {
    if (family.failed_parts > parts_dropped) return false;
    std::vector<Piece> rest;
    bool any = false;
    for (Piece& piece : take_held(family)) {
        if (worth_splitting_if_alive(piece.failure.kind) && split(piece)) {
            ++family.open_parts;
            any = true;
        } else {
            piece.family.reset();
            rest.push_back(std::move(piece));
        }
    }
    family.held = std::move(rest);
    return any;
}

void BatchBisection::failed_for_good(Piece piece) {
    const std::shared_ptr<Family> family = piece.family;
    family->item_failed = true;
    if (piece.lags_behind_another(piece.failure.kind)) { // shows neither that the endpoint is dead nor that it lives
        queue_.finish(piece, std::move(piece.failure));
        return part_done(*family);
    }
    // The refusal of one item is an answer.
    if (piece.failure.kind == FailureKind::refused) {
        failures_in_a_row_ = 0;
        ++answers_;
        family->answered = true;
        release_parked();
    }
    piece.family.reset(); // the family would hold itself
    family->held.push_back(std::move(piece));
    if (family->answered) settle_held(*family);
    part_done(*family);
    if (family->open_parts == 0 && !family->answered) parked_.push_back(family);
}

void BatchBisection::part_done(Family& family) {
    --family.open_parts;
    // Refused as a whole, and every part taken: the provider's limit is lower than the batch was, and is learnt once.
    if (family.open_parts == 0 && family.refused && !family.item_failed) {
        key_limit_ = std::min(key_limit_, family.largest_answered);
    }
}

/// The endpoint is known to answer.
void BatchBisection::settle_held(Family& family) {
    split_held(family);
    release(family);
}

void BatchBisection::release(Family& family) {
    for (Piece& piece : take_held(family)) queue_.finish(piece, std::move(piece.failure));
}

void BatchBisection::release_parked() {
    for (const std::shared_ptr<Family>& family : std::exchange(parked_, {})) settle_held(*family);
}

std::string BatchBisection::why_dead() const {
    return fmt::format("{} calls in a row failed for good, the last one with: {}", parked_.size(),
                       parked_.back()->held.back().failure.text);
}

void BatchBisection::take_back(Family& family) {
    for (Piece& piece : take_held(family)) {
        ++family.open_parts;
        queue_.put_first(std::move(piece));
    }
}

void BatchBisection::start_over() {
    for (const std::shared_ptr<Family>& family : std::exchange(parked_, {})) take_back(*family);
    // Families that were being split hold failed parts too; taken from a copy, for the queue grows meanwhile.
    std::vector<std::shared_ptr<Family>> queued;
    for (const Piece& piece : queue_.ready()) queued.push_back(piece.family);
    for (const std::shared_ptr<Family>& family : queued) take_back(*family);
    for (Piece& piece : queue_.ready()) {
        piece.retries.restart();
        piece.family->unanswered_parts = 0;
        piece.family->failed_parts = 0;
        piece.family->item_failed = false;
    }
    failures_in_a_row_ = 0;
}

void BatchBisection::settle() {
    std::erase_if(parked_, [this](const std::shared_ptr<Family>& family) {
        return family->failed_parts <= parts_tried_alone && split_held(*family);
    });
    if (!queue_.ready().empty()) return;
    for (const std::shared_ptr<Family>& family : std::exchange(parked_, {})) release(*family);
}

} // namespace net
