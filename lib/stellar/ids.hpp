// The 32-byte ids inside other XDR: hashes, and AccountID (Stellar-types.x), a union whose one arm is an ed25519 key.
#pragma once

#include "base/digest.hpp"
#include "stellar/xdr.hpp"

#include <algorithm>
#include <string_view>

namespace stellar {

using base::Hash;

inline std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// The first 32 of at least 32 bytes.
inline Hash to_hash(std::string_view bytes) {
    Hash hash;
    std::copy_n(bytes.begin(), hash.size(), hash.begin());
    return hash;
}

inline Hash read_hash(XdrReader& reader) {
    const std::string_view bytes = reader.fixed(sizeof(Hash));
    return bytes.empty() ? Hash{} : to_hash(bytes);
}

inline void write_account_id(XdrWriter& writer, const Hash& account) {
    writer.u32(0);
    writer.fixed(bytes_of(account));
}

inline Hash read_account_id(XdrReader& reader) {
    if (reader.u32() != 0) reader.fail("unknown public key type");
    return read_hash(reader);
}

} // namespace stellar
