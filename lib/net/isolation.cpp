// The dispatcher's batches: a batch that fails is split around the items that make it fail, and failed calls are held
// back until it is known whether they or the endpoint are to blame.
#include "net/dispatcher.hpp"

#include <algorithm>

namespace net {
namespace {

/// A batch that fails with an internal error is split on while nothing of it is answered, up to this many parts: a few
/// bad items are found, and an endpoint that fails whatever it is asked is not asked for each item on its own.
constexpr std::size_t parts_without_answer = 30;
/// A batch that is dropped or times out, up to this many parts in all: one bad item of 200 fails 9 of them, two 17.
constexpr std::size_t parts_dropped = 30;
/// Where no other call can tell whether the endpoint lives, halves and quarters are tried: the whole and two halves
/// have failed then.
constexpr std::size_t parts_tried_alone = 3;

} // namespace

bool Dispatcher::split(Piece& piece) {
    if (!piece.keys || piece.groups() < 2) return false;
    Piece second = piece;
    piece.last = piece.first + piece.groups() / 2;
    second.first = piece.last;
    piece.retries.restart();
    second.retries.restart();
    ++piece.family->open_parts;
    ready_.push_front(std::move(second));
    ready_.push_front(std::move(piece));
    return true;
}

bool Dispatcher::may_split(const Piece& piece, FailureKind kind) const {
    const Family& family = *piece.family;
    if (kind == FailureKind::refused) return true;
    if (worth_splitting(kind)) return family.answered || family.unanswered_parts <= parts_without_answer;
    const bool alive = family.answered || answers_ > piece.answers_before;
    return alive && family.failed_parts <= parts_dropped;
}

/// Splits what failed before it was known that the endpoint answers. False where there is nothing of the kind.
bool Dispatcher::split_failed(Family& family) {
    if (family.failed_parts > parts_dropped) return false;
    std::vector<Piece> rest;
    bool any = false;
    for (Piece& piece : std::exchange(family.failed, {})) {
        if (worth_splitting_if_alive(piece.failure.kind) && split(piece)) {
            ++family.open_parts;
            any = true;
        } else {
            rest.push_back(std::move(piece));
        }
    }
    family.failed = std::move(rest);
    return any;
}

void Dispatcher::failed_for_good(Piece piece) {
    const std::shared_ptr<Family> family = piece.family;
    family->item_failed = true;
    if (piece.lags_behind_another(piece.failure.kind)) { // no sign that it is dead, and none that it is not
        finished_.push_back({piece.call, piece.first, piece.last, std::move(piece.failure), endpoint_});
        return part_done(*family);
    }
    // The refusal of one item is an answer.
    if (piece.failure.kind == FailureKind::refused) {
        failures_in_a_row_ = 0;
        ++answers_;
        family->answered = true;
        release_parked();
    }
    family->failed.push_back(std::move(piece));
    if (family->answered) settle_failed(*family);
    part_done(*family);
    if (family->open_parts == 0 && !family->answered) {
        parked_.push_back(family);
        if (parked_.size() >= calls_to_give_up) give_up_endpoint(failed_in_a_row());
    }
}

void Dispatcher::part_done(Family& family) {
    --family.open_parts;
    // Refused as a whole, and every part taken: the provider's limit is lower than the batch was, and is learnt once.
    if (family.open_parts == 0 && family.refused && !family.item_failed) {
        key_limit_ = std::min(key_limit_, family.largest_answered);
    }
}

void Dispatcher::release(Family& family) {
    for (Piece& piece : family.failed) {
        finished_.push_back({piece.call, piece.first, piece.last, std::move(piece.failure), endpoint_});
    }
    family.failed.clear();
}

/// The endpoint is known to answer.
void Dispatcher::settle_failed(Family& family) {
    split_failed(family);
    release(family);
}

void Dispatcher::release_parked() {
    for (const std::shared_ptr<Family>& family : std::exchange(parked_, {})) {
        settle_failed(*family);
    }
}

void Dispatcher::settle() {
    const bool under_way = !ready_.empty() || !waiting_.empty() || !in_flight_.empty();
    if (state_ != State::serving || parked_.empty() || under_way) return;
    if (endpoint_ + 1 < settings_.endpoints.size()) {
        give_up_endpoint(failed_in_a_row());
    } else {
        const auto tried_on = [this](const std::shared_ptr<Family>& family) {
            return family->failed_parts <= parts_tried_alone && split_failed(*family);
        };
        std::erase_if(parked_, tried_on);
        if (ready_.empty()) {
            for (const std::shared_ptr<Family>& family : std::exchange(parked_, {})) release(*family);
        }
    }
    start(clock_.now());
}

} // namespace net
