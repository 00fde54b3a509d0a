// Members of a JSON object taken by name and type; what is not taken in the end is unknown. Every fault is a
// std::invalid_argument that names the member.
#pragma once

#include "base/int128.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace devnet {

class RecordFields {
  public:
    /// `value` is called `name` in messages.
    RecordFields(simdjson::dom::element value, std::string_view name);

    /// The member, and it counts as known from now on; nothing where it is absent.
    std::optional<simdjson::dom::element> take(std::string_view key);

    std::optional<std::string_view> text(std::string_view key);
    std::string_view needed_text(std::string_view key);
    std::optional<std::uint64_t> number(std::string_view key);
    std::optional<std::uint32_t> number32(std::string_view key);
    bool flag(std::string_view key); // absent: false

    /// Decimal text with at most 7 decimals under `key`, or an integer of 10^-7 as text under `key` + "Raw".
    std::optional<base::i128> amount(std::string_view key);
    std::int64_t needed_stroops(std::string_view key);
    base::i128 needed_amount(std::string_view key);
    base::u128 needed_u128(std::string_view key);

    /// Refuses members that nobody took.
    void finish() const;

  private:
    [[noreturn]] void refuse(std::string_view key, std::string_view why) const;

    struct Member {
        std::string_view key;
        simdjson::dom::element value;
        bool taken = false;
    };
    std::string name_;
    std::vector<Member> members_;
};

} // namespace devnet
