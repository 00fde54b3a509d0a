#include "reconcile/suspects.hpp"

#include <iterator>

namespace reconcile {

std::vector<Suspect> Suspects::take_due(base::TimePoint now, std::size_t limit) {
    std::vector<Suspect> taken;
    while (!waiting_.empty() && waiting_.front().due <= now && taken.size() < limit) {
        if (!taken.empty() && waiting_.front().mismatch->kind() != taken.front().mismatch->kind()) break;
        taken.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return taken;
}

std::vector<Suspect> Suspects::take_all() {
    std::vector<Suspect> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    return taken;
}

} // namespace reconcile
