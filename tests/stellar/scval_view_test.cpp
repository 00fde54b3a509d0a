#include "stellar/scval_view.hpp"

#include "stellar/ids.hpp"
#include "stellar/ledger_entry.hpp"
#include "vectors/description.hpp"

#include <catch2/catch.hpp>

using stellar::ScVal;
using stellar::ScValType;
using stellar::ScView;
using stellar::XdrReader;

namespace {

std::string key(std::string_view name) {
    return stellar::encode_scval(stellar::symbol(name));
}

} // namespace

TEST_CASE("A view takes exactly what the decoder decodes", "[stellar][scval]") {
    vectors::File("scval.json").for_each([](vectors::element one) {
        const std::string xdr = vectors::bytes(one, "xdr");
        const std::string twice = xdr + xdr;
        XdrReader reader(twice);
        CHECK(stellar::take_scval(reader) == xdr);
        CHECK(reader.rest() == xdr);
        CHECK(reader.ok());
        const auto value = stellar::decode_scval(xdr);
        REQUIRE(value);
        const ScView view(xdr);
        const bool none = value->type == ScValType::vec   ? value->as_vec() == nullptr
                          : value->type == ScValType::map ? value->as_map() == nullptr
                                                          : false;
        CHECK(view.type() == (none ? ScValType::void_ : value->type));
        CHECK(view.count() == (value->as_vec()   ? value->as_vec()->size()
                               : value->as_map() ? value->as_map()->size()
                                                 : 0));
        for (std::size_t cut = 0; cut < xdr.size(); ++cut) {
            XdrReader shorter(std::string_view(xdr).substr(0, cut));
            stellar::take_scval(shorter);
            CHECK_FALSE(shorter.ok());
        }
    });
}

TEST_CASE("A view reads elements, entries and an instance's storage", "[stellar][scval]") {
    const ScVal one{ScValType::u32, std::uint32_t{1}};
    const std::string vec = stellar::encode_scval(stellar::vec({one, stellar::symbol("two")}));
    CHECK(ScView(vec).element(1)->content() == "two");
    CHECK(ScView(vec).element(0)->content() == std::string("\0\0\0\1", 4));
    CHECK_FALSE(ScView(vec).element(2));
    CHECK_FALSE(ScView(vec).entry(key("two")));

    const stellar::ScMap rows{{stellar::symbol("a"), one}, {stellar::symbol("b"), stellar::bytes("xyz")}};
    const std::string map = stellar::encode_scval({ScValType::map, std::optional(rows)});
    CHECK(ScView(map).entry(key("b"))->content() == "xyz");
    CHECK_FALSE(ScView(map).entry(key("c")));
    CHECK_FALSE(ScView(map).element(0));

    for (const auto executable : {stellar::ScInstance::Executable::wasm, stellar::ScInstance::Executable::stellar_asset,
                                  stellar::ScInstance::Executable::external_ref}) {
        auto instance = std::make_shared<stellar::ScInstance>();
        instance->executable = executable;
        instance->wasm_hash = stellar::Hash{7};
        instance->tag = "tag";
        instance->storage = rows;
        const std::string xdr =
            stellar::encode_scval({ScValType::contract_instance, std::shared_ptr<const stellar::ScInstance>(instance)});
        const auto view = stellar::view_instance(ScView(xdr));
        CHECK(view.executable == executable);
        CHECK(view.storage.entry(key("b"))->content() == "xyz");
        CHECK(view.wasm_hash.empty() == (executable != stellar::ScInstance::Executable::wasm));
    }
}

TEST_CASE("Values that are not sound are refused, and any depth is walked", "[stellar][scval]") {
    for (const std::string& bad :
         {std::string("\0\0\0\x63", 4), std::string("\0\0\0\0\0\0\0\2", 8),
          std::string("\0\0\0\x10\0\0\0\1\0\0\0\7", 12), std::string("\0\0\0\2\0\0\0\x0a\0\0\0\0", 12),
          std::string("\0\0\0\x13\0\0\0\7\0\0\0\0", 12)}) {
        XdrReader reader(bad);
        stellar::take_scval(reader);
        CHECK_FALSE(reader.ok());
    }
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += std::string("\0\0\0\x10\0\0\0\1\0\0\0\1", 12);
    deep += std::string("\0\0\0\1", 4);
    XdrReader reader(deep);
    CHECK(stellar::take_scval(reader).size() == deep.size());
    CHECK(reader.ok());
}

TEST_CASE("Contract data of any value, and an account's XLM", "[stellar][entry]") {
    std::string asked;
    stellar::append_contract_data_key(asked, stellar::contract_address(stellar::Hash{1}), stellar::symbol("k"),
                                      stellar::Durability::temporary);
    const std::string value = key("value");
    const std::string entry = asked.substr(0, 4) + std::string(4, '\0') + asked.substr(4) + value;
    CHECK(*stellar::read_contract_value(asked, entry) == value);
    CHECK(stellar::read_contract_value(asked, entry + "    ").error().kind == stellar::EntryFault::Kind::undecodable);
    CHECK(stellar::read_contract_value(asked, "").error().kind == stellar::EntryFault::Kind::undecodable);

    bool seen = false;
    vectors::File("ledger_entries.json").for_each([&](vectors::element one) {
        const std::string data = vectors::bytes(one, "dataXdr");
        const auto decoded = stellar::decode_ledger_entry(data);
        const auto* account = decoded ? std::get_if<stellar::AccountEntry>(&*decoded) : nullptr;
        std::string account_key;
        stellar::append_account_key(account_key, account ? account->account : stellar::Hash{9});
        const auto balance = stellar::read_account_balance(account_key, data);
        CHECK(bool(balance) == (account != nullptr));
        if (account == nullptr) return;
        seen = true;
        CHECK(*balance == account->balance);
        account_key.back() = static_cast<char>(account_key.back() + 1);
        CHECK(stellar::read_account_balance(account_key, data).error().kind == stellar::EntryFault::Kind::not_the_key);
    });
    CHECK(seen);
}
