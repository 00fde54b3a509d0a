// LedgerKey: what getLedgerEntries is asked with (Stellar-ledger-entries.x).
// The append_ functions add one key's XDR to a string that the caller owns.
#pragma once

#include "base/result.hpp"
#include "stellar/asset.hpp"
#include "stellar/scval.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace stellar {

enum class LedgerEntryType : std::uint32_t {
    account = 0,
    trust_line = 1,
    offer = 2,
    data = 3,
    claimable_balance = 4,
    liquidity_pool = 5,
    contract_data = 6,
    contract_code = 7,
    config_setting = 8,
    ttl = 9,
};

enum class Durability : std::uint32_t { temporary = 0, persistent = 1 };

void append_account_key(std::string& out, const Hash& account);
void append_trust_line_key(std::string& out, const Hash& account, const Asset& asset);
void append_contract_data_key(std::string& out, const ScAddress& contract, const ScVal& key, Durability durability);
void append_contract_code_key(std::string& out, const Hash& wasm_hash);
/// The time-to-live entry of another key (given as its XDR). The RPC refuses to be asked for it.
void append_ttl_key(std::string& out, std::string_view other_key);

// The keys of the application's contracts; all persistent.
/// Vec[Symbol("Balance"), Address(holder)]: a Stellar Asset Contract's and a SEP-41 example token's balance.
void append_token_balance_key(std::string& out, const Hash& token, const Address& holder);
void append_pool_yes_reserve_key(std::string& out, const Hash& amm, const Hash& market_id);
void append_pool_no_reserve_key(std::string& out, const Hash& amm, const Hash& market_id);
void append_pool_exists_key(std::string& out, const Hash& amm, const Hash& market_id);
void append_market_state_key(std::string& out, const Hash& market);
void append_winning_outcome_key(std::string& out, const Hash& market);
void append_market_id_key(std::string& out, const Hash& market);
/// Symbol("usdc"): the token's contract, in the AMM and in each market contract.
void append_usdc_key(std::string& out, const Hash& contract);
void append_contract_instance_key(std::string& out, const Hash& contract);

// Decoded keys of the types that the program and its devnet deal with; the remaining sound types are an error here.
struct AccountKey {
    Hash account{};
};
struct TrustLineKey {
    Hash account{};
    Asset asset; // unused where pool_share
    bool pool_share = false;
    Hash pool{};
};
struct ContractDataKey {
    ScAddress contract;
    ScVal key;
    Durability durability{};
};
struct ContractCodeKey {
    Hash wasm_hash{};
};
struct TtlKey {
    Hash key_hash{};
};
using LedgerKey = std::variant<AccountKey, TrustLineKey, ContractDataKey, ContractCodeKey, TtlKey>;

// What follows the entry type in a key, and comes again in its entry.
TrustLineKey read_trust_line_key(XdrReader& reader);
ContractDataKey read_contract_data_key(XdrReader& reader);

/// Strict: every byte must belong to the key.
base::Result<LedgerKey> decode_ledger_key(std::string_view bytes);

} // namespace stellar
