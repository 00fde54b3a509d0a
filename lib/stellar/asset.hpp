// Classic assets and the id of their Stellar Asset Contract.
#pragma once

#include "base/result.hpp"
#include "stellar/strkey.hpp"
#include "stellar/xdr.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stellar {

/// An issued asset (CODE:ISSUER), or XLM where `code` is empty.
struct Asset {
    std::string code; // 1 to 12 ASCII letters and digits, case-sensitive
    Hash issuer{};    // the account's public key

    bool native() const { return code.empty(); }
    friend bool operator==(const Asset&, const Asset&) = default;
};

/// 1 to 12 ASCII letters and digits.
bool is_asset_code(std::string_view text);

/// "CODE:G...", an issued asset. The error says which part is wrong.
base::Result<Asset> parse_asset(std::string_view text);
std::string to_text(const Asset& asset);

/// XDR Asset (also the first three arms of TrustLineAsset). Codes of 1 to 4 characters use alphanum4, longer ones
/// alphanum12; the reader refuses any other spelling, as the network does.
void write_asset(XdrWriter& writer, const Asset& asset);
Asset read_asset(XdrReader& reader);

/// The contract id of the asset's Stellar Asset Contract: SHA-256 of the XDR HashIDPreimage, ENVELOPE_TYPE_CONTRACT_ID.
Hash asset_contract_id(const Asset& asset, std::string_view network_passphrase);
/// The preimage itself.
std::string asset_contract_preimage(const Asset& asset, std::string_view network_passphrase);

inline constexpr std::string_view public_network_passphrase = "Public Global Stellar Network ; September 2015";
inline constexpr std::string_view test_network_passphrase = "Test SDF Network ; September 2015";

/// Circle's USDC on the public network and the test network; nothing for another.
std::optional<Asset> circle_usdc(std::string_view network_passphrase);

} // namespace stellar
