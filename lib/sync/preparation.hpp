// Preparation: what a cycle has to know before anything is compared.
//
// Inputs: the settings, the database and the RPC endpoints (through the loop).
// Outputs: InScope, then Prepared. A step that fails has reported why and returns nullopt; it also returns nullopt if
// the cycle was cut. Throws base::Misconfigured if the cycle can check nothing until somebody changes a setting.
#pragma once

#include "db/inspection.hpp"
#include "db/source.hpp"
#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "sync/progress.hpp"
#include "sync/watermark.hpp"
#include "verify/claim.hpp"
#include "verify/compare.hpp"
#include "verify/exemption.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cycle {

class Coverage;
class Witness;

/// Which rows an operator asked for.
struct Selection {
    verify::Checks checks;
    std::vector<std::string> markets; // ids; empty: all
    std::vector<std::string> users;
    db::Shard shard; // of these rows
};

/// What is known of the token before the network is.
struct TokenSettings {
    std::optional<stellar::Asset> asset;
    std::optional<stellar::Hash> contract;
    std::optional<stellar::Hash> amm{}; // holds the token's contract under `usdc`; nullopt: none is configured

    /// Only the AMM can say which token is meant.
    bool open() const { return !asset && !contract; }
};

/// What a cycle is asked to do.
struct CycleSettings {
    Selection selection;
    std::string schema;
    db::CustomSql custom_sql;
    verify::Target target; // without the token, which the cycle finds out
    TokenSettings token;
    verify::Thresholds thresholds;
    unsigned confirm_attempts = 1; // 0: differences are reported at once, unconfirmed
    base::Duration confirm_delay = std::chrono::seconds(6);
    verify::Exemptions exemptions;
    WatermarkSettings watermark;
    std::size_t page_size = 2000; // rows
    /// Limit of the items that differed and are not settled, or that wait for a control. While it is reached, no rows
    /// are taken. Bounds the memory when everything differs.
    std::size_t most_unsettled = 20'000;
    std::uint64_t turn = 0;     // turn_at() the start
    Witness* witness = nullptr; // outlives the cycle
};

/// The rows that the cycle is about.
struct InScope {
    db::Source source;
    std::vector<db::Scope> scopes;   // of the checks that can run
    std::vector<db::Scope> hindered; // of those that cannot: Source::obstacles says why
    Estimates estimates;             // of the rows of `scopes`; none unless asked for
};

/// What their chain side is read and judged by.
struct Prepared {
    verify::Target target; // complete, with the token
    Watermark watermark;
};

class Preparation {
  public:
    /// Both outlive this.
    Preparation(Loop& loop, Findings& findings) : loop_(loop), findings_(findings) {}

    /// Asks the database. An id that the selection names and that is not there is reported as NOT_FOUND.
    std::optional<InScope> find_rows(const CycleSettings& settings, bool estimate);
    /// Asks the RPC endpoints, and the indexer's watermark. Tells `coverage` if the database is lost.
    std::optional<Prepared> find_chain(const CycleSettings& settings, Coverage& coverage);

    // Steps of these that doctor takes alone.

    /// Reads the catalog and proves that the rows can be read. What keeps a check from running is in Source::obstacles.
    /// Throws if none of the selected checks can run.
    std::optional<db::Source> find_source(const std::string& schema, const db::CustomSql& custom_sql,
                                          const Selection& selection);
    /// The indexer's watermark after its first answer; one without a statement if the settings name none. Throws if the
    /// SELECT is refused or does not give one ledger.
    std::optional<Watermark> find_watermark(WatermarkSettings settings);

  private:
    using Ids = std::optional<std::vector<std::string>>; // nullopt: all

    std::optional<db::Answer> ask(db::Query query);
    bool prove_readable(db::Source& source, const Selection& selection);
    std::optional<Ids> find_ids(const db::Source& source, db::Table table, const std::vector<std::string>& ids);
    std::optional<std::vector<db::Scope>> find_scopes(const db::Source& source, const Selection& selection);
    Estimates estimate_rows(const InScope& in_scope);

    Loop& loop_;
    Findings& findings_;
};

} // namespace cycle
