// StrKey, the text form of Stellar addresses and keys: SEP-23, and CAP-84 for W.
// Decoding is strict: no trimming, no case folding, no non-canonical spelling.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stellar {

using base::Hash;

/// The value is the version byte.
enum class StrKeyKind : std::uint8_t {
    claimable_balance = 1 << 3,
    contract = 2 << 3,
    account = 6 << 3,
    liquidity_pool = 11 << 3,
    muxed_account = 12 << 3,
    signed_payload = 15 << 3,
    secret_seed = 18 << 3,
    pre_auth_tx = 19 << 3,
    muxed_contract = 22 << 3,
    hash_x = 23 << 3,
};

struct StrKey {
    StrKeyKind kind{};
    std::uint8_t size = 0;
    std::array<std::uint8_t, 100> bytes{}; // a signed payload is the longest

    std::string_view payload() const { return {reinterpret_cast<const char*>(bytes.data()), size}; }
};

/// Any kind. The error says what is wrong, and never repeats the text (it may be a secret seed).
base::Result<StrKey> decode_strkey(std::string_view text);

/// `payload` is what stands between version byte and checksum.
std::string encode_strkey(StrKeyKind kind, std::string_view payload);

/// Who can hold a balance: an account (G...) or a contract (C...).
struct Address {
    enum class Kind : std::uint8_t { account, contract };
    Kind kind{};
    Hash id{};

    friend bool operator==(const Address&, const Address&) = default;
};

/// A wallet as the application stores it: G..., C..., or a muxed M... or W..., which stand for the account or the
/// contract behind them. Everything else is an error that names the kind found.
base::Result<Address> parse_wallet(std::string_view text);

/// C... only.
base::Result<Hash> parse_contract(std::string_view text);

std::string to_strkey(const Address& address);

} // namespace stellar
