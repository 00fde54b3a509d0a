#include "verify/balance_reconciler.hpp"

#include "stellar/contract_call.hpp"
#include "stellar/ledger_key.hpp"
#include "verify/amount.hpp"
#include "verify/compare.hpp"

#include <fmt/format.h>

#include <array>

namespace verify {
namespace {

constexpr std::array columns{
    Column{"id", "id"},
    Column{"wallet_address", "wallet address"},
    Column{"usdc_balance", "balance"},
};

constexpr Profile balance_profile{
    .name = "balances",
    .type = "BALANCE",
    .place = 2,
    .resource = &user_resource,
    .scale = Scale::amount,
    .unit = "USDC",
    .needs = {.token = true},
    .columns = columns,
    .scope = "users with a wallet",
    .value = "balance",
    .subject = "Balance of user (USDC)",
    .measured = " (USDC)",
    .axis = "difference, USDC",
    .items = {"balance", "balances"},
    .things = {"balance", "balances"},
    .contract_in_question = "USDC_ASSET or USDC_CONTRACT_ADDRESS may name another token",
    .column_in_question =
        "usdc_balance may be the application's own custodial figure and not the balance of the wallet",
};

const BalanceClaim& balance_of_row(const Claim& claim) {
    return claim.content.get<BalanceClaim>();
}

/// The token's answer for an account without a trust line: TrustlineMissing of the Stellar Asset Contract.
bool says_no_trust_line(std::string_view error) {
    return error.find("Error(Contract, #13)") != std::string_view::npos;
}

std::string signed_difference(const BalanceDifference& balance) {
    return fmt::format("{}{}", balance.chain < balance.database ? '-' : '+', format_stroops(balance.difference));
}

} // namespace

BalanceDifference::operator Difference() const {
    Difference out(balances, *this);
    out.chain_has_less = chain < database;
    out.size = difference;
    return out;
}

const Profile& BalanceReconciler::profile() const {
    return balance_profile;
}

ClaimResult BalanceReconciler::claim(const Row& row, const Target& target) const {
    return claim(UserRow{row.id(), row[1], row[2]}, target);
}

ClaimResult BalanceReconciler::claim(const UserRow& row, const Target& target) const {
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
    return Claim{*this, row.id, wallet, {}, BalanceClaim{*holder, *balance}};
}

Question BalanceReconciler::first_question(const Claim&, const Target& target) const {
    return target.mode == ReadMode::simulate ? Question::contract : Question::storage;
}

void BalanceReconciler::keys(Question, const Claim& claim, const Target& target, Keys& out) const {
    const stellar::Address& holder = balance_of_row(claim).holder;
    if (target.token.asset && holder.kind == stellar::Address::Kind::account) {
        stellar::append_trust_line_key(out.add(), holder.id, *target.token.asset);
    } else {
        stellar::append_token_balance_key(out.add(), target.token.contract, holder);
    }
}

Call BalanceReconciler::call(const Claim& claim, const Target& target) const {
    return {target.token.contract, "balance", {stellar::holder_argument(balance_of_row(claim).holder)}};
}

Reading BalanceReconciler::read_entries(Question, const Claim& claim, const Target& target,
                                        std::span<const Stored> entries, std::uint32_t ledger) const {
    const Stored& stored = entries[0];
    const auto settle = [&](auto&& balance, std::string_view what) -> Reading {
        if (!balance) return undecodable(what, balance.error().text);
        return ChainValue{static_cast<base::i128>((*balance).value_or(0)), sighting(entries, ledger)};
    };
    if (!target.token.asset) {
        if (!stored.entry && target.mode == ReadMode::automatic) return Question::contract;
        return settle(read_entry(stored, stellar::read_token_balance), "token balance");
    }
    if (balance_of_row(claim).holder.kind == stellar::Address::Kind::contract) {
        return settle(read_entry(stored, stellar::read_asset_contract_balance), "token balance");
    }
    return settle(read_entry(stored, stellar::read_trust_line_balance), "trust line");
}

Reading BalanceReconciler::read_call(const Claim&, std::string_view error, std::string_view result,
                                     std::uint32_t ledger) const {
    const Sighting seen{ledger, std::nullopt, false};
    if (says_no_trust_line(error)) return ChainValue{base::i128{0}, seen};
    if (!error.empty()) return call_failed(error);
    const auto balance = stellar::read_balance(result);
    if (!balance) return undecodable("balance", balance.error());
    return ChainValue{*balance, seen};
}

Difference BalanceReconciler::measure(const Claim& claim, const ChainValue& chain) const {
    const base::i128 database = balance_of_row(claim).balance;
    const auto held = chain.content.get<base::i128>();
    return BalanceDifference{database, held, base::distance(database, held)};
}

bool BalanceReconciler::differs(const Difference& difference, const Thresholds& thresholds) const {
    return difference.size > thresholds.balance;
}

bool BalanceReconciler::says_the_same(const Claim& claim, const Difference& difference) const {
    return balance_of_row(claim).balance == difference.as<BalanceDifference>().database;
}

Shown BalanceReconciler::show(const Difference& difference) const {
    const auto& balance = difference.as<BalanceDifference>();
    const std::string database = format_stroops(balance.database);
    const std::string chain = format_stroops(balance.chain);
    return {database,
            chain,
            signed_difference(balance),
            {},
            {},
            database,
            chain,
            {{"difference", format_stroops(balance.difference)}}};
}

std::string BalanceReconciler::sentence(std::string_view id, const Difference& difference) const {
    const auto& balance = difference.as<BalanceDifference>();
    return fmt::format("balance of user {} differs: {} USDC in the database, {} on chain ({})", id,
                       format_stroops(balance.database), format_stroops(balance.chain), signed_difference(balance));
}

Said BalanceReconciler::said(const Difference& difference) const {
    const std::string chain = format_stroops(difference.as<BalanceDifference>().chain);
    return {chain, chain};
}

std::string BalanceReconciler::show(const ChainValue& chain) const {
    return fmt::format("{} USDC", format_stroops(chain.content.get<base::i128>()));
}

std::string BalanceReconciler::threshold(const Thresholds& thresholds) const {
    return format_stroops(thresholds.balance);
}

std::vector<std::string> BalanceReconciler::steps(const Difference& difference, const Thresholds& thresholds) const {
    const auto& balance = difference.as<BalanceDifference>();
    return {fmt::format("database: {} USDC", format_stroops(balance.database)),
            fmt::format("chain: {} USDC", format_stroops(balance.chain)),
            judgement(difference, format_stroops(balance.difference), thresholds)};
}

} // namespace verify
