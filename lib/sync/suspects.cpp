#include "sync/suspects.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cycle {
namespace {

bool is_ready(const Suspect& suspect, std::uint32_t node_ledger) {
    return suspect.least_ledger <= node_ledger;
}

std::size_t bytes_shown(const verify::Mismatch& mismatch) {
    return mismatch.id.size() + mismatch.address.size() + mismatch.title.size();
}

/// What a row shows is there twice while it is rechecked: as it was found, and as it is read again.
std::size_t bytes_of(const Suspect& suspect) {
    return sizeof *suspect.mismatch + 2 * bytes_shown(*suspect.mismatch);
}

bool is_of_the_check_of(const std::vector<Suspect>& taken, const Suspect& suspect) {
    return taken.empty() || taken.front().mismatch->check() == suspect.mismatch->check();
}

} // namespace

void Suspects::add(Suspect suspect) {
    bytes_ += bytes_of(suspect);
    waiting_.push_back(std::move(suspect));
}

void Suspects::put_back(std::vector<Suspect> suspects) {
    for (const Suspect& suspect : suspects) bytes_ += bytes_of(suspect);
    waiting_.insert(waiting_.begin(), std::make_move_iterator(suspects.begin()),
                    std::make_move_iterator(suspects.end()));
}

void Suspects::put_back(Suspect suspect) {
    bytes_ += bytes_of(suspect);
    waiting_.push_front(std::move(suspect));
}

bool Suspects::ready(base::TimePoint now, std::uint32_t node_ledger) const {
    for (const Suspect& suspect : waiting_) {
        if (suspect.due > now) break;
        if (is_ready(suspect, node_ledger)) return true;
    }
    return false;
}

base::TimePoint Suspects::next_due(base::TimePoint now) const {
    const auto next = std::upper_bound(waiting_.begin(), waiting_.end(), now,
                                       [](base::TimePoint time, const Suspect& suspect) { return time < suspect.due; });
    return next == waiting_.end() ? base::never : next->due;
}

std::optional<std::uint32_t> Suspects::awaited_ledger(base::TimePoint now, std::uint32_t node_ledger) const {
    std::optional<std::uint32_t> lowest;
    for (const Suspect& suspect : waiting_) {
        if (suspect.due > now) break;
        if (!is_ready(suspect, node_ledger))
            lowest = std::min(lowest.value_or(suspect.least_ledger), suspect.least_ledger);
    }
    return lowest;
}

/// Goes no further than to the last one that it takes, or that is due. Those that stay keep their order; they are moved
/// up to those behind, so that it costs no more than that.
template <class Wanted>
std::vector<Suspect> Suspects::take(base::TimePoint due, Wanted wanted, Limit limit) {
    std::vector<Suspect> taken;
    std::size_t bytes = 0;
    auto end = waiting_.begin();
    for (; end != waiting_.end() && end->due <= due && taken.size() < limit.number; ++end) {
        if (!wanted(*end) || (limit.one_check && !is_of_the_check_of(taken, *end))) continue;
        bytes += bytes_shown(*end->mismatch);
        if (bytes > limit.bytes && !taken.empty()) break;
        bytes_ -= bytes_of(*end);
        taken.push_back(std::move(*end));
    }
    const auto is_taken = [](const Suspect& suspect) { return suspect.mismatch == nullptr; };
    const auto kept = std::remove_if(std::make_reverse_iterator(end), waiting_.rend(), is_taken);
    waiting_.erase(waiting_.begin(), kept.base());
    return taken;
}

std::vector<Suspect> Suspects::take_ready(base::TimePoint now, std::uint32_t node_ledger, Limit limit) {
    return take(
        now, [=](const Suspect& suspect) { return is_ready(suspect, node_ledger); }, limit);
}

std::vector<Suspect> Suspects::take_waiting(base::TimePoint since, std::uint32_t node_ledger, Limit limit) {
    return take(
        since, [=](const Suspect& suspect) { return !is_ready(suspect, node_ledger); }, limit);
}

std::vector<Suspect> Suspects::take_all() {
    std::vector<Suspect> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    bytes_ = 0;
    return taken;
}

} // namespace cycle
