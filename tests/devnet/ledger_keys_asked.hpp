// Decoding of the keys that getLedgerEntries is asked for, with the server's errors.
#pragma once

#include "devnet/json_rpc.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace devnet {

struct KeysAsked {
    std::vector<std::string_view> texts; // base64, as asked
    std::vector<bool> canonical;         // whether the text is the base64 that the server would write
};

/// The keys' XDR, in the order asked; up to the first error.
std::optional<RpcFailure> decode_keys(KeysAsked& asked, std::vector<std::string>& keys);

/// Go's base64.StdEncoding: line breaks are skipped, unused bits may be anything. False where it is no base64.
/// `canonical` says whether it is also what an encoder writes.
bool decode_go_base64(std::string& out, std::string_view text, bool& canonical);

/// Whether the bytes are a LedgerKey of any type, to the last byte.
bool is_ledger_key(std::string_view bytes);

} // namespace devnet
