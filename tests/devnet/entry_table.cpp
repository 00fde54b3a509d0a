#include "devnet/entry_table.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace devnet {
namespace {

constexpr std::size_t chunk_size = 1024 * 1024;
constexpr std::size_t fewest_slots = 64;

std::size_t hash_of(std::string_view key) {
    return std::hash<std::string_view>{}(key);
}

} // namespace

EntryTable::Head EntryTable::head_of(const char* block) {
    Head head;
    std::memcpy(&head, block, sizeof head);
    return head;
}

const EntryTable::Slot* EntryTable::slot_of(std::string_view key) const {
    if (slots_.empty()) return nullptr;
    const std::size_t hash = hash_of(key);
    for (std::size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[i];
        if (slot.block == nullptr) return nullptr;
        if (slot.hash != hash || slot.erased) continue;
        if (std::string_view(slot.block + sizeof(Head), head_of(slot.block).key_size) == key) return &slot;
    }
}

std::optional<EntryTable::Entry> EntryTable::find(std::string_view key) const {
    const Slot* const slot = slot_of(key);
    if (slot == nullptr) return std::nullopt;
    const Head head = head_of(slot->block);
    return Entry{{slot->block + sizeof(Head) + head.key_size, head.data_size}, head.last_modified, head.live_until};
}

void EntryTable::put(std::string_view key, const Entry& entry) {
    char* const block = allocate(sizeof(Head) + key.size() + entry.data.size());
    const Head head{static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(entry.data.size()),
                    entry.last_modified, entry.live_until};
    std::memcpy(block, &head, sizeof head);
    std::copy(key.begin(), key.end(), block + sizeof head);
    std::copy(entry.data.begin(), entry.data.end(), block + sizeof head + key.size());
    if (Slot* const there = slot_of(key); there != nullptr) {
        there->block = block;
        return;
    }
    if ((used_ + 1) * 2 > slots_.size()) rehash(std::max(fewest_slots, slots_.size() * 2));
    insert({hash_of(key), block, false});
    ++size_;
}

bool EntryTable::set_live_until(std::string_view key, std::uint32_t ledger) {
    Slot* const slot = slot_of(key);
    if (slot == nullptr) return false;
    Head head = head_of(slot->block);
    head.live_until = ledger;
    std::memcpy(slot->block, &head, sizeof head);
    return true;
}

bool EntryTable::erase(std::string_view key) {
    Slot* const slot = slot_of(key);
    if (slot == nullptr) return false;
    slot->erased = true;
    --size_;
    return true;
}

void EntryTable::reserve(std::size_t entries) {
    std::size_t slots = fewest_slots;
    while (slots < entries * 2) slots *= 2;
    if (slots > slots_.size()) rehash(slots);
}

void EntryTable::insert(Slot slot) {
    std::size_t i = slot.hash & (slots_.size() - 1);
    while (slots_[i].block != nullptr) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
    ++used_;
}

void EntryTable::rehash(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    used_ = 0;
    for (const Slot& slot : old) {
        if (slot.block != nullptr && !slot.erased) insert(slot);
    }
}

char* EntryTable::allocate(std::size_t size) {
    if (size > chunk_size) return chunks_.emplace_back(std::make_unique<char[]>(size)).get();
    if (size > free_size_) {
        free_ = chunks_.emplace_back(std::make_unique<char[]>(chunk_size)).get();
        free_size_ = chunk_size;
    }
    char* const block = free_;
    free_ += size;
    free_size_ -= size;
    return block;
}

} // namespace devnet
