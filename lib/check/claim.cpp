#include "check/claim.hpp"

#include "base/hex.hpp"
#include "check/amount.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace check {
namespace {

base::Fail<Unverifiable> unverifiable(Reason reason, std::string text) {
    return base::Fail<Unverifiable>{{reason, std::move(text)}};
}

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

struct MarketId {
    stellar::Hash id{};
    bool hex = false; // not a contract of its own
};

base::Result<MarketId> parse_market_address(std::optional<std::string_view> text) {
    if (!text) return base::fail("the contract address is NULL");
    if (const auto id = parse_hex_id(*text)) return MarketId{*id, true};
    base::Result<stellar::Hash> contract = stellar::parse_contract(*text);
    if (!contract) {
        return base::fail(
            fmt::format("the contract address is neither a C... address ({}) nor 64 hex digits", contract.error()));
    }
    return MarketId{*contract, false};
}

Claim claim_of(const MarketRow& row) {
    return {row.id, row.contract_address.value_or(""), row.title.value_or(""), {}};
}

base::Result<base::u128> parse_liquidity(std::optional<std::string_view> text, std::string_view side) {
    if (!text) return base::fail(fmt::format("the {} liquidity is NULL", side));
    base::Result<base::u128> value = parse_fixed_unsigned(*text, stroop_decimals);
    if (!value) return base::fail(fmt::format("the {} liquidity cannot be read: {}", side, value.error()));
    return value;
}

/// The market's id as far as the row has it.
base::Result<std::optional<stellar::Hash>> id_of(const MarketRow& row, const MarketId& address) {
    if (!row.market_id) return address.hex ? std::optional(address.id) : std::nullopt;
    const bool bytea = row.market_id->starts_with("\\x");
    std::optional<stellar::Hash> id = bytea ? parse_digits(row.market_id->substr(2)) : parse_hex_id(*row.market_id);
    if (!id) return base::fail("the market_id is not 64 hex digits");
    return id;
}

/// Why the contract that hex market ids are asked of cannot speak for this one, as far as the start has shown.
std::optional<Unverifiable> not_held(const OutcomeClaim& claim, const Target& target) {
    if (!target.shared_market_fault.empty()) return Unverifiable{Reason::decode, target.shared_market_fault};
    if (!target.shared_market_id || *target.shared_market_id == claim.market_id) return std::nullopt;
    return Unverifiable{Reason::contract, holds_another_market(*target.shared_market_id),
                        fmt::format("the contract at MARKET_CONTRACT_ADDRESS holds one market only ({}): no other row "
                                    "with a hex market id can be checked by it; give such rows the address of their "
                                    "own market contract (C...)",
                                    base::to_hex(*target.shared_market_id))};
}

// An integer, a boolean as PostgreSQL prints it, or a word.
std::optional<std::int64_t> parse_outcome(std::string_view text) {
    std::string word(text);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (text == "t" || word == "true" || word == "yes") return 1;
    if (text == "f" || word == "false" || word == "no") return 0;
    const base::Result<base::i128> number = parse_integer(text);
    if (!number || *number != static_cast<std::int64_t>(*number)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

} // namespace

std::string holds_another_market(const stellar::Hash& held) {
    return fmt::format("the market contract holds market {}, not this one", base::to_hex(held));
}

ClaimResult claim_odds(const MarketRow& row) {
    const base::Result<MarketId> market = parse_market_address(row.contract_address);
    if (!market) return unverifiable(Reason::bad_address, market.error());
    const base::Result<std::optional<stellar::Hash>> id = id_of(row, *market);
    if (!id) return unverifiable(Reason::bad_value, id.error());
    const base::Result<base::u128> yes = parse_liquidity(row.yes_liquidity, "YES");
    if (!yes) return unverifiable(Reason::bad_value, yes.error());
    const base::Result<base::u128> no = parse_liquidity(row.no_liquidity, "NO");
    if (!no) return unverifiable(Reason::bad_value, no.error());
    Claim claim = claim_of(row);
    claim.content = OddsClaim{id->value_or(market->id), {*yes, *no}, id->has_value()};
    return claim;
}

ClaimResult claim_outcome(const MarketRow& row, const Target& target) {
    const base::Result<MarketId> market = parse_market_address(row.contract_address);
    if (!market) return unverifiable(Reason::bad_address, market.error());
    if (market->hex && !target.market_contract) {
        return unverifiable(Reason::bad_address, "the contract address is a hex market id; set MARKET_CONTRACT_ADDRESS "
                                                 "to the contract that keeps such markets");
    }
    const base::Result<std::optional<stellar::Hash>> id = id_of(row, *market);
    if (!id) return unverifiable(Reason::bad_value, id.error());
    OutcomeClaim content{id->value_or(market->id), market->hex ? *target.market_contract : market->id, market->hex,
                         std::nullopt, id->has_value()};
    if (row.winning_outcome) {
        content.outcome = parse_outcome(*row.winning_outcome);
        if (!content.outcome) {
            return unverifiable(Reason::bad_value, "the winning outcome is not an integer, a boolean, YES or NO");
        }
    }
    if (content.shared) {
        if (std::optional<Unverifiable> why = not_held(content, target)) return base::Fail<Unverifiable>{*why};
    }
    Claim claim = claim_of(row);
    claim.content = content;
    return claim;
}

ClaimResult claim_balance(const UserRow& row, const Target& target) {
    const std::string_view wallet = row.wallet_address.value_or("");
    const base::Result<stellar::Address> holder = stellar::parse_wallet(wallet);
    if (!holder) return unverifiable(Reason::bad_address, fmt::format("the wallet address {}", holder.error()));
    if (target.token.asset && holder->kind == stellar::Address::Kind::account &&
        holder->id == target.token.asset->issuer) {
        return unverifiable(Reason::bad_address, "the wallet is the asset's own issuer, which holds no balance of it");
    }
    if (!row.usdc_balance) return unverifiable(Reason::bad_value, "the balance is NULL");
    const base::Result<base::i128> balance = parse_stroops(*row.usdc_balance);
    if (!balance)
        return unverifiable(Reason::bad_value, fmt::format("the balance cannot be read: {}", balance.error()));
    return Claim{row.id, wallet, {}, BalanceClaim{*holder, *balance}};
}

} // namespace check
