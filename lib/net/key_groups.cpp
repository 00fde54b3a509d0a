#include "net/key_groups.hpp"

#include <algorithm>
#include <functional>

namespace net {
namespace {

constexpr KeyGroups::Slot vacant = 0xffff;

} // namespace

KeyGroups::KeyGroups() {
    table_.fill(vacant);
}

std::string_view KeyGroups::key(Slot slot) const {
    return std::string_view(bytes_).substr(keys_[slot].offset, keys_[slot].size);
}

std::size_t KeyGroups::probe(std::string_view key) const {
    std::size_t place = std::hash<std::string_view>{}(key) % table_.size();
    while (table_[place] != vacant && this->key(table_[place]) != key) place = (place + 1) % table_.size();
    return place;
}

std::optional<KeyGroups::Slot> KeyGroups::find(std::string_view key) const {
    const Slot slot = table_[probe(key)];
    return slot == vacant ? std::nullopt : std::optional(slot);
}

std::span<const KeyGroups::Slot> KeyGroups::slots(std::size_t group) const {
    return {groups_[group].slots.data(), groups_[group].size};
}

std::vector<bool> KeyGroups::needed(std::size_t first, std::size_t last) const {
    std::vector<bool> mask(keys_.size(), false);
    for (std::size_t group = first; group < last; ++group) {
        for (const Slot slot : slots(group)) mask[slot] = true;
    }
    return mask;
}

bool KeyGroups::add(std::span<const std::string_view> keys, std::size_t limit) {
    const auto unknown = static_cast<std::size_t>(
        std::count_if(keys.begin(), keys.end(), [this](std::string_view key) { return !find(key); }));
    if (!groups_.empty() && keys_.size() + unknown > std::min(limit, max_keys_per_call)) return false;
    Group group;
    for (const std::string_view key : keys) {
        const std::size_t place = probe(key);
        if (table_[place] == vacant) {
            table_[place] = static_cast<Slot>(keys_.size());
            keys_.push_back({static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(key.size())});
            bytes_.append(key);
        }
        group.slots[group.size++] = table_[place];
    }
    groups_.push_back(group);
    return true;
}

} // namespace net
