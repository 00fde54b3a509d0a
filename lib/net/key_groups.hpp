// The ledger keys of one getLedgerEntries call: each key stands once, however many items need it, because the server
// fails the whole call when a key is asked twice. A group is what one item needs; groups are never torn apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace net {

/// The server's own limit of keys in one call.
inline constexpr std::size_t max_keys_per_call = 200;
/// What one item needs at most: a pool's existence and its two reserves.
inline constexpr std::size_t max_keys_per_group = 3;

class KeyGroups {
  public:
    using Slot = std::uint16_t;

    KeyGroups();

    /// Adds one item's keys (XDR LedgerKeys). False, and nothing is changed, where the call would then hold more than
    /// `limit` different keys; the first group always fits.
    bool add(std::span<const std::string_view> keys, std::size_t limit);

    std::size_t groups() const { return groups_.size(); }
    std::size_t keys() const { return keys_.size(); }
    std::string_view key(Slot slot) const;
    /// The same in base64, as it stands in the request and comes back in the answer.
    std::string_view base64(Slot slot) const;
    /// The slots of a group's keys, in the order in which they were added.
    std::span<const Slot> slots(std::size_t group) const;
    std::optional<Slot> find(std::string_view key) const;
    /// Which slots the groups [first, last) need, as a mask over all slots.
    std::vector<bool> needed(std::size_t first, std::size_t last) const;

  private:
    struct Group {
        std::array<Slot, max_keys_per_group> slots{};
        std::uint8_t size = 0;
    };
    struct Key {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
        std::uint32_t text_offset = 0;
        std::uint32_t text_size = 0;
    };

    std::size_t probe(std::string_view key) const;

    std::string bytes_;
    std::string text_;
    std::vector<Key> keys_;
    std::vector<Group> groups_;
    std::array<Slot, 1024> table_; // open addressing; at most 203 of 1024 places are taken
};

} // namespace net
