#include "sync/row_stream.hpp"

#include <algorithm>
#include <iterator>

namespace cycle {
namespace {

constexpr std::size_t pages_ahead = 3;         // of a check: the one being taken from, and two that wait
constexpr std::size_t page_bytes = 1U << 20;   // of memory, about: 2,000 ordinary rows take half of it
constexpr std::size_t most_ahead = 4U << 20;   // bytes: beyond, no check has more than one page
constexpr std::size_t most_in_use = 12U << 20; // bytes of pages, those under way to the chain included
constexpr std::size_t least_page_bytes = 64U << 10;

std::vector<bool> critical(const std::vector<db::Scope>& scopes) {
    std::vector<bool> all;
    for (const db::Scope& scope : scopes) all.push_back(scope.check.critical());
    return all;
}

} // namespace

bool is_skipped(Check check, const Row& row) {
    return check->profile().scoped_by_address() && verify::is_blank(row[1]);
}

RowStream::RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size, std::uint64_t turn)
    : turns_(critical(scopes)) {
    // All together, with one page each, hold no more than the pages of a few.
    const std::size_t bytes =
        std::clamp(most_ahead / std::max<std::size_t>(1, scopes.size()), least_page_bytes, page_bytes);
    for (db::Scope& scope : scopes)
        lanes_.emplace_back(source, std::move(scope), Lane::Limits{page_size, bytes}, turn, in_use_);
}

// ---- reading

std::optional<db::Query> RowStream::next_query() {
    asked_ = neediest();
    if (asked_ == lanes_.size()) return std::nullopt;
    db::Query query = lanes_[asked_].next_query();
    query.once = !lanes_[asked_].blocked();
    return query;
}

void RowStream::arrived(db::Rows rows) {
    lanes_[asked_].arrived(std::move(rows));
    turns_.rows_ready(asked_, lanes_[asked_].has_row());
}

/// The lane that will be short of rows first; lanes_.size() if no page is wanted.
std::size_t RowStream::neediest() const {
    if (full()) return lanes_.size();
    std::size_t ahead = 0;
    for (const Lane& lane : lanes_) ahead += lane.bytes_ready();
    const bool others_first = std::any_of(lanes_.begin(), lanes_.end(),
                                          [](const Lane& lane) { return !lane.blocked() && lane.has_unread(); });
    std::size_t best = lanes_.size();
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const Lane& lane = lanes_[i];
        const std::size_t most = ahead >= most_ahead ? 1 : pages_ahead;
        if (!lane.has_unread() || lane.pages_ready() >= most || (lane.blocked() && others_first)) continue;
        const auto rank = [](const Lane& of) { return std::pair(of.rows_ready(), !of.check().critical()); };
        if (best == lanes_.size() || rank(lane) < rank(lanes_[best])) best = i;
    }
    return best;
}

bool RowStream::full() const {
    return in_use_.bytes() >= most_in_use;
}

std::vector<Stretch> RowStream::unread() const {
    std::vector<Stretch> all;
    for (const Lane& lane : lanes_) {
        for (Stretch& stretch : lane.unread()) all.push_back(std::move(stretch));
    }
    return all;
}

// ---- taking rows

RowStream::Turn RowStream::turn() const {
    if (turns_.current() == lanes_.size()) return Turn::nobody;
    return turns_.is_call() ? Turn::call : Turn::row;
}

void RowStream::take(std::uint64_t cost) {
    Lane& lane = lanes_[turns_.current()];
    lane.go_on();
    turns_.row_taken(cost, lane.has_row());
}

void RowStream::calls_wait(Check check, std::size_t calls) {
    if (const std::size_t lane = lane_of(check); lane < lanes_.size()) turns_.calls_wait(lane, calls);
}

void RowStream::charge(Check check, std::uint64_t cost) {
    if (const std::size_t lane = lane_of(check); lane < lanes_.size()) turns_.charge(lane, cost);
}

/// A check has one lane; lanes_.size(): none.
std::size_t RowStream::lane_of(Check check) const {
    const auto found =
        std::find_if(lanes_.begin(), lanes_.end(), [check](const Lane& lane) { return lane.check() == check; });
    return static_cast<std::size_t>(found - lanes_.begin());
}

// ---- how far it has come

bool RowStream::has_row() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.has_row(); });
}

bool RowStream::exhausted() const {
    return !has_row() && std::none_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.has_unread(); });
}

std::uint64_t RowStream::arrived(Check check) const {
    const std::size_t lane = lane_of(check);
    return lane < lanes_.size() ? lanes_[lane].rows_arrived() : 0;
}

bool RowStream::all_arrived(Check check) const {
    const std::size_t lane = lane_of(check);
    return lane == lanes_.size() || !lanes_[lane].has_unread();
}

} // namespace cycle
