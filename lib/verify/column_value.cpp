#include "verify/column_value.hpp"

#include "base/hex.hpp"
#include "base/text.hpp"
#include "base/uint256.hpp"
#include "stellar/ids.hpp"
#include "stellar/scval.hpp"
#include "verify/claim.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace verify {
namespace {

using base::u128;
using base::U256;
using stellar::ScValType;

constexpr std::size_t most_symbol_characters = 32;

bool is_symbol_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// How an integer is written.
struct Width {
    ScValType arm{};
    unsigned bits = 0;
    bool negative = false; // can be
};

Width width_of(Type type) {
    constexpr std::array<Width, 10> widths{{{ScValType::u32, 32, false},
                                            {ScValType::i32, 32, true},
                                            {ScValType::u64, 64, false},
                                            {ScValType::i64, 64, true},
                                            {ScValType::u128, 128, false},
                                            {ScValType::i128, 128, true},
                                            {ScValType::u256, 256, false},
                                            {ScValType::i256, 256, true},
                                            {ScValType::timepoint, 64, false},
                                            {ScValType::duration, 64, false}}};
    return widths[static_cast<std::size_t>(type) - static_cast<std::size_t>(Type::u32)];
}

bool has_bit_from(const U256& value, unsigned first) {
    if (first >= 256) return false;
    return first >= 128 ? value.high >> (first - 128) != 0 : value.high != 0 || value.low >> first != 0;
}

/// -size, if it is negative, in two's complement.
bool fits(const U256& size, bool negative, const Width& width) {
    if (!width.negative) return !negative && !has_bit_from(size, width.bits);
    return !has_bit_from(negative ? size - U256{0, 1} : size, width.bits - 1);
}

FromColumn<std::monostate> append_integer(stellar::XdrWriter& writer, Type type, std::string_view text) {
    const Width width = width_of(type);
    const std::string_view name = type_names[static_cast<std::size_t>(type)];
    const bool minus = text.starts_with('-');
    const std::string_view digits = text.substr(minus ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return unverifiable(Reason::bad_value, fmt::format("{} is not a {}: an integer is needed", quoted(text), name));
    }
    const std::optional<U256> size = base::parse_u256(digits);
    const bool negative = minus && size && *size != U256{};
    if (!size || !fits(*size, negative, width)) {
        return unverifiable(Reason::bad_value, fmt::format("{} does not fit into {}", base::shortened(text, 80), name));
    }
    const U256 value = negative ? U256{} - *size : *size;
    const std::array<u128, 4> words{value.high >> 64, value.high, value.low >> 64, value.low};
    if (width.bits == 32) writer.u32(static_cast<std::uint32_t>(value.low));
    for (std::size_t i = words.size() - width.bits / 64; i < words.size(); ++i) {
        writer.u64(static_cast<std::uint64_t>(words[i]));
    }
    return std::monostate();
}

FromColumn<std::string> hash_of(std::string_view text) {
    const auto bytes = parse_bytes(text);
    if (bytes && bytes->size() == sizeof(stellar::Hash)) return *bytes;
    const auto contract = stellar::parse_contract(text);
    if (contract) return std::string(stellar::bytes_of(*contract));
    return unverifiable(Reason::bad_address,
                        fmt::format("the contract address {} (nor is it 64 hex digits)", contract.error()));
}

ScValType arm_of(Type type) {
    switch (type) {
    case Type::boolean:
        return ScValType::boolean;
    case Type::symbol:
        return ScValType::symbol;
    case Type::string:
        return ScValType::string;
    case Type::bytes:
    case Type::contract_id:
        return ScValType::bytes;
    case Type::address:
        return ScValType::address;
    case Type::variant:
        return ScValType::vec;
    default:
        return width_of(type).arm;
    }
}

} // namespace

bool is_symbol(std::string_view text) {
    return !text.empty() && text.size() <= most_symbol_characters &&
           std::all_of(text.begin(), text.end(), is_symbol_character);
}

FromColumn<std::monostate> append_scval(std::string& out, Type type, std::string_view text) {
    stellar::XdrWriter writer(out);
    writer.u32(static_cast<std::uint32_t>(arm_of(type)));
    switch (type) {
    case Type::boolean: {
        const auto value = parse_bool(text);
        if (!value) return base::Fail<Unverifiable>{value.error()};
        writer.boolean(*value);
        break;
    }
    case Type::variant:
        writer.boolean(true);
        writer.u32(1);
        return append_scval(out, Type::symbol, text);
    case Type::symbol:
        if (!is_symbol(text)) {
            return unverifiable(Reason::bad_value,
                                fmt::format("{} is not a symbol: 1 to 32 of A-Z a-z 0-9 _", quoted(text)));
        }
        writer.opaque(text);
        break;
    case Type::string:
        writer.opaque(text);
        break;
    case Type::bytes:
    case Type::contract_id: {
        const auto value = type == Type::bytes ? parse_bytes(text) : hash_of(text);
        if (!value) return base::Fail<Unverifiable>{value.error()};
        writer.opaque(*value);
        break;
    }
    case Type::address: {
        const auto value = parse_address(text);
        if (!value) return base::Fail<Unverifiable>{value.error()};
        stellar::write_sc_address(writer, stellar::to_sc_address(*value));
        break;
    }
    default:
        return append_integer(writer, type, text);
    }
    return std::monostate();
}

FromColumn<bool> parse_bool(std::string_view text) {
    if (text == "t" || text == "true") return true;
    if (text == "f" || text == "false") return false;
    return unverifiable(Reason::bad_value, quoted(text) + " is not a bool: t, f, true or false is needed");
}

FromColumn<std::string> parse_bytes(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with("0x") || digits.starts_with("\\x")) digits.remove_prefix(2);
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        const int high = base::hex_digit(digits[i]);
        const int low = base::hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) break;
        bytes += static_cast<char>(high << 4 | low);
    }
    if (bytes.size() * 2 == digits.size()) return bytes;
    return unverifiable(Reason::bad_value, quoted(text) + " is not bytes: pairs of hex digits are needed");
}

FromColumn<stellar::Address> parse_address(std::string_view text) {
    const auto address = stellar::parse_wallet(text);
    if (!address) return unverifiable(Reason::bad_address, "the address " + address.error());
    return *address;
}

FromColumn<stellar::Hash> parse_contract(std::optional<std::string_view> text) {
    if (!text) return unverifiable(Reason::bad_address, "is NULL");
    const auto contract = stellar::parse_contract(*text);
    if (!contract) return unverifiable(Reason::bad_address, "the contract address " + contract.error());
    return *contract;
}

std::string quoted(std::string_view text) {
    return fmt::format("'{}'", base::shortened(text, 80));
}

} // namespace verify
