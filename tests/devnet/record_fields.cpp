#include "devnet/record_fields.hpp"

#include <limits>
#include <stdexcept>

namespace devnet {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t decimals = 7;

/// "12.345" in units of 10^-7; nothing where it is no such number.
std::optional<base::i128> parse_decimal(std::string_view text) {
    const std::size_t point = text.find('.');
    std::string digits(text.substr(0, point));
    const std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (digits.empty() || digits == "-" || fraction.size() > decimals) return std::nullopt;
    if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
    if (fraction.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    digits += fraction;
    digits.append(decimals - fraction.size(), '0');
    return base::parse_i128(digits);
}

} // namespace

RecordFields::RecordFields(dom::element value, std::string_view name) : name_(name) {
    if (!value.is_object()) throw std::invalid_argument(name_ + " is not an object");
    for (const dom::key_value_pair member : dom::object(value)) members_.push_back({member.key, member.value});
}

void RecordFields::refuse(std::string_view key, std::string_view why) const {
    throw std::invalid_argument(name_ + ": " + std::string(key) + ' ' + std::string(why));
}

std::optional<dom::element> RecordFields::take(std::string_view key) {
    for (Member& member : members_) {
        if (member.key != key) continue;
        member.taken = true;
        return member.value;
    }
    return std::nullopt;
}

std::optional<std::string_view> RecordFields::text(std::string_view key) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    if (!value->is_string()) refuse(key, "is no string");
    return std::string_view(*value);
}

std::string_view RecordFields::needed_text(std::string_view key) {
    const auto value = text(key);
    if (!value) refuse(key, "is missing");
    return *value;
}

std::optional<std::uint64_t> RecordFields::number(std::string_view key) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    std::uint64_t number = 0;
    if (value->get(number) != simdjson::SUCCESS) refuse(key, "is no whole number from 0 up");
    return number;
}

std::optional<std::uint32_t> RecordFields::number32(std::string_view key) {
    const auto value = number(key);
    if (value && *value > std::numeric_limits<std::uint32_t>::max()) refuse(key, "does not fit in 32 bits");
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

bool RecordFields::flag(std::string_view key) {
    const auto value = take(key);
    if (!value) return false;
    if (!value->is_bool()) refuse(key, "is neither true nor false");
    return bool(*value);
}

std::optional<base::i128> RecordFields::amount(std::string_view key) {
    const std::string raw_key = std::string(key) + "Raw";
    const auto decimal = text(key);
    const auto raw = text(raw_key);
    if (decimal && raw) refuse(key, "and " + raw_key + " exclude each other");
    if (!decimal && !raw) return std::nullopt;
    const auto value = decimal ? parse_decimal(*decimal) : base::parse_i128(*raw);
    if (decimal && !value) refuse(key, "is no decimal number with at most 7 decimals");
    if (raw && !value) refuse(raw_key, "is no whole number of 128 bits");
    return value;
}

base::i128 RecordFields::needed_amount(std::string_view key) {
    const auto value = amount(key);
    if (!value) refuse(key, "is missing");
    return *value;
}

std::int64_t RecordFields::needed_stroops(std::string_view key) {
    const base::i128 value = needed_amount(key);
    if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min()) {
        refuse(key, "does not fit in 64 bits of stroops");
    }
    return static_cast<std::int64_t>(value);
}

base::u128 RecordFields::needed_u128(std::string_view key) {
    const auto value = base::parse_u128(needed_text(key));
    if (!value) refuse(key, "is no whole number of 128 bits");
    return *value;
}

void RecordFields::finish() const {
    for (const Member& member : members_) {
        if (!member.taken) refuse(member.key, "is an unknown member");
    }
}

} // namespace devnet
