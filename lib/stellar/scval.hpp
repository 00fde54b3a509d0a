// SCVal, the value type of Soroban contracts (Stellar-contract.x, protocol 30).
#pragma once

#include "base/int128.hpp"
#include "base/result.hpp"
#include "stellar/strkey.hpp"
#include "stellar/xdr.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stellar {

/// Any arm of SCAddress. `account` and `contract` are the two that hold balances.
struct ScAddress {
    enum class Kind : std::uint32_t {
        account = 0,
        contract = 1,
        muxed_account = 2,
        claimable_balance = 3,
        liquidity_pool = 4,
        muxed_contract = 5,
    };
    Kind kind{};
    Hash id{};
    std::uint64_t mux_id = 0; // muxed kinds only

    friend bool operator==(const ScAddress&, const ScAddress&) = default;
};

ScAddress to_sc_address(const Address& address);
ScAddress contract_address(const Hash& contract_id);
void write_sc_address(XdrWriter& writer, const ScAddress& address);
ScAddress read_sc_address(XdrReader& reader);
/// The strkey of any kind.
std::string to_strkey(const ScAddress& address);

/// The number is the arm of the XDR union.
enum class ScValType : std::uint32_t {
    boolean = 0,
    void_ = 1,
    error = 2,
    u32 = 3,
    i32 = 4,
    u64 = 5,
    i64 = 6,
    timepoint = 7,
    duration = 8,
    u128 = 9,
    i128 = 10,
    u256 = 11,
    i256 = 12,
    bytes = 13,
    string = 14,
    symbol = 15,
    vec = 16,
    map = 17,
    address = 18,
    contract_instance = 19,
    ledger_key_contract_instance = 20,
    ledger_key_nonce = 21,
    executable_tag = 22,
};

struct ScVal;
using ScVec = std::vector<ScVal>;
struct ScRow;
using ScMap = std::vector<ScRow>; // in the order of the bytes; XDR promises none

struct ScError {
    std::uint32_t type = 0; // 0 contract (code is the contract's own), 1..9 as in SCErrorType
    std::uint32_t code = 0;
    friend bool operator==(const ScError&, const ScError&) = default;
};

struct ScInstance {
    enum class Executable : std::uint32_t { wasm = 0, stellar_asset = 1, external_ref = 2 };
    Executable executable{};
    Hash wasm_hash{};  // wasm
    ScAddress owner{}; // external_ref
    std::string tag;   // external_ref
    std::optional<ScMap> storage;
};

struct ScVal {
    ScValType type = ScValType::void_;
    /// By type: bool; u32; i32; u64 (also timepoint, duration); i64 (also nonce); u128; i128; four words, highest
    /// first (u256, i256); std::string (bytes, string, symbol, executable_tag); optional vec and map (a null pointer
    /// is sound XDR); address; error; instance (shared, never null). monostate for void and the instance key.
    std::variant<std::monostate, bool, std::uint32_t, std::int32_t, std::uint64_t, std::int64_t, base::u128, base::i128,
                 std::array<std::uint64_t, 4>, std::string, std::optional<ScVec>, std::optional<ScMap>, ScAddress,
                 ScError, std::shared_ptr<const ScInstance>>
        value;

    /// The content where the value is of this type, else null.
    const bool* as_bool() const;
    const std::uint32_t* as_u32() const;
    const std::uint64_t* as_u64() const;
    const base::u128* as_u128() const;
    const base::i128* as_i128() const;
    const std::string* as_bytes() const;
    const std::string* as_string() const;
    const ScVec* as_vec() const; // null for an absent vec too
    const ScMap* as_map() const; // null for an absent map too
    const ScAddress* as_address() const;
    const ScInstance* as_instance() const;
    bool is_symbol(std::string_view text) const;
};

/// A row of a map. (Not a std::pair, whose checks would ask about ScVal before it is complete.)
struct ScRow {
    ScVal key;
    ScVal value;
};

ScVal symbol(std::string_view text);
ScVal bytes(std::string_view content);
ScVal address(const ScAddress& content);
ScVal vec(ScVec elements);

/// Nesting accepted: at least 60 vecs in each other; refused well before the stack would give out.
inline constexpr int max_scval_depth = 200;

void write_scval(XdrWriter& writer, const ScVal& value);
ScVal read_scval(XdrReader& reader);

/// The whole input is one value.
base::Result<ScVal> decode_scval(std::string_view bytes);
std::string encode_scval(const ScVal& value);

/// "u128", "vec", ...: the field's names, for messages.
std::string_view type_name(ScValType type);

} // namespace stellar
