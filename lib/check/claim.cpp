#include "check/claim.hpp"

#include "base/hex.hpp"
#include "check/amount.hpp"

#include <fmt/format.h>

namespace check {
namespace {

base::Fail<Unverifiable> unverifiable(Reason reason, std::string text) {
    return base::Fail<Unverifiable>{{reason, std::move(text)}};
}

std::optional<stellar::Hash> parse_hex_id(std::string_view text) {
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

} // namespace

ClaimResult claim_odds(const MarketRow& row) {
    const base::Result<MarketId> market = parse_market_address(row.contract_address);
    if (!market) return unverifiable(Reason::bad_address, market.error());
    const base::Result<base::u128> yes = parse_liquidity(row.yes_liquidity, "YES");
    if (!yes) return unverifiable(Reason::bad_value, yes.error());
    const base::Result<base::u128> no = parse_liquidity(row.no_liquidity, "NO");
    if (!no) return unverifiable(Reason::bad_value, no.error());
    Claim claim = claim_of(row);
    claim.content = OddsClaim{market->id, {*yes, *no}};
    return claim;
}

ClaimResult claim_outcome(const MarketRow& row, const Target& target) {
    const base::Result<MarketId> market = parse_market_address(row.contract_address);
    if (!market) return unverifiable(Reason::bad_address, market.error());
    if (market->hex && !target.market_contract) {
        return unverifiable(Reason::bad_address, "the contract address is a hex market id; set MARKET_CONTRACT_ADDRESS "
                                                 "to the contract that keeps such markets");
    }
    OutcomeClaim content{market->id, market->hex ? *target.market_contract : market->id, market->hex, std::nullopt};
    if (row.winning_outcome) {
        const base::Result<base::i128> outcome = parse_integer(*row.winning_outcome);
        const bool fits = outcome && *outcome == static_cast<std::int64_t>(*outcome);
        if (!fits) return unverifiable(Reason::bad_value, "the winning outcome is no integer");
        content.outcome = static_cast<std::int64_t>(*outcome);
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
