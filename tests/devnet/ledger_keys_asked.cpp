#include "devnet/ledger_keys_asked.hpp"

#include "stellar/base64.hpp"
#include "stellar/ids.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/xdr.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace devnet {
namespace {

using stellar::LedgerEntryType;

/// The server limits the memory of the decoded key (16 KiB), not its length; its Go values are larger than the XDR.
constexpr std::size_t max_key_size = 16 * 1024;

constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Sets the bits that stand for no byte to 0.
void clear_unused_bits(std::string& text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    if (padding == 0 || text.size() < 4) return;
    char& last = text[text.size() - padding - 1];
    const std::size_t value = base64_alphabet.find(last);
    if (value != std::string_view::npos) last = base64_alphabet[value & (padding == 2 ? 0x30U : 0x3cU)];
}

/// The types that decode_ledger_key leaves out: nobody here asks for them, but a server knows them.
bool is_other_key(std::string_view bytes) {
    constexpr std::uint32_t last_config_setting = 16;
    stellar::XdrReader reader(bytes);
    switch (LedgerEntryType{reader.u32()}) {
    case LedgerEntryType::offer:
        stellar::read_account_id(reader);
        reader.u64();
        break;
    case LedgerEntryType::data:
        stellar::read_account_id(reader);
        reader.opaque(64);
        break;
    case LedgerEntryType::claimable_balance:
        if (reader.u32() != 0) return false;
        reader.fixed(32);
        break;
    case LedgerEntryType::liquidity_pool:
        reader.fixed(32);
        break;
    case LedgerEntryType::config_setting:
        if (reader.u32() > last_config_setting) return false;
        break;
    default:
        return false;
    }
    reader.finish();
    return reader.ok();
}

bool is_ttl_key(std::string_view key) {
    return key.substr(0, 4) == std::string_view("\0\0\0\x09", 4);
}

} // namespace

bool decode_go_base64(std::string& out, std::string_view text, bool& canonical) {
    canonical = stellar::append_decoded_base64(out, text);
    if (canonical) return true;
    std::string repaired;
    for (const char c : text) {
        if (c != '\n' && c != '\r') repaired += c;
    }
    clear_unused_bits(repaired);
    return stellar::append_decoded_base64(out, repaired);
}

bool is_ledger_key(std::string_view bytes) {
    if (bytes.size() > max_key_size) return false;
    return static_cast<bool>(stellar::decode_ledger_key(bytes)) || is_other_key(bytes);
}

std::optional<RpcFailure> decode_keys(KeysAsked& asked, std::vector<std::string>& keys) {
    keys.reserve(asked.texts.size());
    for (std::size_t i = 0; i < asked.texts.size(); ++i) {
        std::string key;
        bool canonical = false;
        if (!decode_go_base64(key, asked.texts[i], canonical) || !is_ledger_key(key)) {
            return RpcFailure{rpc_code::invalid_params,
                              fmt::format("cannot unmarshal key value {} at index {}", asked.texts[i], i)};
        }
        if (is_ttl_key(key)) {
            return RpcFailure{rpc_code::invalid_params, "ledger ttl entries cannot be queried directly"};
        }
        keys.push_back(std::move(key));
        asked.canonical.push_back(canonical);
    }
    if (keys.empty()) {
        return RpcFailure{rpc_code::internal_error, "could not query captive core: no keys specified in request"};
    }
    // stellar-rpc issue 638: stellar-core refuses a list with duplicates.
    const std::unordered_set<std::string_view> distinct(keys.begin(), keys.end());
    if (distinct.size() != keys.size()) {
        return RpcFailure{rpc_code::internal_error,
                          "could not query captive core: http request failed with non-200 status code (404)"};
    }
    return std::nullopt;
}

} // namespace devnet
