// A hash table from key bytes to ledger entries, made for a million of them asked in random order: an entry's key and
// data lie beside each other, so that a look-up touches two places in memory (std::unordered_map touches five, and was
// half of the devnet's time).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace devnet {

class EntryTable {
  public:
    struct Entry {
        std::string_view data;
        std::uint32_t last_modified = 0;
        std::uint32_t live_until = 0;
    };

    /// Copies key and data; replaces what was there.
    void put(std::string_view key, const Entry& entry);
    /// The view is good until the next change of the table.
    std::optional<Entry> find(std::string_view key) const;
    bool set_live_until(std::string_view key, std::uint32_t ledger);
    /// The memory of erased and replaced entries is not used again.
    bool erase(std::string_view key);
    std::size_t size() const { return size_; }
    void reserve(std::size_t entries);

  private:
    /// In front of key and data.
    struct Head {
        std::uint32_t key_size = 0;
        std::uint32_t data_size = 0;
        std::uint32_t last_modified = 0;
        std::uint32_t live_until = 0;
    };
    struct Slot {
        std::size_t hash = 0;
        char* block = nullptr; // a Head, the key, the data; null: never used
        bool erased = false;
    };

    static Head head_of(const char* block);
    /// The key's slot; null where it is not there.
    const Slot* slot_of(std::string_view key) const;
    Slot* slot_of(std::string_view key) { return const_cast<Slot*>(std::as_const(*this).slot_of(key)); }
    void insert(Slot slot);
    void rehash(std::size_t slots);
    char* allocate(std::size_t size);

    std::vector<Slot> slots_; // a power of two, at most half of them used
    std::size_t used_ = 0;    // erased ones too
    std::size_t size_ = 0;
    std::vector<std::unique_ptr<char[]>> chunks_;
    char* free_ = nullptr;
    std::size_t free_size_ = 0;
};

} // namespace devnet
