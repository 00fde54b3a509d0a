#include "check/exemption.hpp"

#include <fmt/format.h>

namespace check {
namespace {

struct Accepts {
    base::u128 most;

    bool operator()(const OddsDifference& odds) const { return !odds.one_sided() && odds.difference <= most; }
    bool operator()(const OutcomeDifference&) const { return true; }
    bool operator()(const BalanceDifference& balance) const { return balance.difference <= most; }
};

} // namespace

std::string to_text(Day day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

Exemptions::Entry* Exemptions::find(Kind kind, std::string_view id) {
    if (list_.empty()) return nullptr;
    const auto found = by_item_.find(std::pair(kind, std::string(id)));
    return found == by_item_.end() ? nullptr : &list_[found->second];
}

Exemptions::Exemptions(std::vector<Exemption> list, Day today) {
    for (Exemption& exemption : list) {
        by_item_.emplace(std::pair(exemption.kind, exemption.id), list_.size());
        const bool expired = exemption.expires < today;
        list_.push_back({std::move(exemption), expired, false});
    }
}

const Exemption* Exemptions::covering(std::string_view id, const Difference& difference) {
    Entry* entry = find(static_cast<Kind>(difference.index()), id);
    if (entry == nullptr || entry->expired) return nullptr;
    if (!std::visit(Accepts{entry->exemption.max_difference}, difference)) return nullptr;
    entry->needed = true;
    return &entry->exemption;
}

void Exemptions::not_verified(Kind kind, std::string_view id) {
    if (Entry* entry = find(kind, id)) entry->needed = true;
}

std::vector<const Exemption*> Exemptions::expired() const {
    std::vector<const Exemption*> list;
    for (const Entry& entry : list_)
        if (entry.expired) list.push_back(&entry.exemption);
    return list;
}

std::vector<const Exemption*> Exemptions::unused(Kind kind) const {
    std::vector<const Exemption*> list;
    for (const Entry& entry : list_)
        if (!entry.expired && !entry.needed && entry.exemption.kind == kind) list.push_back(&entry.exemption);
    return list;
}

} // namespace check
