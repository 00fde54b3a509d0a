#include "verify/exemption.hpp"

#include <fmt/format.h>

namespace verify {
namespace {

bool accepts(base::u128 most, const Difference& difference) {
    if (difference.check->profile().scale == Scale::none) return true;
    return !difference.absent && difference.size <= most;
}

} // namespace

std::string to_text(Day day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

Exemptions::Entry* Exemptions::find(Check check, std::string_view id) {
    if (list_.empty()) return nullptr;
    const auto found = by_item_.find(std::pair(check, std::string(id)));
    return found == by_item_.end() ? nullptr : &list_[found->second];
}

Exemptions::Exemptions(std::vector<Exemption> list, Day today) {
    for (Exemption& exemption : list) {
        by_item_.emplace(std::pair(exemption.check, exemption.id), list_.size());
        const bool expired = exemption.expires < today;
        list_.push_back({std::move(exemption), expired, false});
    }
}

const Exemption* Exemptions::covering(std::string_view id, const Difference& difference) {
    Entry* entry = find(difference.check, id);
    if (entry == nullptr || entry->expired) return nullptr;
    if (!accepts(entry->exemption.max_difference, difference)) return nullptr;
    entry->needed = true;
    return &entry->exemption;
}

void Exemptions::not_verified(Check check, std::string_view id) {
    if (Entry* entry = find(check, id)) entry->needed = true;
}

std::vector<const Exemption*> Exemptions::expired() const {
    std::vector<const Exemption*> list;
    for (const Entry& entry : list_)
        if (entry.expired) list.push_back(&entry.exemption);
    return list;
}

std::vector<const Exemption*> Exemptions::unused(Check check) const {
    std::vector<const Exemption*> list;
    for (const Entry& entry : list_)
        if (!entry.expired && !entry.needed && entry.exemption.check == check) list.push_back(&entry.exemption);
    return list;
}

} // namespace verify
