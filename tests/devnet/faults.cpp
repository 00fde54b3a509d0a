#include "devnet/faults.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace devnet {
namespace {

bool fits(const FaultRule& rule, const Asked& asked) {
    const auto& methods = asked.methods;
    const bool method = rule.method.empty() || std::find(methods.begin(), methods.end(), rule.method) != methods.end();
    return method && (!rule.keys_above || asked.keys > *rule.keys_above) &&
           (rule.containing.empty() || asked.body.find(rule.containing) != std::string_view::npos);
}

/// In [0, 1), the same with every standard library.
double fraction(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11) / 9007199254740992.0; // 2^53
}

} // namespace

Faults::Counted::Counted(FaultRule counted)
    : rule(std::move(counted)), added(std::chrono::steady_clock::now()), random(rule.seed) {}

bool Faults::Counted::strikes(const Asked& asked) {
    if (!fits(rule, asked)) return false;
    const auto age = std::chrono::steady_clock::now() - added;
    if (age < rule.from || (rule.lasting && age >= rule.from + *rule.lasting)) return false;
    const std::uint64_t number = fitting++;
    if (number < rule.skip || struck >= rule.limit.value_or(struck + 1)) return false;
    if ((number - rule.skip) % std::max<std::uint64_t>(rule.every, 1) != 0) return false;
    if (rule.chance < 1 && fraction(random) >= rule.chance) return false;
    ++struck;
    return true;
}

Fault Faults::Counted::draw() {
    Fault fault = rule.fault;
    if (auto* const delay = std::get_if<DelayFault>(&fault); delay != nullptr && delay->jitter.count() > 0) {
        const double most = static_cast<double>(delay->jitter.count());
        delay->time += std::chrono::milliseconds(std::llround(fraction(random) * most));
    }
    if (auto* const entries = std::get_if<EntriesFault>(&fault)) entries->seed = random();
    return fault;
}

void Faults::add(FaultRule rule) {
    const std::lock_guard lock(mutex_);
    rules_.emplace_back(std::move(rule));
}

void Faults::set(std::vector<FaultRule> rules) {
    const std::lock_guard lock(mutex_);
    rules_.clear();
    for (FaultRule& rule : rules) rules_.emplace_back(std::move(rule));
}

std::vector<Fault> Faults::strike(const Asked& asked) {
    std::vector<Fault> striking;
    const std::lock_guard lock(mutex_);
    for (Counted& counted : rules_) {
        if (counted.strikes(asked)) striking.push_back(counted.draw());
    }
    if (!striking.empty()) ++struck_;
    return striking;
}

std::uint64_t Faults::struck() const {
    const std::lock_guard lock(mutex_);
    return struck_;
}

} // namespace devnet
