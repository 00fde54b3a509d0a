#include "net/key_groups.hpp"

#include "stellar/base64.hpp"

#include <algorithm>
#include <cstring>

namespace net {
namespace {

constexpr KeyGroups::Slot vacant = 0xffff;
constexpr std::size_t usual_key = 124; // bytes of a balance in a contract

/// Only the table of one call depends on it, so it need not be good, but quick.
std::size_t hash(std::string_view key) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15U;
    std::uint64_t sum = key.size();
    for (; key.size() >= 8; key.remove_prefix(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, key.data(), 8);
        sum = (sum ^ word) * factor;
        sum ^= sum >> 32;
    }
    for (const char c : key) sum = (sum ^ static_cast<unsigned char>(c)) * factor;
    return static_cast<std::size_t>(sum ^ sum >> 32);
}

} // namespace

KeyGroups::KeyGroups() {
    table_.fill(vacant);
    keys_.reserve(max_keys_per_call);
    groups_.reserve(max_keys_per_call);
    bytes_.reserve(max_keys_per_call * usual_key);
    text_.reserve(max_keys_per_call * (usual_key + 2) / 3 * 4);
}

std::string_view KeyGroups::key(Slot slot) const {
    return std::string_view(bytes_).substr(keys_[slot].offset, keys_[slot].size);
}

std::string_view KeyGroups::base64(Slot slot) const {
    return std::string_view(text_).substr(keys_[slot].text_offset, keys_[slot].text_size);
}

std::size_t KeyGroups::probe(std::string_view key) const {
    std::size_t place = hash(key) % table_.size();
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
            const std::size_t start = text_.size();
            stellar::append_base64(text_, key);
            keys_.push_back({static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(key.size()),
                             static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(text_.size() - start)});
            bytes_.append(key);
        }
        group.slots[group.size++] = table_[place];
    }
    groups_.push_back(group);
    return true;
}

} // namespace net
