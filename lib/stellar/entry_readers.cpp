// The readers of ledger_entry.hpp. The two token balances and the trust line are read a million times a cycle: straight
// from the bytes. Only an entry that does not read so is decoded as a whole, to find out what is wrong with it.
#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "stellar/scval_view.hpp"

#include <utility>

namespace stellar {
namespace {

using Kind = EntryFault::Kind;

base::Fail<EntryFault> fault(Kind kind, std::string text) {
    return {EntryFault{kind, std::move(text)}};
}

bool is_type(std::uint32_t type, LedgerEntryType expected) {
    return type == static_cast<std::uint32_t>(expected);
}

/// A sound type, but one that decode_ledger_entry does not go into.
bool is_undecoded_type(std::uint32_t type) {
    switch (LedgerEntryType{type}) {
    case LedgerEntryType::offer:
    case LedgerEntryType::data:
    case LedgerEntryType::claimable_balance:
    case LedgerEntryType::liquidity_pool:
    case LedgerEntryType::config_setting:
        return true;
    default:
        return false;
    }
}

/// Reads what an entry of contract data has in front of its value; false where it does not repeat the key.
/// XDR has one spelling for each value, so equal bytes are equal keys.
bool skip_contract_data_key(XdrReader& reader, std::string_view key) {
    if (!is_type(XdrReader(key).u32(), LedgerEntryType::contract_data)) return false;
    if (!is_type(reader.u32(), LedgerEntryType::contract_data) || reader.u32() != 0) return false;
    const std::string_view body = key.substr(4);
    return reader.fixed(body.size()) == body;
}

/// Why `entry` could not be read. `expected` is what its value should have been.
base::Fail<EntryFault> find_fault(std::string_view key, std::string_view entry, std::string_view expected) {
    const base::Result<LedgerEntryData> decoded = decode_ledger_entry(entry);
    if (!decoded) {
        const bool undecoded = is_undecoded_type(XdrReader(entry).u32());
        if (undecoded) return fault(Kind::not_the_key, "is of another type than asked for");
        return fault(Kind::undecodable, "is not a valid ledger entry: " + decoded.error());
    }
    XdrReader reader(entry);
    if (!skip_contract_data_key(reader, key)) return fault(Kind::not_the_key, "is not the entry asked for");
    const ScValType found = std::get<ContractDataEntry>(*decoded).value.type;
    return fault(Kind::unexpected_type,
                 "its value (" + std::string(type_name(found)) + ") is not " + std::string(expected));
}

bool read_type(XdrReader& reader, ScValType type) {
    return reader.u32() == static_cast<std::uint32_t>(type);
}

bool read_symbol(XdrReader& reader, std::string_view text) {
    return read_type(reader, ScValType::symbol) && reader.opaque() == text;
}

base::u128 read_u128(XdrReader& reader) {
    const base::u128 high = reader.u64();
    return high << 64 | reader.u64();
}

std::optional<base::i128> read_i128(XdrReader& reader) {
    if (!read_type(reader, ScValType::i128)) return std::nullopt;
    return static_cast<base::i128>(read_u128(reader));
}

std::optional<std::uint32_t> read_u32(XdrReader& reader) {
    if (!read_type(reader, ScValType::u32)) return std::nullopt;
    return reader.u32();
}

std::optional<bool> read_bool(XdrReader& reader) {
    if (!read_type(reader, ScValType::boolean)) return std::nullopt;
    return reader.boolean();
}

/// Map{amount i128, authorized bool, clawback bool}; written out, so an unsorted map or a duplicate is another shape.
std::optional<base::i128> read_asset_contract_amount(XdrReader& reader) {
    if (!read_type(reader, ScValType::map) || !reader.optional() || reader.u32() != 3) return std::nullopt;
    if (!read_symbol(reader, "amount")) return std::nullopt;
    const std::optional<base::i128> amount = read_i128(reader);
    if (!amount || !read_symbol(reader, "authorized") || !read_bool(reader).has_value()) return std::nullopt;
    if (!read_symbol(reader, "clawback") || !read_bool(reader).has_value()) return std::nullopt;
    return amount;
}

// A Stellar Asset Contract says in its instance's storage what asset it is of: rs-soroban-env, stellar_asset_contract/
// storage_types.rs and asset_info.rs.

/// Vec[Symbol(name)]
bool is_name(const ScVal& value, std::string_view name) {
    const ScVec* const elements = value.as_vec();
    return elements != nullptr && elements->size() == 1 && elements->front().is_symbol(name);
}

/// Map{asset_code string, issuer bytes(32)}; the code is padded with zero bytes to `code_size`, 4 or 12.
std::optional<Asset> read_issued_asset(const ScVal& value, std::size_t code_size) {
    const ScMap* const rows = value.as_map();
    if (rows == nullptr || rows->size() != 2) return std::nullopt;
    const auto& [code_key, code_value] = (*rows)[0];
    const auto& [issuer_key, issuer_value] = (*rows)[1];
    if (!code_key.is_symbol("asset_code") || !issuer_key.is_symbol("issuer")) return std::nullopt;
    const std::string* const padded = code_value.as_string();
    const std::string* const issuer = issuer_value.as_bytes();
    if (padded == nullptr || padded->size() > code_size || issuer == nullptr || issuer->size() != sizeof(Hash)) {
        return std::nullopt;
    }
    const std::string code = padded->substr(0, padded->find_last_not_of('\0') + 1);
    if (!is_asset_code(code) || (code.size() > 4) != (code_size == 12)) return std::nullopt;
    return Asset{code, to_hash(*issuer)};
}

/// Vec[Symbol(Native)], or Vec[Symbol(AlphaNum4 or AlphaNum12), Map].
std::optional<Asset> read_asset_info(const ScVal& value) {
    if (is_name(value, "Native")) return Asset{};
    const ScVec* const elements = value.as_vec();
    if (elements == nullptr || elements->size() != 2) return std::nullopt;
    if (elements->front().is_symbol("AlphaNum4")) return read_issued_asset((*elements)[1], 4);
    if (elements->front().is_symbol("AlphaNum12")) return read_issued_asset((*elements)[1], 12);
    return std::nullopt;
}

std::optional<ContractInstance> read_instance(XdrReader& reader) {
    const ScVal value = read_scval(reader);
    const ScInstance* const instance = value.as_instance();
    if (instance == nullptr) return std::nullopt;
    ContractInstance result{instance->executable, std::nullopt};
    // Any other contract may keep what it likes under the same key.
    if (instance->executable != ScInstance::Executable::stellar_asset || !instance->storage) return result;
    for (const auto& [name, info] : *instance->storage) {
        if (!is_name(name, "AssetInfo")) continue;
        if (result.asset) return std::nullopt; // twice
        result.asset = read_asset_info(info);
        if (!result.asset) return std::nullopt;
    }
    return result;
}

/// The value of contract data, by a function that gives nothing for another shape than `expected`.
template <class T>
EntryResult<T> read_value(std::string_view key, std::string_view entry, std::optional<T> (*read)(XdrReader&),
                          std::string_view expected) {
    XdrReader reader(entry);
    if (skip_contract_data_key(reader, key)) {
        const std::optional<T> value = read(reader);
        reader.finish();
        if (value && reader.ok()) return *value;
    }
    return find_fault(key, entry, expected);
}

EntryResult<base::i128> not_negative(EntryResult<base::i128> balance) {
    if (balance && *balance < 0) return fault(Kind::undecodable, "its balance is negative");
    return balance;
}

} // namespace

EntryResult<std::int64_t> read_trust_line_balance(std::string_view key, std::string_view entry) {
    XdrReader reader(entry);
    const std::uint32_t type = reader.u32();
    if (reader.ok() && !is_type(type, LedgerEntryType::trust_line)) return find_fault(key, entry, {});
    const TrustLineEntry line = read_trust_line(reader);
    reader.finish();
    if (!reader.ok()) return fault(Kind::undecodable, "is not a valid trust line: " + reader.error());
    if (!entry.starts_with(key)) return fault(Kind::not_the_key, "is not the trust line asked for");
    if (line.balance < 0) return fault(Kind::undecodable, "its balance is negative");
    return line.balance;
}

EntryResult<base::i128> read_asset_contract_balance(std::string_view key, std::string_view entry) {
    return not_negative(read_value<base::i128>(key, entry, read_asset_contract_amount,
                                               "a map of amount (i128), authorized (bool) and clawback (bool)"));
}

EntryResult<base::i128> read_token_balance(std::string_view key, std::string_view entry) {
    return not_negative(read_value<base::i128>(key, entry, read_i128, "an i128"));
}

EntryResult<base::u128> read_pool_reserve(std::string_view key, std::string_view entry) {
    const auto read = [](XdrReader& reader) -> std::optional<base::u128> {
        if (!read_type(reader, ScValType::u128)) return std::nullopt;
        return read_u128(reader);
    };
    return read_value<base::u128>(key, entry, read, "a u128");
}

EntryResult<bool> read_pool_exists(std::string_view key, std::string_view entry) {
    return read_value<bool>(key, entry, read_bool, "a bool");
}

EntryResult<std::uint32_t> read_market_status(std::string_view key, std::string_view entry) {
    return read_value<std::uint32_t>(key, entry, read_u32, "a u32");
}

EntryResult<std::uint32_t> read_winning_outcome(std::string_view key, std::string_view entry) {
    return read_value<std::uint32_t>(key, entry, read_u32, "a u32");
}

EntryResult<Hash> read_market_id(std::string_view key, std::string_view entry) {
    const auto read = [](XdrReader& reader) -> std::optional<Hash> {
        if (!read_type(reader, ScValType::bytes)) return std::nullopt;
        const std::string_view bytes = reader.opaque();
        return bytes.size() == sizeof(Hash) ? std::optional(to_hash(bytes)) : std::nullopt;
    };
    return read_value<Hash>(key, entry, read, "32 bytes");
}

EntryResult<ScAddress> read_usdc(std::string_view key, std::string_view entry) {
    const auto read = [](XdrReader& reader) -> std::optional<ScAddress> {
        if (!read_type(reader, ScValType::address)) return std::nullopt;
        return read_sc_address(reader);
    };
    return read_value<ScAddress>(key, entry, read, "an address");
}

EntryResult<std::string_view> read_contract_value(std::string_view key, std::string_view entry) {
    const auto read = [](XdrReader& reader) { return std::optional(take_scval(reader)); };
    return read_value<std::string_view>(key, entry, read, "a contract value");
}

EntryResult<std::int64_t> read_account_balance(std::string_view key, std::string_view entry) {
    const base::Result<LedgerEntryData> decoded = decode_ledger_entry(entry);
    const auto* const account = decoded ? std::get_if<AccountEntry>(&*decoded) : nullptr;
    if (account == nullptr) return find_fault(key, entry, {});
    if (bytes_of(account->account) != key.substr(key.size() - sizeof(Hash))) {
        return fault(Kind::not_the_key, "is not the account asked for");
    }
    return account->balance;
}

EntryResult<ContractInstance> read_contract_instance(std::string_view key, std::string_view entry) {
    return read_value<ContractInstance>(key, entry, read_instance,
                                        "a contract instance with at most one sound AssetInfo");
}

} // namespace stellar
