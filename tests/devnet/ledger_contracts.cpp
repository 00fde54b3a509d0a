// The part of Ledger that knows what the entries mean: layouts from Stellar-ledger-entries.x, the Stellar Asset
// Contract's from soroban-env-host (stellar_asset_contract/storage_types.rs), the application's from its contracts.
#include "devnet/ledger.hpp"

#include "base/digest.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/xdr.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace devnet {
namespace {

using stellar::Address;
using stellar::LedgerEntryType;
using stellar::ScMap;
using stellar::ScVal;
using stellar::ScValType;
using stellar::XdrWriter;

ScVal u32_value(std::uint32_t value) {
    return {ScValType::u32, value};
}
ScVal u128_value(base::u128 value) {
    return {ScValType::u128, value};
}
ScVal i128_value(base::i128 value) {
    return {ScValType::i128, value};
}
ScVal bool_value(bool value) {
    return {ScValType::boolean, value};
}
ScVal string_value(std::string text) {
    return {ScValType::string, std::move(text)};
}
ScVal map_value(ScMap rows) {
    return {ScValType::map, std::optional<ScMap>(std::move(rows))};
}

Address wallet_of(std::string_view text) {
    const base::Result<Address> wallet = stellar::parse_wallet(text);
    if (!wallet) throw std::invalid_argument(wallet.error());
    return *wallet;
}

Hash account_of(std::string_view text) {
    const Address wallet = wallet_of(text);
    if (wallet.kind != Address::Kind::account) throw std::invalid_argument("a contract has no trust line or account");
    return wallet.id;
}

template <class Append, class... Arguments>
std::string key_of(Append append, const Arguments&... arguments) {
    std::string key;
    append(key, arguments...);
    return key;
}

std::string shared_market_key(const Hash& contract, const Hash& market_id) {
    return key_of(stellar::append_contract_data_key, stellar::contract_address(contract),
                  stellar::vec({stellar::symbol("market"), stellar::bytes(stellar::bytes_of(market_id))}),
                  stellar::Durability::persistent);
}

/// METADATA, Admin and AssetInfo, as the host writes them when it deploys the contract.
stellar::ScInstance asset_contract_instance(const stellar::Asset& asset) {
    const std::string name = asset.native() ? "native" : stellar::to_text(asset);
    const std::string code = asset.native() ? "native" : asset.code;
    ScMap storage;
    storage.push_back({stellar::symbol("METADATA"), map_value({{stellar::symbol("decimal"), u32_value(7)},
                                                               {stellar::symbol("name"), string_value(name)},
                                                               {stellar::symbol("symbol"), string_value(code)}})});
    const ScVal asset_info_key = stellar::vec({stellar::symbol("AssetInfo")});
    if (asset.native()) {
        storage.push_back({asset_info_key, stellar::vec({stellar::symbol("Native")})});
    } else {
        const Address issuer{Address::Kind::account, asset.issuer};
        const bool four = asset.code.size() <= 4;
        std::string padded = asset.code;
        padded.resize(four ? 4 : 12, '\0');
        storage.push_back({stellar::vec({stellar::symbol("Admin")}), stellar::address(to_sc_address(issuer))});
        storage.push_back(
            {asset_info_key, stellar::vec({stellar::symbol(four ? "AlphaNum4" : "AlphaNum12"),
                                           map_value({{stellar::symbol("asset_code"), string_value(padded)},
                                                      {stellar::symbol("issuer"),
                                                       stellar::bytes(stellar::bytes_of(asset.issuer))}})})});
    }
    stellar::ScInstance instance;
    instance.executable = stellar::ScInstance::Executable::stellar_asset;
    instance.storage = std::move(storage);
    return instance;
}

} // namespace

Hash made_market_id(const Hash& contract) {
    return base::sha256("market id of " + stellar::to_strkey({Address::Kind::contract, contract}));
}

Hash market_id_of(std::string_view text) {
    if (text.size() != 64) throw std::invalid_argument("a market id has 64 hex digits");
    Hash id{};
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        int digit = -1;
        if (c >= '0' && c <= '9') digit = c - '0';
        if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
        if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
        if (digit < 0) throw std::invalid_argument("a market id has 64 hex digits");
        id[i / 2] = static_cast<std::uint8_t>(id[i / 2] << 4 | digit);
    }
    return id;
}

Hash contract_of(std::string_view text) {
    const base::Result<Hash> contract = stellar::parse_contract(text);
    if (!contract) throw std::invalid_argument(contract.error());
    return *contract;
}

/// LedgerEntryData of contract data repeats the key: type, then an extension, then the rest of the key, then the value.
void Ledger::put_data(const std::string& key, const ScVal& value, const EntryState& state) {
    std::string data;
    XdrWriter writer(data);
    writer.u32(static_cast<std::uint32_t>(LedgerEntryType::contract_data));
    writer.u32(0);
    data.append(key, 4);
    stellar::write_scval(writer, value);
    put(key, data, state);
}

void Ledger::deploy(const Hash& contract, Contract description, stellar::ScInstance instance) {
    put_data(key_of(stellar::append_contract_instance_key, contract),
             {ScValType::contract_instance, std::make_shared<const stellar::ScInstance>(std::move(instance))}, {});
    const std::unique_lock lock(mutex_);
    if (description.kind == ContractKind::asset_contract && !default_token_) default_token_ = contract;
    if (description.kind == ContractKind::amm && !amm_) amm_ = contract;
    contracts_.insert_or_assign(contract, std::move(description));
}

void Ledger::deploy_wasm(const Hash& contract, ContractKind kind) {
    stellar::ScInstance instance;
    instance.executable = stellar::ScInstance::Executable::wasm;
    instance.wasm_hash = base::sha256("devnet contract " + std::to_string(static_cast<int>(kind)));
    deploy(contract, {kind, {}, {}}, std::move(instance));
}

Hash Ledger::deploy_asset(const stellar::Asset& asset) {
    const Hash id = stellar::asset_contract_id(asset, passphrase());
    deploy(id, {ContractKind::asset_contract, asset, {}}, asset_contract_instance(asset));
    return id;
}

void Ledger::deploy_token(const Hash& contract) {
    deploy_wasm(contract, ContractKind::token);
}
void Ledger::deploy_amm(const Hash& contract, const std::optional<Hash>& usdc) {
    deploy_wasm(contract, ContractKind::amm);
    if (usdc) set_usdc(contract, *usdc);
}
void Ledger::deploy_market(const Hash& contract) {
    deploy_wasm(contract, ContractKind::market);
}
void Ledger::deploy_shared_market(const Hash& contract, UnknownMarket unknown) {
    deploy_wasm(contract, ContractKind::shared_market);
    const std::unique_lock lock(mutex_);
    contracts_.at(contract).unknown = unknown;
}

bool Ledger::deployed(const Hash& contract) const {
    const std::shared_lock lock(mutex_);
    return contracts_.contains(contract);
}

Contract Ledger::contract_at(const Hash& contract) const {
    const std::shared_lock lock(mutex_);
    const auto found = contracts_.find(contract);
    if (found == contracts_.end()) throw std::invalid_argument("no such contract was deployed");
    return found->second;
}

Hash Ledger::default_token() const {
    const std::shared_lock lock(mutex_);
    if (!default_token_) throw std::invalid_argument("no asset was deployed");
    return *default_token_;
}

Hash Ledger::amm() const {
    const std::shared_lock lock(mutex_);
    if (!amm_) throw std::invalid_argument("no AMM contract was deployed");
    return *amm_;
}

void Ledger::set_trust_line(std::string_view account, const stellar::Asset& asset, std::int64_t stroops,
                            const TrustLineState& line, const EntryState& state) {
    const std::string key = key_of(stellar::append_trust_line_key, account_of(account), asset);
    std::string data = key; // type, account and asset stand first in the entry too
    XdrWriter writer(data);
    writer.i64(stroops);
    writer.i64(line.limit);
    writer.u32(line.flags);
    writer.u32(line.selling_liabilities == 0 ? 0 : 1);
    if (line.selling_liabilities != 0) {
        writer.i64(0); // buying
        writer.i64(line.selling_liabilities);
        writer.u32(0);
    }
    put(key, data, state);
}

void Ledger::remove_trust_line(std::string_view account, const stellar::Asset& asset) {
    remove(key_of(stellar::append_trust_line_key, account_of(account), asset));
}

void Ledger::set_account(std::string_view account, std::int64_t stroops, const EntryState& state) {
    const std::string key = key_of(stellar::append_account_key, account_of(account));
    std::string data = key;
    XdrWriter writer(data);
    writer.i64(stroops);
    writer.i64(1);          // sequence number
    writer.u32(0);          // sub-entries
    writer.boolean(false);  // inflation destination
    writer.u32(0);          // flags
    writer.opaque("");      // home domain
    writer.u32(0x01000000); // thresholds: a master key of weight 1
    writer.u32(0);          // signers
    writer.u32(0);          // extension
    put(key, data, state);
}

void Ledger::remove_account(std::string_view account) {
    remove(key_of(stellar::append_account_key, account_of(account)));
}

void Ledger::set_contract_balance(std::string_view holder, base::i128 amount, const EntryState& state) {
    set_contract_balance(default_token(), holder, amount, state);
}

void Ledger::remove_contract_balance(std::string_view holder) {
    remove_contract_balance(default_token(), holder);
}

void Ledger::set_contract_balance(const Hash& token, std::string_view holder, base::i128 amount,
                                  const EntryState& state) {
    const Address wallet = wallet_of(holder);
    ScVal value = i128_value(amount);
    if (contract_at(token).kind == ContractKind::asset_contract) {
        if (wallet.kind == Address::Kind::account) {
            throw std::invalid_argument("a Stellar Asset Contract keeps no account's balance: use a trust line");
        }
        value = map_value({{stellar::symbol("amount"), value},
                           {stellar::symbol("authorized"), bool_value(true)},
                           {stellar::symbol("clawback"), bool_value(false)}});
    }
    put_data(key_of(stellar::append_token_balance_key, token, wallet), value, state);
}

void Ledger::remove_contract_balance(const Hash& token, std::string_view holder) {
    remove(key_of(stellar::append_token_balance_key, token, wallet_of(holder)));
}

Hash Ledger::pool_of(std::string_view text) const {
    if (text.size() == 64) return market_id_of(text);
    const Hash contract = contract_of(text);
    const std::optional<Hash> held = market_id(text);
    if (held) return *held;
    return contains(key_of(stellar::append_contract_instance_key, contract)) ? contract : made_market_id(contract);
}

void Ledger::set_usdc(const Hash& contract, const Hash& token, const EntryState& state) {
    set_usdc(contract, stellar::address(stellar::contract_address(token)), state);
}

void Ledger::set_usdc(const Hash& contract, const stellar::ScVal& value, const EntryState& state) {
    put_data(key_of(stellar::append_usdc_key, contract), value, state);
}

void Ledger::remove_usdc(const Hash& contract) {
    remove(key_of(stellar::append_usdc_key, contract));
}

void Ledger::set_pool(std::string_view market_id, base::u128 yes, base::u128 no, const EntryState& state) {
    const Hash id = pool_of(market_id);
    const bool of_contract = market_id.size() != 64;
    if (of_contract && !contains(key_of(stellar::append_contract_instance_key, contract_of(market_id)))) {
        set_market(market_id, 0);
    }
    const Hash contract = amm();
    put_data(key_of(stellar::append_pool_yes_reserve_key, contract, id), u128_value(yes), state);
    put_data(key_of(stellar::append_pool_no_reserve_key, contract, id), u128_value(no), state);
    put_data(key_of(stellar::append_pool_exists_key, contract, id), bool_value(true), state);
}

void Ledger::remove_pool(std::string_view market_id) {
    const Hash id = pool_of(market_id);
    const Hash contract = amm();
    remove(key_of(stellar::append_pool_yes_reserve_key, contract, id));
    remove(key_of(stellar::append_pool_no_reserve_key, contract, id));
    remove(key_of(stellar::append_pool_exists_key, contract, id));
}

void Ledger::set_market(std::string_view contract, std::uint32_t status, std::optional<std::uint32_t> outcome,
                        const EntryState& state) {
    const Hash id = contract_of(contract);
    if (!contains(key_of(stellar::append_contract_instance_key, id))) {
        deploy_market(id);
        set_market_id(contract, made_market_id(id));
    }
    put_data(key_of(stellar::append_market_state_key, id), u32_value(status), state);
    const std::string outcome_key = key_of(stellar::append_winning_outcome_key, id);
    if (outcome) {
        put_data(outcome_key, u32_value(*outcome), state);
    } else {
        remove(outcome_key);
    }
}

void Ledger::remove_market(std::string_view contract) {
    const Hash id = contract_of(contract);
    remove(key_of(stellar::append_contract_instance_key, id));
    remove(key_of(stellar::append_market_state_key, id));
    remove(key_of(stellar::append_winning_outcome_key, id));
    remove(key_of(stellar::append_market_id_key, id));
}

void Ledger::set_market_id(std::string_view contract, const std::optional<Hash>& market_id, const EntryState& state) {
    const Hash id = contract_of(contract);
    const std::string key = key_of(stellar::append_market_id_key, id);
    if (!contains(key_of(stellar::append_contract_instance_key, id))) deploy_market(id);
    if (market_id) {
        put_data(key, stellar::bytes(stellar::bytes_of(*market_id)), state);
    } else {
        remove(key);
    }
}

std::optional<Hash> Ledger::market_id(std::string_view contract) const {
    const std::string key = key_of(stellar::append_market_id_key, contract_of(contract));
    const LedgerView view(*this);
    const auto found = view.find(key);
    if (!found) return std::nullopt;
    const auto held = stellar::read_market_id(key, found->data);
    return held ? std::optional(*held) : std::nullopt;
}

void Ledger::set_shared_market(const Hash& contract, std::string_view market_id, std::uint32_t status,
                               std::optional<std::uint32_t> outcome, const EntryState& state) {
    if (contract_at(contract).kind != ContractKind::shared_market) {
        throw std::invalid_argument("the contract is no shared market contract");
    }
    put_data(shared_market_key(contract, market_id_of(market_id)),
             map_value({{stellar::symbol("status"), u32_value(status)},
                        {stellar::symbol("winning_outcome"), outcome ? u32_value(*outcome) : ScVal{}}}),
             state);
}

void Ledger::remove_shared_market(const Hash& contract, std::string_view market_id) {
    remove(shared_market_key(contract, market_id_of(market_id)));
}

} // namespace devnet
