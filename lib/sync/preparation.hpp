// Before anything is compared: where the rows are, which rows are meant, who the node is, and which token.
#pragma once

#include "db/inspection.hpp"
#include "db/source.hpp"
#include "stellar/ledger_entry.hpp"
#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "sync/watermark.hpp"
#include "verify/claim.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cycle {

/// Which rows an operator asked for.
struct Selection {
    verify::Checks checks;
    std::vector<std::string> markets; // ids; empty: all
    std::vector<std::string> users;
    db::Shard shard; // of these rows
};

/// Reads the catalog and proves that the rows can be read. What keeps a check from running is in Source::obstacles.
/// nullopt if the database could not be reached or the cycle was cut: then it has been reported. Throws
/// base::Misconfigured if none of the selected checks can run.
std::optional<db::Source> find_source(Loop& loop, Findings& findings, const std::string& schema,
                                      const db::CustomSql& custom_sql, const Selection& selection);

/// The rows of each check, whether it can run or not. An id that is not there is reported as NOT_FOUND. nullopt as
/// above.
std::optional<std::vector<db::Scope>> find_scopes(Loop& loop, Findings& findings, const db::Source& source,
                                                  const Selection& selection);

/// Asks the endpoints who they are and how fresh, until one is accepted. False where none was (reported, as above) or
/// the cycle was cut. Throws base::Misconfigured where all are of another network or refuse the credentials.
bool find_network(Loop& loop, Findings& findings);

/// Throws base::Misconfigured where no endpoint is left because all are of another network or refuse the credentials.
void refuse_if_hopeless(const net::Dispatcher& dispatcher);

/// Asks for the indexer's watermark the first time, if the settings name one. False if the database gave no answer
/// (reported) or the cycle was cut. Throws base::Misconfigured if the SELECT is refused or does not give one ledger.
bool find_watermark(Loop& loop, Findings& findings, Watermark& watermark);

/// One getLedgerEntries call, waited for. nullopt if the cycle was cut; the error says why nothing was answered.
/// Precondition: nothing else is under way.
std::optional<base::Result<net::LedgerEntries>> ask_entries(Loop& loop, Findings& findings,
                                                            const std::shared_ptr<const net::KeyGroups>& keys);

/// The same for a read that the cycle cannot do without. nullopt if it failed (reported: "`what` could not be read") or
/// the cycle was cut. Throws base::Misconfigured as refuse_if_hopeless() does.
std::optional<net::LedgerEntries> read_entries(Loop& loop, Findings& findings,
                                               const std::shared_ptr<const net::KeyGroups>& keys,
                                               const std::string& what);

// token.cpp

/// The contract's instance entry. nullopt where the read failed (reported) or the cycle was cut. Throws
/// base::Misconfigured, which names `setting`, where the network has no contract at this address.
std::optional<stellar::ContractInstance> read_instance(Loop& loop, Findings& findings, const stellar::Hash& contract,
                                                       const std::string& setting);

/// What is known of the token before the network is.
struct TokenSettings {
    std::optional<stellar::Asset> asset;
    std::optional<stellar::Hash> contract;
    std::optional<stellar::Hash> amm{}; // holds the token's contract under `usdc`; nullopt: none is configured

    /// Nobody but the AMM can say which token is meant.
    bool open() const { return !asset && !contract; }
};

/// The token of balances on this network: as set, else what the AMM holds, else Circle's USDC with a warning and a
/// hint. A token set that is not the AMM's is a warning and a hint, too. Reads the AMM's entry, and the instance of a
/// contract whose asset is not known; both must be the same at an endpoint that takes over later. nullopt if a read
/// that decides failed (reported; nothing takes its place) or the cycle was cut. Throws base::Misconfigured if the
/// settings do not name one token, or nothing does on this network.
std::optional<verify::Token> find_token(Loop& loop, Findings& findings, const TokenSettings& settings);

} // namespace cycle
