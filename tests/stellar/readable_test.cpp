#include "stellar/readable.hpp"

#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

using stellar::Hash;

namespace {

Hash numbered(std::uint8_t last) {
    Hash id{};
    id.back() = last;
    return id;
}

} // namespace

TEST_CASE("a contract value is readable, with its type wherever the form does not tell it") {
    stellar::ScVal number{stellar::ScValType::u128, base::u128{500}};
    CHECK(readable(number) == "u128 500");
    CHECK(readable(stellar::symbol("pool_exists")) == "symbol pool_exists");
    CHECK(readable(stellar::bytes(std::string_view("\x00\xff", 2))) == "bytes 00ff");
    CHECK(readable(stellar::vec({stellar::symbol("a"), number})) == "[symbol a, u128 500]");
    CHECK(readable(stellar::ScVal{}) == "void");
    CHECK(readable(stellar::ScVal{stellar::ScValType::boolean, true}) == "true");
    stellar::ScVal map{stellar::ScValType::map, std::optional<stellar::ScMap>({{stellar::symbol("amount"), number}})};
    CHECK(readable(map) == "{symbol amount: u128 500}");
    CHECK(stellar::readable_value(stellar::encode_scval(map)) == readable(map));
    CHECK(stellar::readable_value("\x01").starts_with("does not decode: "));
}

TEST_CASE("a ledger key is readable") {
    std::string key;
    stellar::append_market_state_key(key, numbered(1));
    CHECK(stellar::readable_key(key) == "contract data of " +
                                            stellar::to_strkey({stellar::Address::Kind::contract, numbered(1)}) +
                                            ", under symbol market_state, persistent");
    key.clear();
    stellar::append_trust_line_key(key, numbered(2), {"USDC", numbered(3)});
    const std::string owner = stellar::to_strkey({stellar::Address::Kind::account, numbered(2)});
    CHECK(stellar::readable_key(key) ==
          "trust line of " + owner + " in " + to_text(stellar::Asset{"USDC", numbered(3)}));
    CHECK(stellar::readable_key(key + "x").starts_with("does not decode: "));
    CHECK(stellar::readable_entry("").starts_with("does not decode: "));
}

TEST_CASE("every type of contract value is readable", "[stellar][readable]") {
    using stellar::ScVal;
    using stellar::ScValType;
    CHECK(readable(ScVal{ScValType::boolean, false}) == "false");
    CHECK(readable(ScVal{ScValType::u32, std::uint32_t{7}}) == "u32 7");
    CHECK(readable(ScVal{ScValType::i32, std::int32_t{-7}}) == "i32 -7");
    CHECK(readable(ScVal{ScValType::timepoint, std::uint64_t{1700}}) == "timepoint 1700");
    CHECK(readable(ScVal{ScValType::i64, std::int64_t{-9}}) == "i64 -9");
    CHECK(readable(ScVal{ScValType::i128, base::i128{-500}}) == "i128 -500");
    CHECK(readable(ScVal{ScValType::u256, std::array<std::uint64_t, 4>{1, 0, 0, 255}}) ==
          "u256 0x00000000000000010000000000000000000000000000000000000000000000ff");
    const stellar::ScAddress holder{stellar::ScAddress::Kind::account, numbered(4)};
    CHECK(readable(stellar::address(holder)) == stellar::to_strkey(holder));
    CHECK(readable(ScVal{ScValType::error, stellar::ScError{0, 13}}) == "error 0 #13");
    CHECK(readable(ScVal{ScValType::vec, std::optional<stellar::ScVec>()}) == "void");
    CHECK(readable(ScVal{ScValType::map, std::optional<stellar::ScMap>()}) == "void");
    const ScVal number{ScValType::u32, std::uint32_t{1}};
    const stellar::ScMap two{{stellar::symbol("a"), number}, {stellar::symbol("b"), number}};
    CHECK(readable(ScVal{ScValType::map, std::optional(two)}) == "{symbol a: u32 1, symbol b: u32 1}");
}

TEST_CASE("a contract's instance is readable, with what runs it", "[stellar][readable]") {
    using stellar::ScInstance;
    const auto text = [](const ScInstance& instance) {
        return readable(
            stellar::ScVal{stellar::ScValType::contract_instance, std::make_shared<const ScInstance>(instance)});
    };
    const std::string hash = std::string(62, '0') + "05";
    CHECK(text({ScInstance::Executable::wasm, numbered(5), {}, {}, {}}) ==
          "instance of the code " + hash + ", with void");
    CHECK(text({ScInstance::Executable::stellar_asset, {}, {}, {}, stellar::ScMap{}}) ==
          "instance of a Stellar Asset Contract, with {}");
    const stellar::ScAddress owner = stellar::contract_address(numbered(6));
    CHECK(text({ScInstance::Executable::external_ref, {}, owner, "tag", {}}) ==
          "instance by reference to " + stellar::to_strkey(owner) + ", with void");
}

TEST_CASE("the other keys, and entries of every type, are readable", "[stellar][readable]") {
    const std::string account = stellar::to_strkey({stellar::Address::Kind::account, numbered(2)});
    const std::string hash = std::string(62, '0') + "05";
    std::string key;
    stellar::append_account_key(key, numbered(2));
    CHECK(stellar::readable_key(key) == "account " + account);
    key.clear();
    stellar::append_contract_code_key(key, numbered(5));
    CHECK(stellar::readable_key(key) == "contract code " + hash);
    std::string ttl;
    stellar::append_ttl_key(ttl, key);
    CHECK(stellar::readable_key(ttl).starts_with("time to live of the key "));
    std::string temporary;
    stellar::append_contract_data_key(temporary, stellar::contract_address(numbered(1)), stellar::symbol("s"),
                                      stellar::Durability::temporary);
    CHECK(stellar::readable_key(temporary).ends_with("under symbol s, temporary"));

    const auto put = [](std::string front, auto write) {
        stellar::XdrWriter writer(front);
        write(writer);
        return front;
    };
    std::string pool_line("\0\0\0\1\0\0\0\0", 8); // trust line, account of a key
    pool_line += put(std::string(32, '\0'), [](auto& writer) { writer.u32(3); }) + std::string(32, '\7');
    CHECK(stellar::readable_key(pool_line).ends_with(" in a liquidity pool"));
    CHECK(stellar::readable_entry(put(pool_line, [](auto& writer) {
              writer.i64(5);
              writer.i64(9);
              writer.u32(1);
              writer.u32(0);
          })) == "balance 5, limit 9, flags 1");
    CHECK(stellar::readable_entry(put(ttl, [](auto& writer) { writer.u32(77); })) == "lives until ledger 77");
    const std::string data = put(temporary.substr(0, 4), [](auto& writer) { writer.u32(0); }) + temporary.substr(4);
    CHECK(stellar::readable_entry(data + stellar::encode_scval(stellar::symbol("v"))) == "symbol v");
    CHECK(stellar::readable_entry(put(std::string("\0\0\0\7\0\0\0\0", 8) + std::string(32, '\5'),
                                      [](auto& writer) { writer.opaque("code"); })) == "4 bytes of code");
    std::string balance;
    stellar::append_account_key(balance, numbered(2));
    CHECK(stellar::readable_entry(put(balance, [](auto& writer) {
              writer.i64(42);                                        // stroops
              writer.i64(0);                                         // sequence
              for (int zeros = 0; zeros < 3; ++zeros) writer.u32(0); // sub-entries, inflation destination, flags
              writer.opaque("");                                     // home domain
              for (int zeros = 0; zeros < 3; ++zeros) writer.u32(0); // thresholds, signers, extension
          })) == "account with 42 stroops of XLM");
}
