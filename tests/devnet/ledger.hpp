// The ledger that the devnet serves: entries by their XDR key, the contracts that stand on it, a clock that closes
// ledgers.
//
// Every function may be called at any time from any thread. A change is seen by the next request; it counts as part of
// the ledger that is the latest when it is made (the entry's last modified ledger), so call close() first where a test
// wants it in a ledger of its own. Text arguments that do not parse, and contracts that were not deployed, throw
// std::invalid_argument.
#pragma once

#include "base/int128.hpp"
#include "devnet/entry_table.hpp"
#include "devnet/ledger_clock.hpp"
#include "stellar/asset.hpp"
#include "stellar/scval.hpp"
#include "stellar/strkey.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace devnet {

using stellar::Hash;

/// What a deployed contract does when it is called.
enum class ContractKind { amm, market, shared_market, asset_contract, token };

/// What a contract that many markets share answers for a market that it does not have.
enum class UnknownMarket {
    refused, // Error(Contract, #3)
    blank,   // a market of nothing but zeros, as one that was never initialized
    dated,   // the same, but for the latest ledger as its closing time: another answer in each ledger
    trap,    // a panic
};

struct Contract {
    ContractKind kind{};
    stellar::Asset asset;    // asset_contract only
    UnknownMarket unknown{}; // shared_market only
};

/// How an entry stands in the ledger, where it is not as a fresh one.
struct EntryState {
    std::optional<std::uint32_t> last_modified{}; // default: the latest ledger
    /// Contract data and code only. Default: far ahead. Below the latest ledger: a persistent entry is archived, a
    /// temporary one gone.
    std::optional<std::uint32_t> live_until{};
};

struct TrustLineState {
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();
    std::uint32_t flags = 1; // authorized
    std::int64_t selling_liabilities = 0;
};

/// A new persistent entry lives this many ledgers (120 days of 5 seconds).
inline constexpr std::uint32_t default_lifetime = 2'073'600;

class Ledger {
  public:
    explicit Ledger(std::string passphrase = std::string(stellar::test_network_passphrase),
                    std::uint32_t sequence = 1000);

    // The network.
    std::string passphrase() const;
    /// Before anything is deployed: the ids of Stellar Asset Contracts depend on it.
    void set_passphrase(std::string passphrase);
    /// What getNetwork says instead of the passphrase.
    void report_passphrase(std::string passphrase);
    std::string reported_passphrase() const;

    // The clock.
    std::uint32_t latest() const;
    std::uint32_t close(std::uint32_t ledgers = 1); // the new latest ledger
    /// Closes a ledger if the latest one has been read from (mark_read) since it closed.
    void close_if_read();
    void mark_read() { read_.store(true); }
    void set_latest(std::uint32_t sequence);
    void set_close_interval(std::chrono::milliseconds interval); // 0: only by close()
    /// The node says that its latest ledger closed this much longer ago.
    void set_age(std::chrono::milliseconds age);
    std::chrono::milliseconds since_close() const;

    // Contracts. Deploying writes the contract's instance entry.
    /// The asset's Stellar Asset Contract; its id. The first one deployed is the default token.
    Hash deploy_asset(const stellar::Asset& asset);
    /// A SEP-41 example token: plain i128 balances, for accounts and contracts alike.
    void deploy_token(const Hash& contract);
    /// The first one deployed is the one that set_pool means.
    /// `usdc`: the token's contract that it holds.
    void deploy_amm(const Hash& contract, const std::optional<Hash>& usdc = {});
    /// The token's contract, which an AMM and a market contract keep under Symbol("usdc").
    void set_usdc(const Hash& contract, const Hash& token, const EntryState& state = {});
    /// Something else in its place.
    void set_usdc(const Hash& contract, const stellar::ScVal& value, const EntryState& state = {});
    void remove_usdc(const Hash& contract);
    /// A contract of one market, never initialized: it has no entries, and its getter answers status 0. Its getter
    /// ignores its argument, as the application's does.
    void deploy_market(const Hash& contract);
    /// A contract of many markets, whose getter minds its argument.
    void deploy_shared_market(const Hash& contract, UnknownMarket unknown = UnknownMarket::refused);
    bool deployed(const Hash& contract) const;
    Hash default_token() const;

    // Entries by meaning. Accounts are G... or M...; holders are those or C... or W....
    void set_trust_line(std::string_view account, const stellar::Asset& asset, std::int64_t stroops,
                        const TrustLineState& line = {}, const EntryState& state = {});
    void remove_trust_line(std::string_view account, const stellar::Asset& asset);
    /// An ACCOUNT entry with this many stroops of XLM.
    void set_account(std::string_view account, std::int64_t stroops, const EntryState& state = {});
    void remove_account(std::string_view account);
    /// Contract data of the default token (the first asset deployed).
    void set_contract_balance(std::string_view holder, base::i128 amount, const EntryState& state = {});
    void remove_contract_balance(std::string_view holder);
    /// Contract data of any token; the entry's shape follows from what the token is.
    void set_contract_balance(const Hash& token, std::string_view holder, base::i128 amount,
                              const EntryState& state = {});
    void remove_contract_balance(const Hash& token, std::string_view holder);
    /// pool_yes_reserve, pool_no_reserve and pool_exists (true) in the AMM. `market_id`: 64 hex digits; or C..., a
    /// market contract: then under the id that it holds (an open market is deployed there if there is no contract yet),
    /// or under its address's own bytes if it holds none.
    void set_pool(std::string_view market_id, base::u128 yes, base::u128 no, const EntryState& state = {});
    void remove_pool(std::string_view market_id);
    /// A market contract (deployed if it is not yet): market_state, winning_outcome if there is one, and market_id: the
    /// one it has, else made_market_id().
    void set_market(std::string_view contract, std::uint32_t status, std::optional<std::uint32_t> outcome = {},
                    const EntryState& state = {});
    void remove_market(std::string_view contract);
    /// The market_id of a market contract; nullopt: none is held from now on.
    void set_market_id(std::string_view contract, const std::optional<Hash>& market_id, const EntryState& state = {});
    std::optional<Hash> market_id(std::string_view contract) const;
    /// A market in a shared market contract, kept under Vec[Symbol("market"), Bytes(id)] as a
    /// Map{status u32, winning_outcome u32 or void}.
    void set_shared_market(const Hash& contract, std::string_view market_id, std::uint32_t status,
                           std::optional<std::uint32_t> outcome = {}, const EntryState& state = {});
    void remove_shared_market(const Hash& contract, std::string_view market_id);

    // Entries by their XDR: a LedgerKey, and the LedgerEntryData answered for it, whatever it is.
    void set_raw(std::string_view key, std::string_view entry, const EntryState& state = {});
    bool remove(std::string_view key); // whether it was there
    /// The entry is kept and reported with liveUntilLedgerSeq 0. False where it is not there.
    bool archive(std::string_view key);
    bool set_live_until(std::string_view key, std::uint32_t ledger);
    bool contains(std::string_view key) const;
    std::size_t size() const;
    void reserve(std::size_t entries);

    /// The ledger as it is now can still be seen later (LedgerView's `past`): what a node that lags behind holds.
    void remember();

  private:
    friend class LedgerView;

    struct IdHash {
        std::size_t operator()(const Hash& id) const {
            return std::hash<std::string_view>{}({reinterpret_cast<const char*>(id.data()), id.size()});
        }
    };

    void put(std::string_view key, std::string_view data, const EntryState& state);
    void put_data(const std::string& key, const stellar::ScVal& value, const EntryState& state);
    void deploy(const Hash& contract, Contract description, stellar::ScInstance instance);
    void deploy_wasm(const Hash& contract, ContractKind kind);
    Contract contract_at(const Hash& contract) const;
    Hash amm() const;
    Hash pool_of(std::string_view market_id) const;
    /// To be called under the lock, before the entry is changed.
    void keep_past(std::string_view key);

    struct PastEntry {
        std::string data;
        std::uint32_t last_modified = 0;
        std::uint32_t live_until = 0;
    };
    struct Past {
        std::uint32_t sequence = 0;
        std::unordered_map<std::string, std::optional<PastEntry>> changed_since; // as they were; nothing: not there
    };

    mutable std::shared_mutex mutex_;
    EntryTable entries_;
    std::unordered_map<Hash, Contract, IdHash> contracts_;
    std::optional<Hash> default_token_;
    std::optional<Hash> amm_;
    std::string passphrase_;
    std::optional<std::string> reported_passphrase_;
    std::optional<Past> past_;
    LedgerClock clock_;
    std::atomic<bool> read_ = false;
};

/// One ledger held still: while a view lives, writers wait. Keep it short, and change nothing of the same ledger on the
/// thread that holds it.
class LedgerView {
  public:
    /// `past`: as it was remembered; the present where nothing was.
    explicit LedgerView(const Ledger& ledger, bool past = false);

    struct Found {
        std::string_view data; // LedgerEntryData
        std::uint32_t last_modified = 0;
        std::optional<std::uint32_t> live_until; // contract data and code only; 0: archived
    };

    std::uint32_t latest() const { return latest_; }
    /// Nothing for what is missing, and for an expired temporary entry.
    std::optional<Found> find(std::string_view key) const;
    /// Null where no such contract was deployed.
    const Contract* contract(const Hash& id) const;

  private:
    std::shared_lock<std::shared_mutex> lock_;
    std::optional<EntryTable::Entry> entry(std::string_view key) const;

    const Ledger& ledger_;
    const Ledger::Past* past_;
    std::uint32_t latest_;
};

/// 64 hex digits. Throws std::invalid_argument.
Hash market_id_of(std::string_view text);
/// The id that the factory gives to the market of this contract, if nothing else is said.
Hash made_market_id(const Hash& contract);
/// C.... Throws std::invalid_argument.
Hash contract_of(std::string_view text);

} // namespace devnet
