#include "sync/turns.hpp"

#include <algorithm>
#include <utility>

namespace cycle {

std::uint64_t turn_at(base::WallTime time) {
    // The finaliser of splitmix64: neighbouring seconds give unrelated numbers.
    auto x = static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

Turns::Turns(const std::vector<bool>& critical) : current_(critical.size()) {
    for (const bool is : critical) checks_.push_back({is});
}

void Turns::choose() {
    std::array<Account*, 2> next{}; // not critical, critical
    for (Account& check : checks_) {
        Account*& best = next[check.critical ? 1 : 0];
        if (has_turn(check) && (best == nullptr || check.used < best->used)) best = &check;
    }
    for (Account& check : checks_) {
        const Account* best = next[check.critical ? 1 : 0];
        if (!has_turn(check) && best != nullptr) check.used = std::max(check.used, best->used);
    }
    for (const std::size_t priority : {0U, 1U}) {
        if (next[priority] == nullptr) used_by_[priority] = std::max(used_by_[priority], used_by_[1 - priority]);
    }
    const bool critical = next[1] != nullptr && (next[0] == nullptr || used_by_[1] <= used_by_[0]);
    const Account* chosen = next[critical ? 1 : 0];
    current_ = chosen != nullptr ? static_cast<std::size_t>(chosen - checks_.data()) : checks_.size();
}

void Turns::rows_ready(std::size_t check, bool ready) {
    if (std::exchange(checks_[check].rows_ready, ready) != ready) choose();
}

void Turns::hold_rows(bool held) {
    if (std::exchange(rows_held_, held) != held) choose();
}

void Turns::calls_wait(std::size_t check, std::size_t calls) {
    if (std::exchange(checks_[check].calls_waiting, calls) != calls) choose();
}

void Turns::charge(std::size_t check, std::uint64_t keys) {
    if (keys == 0) return;
    add(checks_[check], keys);
    choose();
}

void Turns::row_taken(std::uint64_t keys, bool more) {
    add(checks_[current_], keys);
    checks_[current_].rows_ready = more;
    choose();
}

void Turns::add(Account& to, std::uint64_t keys) {
    to.used += keys;
    used_by_[to.critical ? 1 : 0] += keys;
}

} // namespace cycle
