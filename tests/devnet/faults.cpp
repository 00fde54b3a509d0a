#include "devnet/faults.hpp"

#include <algorithm>
#include <utility>

namespace devnet {
namespace {

bool fits(const FaultRule& rule, const std::vector<std::string_view>& methods, std::string_view body) {
    const bool method = rule.method.empty() || std::find(methods.begin(), methods.end(), rule.method) != methods.end();
    return method && (rule.containing.empty() || body.find(rule.containing) != std::string_view::npos);
}

} // namespace

void Faults::add(FaultRule rule) {
    const std::lock_guard lock(mutex_);
    rules_.push_back({std::move(rule)});
}

void Faults::set(std::vector<FaultRule> rules) {
    const std::lock_guard lock(mutex_);
    rules_.clear();
    for (FaultRule& rule : rules) rules_.push_back({std::move(rule)});
}

std::vector<Fault> Faults::strike(const std::vector<std::string_view>& methods, std::string_view body) {
    std::vector<Fault> striking;
    const std::lock_guard lock(mutex_);
    for (Counted& counted : rules_) {
        const FaultRule& rule = counted.rule;
        if (!fits(rule, methods, body)) continue;
        const std::uint64_t number = counted.fitting++;
        if (number < rule.skip || counted.struck >= rule.limit.value_or(counted.struck + 1)) continue;
        if ((number - rule.skip) % std::max<std::uint64_t>(rule.every, 1) != 0) continue;
        ++counted.struck;
        striking.push_back(rule.fault);
    }
    if (!striking.empty()) ++struck_;
    return striking;
}

std::uint64_t Faults::struck() const {
    const std::lock_guard lock(mutex_);
    return struck_;
}

} // namespace devnet
