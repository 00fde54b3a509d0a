#include "stellar/asset.hpp"

#include "stellar/ids.hpp"

#include <algorithm>

namespace stellar {
namespace {

enum AssetType : std::uint32_t { native = 0, alphanum4 = 1, alphanum12 = 2 };

bool is_code_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

} // namespace

bool is_asset_code(std::string_view text) {
    return !text.empty() && text.size() <= 12 && std::all_of(text.begin(), text.end(), is_code_character);
}

base::Result<Asset> parse_asset(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return base::fail("has no ':' between code and issuer");
    const std::string_view code = text.substr(0, colon);
    if (!is_asset_code(code)) return base::fail("its code is not 1 to 12 letters and digits");
    const base::Result<StrKey> issuer = decode_strkey(text.substr(colon + 1));
    if (!issuer) return base::fail("its issuer " + issuer.error());
    if (issuer->kind != StrKeyKind::account) return base::fail("its issuer is not an account (G...)");
    return Asset{std::string(code), to_hash(issuer->payload())};
}

std::string to_text(const Asset& asset) {
    return asset.native() ? "native" : asset.code + ":" + encode_strkey(StrKeyKind::account, bytes_of(asset.issuer));
}

void write_asset(XdrWriter& writer, const Asset& asset) {
    if (asset.native()) return writer.u32(AssetType::native);
    const bool is_short = asset.code.size() <= 4;
    std::string code = asset.code;
    code.resize(is_short ? 4 : 12);
    writer.u32(is_short ? AssetType::alphanum4 : AssetType::alphanum12);
    writer.fixed(code);
    write_account_id(writer, asset.issuer);
}

Asset read_asset(XdrReader& reader) {
    const std::uint32_t type = reader.u32();
    if (type == AssetType::native) return {};
    if (type > AssetType::alphanum12) {
        reader.fail("unknown asset type");
        return {};
    }
    std::string_view code = reader.fixed(type == AssetType::alphanum4 ? 4 : 12);
    code = code.substr(0, code.find_last_not_of('\0') + 1);
    if (!is_asset_code(code) || (type == AssetType::alphanum12 && code.size() <= 4))
        reader.fail("impossible asset code");
    const Hash issuer = read_account_id(reader);
    return {std::string(code), issuer};
}

std::string asset_contract_preimage(const Asset& asset, std::string_view network_passphrase) {
    constexpr std::uint32_t envelope_type_contract_id = 8;
    constexpr std::uint32_t preimage_from_asset = 1;
    std::string preimage;
    XdrWriter writer(preimage);
    writer.u32(envelope_type_contract_id);
    writer.fixed(bytes_of(base::sha256(network_passphrase)));
    writer.u32(preimage_from_asset);
    write_asset(writer, asset);
    return preimage;
}

Hash asset_contract_id(const Asset& asset, std::string_view network_passphrase) {
    return base::sha256(asset_contract_preimage(asset, network_passphrase));
}

std::optional<Asset> circle_usdc(std::string_view network_passphrase) {
    if (network_passphrase == public_network_passphrase) {
        return *parse_asset("USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN");
    }
    if (network_passphrase == test_network_passphrase) {
        return *parse_asset("USDC:GBBD47IF6LWK7P7MDEVSCWR7DPUWV3NY3DTQEVFL4NAT4AQH3ZLLFLA5");
    }
    return std::nullopt;
}

} // namespace stellar
