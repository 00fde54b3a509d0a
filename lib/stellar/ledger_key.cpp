#include "stellar/ledger_key.hpp"

#include "stellar/ids.hpp"

namespace stellar {
namespace {

constexpr std::uint32_t pool_share = 3; // the arm that TrustLineAsset adds to Asset

void write_type(XdrWriter& writer, LedgerEntryType type) {
    writer.u32(static_cast<std::uint32_t>(type));
}

void write_type(XdrWriter& writer, ScValType type) {
    writer.u32(static_cast<std::uint32_t>(type));
}

void write_symbol(XdrWriter& writer, std::string_view text) {
    write_type(writer, ScValType::symbol);
    writer.opaque(text);
}

// The application's keys are written without an ScVal in between: there are a million of them a cycle.

void begin_key(XdrWriter& writer, const Hash& contract) {
    write_type(writer, LedgerEntryType::contract_data);
    write_sc_address(writer, contract_address(contract));
}

/// Vec[Symbol(name), ...] of two elements, the second still to be written.
void begin_pair(XdrWriter& writer, std::string_view name) {
    write_type(writer, ScValType::vec);
    writer.boolean(true);
    writer.u32(2);
    write_symbol(writer, name);
}

void end_key(XdrWriter& writer) {
    writer.u32(static_cast<std::uint32_t>(Durability::persistent));
}

void append_pool_key(std::string& out, const Hash& amm, std::string_view name, const Hash& market_id) {
    XdrWriter writer(out);
    begin_key(writer, amm);
    begin_pair(writer, name);
    write_type(writer, ScValType::bytes);
    writer.opaque(bytes_of(market_id));
    end_key(writer);
}

void append_symbol_key(std::string& out, const Hash& contract, std::string_view name) {
    XdrWriter writer(out);
    begin_key(writer, contract);
    write_symbol(writer, name);
    end_key(writer);
}

LedgerKey read_key(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    switch (LedgerEntryType{type}) {
    case LedgerEntryType::account:
        return AccountKey{read_account_id(reader)};
    case LedgerEntryType::trust_line:
        return read_trust_line_key(reader);
    case LedgerEntryType::contract_data:
        return read_contract_data_key(reader);
    case LedgerEntryType::contract_code:
        return ContractCodeKey{read_hash(reader)};
    case LedgerEntryType::ttl:
        return TtlKey{read_hash(reader)};
    case LedgerEntryType::offer:
    case LedgerEntryType::data:
    case LedgerEntryType::claimable_balance:
    case LedgerEntryType::liquidity_pool:
    case LedgerEntryType::config_setting:
        reader.fail("is of a ledger entry type that is not read here");
        return {};
    }
    reader.fail("unknown ledger entry type");
    return {};
}

} // namespace

void append_account_key(std::string& out, const Hash& account) {
    XdrWriter writer(out);
    write_type(writer, LedgerEntryType::account);
    write_account_id(writer, account);
}

void append_trust_line_key(std::string& out, const Hash& account, const Asset& asset) {
    XdrWriter writer(out);
    write_type(writer, LedgerEntryType::trust_line);
    write_account_id(writer, account);
    write_asset(writer, asset);
}

void append_contract_data_key(std::string& out, const ScAddress& contract, const ScVal& key, Durability durability) {
    XdrWriter writer(out);
    write_type(writer, LedgerEntryType::contract_data);
    write_sc_address(writer, contract);
    write_scval(writer, key);
    writer.u32(static_cast<std::uint32_t>(durability));
}

void append_contract_code_key(std::string& out, const Hash& wasm_hash) {
    XdrWriter writer(out);
    write_type(writer, LedgerEntryType::contract_code);
    writer.fixed(bytes_of(wasm_hash));
}

void append_ttl_key(std::string& out, std::string_view other_key) {
    XdrWriter writer(out);
    write_type(writer, LedgerEntryType::ttl);
    writer.fixed(bytes_of(base::sha256(other_key)));
}

void append_token_balance_key(std::string& out, const Hash& token, const Address& holder) {
    XdrWriter writer(out);
    begin_key(writer, token);
    begin_pair(writer, "Balance");
    write_type(writer, ScValType::address);
    write_sc_address(writer, to_sc_address(holder));
    end_key(writer);
}

void append_pool_yes_reserve_key(std::string& out, const Hash& amm, const Hash& market_id) {
    append_pool_key(out, amm, "pool_yes_reserve", market_id);
}

void append_pool_no_reserve_key(std::string& out, const Hash& amm, const Hash& market_id) {
    append_pool_key(out, amm, "pool_no_reserve", market_id);
}

void append_pool_exists_key(std::string& out, const Hash& amm, const Hash& market_id) {
    append_pool_key(out, amm, "pool_exists", market_id);
}

void append_market_state_key(std::string& out, const Hash& market) {
    append_symbol_key(out, market, "market_state");
}

void append_winning_outcome_key(std::string& out, const Hash& market) {
    append_symbol_key(out, market, "winning_outcome");
}

void append_market_id_key(std::string& out, const Hash& market) {
    append_symbol_key(out, market, "market_id");
}

void append_usdc_key(std::string& out, const Hash& contract) {
    append_symbol_key(out, contract, "usdc");
}

void append_contract_instance_key(std::string& out, const Hash& contract) {
    XdrWriter writer(out);
    begin_key(writer, contract);
    write_type(writer, ScValType::ledger_key_contract_instance);
    end_key(writer);
}

TrustLineKey read_trust_line_key(XdrReader& reader) {
    TrustLineKey key;
    key.account = read_account_id(reader);
    XdrReader ahead(reader.rest());
    key.pool_share = ahead.u32() == pool_share;
    if (key.pool_share) {
        reader.u32();
        key.pool = read_hash(reader);
    } else {
        key.asset = read_asset(reader);
    }
    return key;
}

ContractDataKey read_contract_data_key(XdrReader& reader) {
    ContractDataKey key;
    key.contract = read_sc_address(reader);
    key.key = read_scval(reader);
    const std::uint32_t durability = reader.u32();
    if (durability > static_cast<std::uint32_t>(Durability::persistent)) reader.fail("unknown durability");
    key.durability = Durability{durability};
    return key;
}

base::Result<LedgerKey> decode_ledger_key(std::string_view bytes) {
    XdrReader reader(bytes);
    LedgerKey key = read_key(reader);
    reader.finish();
    if (!reader.ok()) return base::fail(reader.error());
    return key;
}

} // namespace stellar
