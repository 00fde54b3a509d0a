#include "stellar/asset.hpp"

#include "vectors/description.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using stellar::Asset;
using vectors::element;

namespace {

const std::string issuer = "GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN";

std::string written(const Asset& asset) {
    std::string bytes;
    stellar::XdrWriter writer(bytes);
    write_asset(writer, asset);
    return bytes;
}

} // namespace

TEST_CASE("Asset contract ids of the vectors come out of asset and passphrase") {
    vectors::File("sac_ids.json").for_each([](element vector) {
        const Asset asset = vectors::to_asset(vector["asset"]);
        const std::string passphrase = vectors::text(vector, "networkPassphrase");
        CHECK(vectors::to_hex(base::sha256(passphrase)) == vectors::text(vector, "networkIdHex"));
        CHECK(vectors::to_hex(asset_contract_preimage(asset, passphrase)) == vectors::text(vector, "preimageHex"));
        const stellar::Hash id = asset_contract_id(asset, passphrase);
        CHECK(vectors::to_hex(id) == vectors::text(vector, "contractIdHex"));
        CHECK(to_strkey(stellar::Address{stellar::Address::Kind::contract, id}) == vectors::text(vector, "contractId"));

        const std::string bytes = written(asset);
        stellar::XdrReader reader(bytes);
        CHECK(read_asset(reader) == asset);
        reader.finish();
        CHECK(reader.ok());
        if (!asset.native()) CHECK(*stellar::parse_asset(to_text(asset)) == asset);
    });
}

TEST_CASE("Circle's USDC is known for the public and the test network") {
    const auto contract = [](std::string_view passphrase) {
        return to_strkey(stellar::Address{stellar::Address::Kind::contract,
                                          asset_contract_id(*stellar::circle_usdc(passphrase), passphrase)});
    };
    CHECK(to_text(*stellar::circle_usdc(stellar::public_network_passphrase)) == "USDC:" + issuer);
    CHECK(contract(stellar::public_network_passphrase) == "CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75");
    CHECK(contract(stellar::test_network_passphrase) == "CBIELTK6YBZJU5UP2WWQEUCYKLPU6AUNZ2BQ4WWFEIE3USCIHMXQDAMA");
    CHECK_FALSE(stellar::circle_usdc("Standalone Network ; February 2017"));
    CHECK_FALSE(stellar::circle_usdc(""));
}

TEST_CASE("An asset is given as CODE:ISSUER") {
    const auto asset = stellar::parse_asset("USDC:" + issuer);
    REQUIRE(asset);
    CHECK(asset->code == "USDC");
    CHECK(to_text(*asset) == "USDC:" + issuer);
    CHECK(stellar::to_text({}) == "native");

    const std::string bad_code = "its code is not 1 to 12 letters and digits";
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"", "has no ':' between code and issuer"},
        {"USDC", "has no ':' between code and issuer"},
        {issuer, "has no ':' between code and issuer"},
        {":" + issuer, bad_code},
        {"ABCDEFGHIJKLM:" + issuer, bad_code},
        {"US DC:" + issuer, bad_code},
        {"USD\xc4\x8c:" + issuer, bad_code},
        {"USDC:", "its issuer is empty"},
        {"USDC: " + issuer, "its issuer has a character other than A-Z and 2-7"},
        {"USDC:" + issuer.substr(0, 55) + "A", "its issuer checksum does not match"},
        {"USDC:CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75", "its issuer is not an account (G...)"},
    };
    for (const auto& [text, why] : wrong) {
        CAPTURE(text);
        const auto result = stellar::parse_asset(text);
        REQUIRE_FALSE(result);
        CHECK(result.error() == why);
    }
}

TEST_CASE("Asset codes have one spelling in XDR") {
    const std::string account = "00000000" + std::string(64, 'a');
    const std::vector<std::pair<std::string, bool>> spellings{
        {"00000001"
         "55534443" +
             account,
         true}, // USDC
        {"00000001"
         "41000000" +
             account,
         true}, // A
        {"00000002"
         "555344434200000000000000" +
             account,
         true}, // USDCB
        {"00000002"
         "414243444546474849303132" +
             account,
         true}, // ABCDEFGHI012
        {"00000001"
         "00000000" +
             account,
         false}, // empty
        {"00000001"
         "41004200" +
             account,
         false}, // zero inside
        {"00000001"
         "41422043" +
             account,
         false}, // blank
        {"00000001"
         "4142c384" +
             account,
         false}, // not ASCII
        {"00000002"
         "555344430000000000000000" +
             account,
         false}, // four characters as alphanum12
        {"00000003"
         "55534443" +
             account,
         false}, // pool share is no Asset
        {"00000001"
         "55534443"
         "00000001" +
             std::string(64, 'a'),
         false},
        {"00000001"
         "55534443"
         "00000000" +
             std::string(62, 'a'),
         false},
    };
    for (const auto& [hex, sound] : spellings) {
        CAPTURE(hex);
        const std::string bytes = vectors::from_hex(hex);
        stellar::XdrReader reader(bytes);
        const Asset asset = read_asset(reader);
        reader.finish();
        REQUIRE(reader.ok() == sound);
        if (sound) CHECK(vectors::to_hex(written(asset)) == hex);
    }
}
