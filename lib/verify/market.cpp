#include "verify/market.hpp"

#include "base/hex.hpp"

#include <fmt/format.h>

namespace verify {
namespace {

std::optional<stellar::Hash> parse_digits(std::string_view text) {
    stellar::Hash id;
    if (text.size() != 2 * id.size()) return std::nullopt;
    for (std::size_t i = 0; i < id.size(); ++i) {
        const int high = base::hex_digit(text[2 * i]);
        const int low = base::hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        id[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return id;
}

/// 64 hex digits of any case, with or without 0x before them.
std::optional<stellar::Hash> parse_hex_id(std::string_view text) {
    const bool prefixed = text.starts_with("0x") || text.starts_with("0X");
    return parse_digits(text.substr(prefixed ? 2 : 0));
}

} // namespace

base::Result<MarketAddress> parse_market_address(std::optional<std::string_view> text) {
    if (!text) return base::fail("the contract address is NULL");
    if (const auto id = parse_hex_id(*text)) return MarketAddress{*id, true};
    base::Result<stellar::Hash> contract = stellar::parse_contract(*text);
    if (!contract) {
        return base::fail(
            fmt::format("the contract address is neither a C... address ({}) nor 64 hex digits", contract.error()));
    }
    return MarketAddress{*contract, false};
}

base::Result<std::optional<stellar::Hash>> market_id_of(const MarketColumns& row, const MarketAddress& address) {
    if (!row.market_id) return address.hex ? std::optional(address.id) : std::nullopt;
    const bool bytea = row.market_id->starts_with("\\x");
    std::optional<stellar::Hash> id = bytea ? parse_digits(row.market_id->substr(2)) : parse_hex_id(*row.market_id);
    if (!id) return base::fail("the market_id is not 64 hex digits");
    return id;
}

Claim market_claim(Check check, const MarketColumns& row) {
    return {check, row.id, row.contract_address.value_or(""), row.title.value_or(""), {}};
}

Question next_question(const Target& target) {
    return target.mode == ReadMode::simulate ? Question::contract : Question::storage;
}

Reading read_proof(const stellar::Hash& address, const Target& target, const Stored& entry) {
    const auto exists = read_entry(entry, stellar::read_pool_exists);
    if (!exists) return undecodable("entry pool_exists", exists.error().text);
    if ((*exists).value_or(false)) return Identified{address, next_question(target)};
    return Unverifiable{Reason::contract, "no market id known: the market contract holds no market_id, and the AMM has "
                                          "no pool under the contract's address"};
}

Reading market_fault(const stellar::EntryFault& fault, const Target& target, std::string_view what) {
    using Kind = stellar::EntryFault::Kind;
    if (target.mode != ReadMode::storage && fault.kind == Kind::unexpected_type) return Question::contract;
    return undecodable(what, fault.text);
}

} // namespace verify
