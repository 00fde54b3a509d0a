#include "stellar/ledger_key.hpp"

#include "stellar/ledger_entry.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <string>

using stellar::Address;
using stellar::Durability;
using stellar::Hash;
using stellar::ScAddress;
using stellar::StrKeyKind;
using vectors::element;

namespace {

/// The account behind G... or M...: a muxed account has no entry of its own.
Hash account_of(element vector) {
    const auto wallet = stellar::parse_wallet(vectors::text(vector, "account"));
    REQUIRE(wallet);
    REQUIRE(wallet->kind == Address::Kind::account);
    return wallet->id;
}

void check_trust_line(element vector, const std::string& bytes) {
    const Hash account = account_of(vector);
    const auto key = stellar::decode_ledger_key(bytes);
    REQUIRE(key);
    const auto& line = std::get<stellar::TrustLineKey>(*key);
    CHECK(line.account == account);
    const element asset = vector["asset"];
    CHECK(line.pool_share == vectors::has(asset, "liquidityPool"));
    if (line.pool_share) {
        CHECK(vectors::to_hex(line.pool) == vectors::text(asset, "liquidityPool"));
        return; // no program asks for one, so there is no writer
    }
    CHECK(line.asset == vectors::to_asset(asset));
    std::string written;
    stellar::append_trust_line_key(written, account, vectors::to_asset(asset));
    CHECK(vectors::to_hex(written) == vectors::to_hex(bytes));
}

void check_account(element vector, const std::string& bytes) {
    const Hash account = account_of(vector);
    std::string written;
    stellar::append_account_key(written, account);
    CHECK(vectors::to_hex(written) == vectors::to_hex(bytes));
    const auto key = stellar::decode_ledger_key(bytes);
    REQUIRE(key);
    CHECK(std::get<stellar::AccountKey>(*key).account == account);
}

/// The application's own writer for a key of this shape; empty where it has none.
std::string written_by_name(const Hash& contract, const stellar::ScVal& key) {
    std::string out;
    if (key.type == stellar::ScValType::ledger_key_contract_instance)
        stellar::append_contract_instance_key(out, contract);
    if (key.is_symbol("market_state")) stellar::append_market_state_key(out, contract);
    if (key.is_symbol("winning_outcome")) stellar::append_winning_outcome_key(out, contract);
    if (key.is_symbol("usdc")) stellar::append_usdc_key(out, contract);
    const stellar::ScVec* const pair = key.as_vec();
    if (pair == nullptr || pair->size() != 2) return out;
    if (const ScAddress* holder = (*pair)[1].as_address(); holder != nullptr && (*pair)[0].is_symbol("Balance")) {
        const bool is_account = holder->kind == ScAddress::Kind::account;
        stellar::append_token_balance_key(out, contract,
                                          {is_account ? Address::Kind::account : Address::Kind::contract, holder->id});
    }
    if (const std::string* id = (*pair)[1].as_bytes(); id != nullptr && id->size() == 32) {
        const Hash market = vectors::to_hash(*id);
        if ((*pair)[0].is_symbol("pool_yes_reserve")) stellar::append_pool_yes_reserve_key(out, contract, market);
        if ((*pair)[0].is_symbol("pool_no_reserve")) stellar::append_pool_no_reserve_key(out, contract, market);
        if ((*pair)[0].is_symbol("pool_exists")) stellar::append_pool_exists_key(out, contract, market);
    }
    return out;
}

/// Whether the application has a writer of its own for the key.
bool check_contract_data(element vector, const std::string& bytes) {
    const Hash contract = vectors::strkey_id(vectors::text(vector, "contract"), StrKeyKind::contract);
    const stellar::ScVal value = vectors::to_scval(vector["key"]);
    const auto durability =
        vectors::text(vector, "durability") == "persistent" ? Durability::persistent : Durability::temporary;
    std::string written;
    stellar::append_contract_data_key(written, stellar::contract_address(contract), value, durability);
    CHECK(vectors::to_hex(written) == vectors::to_hex(bytes));

    const auto key = stellar::decode_ledger_key(bytes);
    REQUIRE(key);
    const auto& data = std::get<stellar::ContractDataKey>(*key);
    CHECK(data.contract == stellar::contract_address(contract));
    CHECK(data.durability == durability);
    CHECK(vectors::describe(data.key) == vectors::describe(vector["key"]));

    const std::string by_name = written_by_name(contract, value);
    if (by_name.empty()) return false;
    CHECK(vectors::to_hex(by_name) == vectors::to_hex(bytes));
    return true;
}

void check_contract_code(element vector, const std::string& bytes) {
    const Hash hash = vectors::to_hash(vectors::from_hex(vectors::text(vector, "hash")));
    std::string written;
    stellar::append_contract_code_key(written, hash);
    CHECK(vectors::to_hex(written) == vectors::to_hex(bytes));
    const auto key = stellar::decode_ledger_key(bytes);
    REQUIRE(key);
    CHECK(std::get<stellar::ContractCodeKey>(*key).wasm_hash == hash);
}

void check_ttl(element vector, const std::string& bytes) {
    const std::string other = vectors::bytes(vector, "ofKeyXdr");
    std::string written;
    stellar::append_ttl_key(written, other);
    CHECK(vectors::to_hex(written) == vectors::to_hex(bytes));
    const auto key = stellar::decode_ledger_key(bytes);
    REQUIRE(key);
    CHECK(std::get<stellar::TtlKey>(*key).key_hash == base::sha256(other));
}

} // namespace

TEST_CASE("Ledger keys of the vectors are written and read") {
    int written_by_name = 0;
    vectors::File("ledger_keys.json").for_each([&](element vector) {
        const std::string bytes = vectors::bytes(vector, "keyXdr");
        CHECK(vectors::to_hex(base::sha256(bytes)) == vectors::text(vector, "sha256"));
        const std::string kind = vectors::text(vector, "kind");
        if (kind == "trustline") return check_trust_line(vector, bytes);
        if (kind == "account") return check_account(vector, bytes);
        if (kind == "contract_code") return check_contract_code(vector, bytes);
        if (kind == "ttl") return check_ttl(vector, bytes);
        REQUIRE(kind == "contract_data");
        if (check_contract_data(vector, bytes)) ++written_by_name;
    });
    CHECK(written_by_name == 35);
}

TEST_CASE("Ledger keys have the lengths that the protocol gives them") {
    const Hash id{};
    const auto size = [](auto append, const auto&... arguments) {
        std::string out;
        append(out, arguments...);
        return out.size();
    };
    CHECK(size(stellar::append_account_key, id) == 40);
    CHECK(size(stellar::append_trust_line_key, id, stellar::Asset{"USDC", id}) == 84);
    CHECK(size(stellar::append_trust_line_key, id, stellar::Asset{"USDCB", id}) == 92);
    CHECK(size(stellar::append_token_balance_key, id, Address{Address::Kind::contract, id}) == 112);
    CHECK(size(stellar::append_token_balance_key, id, Address{Address::Kind::account, id}) == 116);
    CHECK(size(stellar::append_pool_yes_reserve_key, id, id) == 120);
    CHECK(size(stellar::append_pool_no_reserve_key, id, id) == 120);
    CHECK(size(stellar::append_pool_exists_key, id, id) == 116);
    CHECK(size(stellar::append_market_state_key, id) == 64);
    CHECK(size(stellar::append_winning_outcome_key, id) == 68);
    CHECK(size(stellar::append_usdc_key, id) == 56);
    CHECK(size(stellar::append_contract_instance_key, id) == 48);
    CHECK(size(stellar::append_contract_code_key, id) == 36);
    CHECK(size(stellar::append_ttl_key, "key") == 36);
}

TEST_CASE("A ledger key of a type that is not read, or of an unknown one, is refused") {
    for (const std::uint32_t type : {2U, 3U, 4U, 5U, 8U}) {
        std::string bytes;
        stellar::XdrWriter(bytes).u32(type);
        CHECK(stellar::decode_ledger_key(bytes).error() == "is of a ledger entry type that is not read here");
        CHECK(stellar::decode_ledger_entry(bytes).error() == "is of a ledger entry type that is not read here");
    }
    CHECK(stellar::decode_ledger_key(vectors::from_hex("0000000a")).error() == "unknown ledger entry type");
    CHECK(stellar::decode_ledger_key("").error() == "ends too early");
}
