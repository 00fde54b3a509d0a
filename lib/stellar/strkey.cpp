#include "stellar/strkey.hpp"

#include "stellar/ids.hpp"

#include <algorithm>

namespace stellar {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    for (std::uint8_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
    return table;
}
constexpr std::array<std::uint8_t, 256> digits = make_digits();

/// CRC16-XMODEM: polynomial 0x1021, initial value 0, no reflection, no final xor.
/// tables[n][byte] is the checksum of the byte with n zero bytes behind it: eight bytes are taken in one step.
using CrcTables = std::array<std::array<std::uint16_t, 256>, 8>;
constexpr CrcTables make_crc_tables() {
    CrcTables tables{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned crc = byte << 8;
        for (auto& table : tables) {
            for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0);
            table[byte] = static_cast<std::uint16_t>(crc);
        }
    }
    return tables;
}
constexpr CrcTables crc_tables = make_crc_tables();

std::uint16_t crc16(const std::uint8_t* bytes, std::size_t size) {
    unsigned crc = 0;
    for (; size >= 8; size -= 8, bytes += 8) {
        crc = crc_tables[7][bytes[0] ^ (crc >> 8)] ^ crc_tables[6][bytes[1] ^ (crc & 0xff)];
        for (std::size_t i = 2; i < 8; ++i) crc ^= crc_tables[7 - i][bytes[i]];
    }
    for (; size > 0; --size, ++bytes) crc = (crc << 8 & 0xffff) ^ crc_tables[0][(crc >> 8) ^ *bytes];
    return static_cast<std::uint16_t>(crc);
}

// Version byte, the longest payload, checksum; and their base32.
constexpr std::size_t max_bytes = 1 + std::tuple_size_v<decltype(StrKey::bytes)> + 2;
constexpr std::size_t max_characters = (max_bytes * 8 + 4) / 5;

struct KindTraits {
    StrKeyKind kind;
    std::uint8_t payload_size; // the smallest for a signed payload
    std::string_view name;
};

constexpr std::array<KindTraits, 10> all_traits{{
    {StrKeyKind::account, 32, "an account (G...)"},
    {StrKeyKind::contract, 32, "a contract (C...)"},
    {StrKeyKind::muxed_account, 40, "a muxed account (M...)"},
    {StrKeyKind::muxed_contract, 40, "a muxed contract (W...)"},
    {StrKeyKind::claimable_balance, 33, "a claimable balance (B...)"},
    {StrKeyKind::liquidity_pool, 32, "a liquidity pool (L...)"},
    {StrKeyKind::secret_seed, 32, "a secret seed (S...)"},
    {StrKeyKind::pre_auth_tx, 32, "a pre-authorized transaction (T...)"},
    {StrKeyKind::hash_x, 32, "a hash signer (X...)"},
    {StrKeyKind::signed_payload, 40, "a signed payload (P...)"},
}};

const KindTraits* find_traits(std::uint8_t version_byte) {
    const auto* found = std::find_if(all_traits.begin(), all_traits.end(), [version_byte](const KindTraits& traits) {
        return static_cast<std::uint8_t>(traits.kind) == version_byte;
    });
    return found == all_traits.end() ? nullptr : found;
}

std::string name_of(StrKeyKind kind) {
    return std::string(find_traits(static_cast<std::uint8_t>(kind))->name);
}

/// 32 bytes of key, the length (1 to 64), that many bytes, zero padding to a multiple of four.
bool is_sound_signed_payload(const StrKey& key) {
    XdrReader reader(key.payload());
    reader.fixed(32);
    const std::string_view content = reader.opaque(64);
    reader.finish();
    return reader.ok() && !content.empty();
}

const char* fault_of_payload(const StrKey& key, const KindTraits& traits) {
    if (key.kind == StrKeyKind::signed_payload) {
        return is_sound_signed_payload(key) ? nullptr : "is a signed payload (P...) with a wrong length or padding";
    }
    if (key.size != traits.payload_size) return "has the wrong length for its kind";
    if (key.kind == StrKeyKind::claimable_balance && key.bytes[0] != 0) {
        return "is a claimable balance (B...) of an unknown type";
    }
    return nullptr;
}

} // namespace

base::Result<StrKey> decode_strkey(std::string_view text) {
    if (text.empty()) return base::fail("is empty");
    if (text.size() > max_characters) return base::fail("is too long");
    std::array<std::uint8_t, max_bytes> raw;
    std::uint8_t* to = raw.data();
    std::uint64_t buffer = 0;
    unsigned seen = 0;
    const auto push = [&buffer, &seen](char c) {
        const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
        seen |= digit;
        buffer = buffer << 5 | digit;
    };
    const char* from = text.data();
    const char* const end = from + text.size();
    for (; end - from >= 8; from += 8) { // are five bytes
        for (int i = 0; i < 8; ++i) push(from[i]);
        for (unsigned shift = 40; shift > 0;) *to++ = static_cast<std::uint8_t>(buffer >> (shift -= 8));
    }
    unsigned bits = 0;
    for (; from != end; ++from, bits += 5) push(*from);
    if (seen >= alphabet.size()) return base::fail("has a character other than A-Z and 2-7");
    while (bits >= 8) *to++ = static_cast<std::uint8_t>(buffer >> (bits -= 8));
    const auto size = static_cast<std::size_t>(to - raw.data());
    if (bits >= 5) return base::fail("has an impossible length");
    if ((buffer & ((std::uint64_t{1} << bits) - 1)) != 0)
        return base::fail("has a last character with unused bits set");
    if (size < 3) return base::fail("is too short");
    if (crc16(raw.data(), size - 2) != (raw[size - 2] | raw[size - 1] << 8)) { // low byte first
        return base::fail("checksum does not match");
    }
    const KindTraits* const traits = find_traits(raw[0]);
    if (traits == nullptr) return base::fail("is of an unknown kind");
    StrKey key;
    key.kind = traits->kind;
    key.size = static_cast<std::uint8_t>(size - 3);
    std::copy_n(raw.begin() + 1, key.size, key.bytes.begin());
    if (const char* const fault = fault_of_payload(key, *traits)) return base::fail(fault);
    return key;
}

std::string encode_strkey(StrKeyKind kind, std::string_view payload) {
    std::string raw;
    raw.reserve(payload.size() + 3);
    raw += static_cast<char>(kind);
    raw += payload;
    const std::uint16_t crc = crc16(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    raw += static_cast<char>(crc);
    raw += static_cast<char>(crc >> 8);

    std::string text;
    text.reserve((raw.size() * 8 + 4) / 5);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char c : raw) {
        buffer = buffer << 8 | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text += alphabet[buffer >> bits & 31];
        }
    }
    if (bits > 0) text += alphabet[buffer << (5 - bits) & 31];
    return text;
}

base::Result<Address> parse_wallet(std::string_view text) {
    const base::Result<StrKey> key = decode_strkey(text);
    if (!key) return base::fail(key.error());
    switch (key->kind) {
    case StrKeyKind::account:
    case StrKeyKind::muxed_account:
        return Address{Address::Kind::account, to_hash(key->payload())};
    case StrKeyKind::contract:
    case StrKeyKind::muxed_contract:
        return Address{Address::Kind::contract, to_hash(key->payload())};
    case StrKeyKind::claimable_balance:
    case StrKeyKind::liquidity_pool:
        return base::fail("is " + name_of(key->kind) + ", which cannot hold a wallet's balance");
    case StrKeyKind::signed_payload:
    case StrKeyKind::secret_seed:
    case StrKeyKind::pre_auth_tx:
    case StrKeyKind::hash_x:
        break;
    }
    return base::fail("is " + name_of(key->kind) + ", not a wallet address");
}

base::Result<Hash> parse_contract(std::string_view text) {
    const base::Result<StrKey> key = decode_strkey(text);
    if (!key) return base::fail(key.error());
    if (key->kind != StrKeyKind::contract) return base::fail("is " + name_of(key->kind) + ", not a contract (C...)");
    return to_hash(key->payload());
}

std::string to_strkey(const Address& address) {
    return encode_strkey(address.kind == Address::Kind::account ? StrKeyKind::account : StrKeyKind::contract,
                         bytes_of(address.id));
}

} // namespace stellar
