#include "stellar/ledger_entry.hpp"

#include "stellar/ids.hpp"

namespace stellar {
namespace {

constexpr std::size_t max_signers = 20;
constexpr std::size_t max_home_domain = 32;

/// ExtensionPoint, and the last arm of every extension: a union whose one arm is empty.
void read_extension_point(XdrReader& reader) {
    if (reader.u32() != 0) reader.fail("unknown extension");
}

/// Whether an extension follows: 0, or the one number that its union knows besides.
bool read_extension(XdrReader& reader, std::uint32_t version) {
    const std::uint32_t found = reader.u32();
    if (found != 0 && found != version) reader.fail("unknown extension");
    return found == version && reader.ok();
}

Liabilities read_liabilities(XdrReader& reader) {
    Liabilities liabilities;
    liabilities.buying = reader.i64();
    liabilities.selling = reader.i64();
    return liabilities;
}

std::optional<Hash> read_optional_account_id(XdrReader& reader) {
    if (!reader.optional()) return std::nullopt;
    return read_account_id(reader);
}

Signer read_signer(XdrReader& reader) {
    constexpr std::uint32_t signed_payload = 3;
    Signer signer;
    signer.type = reader.u32();
    if (signer.type > signed_payload) reader.fail("unknown signer type");
    signer.key = read_hash(reader);
    if (signer.type == signed_payload) signer.payload = reader.opaque(64);
    signer.weight = reader.u32();
    return signer;
}

void read_account_extension(XdrReader& reader, AccountEntry& account) {
    if (!read_extension(reader, 1)) return;
    account.liabilities = read_liabilities(reader);
    if (!read_extension(reader, 2)) return;
    AccountExtensionV2& v2 = account.v2.emplace();
    v2.sponsored = reader.u32();
    v2.sponsoring = reader.u32();
    const std::uint32_t sponsors = reader.count(4, max_signers);
    for (std::uint32_t i = 0; i < sponsors; ++i) v2.signer_sponsors.push_back(read_optional_account_id(reader));
    if (!read_extension(reader, 3)) return;
    read_extension_point(reader);
    AccountExtensionV3& v3 = account.v3.emplace();
    v3.sequence_ledger = reader.u32();
    v3.sequence_time = reader.u64();
}

AccountEntry read_account(XdrReader& reader) {
    AccountEntry account;
    account.account = read_account_id(reader);
    account.balance = reader.i64();
    account.sequence = reader.i64();
    account.sub_entries = reader.u32();
    account.inflation_destination = read_optional_account_id(reader);
    account.flags = reader.u32();
    account.home_domain = reader.opaque(max_home_domain);
    account.thresholds = reader.fixed(4);
    const std::uint32_t signers = reader.count(40, max_signers);
    for (std::uint32_t i = 0; i < signers; ++i) account.signers.push_back(read_signer(reader));
    read_account_extension(reader, account);
    return account;
}

ContractDataEntry read_contract_data(XdrReader& reader) {
    read_extension_point(reader);
    ContractDataEntry entry;
    entry.key = read_contract_data_key(reader);
    entry.value = read_scval(reader);
    return entry;
}

ContractCodeEntry read_contract_code(XdrReader& reader) {
    ContractCodeEntry entry;
    if (read_extension(reader, 1)) {
        read_extension_point(reader); // of the extension
        read_extension_point(reader); // of the cost inputs in it
        for (std::uint32_t& input : entry.cost_inputs.emplace()) input = reader.u32();
    }
    entry.wasm_hash = read_hash(reader);
    entry.code = reader.opaque();
    return entry;
}

TtlEntry read_ttl(XdrReader& reader) {
    TtlEntry entry;
    entry.key_hash = read_hash(reader);
    entry.live_until_ledger = reader.u32();
    return entry;
}

LedgerEntryData read_entry(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    switch (LedgerEntryType{type}) {
    case LedgerEntryType::account:
        return read_account(reader);
    case LedgerEntryType::trust_line:
        return read_trust_line(reader);
    case LedgerEntryType::contract_data:
        return read_contract_data(reader);
    case LedgerEntryType::contract_code:
        return read_contract_code(reader);
    case LedgerEntryType::ttl:
        return read_ttl(reader);
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

TrustLineEntry read_trust_line(XdrReader& reader) {
    TrustLineEntry line;
    line.key = read_trust_line_key(reader);
    line.balance = reader.i64();
    line.limit = reader.i64();
    line.flags = reader.u32();
    if (!read_extension(reader, 1)) return line;
    line.liabilities = read_liabilities(reader);
    if (!read_extension(reader, 2)) return line;
    line.liquidity_pool_use_count = reader.i32();
    read_extension_point(reader);
    return line;
}

base::Result<LedgerEntryData> decode_ledger_entry(std::string_view bytes) {
    XdrReader reader(bytes);
    LedgerEntryData entry = read_entry(reader);
    reader.finish();
    if (!reader.ok()) return base::fail(reader.error());
    return entry;
}

} // namespace stellar
