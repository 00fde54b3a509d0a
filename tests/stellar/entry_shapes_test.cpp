// The readers of ledger entries, on values made by hand.
#include "printers.hpp"
#include "stellar/ledger_entry.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using stellar::Hash;
using stellar::ScVal;
using stellar::ScValType;

using Kind = stellar::EntryFault::Kind;

namespace {

/// The persistent contract data entry that holds `value` under `key`.
std::string entry_of(std::string_view key, const ScVal& value) {
    std::string entry(key.substr(0, 4));
    stellar::XdrWriter writer(entry);
    writer.u32(0);
    entry += key.substr(4);
    write_scval(writer, value);
    return entry;
}

ScVal map(stellar::ScMap rows) {
    return {ScValType::map, std::optional<stellar::ScMap>(std::move(rows))};
}

ScVal boolean(bool value) {
    return {ScValType::boolean, value};
}

ScVal i128(base::i128 value) {
    return {ScValType::i128, value};
}

std::string balance_key() {
    std::string key;
    stellar::append_token_balance_key(key, Hash{}, {stellar::Address::Kind::contract, Hash{}});
    return key;
}

std::string instance_key() {
    std::string key;
    stellar::append_contract_instance_key(key, Hash{});
    return key;
}

ScVal instance_of(stellar::ScInstance::Executable executable, std::optional<stellar::ScMap> storage) {
    auto instance = std::make_shared<stellar::ScInstance>();
    instance->executable = executable;
    instance->storage = std::move(storage);
    return {ScValType::contract_instance, std::shared_ptr<const stellar::ScInstance>(instance)};
}

ScVal string(std::string_view content) {
    return {ScValType::string, std::string(content)};
}

stellar::ScRow asset_info(const char* variant, std::string_view code, std::size_t issuer_size = 32) {
    const ScVal content = map({{stellar::symbol("asset_code"), string(code)},
                               {stellar::symbol("issuer"), stellar::bytes(std::string(issuer_size, 'i'))}});
    return {stellar::vec({stellar::symbol("AssetInfo")}), stellar::vec({stellar::symbol(variant), content})};
}

} // namespace

TEST_CASE("A Stellar Asset Contract's balance is read from its three rows in order, and from nothing else") {
    using stellar::symbol;
    const auto balance = [](const ScVal& value) {
        return stellar::read_asset_contract_balance(balance_key(), entry_of(balance_key(), value));
    };
    const stellar::ScRow amount{symbol("amount"), i128(base::i128{1} << 100)};
    const stellar::ScRow authorized{symbol("authorized"), boolean(true)};
    const stellar::ScRow clawback{symbol("clawback"), boolean(false)};
    CHECK(*balance(map({amount, authorized, clawback})) == base::i128{1} << 100);

    const ScVal wrong[] = {
        map({authorized, amount, clawback}),
        map({amount, clawback, authorized}),
        map({amount, authorized}),
        map({amount, authorized, clawback, {symbol("extra"), boolean(true)}}),
        map({amount, amount, authorized, clawback}),
        map({{string("amount"), i128(1)}, authorized, clawback}),
        map({{symbol("amount"), boolean(true)}, authorized, clawback}),
        map({amount, {symbol("authorized"), i128(1)}, clawback}),
        stellar::vec({i128(1)}),
        ScVal{},
    };
    for (const ScVal& value : wrong) {
        CAPTURE(vectors::describe(value));
        const auto result = balance(value);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == Kind::unexpected_type);
    }
}

TEST_CASE("The fault of a value of another type says which") {
    const auto fault = [](const ScVal& value) {
        return stellar::read_token_balance(balance_key(), entry_of(balance_key(), value)).error().text;
    };
    CHECK(fault({ScValType::u128, base::u128{1}}) == "its value (u128) is not an i128");
    CHECK(fault(i128(-1)) == "its balance is negative");
    CHECK(fault({ScValType{99}, std::monostate{}}) == "is not a valid ledger entry: unknown type of value");
}

TEST_CASE("The token that a contract holds is an address, of whatever kind") {
    std::string key;
    stellar::append_usdc_key(key, Hash{7});
    const stellar::ScAddress::Kind kind =
        GENERATE(stellar::ScAddress::Kind::contract, stellar::ScAddress::Kind::account);
    const auto read = stellar::read_usdc(key, entry_of(key, stellar::address({kind, Hash{8}})));
    REQUIRE(read);
    CHECK((read->kind == kind && read->id == Hash{8}));
    const auto other = stellar::read_usdc(key, entry_of(key, boolean(true)));
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == Kind::unexpected_type);
    CHECK(other.error().text == "its value (bool) is not an address");
    CHECK(stellar::read_usdc(key, entry_of(balance_key(), stellar::address({kind, Hash{8}}))).error().kind ==
          Kind::not_the_key);
    CHECK(stellar::read_usdc(key, "nothing").error().kind == Kind::undecodable);
}

TEST_CASE("A Stellar Asset Contract's instance says what asset it is of") {
    using Executable = stellar::ScInstance::Executable;
    const auto read = [](Executable executable, std::optional<stellar::ScMap> storage) {
        const ScVal value = instance_of(executable, std::move(storage));
        return stellar::read_contract_instance(instance_key(), entry_of(instance_key(), value));
    };
    const auto code_of = [&](const char* variant, std::string_view code) {
        const auto instance = read(Executable::stellar_asset, stellar::ScMap{asset_info(variant, code)});
        REQUIRE(instance);
        REQUIRE(instance->asset);
        CHECK((instance->asset->native() || instance->asset->issuer[31] == 'i'));
        return instance->asset->code;
    };
    using namespace std::string_view_literals;
    CHECK(code_of("AlphaNum4", "USDC") == "USDC");
    CHECK(code_of("AlphaNum4", "US\0\0"sv) == "US");
    CHECK(code_of("AlphaNum12", "USDCOIN\0\0\0\0\0"sv) == "USDCOIN");
    CHECK(code_of("AlphaNum12", "USDCOIN") == "USDCOIN");
    const stellar::ScVal name = stellar::vec({stellar::symbol("AssetInfo")});
    const stellar::ScMap native{{name, stellar::vec({stellar::symbol("Native")})}};
    CHECK(read(Executable::stellar_asset, native)->asset->native());

    CHECK_FALSE(read(Executable::stellar_asset, stellar::ScMap())->asset);
    CHECK_FALSE(read(Executable::stellar_asset, std::nullopt)->asset);
    // Another contract may write the same row, and is not believed.
    const auto other = read(Executable::wasm, stellar::ScMap{asset_info("AlphaNum4", "USDC")});
    CHECK(other->executable == Executable::wasm);
    CHECK_FALSE(other->asset);

    const stellar::ScMap wrong[] = {
        {asset_info("AlphaNum4", "USDC"), asset_info("AlphaNum4", "USDC")},
        {asset_info("AlphaNum4", "USDCO")},
        {asset_info("AlphaNum4", "U DC")},
        {asset_info("AlphaNum4", "")},
        {asset_info("AlphaNum12", "USDC")},
        {asset_info("AlphaNum12", "USDCO\0X\0\0\0\0\0"sv)},
        {asset_info("AlphaNum4", "USDC", 31)},
        {asset_info("Other", "USDC")},
        {{name, ScVal{}}},
    };
    for (const stellar::ScMap& storage : wrong) {
        CAPTURE(vectors::describe(storage.front().value));
        const auto result = read(Executable::stellar_asset, storage);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == Kind::unexpected_type);
    }
}
