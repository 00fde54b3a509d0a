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
