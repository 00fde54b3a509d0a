#include "sync/suspects.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cycle {
namespace {

auto is_ready(base::TimePoint now, std::uint32_t node_ledger) {
    return [now, node_ledger](const Suspect& suspect) {
        return suspect.due <= now && suspect.least_ledger <= node_ledger;
    };
}

auto waits_for_ledger(base::TimePoint now, std::uint32_t node_ledger) {
    return
        [now, node_ledger](const Suspect& suspect) { return suspect.due <= now && suspect.least_ledger > node_ledger; };
}

std::size_t bytes_of(const Suspect& suspect) {
    const verify::Mismatch& mismatch = *suspect.mismatch;
    return sizeof mismatch + mismatch.id.size() + mismatch.address.size() + mismatch.title.size();
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

bool Suspects::ready(base::TimePoint now, std::uint32_t node_ledger) const {
    if (waiting_.empty() || waiting_.front().due > now) return false;
    return std::any_of(waiting_.begin(), waiting_.end(), is_ready(now, node_ledger));
}

base::TimePoint Suspects::next_due(base::TimePoint now) const {
    const auto next = std::upper_bound(waiting_.begin(), waiting_.end(), now,
                                       [](base::TimePoint time, const Suspect& suspect) { return time < suspect.due; });
    return next == waiting_.end() ? base::never : next->due;
}

std::optional<std::uint32_t> Suspects::awaited_ledger(base::TimePoint now, std::uint32_t node_ledger) const {
    std::optional<std::uint32_t> lowest;
    const auto waits = waits_for_ledger(now, node_ledger);
    for (const Suspect& suspect : waiting_) {
        if (suspect.due > now) break;
        if (waits(suspect)) lowest = std::min(lowest.value_or(suspect.least_ledger), suspect.least_ledger);
    }
    return lowest;
}

/// Keeps the order of those that stay. With a limit, only of the check of the first one taken.
template <class Wanted>
std::vector<Suspect> Suspects::take(Wanted wanted, std::size_t limit) {
    std::vector<Suspect> taken;
    std::deque<Suspect> kept;
    for (Suspect& suspect : waiting_) {
        const bool fits =
            limit == no_limit || taken.empty() || suspect.mismatch->check() == taken.front().mismatch->check();
        if (taken.size() < limit && fits && wanted(suspect)) {
            bytes_ -= bytes_of(suspect);
            taken.push_back(std::move(suspect));
        } else {
            kept.push_back(std::move(suspect));
        }
    }
    waiting_ = std::move(kept);
    return taken;
}

std::vector<Suspect> Suspects::take_ready(base::TimePoint now, std::uint32_t node_ledger, std::size_t limit) {
    return take(is_ready(now, node_ledger), limit);
}

std::vector<Suspect> Suspects::take_waiting(base::TimePoint since, std::uint32_t node_ledger, std::size_t limit) {
    if (waiting_.empty() || waiting_.front().due > since) return {};
    return take(waits_for_ledger(since, node_ledger), limit);
}

std::vector<Suspect> Suspects::take_all() {
    std::vector<Suspect> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    bytes_ = 0;
    return taken;
}

} // namespace cycle
