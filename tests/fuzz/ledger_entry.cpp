// Ledger entries and keys: what decodes is, written again by the encoder in here, the same bytes; and the readers that
// go straight to the bytes say what the decoder says.
#include "stellar/ledger_entry.hpp"
#include "fuzz/rig.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/readable.hpp"

namespace {

using namespace stellar;

std::string encode_key(const LedgerKey& key) {
    std::string out;
    if (const auto* account = std::get_if<AccountKey>(&key)) {
        append_account_key(out, account->account);
    } else if (const auto* line = std::get_if<TrustLineKey>(&key)) {
        if (!line->pool_share) {
            append_trust_line_key(out, line->account, line->asset);
            return out;
        }
        XdrWriter writer(out);
        writer.u32(static_cast<std::uint32_t>(LedgerEntryType::trust_line));
        write_account_id(writer, line->account);
        writer.u32(3); // ASSET_TYPE_POOL_SHARE
        writer.fixed(bytes_of(line->pool));
    } else if (const auto* data = std::get_if<ContractDataKey>(&key)) {
        append_contract_data_key(out, data->contract, data->key, data->durability);
    } else if (const auto* code = std::get_if<ContractCodeKey>(&key)) {
        append_contract_code_key(out, code->wasm_hash);
    } else {
        XdrWriter writer(out);
        writer.u32(static_cast<std::uint32_t>(LedgerEntryType::ttl));
        writer.fixed(bytes_of(std::get<TtlKey>(key).key_hash));
    }
    return out;
}

/// Writes an entry behind its type.
struct Encoder {
    XdrWriter writer;

    void optional_account(const std::optional<Hash>& account) {
        writer.boolean(account.has_value());
        if (account) write_account_id(writer, *account);
    }
    void liabilities(const Liabilities& content) {
        writer.i64(content.buying);
        writer.i64(content.selling);
    }
    void operator()(const AccountEntry& entry) {
        write_account_id(writer, entry.account);
        writer.i64(entry.balance);
        writer.i64(entry.sequence);
        writer.u32(entry.sub_entries);
        optional_account(entry.inflation_destination);
        writer.u32(entry.flags);
        writer.opaque(entry.home_domain);
        writer.fixed(entry.thresholds);
        writer.u32(static_cast<std::uint32_t>(entry.signers.size()));
        for (const Signer& signer : entry.signers) {
            writer.u32(signer.type);
            writer.fixed(bytes_of(signer.key));
            if (signer.type == 3) writer.opaque(signer.payload);
            writer.u32(signer.weight);
        }
        writer.u32(entry.liabilities ? 1 : 0);
        if (!entry.liabilities) return;
        liabilities(*entry.liabilities);
        writer.u32(entry.v2 ? 2 : 0);
        if (!entry.v2) return;
        writer.u32(entry.v2->sponsored);
        writer.u32(entry.v2->sponsoring);
        writer.u32(static_cast<std::uint32_t>(entry.v2->signer_sponsors.size()));
        for (const std::optional<Hash>& sponsor : entry.v2->signer_sponsors) optional_account(sponsor);
        writer.u32(entry.v3 ? 3 : 0);
        if (!entry.v3) return;
        writer.u32(0);
        writer.u32(entry.v3->sequence_ledger);
        writer.u64(entry.v3->sequence_time);
    }
    void operator()(const TrustLineEntry& entry) {
        const std::string key = encode_key(entry.key);
        writer.fixed(std::string_view(key).substr(4));
        writer.i64(entry.balance);
        writer.i64(entry.limit);
        writer.u32(entry.flags);
        writer.u32(entry.liabilities ? 1 : 0);
        if (!entry.liabilities) return;
        liabilities(*entry.liabilities);
        writer.u32(entry.liquidity_pool_use_count ? 2 : 0);
        if (!entry.liquidity_pool_use_count) return;
        writer.i32(*entry.liquidity_pool_use_count);
        writer.u32(0);
    }
    void operator()(const ContractDataEntry& entry) {
        writer.u32(0);
        const std::string key = encode_key(entry.key);
        writer.fixed(std::string_view(key).substr(4));
        write_scval(writer, entry.value);
    }
    void operator()(const ContractCodeEntry& entry) {
        writer.u32(entry.cost_inputs ? 1 : 0);
        if (entry.cost_inputs) {
            writer.u32(0);
            writer.u32(0);
            for (const std::uint32_t input : *entry.cost_inputs) writer.u32(input);
        }
        writer.fixed(bytes_of(entry.wasm_hash));
        writer.opaque(entry.code);
    }
    void operator()(const TtlEntry& entry) {
        writer.fixed(bytes_of(entry.key_hash));
        writer.u32(entry.live_until_ledger);
    }
};

/// What stands in front of each alternative of LedgerEntryData.
constexpr std::array entry_types{LedgerEntryType::account, LedgerEntryType::trust_line, LedgerEntryType::contract_data,
                                 LedgerEntryType::contract_code, LedgerEntryType::ttl};

std::string encode_entry(const LedgerEntryData& entry) {
    std::string out;
    XdrWriter(out).u32(static_cast<std::uint32_t>(entry_types[entry.index()]));
    std::visit(Encoder{XdrWriter(out)}, entry);
    return out;
}

/// The key in front of contract data whose value need not decode; nothing where that is no key.
std::optional<std::string> key_in_front(std::string_view entry) {
    XdrReader reader(entry);
    if (reader.u32() != static_cast<std::uint32_t>(LedgerEntryType::contract_data) || reader.u32() != 0) return {};
    const ContractDataKey key = read_contract_data_key(reader);
    if (!reader.ok()) return {};
    return encode_key(key);
}

/// The key under which an entry stands, for the readers.
std::string key_of(const LedgerEntryData& entry) {
    if (const auto* line = std::get_if<TrustLineEntry>(&entry)) return encode_key(line->key);
    if (const auto* data = std::get_if<ContractDataEntry>(&entry)) return encode_key(data->key);
    std::string out;
    append_account_key(out, Hash{});
    return out;
}

template <class T, class U>
void agree(const EntryResult<T>& read, const U* decoded, std::string_view claim) {
    require(!read || (decoded != nullptr && static_cast<T>(*decoded) == *read), claim);
    require(read || !read.error().text.empty(), "a refusal says why");
}

void read_all(std::string_view key, std::string_view entry, const LedgerEntryData* decoded) {
    const auto* data = decoded == nullptr ? nullptr : std::get_if<ContractDataEntry>(decoded);
    const auto* line = decoded == nullptr ? nullptr : std::get_if<TrustLineEntry>(decoded);
    const ScVal nothing;
    const ScVal& value = data == nullptr ? nothing : data->value;
    agree(read_trust_line_balance(key, entry), line == nullptr ? nullptr : &line->balance, "a trust line's balance");
    agree(read_token_balance(key, entry), value.as_i128(), "a token's balance");
    agree(read_pool_reserve(key, entry), value.as_u128(), "a reserve");
    agree(read_pool_exists(key, entry), value.as_bool(), "whether a pool exists");
    agree(read_market_status(key, entry), value.as_u32(), "a market's state");
    agree(read_winning_outcome(key, entry), value.as_u32(), "an outcome");
    agree(read_usdc(key, entry), value.as_address(), "a token's address");
    const ScMap* const map = value.as_map();
    agree(read_asset_contract_balance(key, entry),
          map == nullptr || map->empty() ? nullptr : map->front().value.as_i128(), "an asset contract's balance");
    if (const auto instance = read_contract_instance(key, entry)) {
        require(value.as_instance() != nullptr && value.as_instance()->executable == instance->executable,
                "an instance");
    }
}

} // namespace

void fuzz_one(std::string_view input) {
    if (const auto key = decode_ledger_key(input)) {
        require(encode_key(*key) == input, "a key has one spelling");
        read_all(input, input, nullptr);
    }
    require(!readable_key(input).empty() && !readable_entry(input).empty(), "something can be said of anything");

    const auto entry = decode_ledger_entry(input);
    require(entry || !entry.error().empty(), "a refusal says why");
    if (!entry) {
        if (const auto key = key_in_front(input)) read_all(*key, input, nullptr);
        return;
    }
    require(encode_entry(*entry) == input, "an entry has one spelling");
    const std::string key = key_of(*entry);
    require(bool(decode_ledger_key(key)), "an entry's key is a key");
    read_all(key, input, &*entry);
    // Under another key none of them may take it.
    std::string other = key;
    other.back() = static_cast<char>(other.back() ^ 1);
    require(!read_trust_line_balance(other, input) && !read_token_balance(other, input) &&
                !read_pool_reserve(other, input) && !read_asset_contract_balance(other, input),
            "the entry of another key is no answer");
}
