#include "stellar/strkey.hpp"

#include "vectors/description.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

using stellar::Address;
using stellar::StrKeyKind;
using vectors::element;

namespace {

StrKeyKind kind_of(const std::string& name) {
    static const std::map<std::string, StrKeyKind> kinds{
        {"account", StrKeyKind::account},
        {"contract", StrKeyKind::contract},
        {"muxed_account", StrKeyKind::muxed_account},
        {"muxed_contract", StrKeyKind::muxed_contract},
        {"claimable_balance", StrKeyKind::claimable_balance},
        {"liquidity_pool", StrKeyKind::liquidity_pool},
        {"secret_seed", StrKeyKind::secret_seed},
        {"pre_auth_tx", StrKeyKind::pre_auth_tx},
        {"hash_x", StrKeyKind::hash_x},
        {"signed_payload", StrKeyKind::signed_payload},
    };
    return kinds.at(name);
}

void check_wallet(element vector, StrKeyKind kind, const std::string& strkey) {
    const auto wallet = stellar::parse_wallet(strkey);
    const bool is_account = kind == StrKeyKind::account || kind == StrKeyKind::muxed_account;
    const bool is_contract = kind == StrKeyKind::contract || kind == StrKeyKind::muxed_contract;
    REQUIRE(bool(wallet) == (is_account || is_contract));
    if (!wallet) {
        CHECK(wallet.error().find(std::string(1, strkey[0]) + "...") != std::string::npos);
        CHECK(wallet.error().find(strkey.substr(0, 8)) == std::string::npos);
        return;
    }
    CHECK(wallet->kind == (is_account ? Address::Kind::account : Address::Kind::contract));
    CHECK(to_strkey(*wallet) == (vectors::has(vector, "underlying") ? vectors::text(vector, "underlying") : strkey));
}

} // namespace

TEST_CASE("Strkeys of the vectors decode to their payload, or are refused") {
    vectors::File("strkey.json").for_each([](element vector) {
        const std::string strkey = vectors::text(vector, "strkey");
        const auto key = stellar::decode_strkey(strkey);
        REQUIRE(bool(key) == bool(vector["valid"]));
        if (!key) {
            CHECK_FALSE(key.error().empty());
            CHECK_FALSE(stellar::parse_wallet(strkey));
            CHECK_FALSE(stellar::parse_contract(strkey));
            return;
        }
        const StrKeyKind kind = kind_of(vectors::text(vector, "kind"));
        CHECK(key->kind == kind);
        CHECK(static_cast<std::uint8_t>(key->kind) == vectors::u32(vector, "versionByte"));
        CHECK(vectors::to_hex(key->payload()) == vectors::text(vector, "payloadHex"));
        CHECK(stellar::encode_strkey(key->kind, key->payload()) == strkey);
        CHECK(bool(stellar::parse_contract(strkey)) == (kind == StrKeyKind::contract));
        check_wallet(vector, kind, strkey);
        if (!vectors::has(vector, "muxedId")) return;
        stellar::XdrReader id(key->payload().substr(32));
        CHECK(std::to_string(id.u64()) == vectors::text(vector, "muxedId"));
    });
}

TEST_CASE("A wallet that is no wallet address is refused by the name of its kind") {
    const std::string id(32, 'x');
    const auto fault = [](StrKeyKind kind, const std::string& payload) {
        const auto wallet = stellar::parse_wallet(stellar::encode_strkey(kind, payload));
        return wallet ? "accepted" : wallet.error();
    };
    CHECK(fault(StrKeyKind::secret_seed, id) == "is a secret seed (S...), not a wallet address");
    CHECK(fault(StrKeyKind::pre_auth_tx, id) == "is a pre-authorized transaction (T...), not a wallet address");
    CHECK(fault(StrKeyKind::hash_x, id) == "is a hash signer (X...), not a wallet address");
    CHECK(fault(StrKeyKind::liquidity_pool, id) == "is a liquidity pool (L...), which cannot hold a wallet's balance");
    CHECK(fault(StrKeyKind::claimable_balance, '\0' + id) ==
          "is a claimable balance (B...), which cannot hold a wallet's balance");
    CHECK(stellar::parse_contract(stellar::encode_strkey(StrKeyKind::account, id)).error() ==
          "is an account (G...), not a contract (C...)");
}

TEST_CASE("A text that is no strkey is refused with what is wrong") {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"", "is empty"},
        {std::string(200, 'A'), "is too long"},
        {"GA", "is too short"},
        {"GAAAAA", "has an impossible length"},
        {" GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF", "has a character other than A-Z and 2-7"},
        {"gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaawhf", "has a character other than A-Z and 2-7"},
        {"GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHG", "checksum does not match"},
        {stellar::encode_strkey(StrKeyKind{0}, std::string(32, 'x')), "is of an unknown kind"},
        {stellar::encode_strkey(StrKeyKind{(6 << 3) | 1}, std::string(32, 'x')), "is of an unknown kind"},
        {stellar::encode_strkey(StrKeyKind::account, std::string(40, 'x')), "has the wrong length for its kind"},
        {stellar::encode_strkey(StrKeyKind::claimable_balance, std::string(33, '\1')),
         "is a claimable balance (B...) of an unknown type"},
    };
    for (const auto& [text, why] : wrong) {
        CAPTURE(text);
        const auto key = stellar::decode_strkey(text);
        REQUIRE_FALSE(key);
        CHECK(key.error() == why);
    }
}

TEST_CASE("Signed payloads of every length are read, and only with zero padding") {
    for (std::size_t size = 0; size <= 65; ++size) {
        CAPTURE(size);
        std::string payload(32, 'k');
        stellar::XdrWriter(payload).opaque(std::string(size, 'p'));
        const std::string strkey = stellar::encode_strkey(StrKeyKind::signed_payload, payload);
        const auto key = stellar::decode_strkey(strkey);
        REQUIRE(bool(key) == (size >= 1 && size <= 64));
        if (key) CHECK(key->payload() == payload);
        if (size % 4 == 0) continue;
        payload.back() = '\1';
        CHECK_FALSE(stellar::decode_strkey(stellar::encode_strkey(StrKeyKind::signed_payload, payload)));
    }
}

TEST_CASE("Strkeys survive the round trip, and no changed character goes unnoticed") {
    const auto kinds = rc::gen::element(StrKeyKind::account, StrKeyKind::contract, StrKeyKind::liquidity_pool,
                                        StrKeyKind::secret_seed, StrKeyKind::pre_auth_tx, StrKeyKind::hash_x);
    const auto muxed = rc::gen::element(StrKeyKind::muxed_account, StrKeyKind::muxed_contract);
    REQUIRE(rc::check("strkey round trip", [&] {
        const bool with_id = *rc::gen::arbitrary<bool>();
        const StrKeyKind kind = with_id ? *muxed : *kinds;
        const auto payload = *rc::gen::container<std::string>(with_id ? 40 : 32, rc::gen::arbitrary<char>());
        std::string text = stellar::encode_strkey(kind, payload);
        const auto key = stellar::decode_strkey(text);
        RC_ASSERT(bool(key));
        RC_ASSERT(key->kind == kind);
        RC_ASSERT(key->payload() == payload);
        char& changed = text[*rc::gen::inRange<std::size_t>(0, text.size())];
        changed = changed == 'A' ? 'B' : 'A';
        RC_ASSERT(!stellar::decode_strkey(text));
    }));
}
