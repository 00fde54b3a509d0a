// The codec of ledger entries; the readers have a test file of their own.
#include "stellar/ledger_entry.hpp"

#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using stellar::Hash;
using stellar::StrKeyKind;
using vectors::element;

namespace {

std::string account_text(const Hash& id) {
    return to_strkey(stellar::Address{stellar::Address::Kind::account, id});
}

std::string contract_text(const stellar::ContractDataEntry& entry) {
    return to_strkey(entry.key.contract);
}

void check_liabilities(element expected, const std::optional<stellar::Liabilities>& liabilities) {
    const element member = expected["liabilities"];
    REQUIRE(liabilities.has_value() == !member.is_null());
    if (!liabilities) return;
    CHECK(std::to_string(liabilities->buying) == vectors::text(member, "buying"));
    CHECK(std::to_string(liabilities->selling) == vectors::text(member, "selling"));
}

void check_optional_account(element expected, const std::optional<Hash>& account) {
    REQUIRE(account.has_value() == !expected.is_null());
    if (account) CHECK(account_text(*account) == std::string_view(expected));
}

void check_trust_line(element expected, const stellar::TrustLineEntry& line) {
    CHECK(account_text(line.key.account) == vectors::text(expected, "account"));
    const element asset = expected["asset"];
    REQUIRE(line.key.pool_share == vectors::has(asset, "liquidityPool"));
    if (line.key.pool_share) CHECK(vectors::to_hex(line.key.pool) == vectors::text(asset, "liquidityPool"));
    if (!line.key.pool_share) CHECK(line.key.asset == vectors::to_asset(asset));
    CHECK(std::to_string(line.balance) == vectors::text(expected, "balance"));
    CHECK(std::to_string(line.limit) == vectors::text(expected, "limit"));
    CHECK(line.flags == vectors::u32(expected, "flags"));
    CHECK(((line.flags & 1) != 0) == bool(expected["authorized"]));
    CHECK(((line.flags & 2) != 0) == bool(expected["authorizedToMaintainLiabilities"]));
    CHECK(((line.flags & 4) != 0) == bool(expected["clawbackEnabled"]));
    check_liabilities(expected, line.liabilities);
    const element use_count = expected["liquidityPoolUseCount"];
    REQUIRE(line.liquidity_pool_use_count.has_value() == !use_count.is_null());
    if (line.liquidity_pool_use_count) CHECK(*line.liquidity_pool_use_count == std::int64_t(use_count));
}

std::string signer_text(const stellar::Signer& signer) {
    constexpr StrKeyKind kinds[] = {StrKeyKind::account, StrKeyKind::pre_auth_tx, StrKeyKind::hash_x,
                                    StrKeyKind::signed_payload};
    std::string payload(reinterpret_cast<const char*>(signer.key.data()), signer.key.size());
    if (signer.type == 3) stellar::XdrWriter(payload).opaque(signer.payload);
    return stellar::encode_strkey(kinds[signer.type], payload);
}

void check_account(element expected, const stellar::AccountEntry& account) {
    CHECK(account_text(account.account) == vectors::text(expected, "account"));
    CHECK(std::to_string(account.balance) == vectors::text(expected, "balance"));
    CHECK(std::to_string(account.sequence) == vectors::text(expected, "seqNum"));
    CHECK(account.sub_entries == vectors::u32(expected, "numSubEntries"));
    check_optional_account(expected["inflationDest"], account.inflation_destination);
    CHECK(account.flags == vectors::u32(expected, "flags"));
    CHECK(account.home_domain == vectors::text(expected, "homeDomain"));
    CHECK(vectors::to_hex(account.thresholds) == vectors::text(expected, "thresholds"));
    const simdjson::dom::array signers = expected["signers"];
    REQUIRE(account.signers.size() == signers.size());
    for (std::size_t i = 0; i < account.signers.size(); ++i) {
        CHECK(signer_text(account.signers[i]) == vectors::text(signers.at(i), "key"));
        CHECK(account.signers[i].weight == vectors::u32(signers.at(i), "weight"));
    }
    check_liabilities(expected, account.liabilities);
    const element v2 = expected["v2"];
    REQUIRE(account.v2.has_value() == !v2.is_null());
    if (account.v2) {
        CHECK(account.v2->sponsored == vectors::u32(v2, "numSponsored"));
        CHECK(account.v2->sponsoring == vectors::u32(v2, "numSponsoring"));
        const simdjson::dom::array sponsors = v2["signerSponsoringIDs"];
        REQUIRE(account.v2->signer_sponsors.size() == sponsors.size());
        for (std::size_t i = 0; i < sponsors.size(); ++i) {
            check_optional_account(sponsors.at(i), account.v2->signer_sponsors[i]);
        }
    }
    const element v3 = expected["v3"];
    REQUIRE(account.v3.has_value() == !v3.is_null());
    if (!account.v3) return;
    CHECK(account.v3->sequence_ledger == vectors::u32(v3, "seqLedger"));
    CHECK(std::to_string(account.v3->sequence_time) == vectors::text(v3, "seqTime"));
}

void check_contract_code(element expected, const stellar::ContractCodeEntry& code) {
    CHECK(vectors::to_hex(code.wasm_hash) == vectors::text(expected, "hash"));
    CHECK(vectors::to_hex(code.code) == vectors::text(expected, "codeHex"));
    CHECK(code.cost_inputs.has_value() == (vectors::u32(expected, "extVersion") == 1));
}

/// The members that all kinds of contract data have; what the value means is the readers' to say.
void check_contract_data(element expected, const stellar::ContractDataEntry& entry) {
    CHECK(contract_text(entry) == vectors::text(expected, "contract"));
    CHECK(entry.key.durability == stellar::Durability::persistent);
    if (vectors::has(expected, "durability")) CHECK(vectors::text(expected, "durability") == "persistent");
    if (vectors::has(expected, "holder")) {
        CHECK(to_strkey(*entry.key.key.as_vec()->at(1).as_address()) == vectors::text(expected, "holder"));
    }
    if (vectors::has(expected, "marketId") && entry.key.key.as_vec() != nullptr) {
        CHECK(vectors::to_hex(*entry.key.key.as_vec()->at(1).as_bytes()) == vectors::text(expected, "marketId"));
    }
    if (vectors::has(expected, "marketId") && entry.key.key.as_vec() == nullptr) {
        CHECK(vectors::to_hex(entry.key.contract.id) == vectors::text(expected, "marketId"));
    }
    if (vectors::has(expected, "instance")) {
        CHECK(vectors::describe(entry.value) == vectors::describe(expected["instance"]));
    }
    if (vectors::has(expected, "authorized")) {
        const stellar::ScMap& rows = *entry.value.as_map();
        CHECK(*rows.at(1).value.as_bool() == bool(expected["authorized"]));
        CHECK(*rows.at(2).value.as_bool() == bool(expected["clawback"]));
    }
}

/// Of a decoded entry: the bytes of its key.
std::string key_bytes(const stellar::LedgerEntryData& data) {
    std::string out;
    if (const auto* account = std::get_if<stellar::AccountEntry>(&data))
        stellar::append_account_key(out, account->account);
    if (const auto* code = std::get_if<stellar::ContractCodeEntry>(&data))
        stellar::append_contract_code_key(out, code->wasm_hash);
    if (const auto* entry = std::get_if<stellar::ContractDataEntry>(&data)) {
        stellar::append_contract_data_key(out, entry->key.contract, entry->key.key, entry->key.durability);
    }
    const auto* line = std::get_if<stellar::TrustLineEntry>(&data);
    if (line != nullptr && !line->key.pool_share)
        stellar::append_trust_line_key(out, line->key.account, line->key.asset);
    return out;
}

} // namespace

TEST_CASE("Ledger entries of the vectors decode to what they hold") {
    vectors::File("ledger_entries.json").for_each([](element vector) {
        // What a reader must refuse is sound XDR all the same.
        const auto data = stellar::decode_ledger_entry(vectors::bytes(vector, "dataXdr"));
        REQUIRE(data);
        if (vectors::has(vector, "refuse")) return;
        if (const std::string key = key_bytes(*data); !key.empty()) CHECK(key == vectors::bytes(vector, "keyXdr"));
        const element expected = vector["expected"];
        const std::string kind = vectors::text(vector, "kind");
        if (kind == "trustline") return check_trust_line(expected, std::get<stellar::TrustLineEntry>(*data));
        if (kind == "account") return check_account(expected, std::get<stellar::AccountEntry>(*data));
        if (kind == "contract_code") return check_contract_code(expected, std::get<stellar::ContractCodeEntry>(*data));
        if (kind != "ttl") return check_contract_data(expected, std::get<stellar::ContractDataEntry>(*data));
        const auto& ttl = std::get<stellar::TtlEntry>(*data);
        CHECK(vectors::to_hex(ttl.key_hash) == vectors::text(expected, "keyHash"));
        CHECK(ttl.live_until_ledger == vectors::u32(expected, "liveUntilLedgerSeq"));
    });
}

TEST_CASE("Ledger entries that are cut anywhere, or followed by anything, are refused") {
    vectors::File("ledger_entries.json").for_each([](element vector) {
        const std::string bytes = vectors::bytes(vector, "dataXdr");
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            REQUIRE_FALSE(stellar::decode_ledger_entry(std::string_view(bytes).substr(0, size)));
        }
        CHECK_FALSE(stellar::decode_ledger_entry(bytes + std::string(4, '\0')));
        CHECK_FALSE(stellar::decode_ledger_entry(bytes + '\0'));
    });
}

TEST_CASE("No flipped bit of a ledger entry crashes the decoder") {
    vectors::File("ledger_entries.json").for_each([](element vector) {
        std::string bytes = vectors::bytes(vector, "dataXdr");
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
            const auto data = stellar::decode_ledger_entry(bytes);
            if (!data) CHECK_FALSE(data.error().empty());
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        }
    });
}
