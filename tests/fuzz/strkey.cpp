// StrKey, assets, hex and base64: what decodes has one spelling, so encoding it gives the text back; and every payload
// of a kind's length decodes to itself. (A checksum is not found by chance: hence the payloads.)
#include "stellar/strkey.hpp"
#include "base/hex.hpp"
#include "fuzz/rig.hpp"
#include "stellar/asset.hpp"
#include "stellar/base64.hpp"
#include "stellar/ids.hpp"

#include <array>

namespace {

void decode(std::string_view text) {
    const auto key = stellar::decode_strkey(text);
    require(key || !key.error().empty(), "a refusal says why");
    if (key) require(stellar::encode_strkey(key->kind, key->payload()) == text, "a strkey has one spelling");
    if (const auto wallet = stellar::parse_wallet(text)) {
        require(bool(key), "a wallet is a strkey");
        const bool plain = key->kind == stellar::StrKeyKind::account || key->kind == stellar::StrKeyKind::contract;
        require((stellar::to_strkey(*wallet) == text) == plain, "a plain wallet is its own address");
        require(key->payload().starts_with(stellar::bytes_of(wallet->id)), "a wallet is the key's first 32 bytes");
    }
    if (const auto contract = stellar::parse_contract(text)) {
        require(stellar::to_strkey({stellar::Address::Kind::contract, *contract}) == text, "a contract is its address");
    }
    if (const auto asset = stellar::parse_asset(text)) {
        require(stellar::to_text(*asset) == text, "an asset has one spelling");
        std::string xdr;
        stellar::XdrWriter writer(xdr);
        stellar::write_asset(writer, *asset);
        stellar::XdrReader reader(xdr);
        require(stellar::read_asset(reader) == *asset, "an asset survives XDR");
        reader.finish();
        require(reader.ok(), "an asset's XDR is sound");
    }
    std::string bytes = "in front";
    if (stellar::append_decoded_base64(bytes, text)) {
        require(bytes.starts_with("in front") && stellar::to_base64(std::string_view(bytes).substr(8)) == text,
                "base64 has one spelling");
    } else {
        require(bytes == "in front", "what is no base64 leaves nothing behind");
    }
    base::percent_decoded(text);
}

void encode(std::string_view payload) {
    using enum stellar::StrKeyKind;
    struct Shape {
        stellar::StrKeyKind kind;
        std::size_t size;
    };
    constexpr std::array shapes{Shape{account, 32},    Shape{contract, 32},       Shape{muxed_account, 40},
                                Shape{hash_x, 32},     Shape{muxed_contract, 40}, Shape{liquidity_pool, 32},
                                Shape{secret_seed, 32}};
    for (const Shape& shape : shapes) {
        std::string padded(payload.substr(0, shape.size));
        padded.resize(shape.size);
        const auto key = stellar::decode_strkey(stellar::encode_strkey(shape.kind, padded));
        require(key && key->kind == shape.kind && key->payload() == padded, "every payload decodes to itself");
    }
    // Lengths that are no kind's, and a signed payload, which has several: refused or itself, whatever they are.
    for (const auto kind : {account, signed_payload, claimable_balance}) {
        decode(stellar::encode_strkey(kind, payload.substr(0, 120)));
    }
    std::string bytes;
    require(stellar::append_decoded_base64(bytes, stellar::to_base64(payload)) && bytes == payload,
            "bytes survive base64");
}

} // namespace

void fuzz_one(std::string_view input) {
    decode(input);
    encode(input);
}
