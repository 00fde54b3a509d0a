#include "reconcile/suspects.hpp"

#include <iterator>

namespace reconcile {
namespace {

std::size_t bytes_of(const Suspect& suspect) {
    const check::Mismatch& mismatch = *suspect.mismatch;
    return sizeof mismatch + mismatch.id.size() + mismatch.address.size() + mismatch.title.size();
}

} // namespace

void Suspects::add(Suspect suspect) {
    bytes_ += bytes_of(suspect);
    waiting_.push_back(std::move(suspect));
}

std::vector<Suspect> Suspects::take_due(base::TimePoint now, std::size_t limit) {
    std::vector<Suspect> taken;
    while (!waiting_.empty() && waiting_.front().due <= now && taken.size() < limit) {
        if (!taken.empty() && waiting_.front().mismatch->kind() != taken.front().mismatch->kind()) break;
        bytes_ -= bytes_of(waiting_.front());
        taken.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return taken;
}

std::vector<Suspect> Suspects::take_all() {
    std::vector<Suspect> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    bytes_ = 0;
    return taken;
}

void Suspects::put_back(std::vector<Suspect> suspects) {
    for (const Suspect& suspect : suspects) bytes_ += bytes_of(suspect);
    waiting_.insert(waiting_.begin(), std::make_move_iterator(suspects.begin()),
                    std::make_move_iterator(suspects.end()));
}

} // namespace reconcile
