// LedgerEntryData: what getLedgerEntries answers in "xdr" (Stellar-ledger-entries.x), and the readers of the entries
// that the checks need.
#pragma once

#include "base/int128.hpp"
#include "base/result.hpp"
#include "stellar/ledger_key.hpp"
#include "stellar/scval.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stellar {

struct Liabilities {
    std::int64_t buying = 0;
    std::int64_t selling = 0;
};

struct TrustLineEntry {
    TrustLineKey key;
    std::int64_t balance = 0; // stroops
    std::int64_t limit = 0;
    std::uint32_t flags = 0; // 1 authorized, 2 authorized to maintain liabilities, 4 clawback enabled
    std::optional<Liabilities> liabilities;
    std::optional<std::int32_t> liquidity_pool_use_count;
};

struct Signer {
    std::uint32_t type = 0; // SignerKeyType 0..3
    Hash key{};
    std::string payload; // type 3 only
    std::uint32_t weight = 0;
};

struct AccountExtensionV2 {
    std::uint32_t sponsored = 0;
    std::uint32_t sponsoring = 0;
    std::vector<std::optional<Hash>> signer_sponsors;
};

struct AccountExtensionV3 {
    std::uint32_t sequence_ledger = 0;
    std::uint64_t sequence_time = 0;
};

struct AccountEntry {
    Hash account{};
    std::int64_t balance = 0; // stroops of XLM
    std::int64_t sequence = 0;
    std::uint32_t sub_entries = 0;
    std::optional<Hash> inflation_destination;
    std::uint32_t flags = 0;
    std::string home_domain;
    std::string thresholds; // 4 bytes
    std::vector<Signer> signers;
    std::optional<Liabilities> liabilities;
    std::optional<AccountExtensionV2> v2;
    std::optional<AccountExtensionV3> v3;
};

struct ContractDataEntry {
    ContractDataKey key;
    ScVal value;
};

struct ContractCodeEntry {
    std::optional<std::array<std::uint32_t, 10>> cost_inputs; // extension 1
    Hash wasm_hash{};
    std::string code;
};

struct TtlEntry {
    Hash key_hash{};
    std::uint32_t live_until_ledger = 0;
};

using LedgerEntryData = std::variant<AccountEntry, TrustLineEntry, ContractDataEntry, ContractCodeEntry, TtlEntry>;

/// Strict: every byte must belong to the entry. An error also for a sound entry of a type that has no struct here.
base::Result<LedgerEntryData> decode_ledger_entry(std::string_view bytes);

/// What follows the entry type in a trust line.
TrustLineEntry read_trust_line(XdrReader& reader);

/// Why an entry gives no value.
struct EntryFault {
    enum class Kind {
        undecodable,     // not sound XDR, or an impossible value (a negative balance)
        not_the_key,     // the entry of another key than the one asked for
        unexpected_type, // a sound entry of the key asked for, whose value has another shape than the contract's
    };
    Kind kind{};
    std::string text;
    friend bool operator==(const EntryFault&, const EntryFault&) = default;
};
template <class T>
using EntryResult = base::Result<T, EntryFault>;

// Readers. `key` is the XDR LedgerKey that was asked for, as the append_ functions write it (it is not checked again),
// `entry` the XDR LedgerEntryData answered: account, asset, contract, storage key and durability in the entry must
// repeat the key's.

/// A trust line's whole balance in stroops (not less its selling liabilities).
EntryResult<std::int64_t> read_trust_line_balance(std::string_view key, std::string_view entry);
/// A Stellar Asset Contract's balance entry: Map{amount i128, authorized bool, clawback bool}, in this order.
EntryResult<base::i128> read_asset_contract_balance(std::string_view key, std::string_view entry);
/// A SEP-41 example token's balance entry: a plain i128.
EntryResult<base::i128> read_token_balance(std::string_view key, std::string_view entry);
EntryResult<base::u128> read_pool_reserve(std::string_view key, std::string_view entry);
EntryResult<bool> read_pool_exists(std::string_view key, std::string_view entry);
/// Any number: market_status_name() in contract_call.hpp has the names of the known ones.
EntryResult<std::uint32_t> read_market_status(std::string_view key, std::string_view entry);
/// 0 NO, 1 YES; any other number as it is.
EntryResult<std::uint32_t> read_winning_outcome(std::string_view key, std::string_view entry);
/// The market that a market contract holds: 32 bytes.
EntryResult<Hash> read_market_id(std::string_view key, std::string_view entry);

/// An Address of any kind.
EntryResult<ScAddress> read_usdc(std::string_view key, std::string_view entry);

/// The XDR of contract data's value, whatever it is: see scval_view.hpp. It lies in `entry`.
EntryResult<std::string_view> read_contract_value(std::string_view key, std::string_view entry);
/// An account's XLM in stroops.
EntryResult<std::int64_t> read_account_balance(std::string_view key, std::string_view entry);

/// A contract's instance: what runs it, and for a Stellar Asset Contract the asset it says it is of.
struct ContractInstance {
    ScInstance::Executable executable{};
    std::optional<Asset> asset; // from the instance's AssetInfo; derive the contract id from it again before trusting
};
EntryResult<ContractInstance> read_contract_instance(std::string_view key, std::string_view entry);

} // namespace stellar
