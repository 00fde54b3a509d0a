// How far the application's indexer was when rows were read: read in the snapshot of the rows, so that a chain answer
// can be told apart that is from before a row was written.
#pragma once

#include "db/database.hpp"
#include "sync/findings.hpp"
#include "verify/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cycle {

/// How the application's indexer says how far it is.
struct WatermarkSettings {
    std::string sql;            // one SELECT; empty: there is no watermark
    std::uint32_t max_lag = 60; // ledgers that are normal
};

class Watermark {
  public:
    /// `findings` outlives this.
    Watermark(WatermarkSettings settings, Findings& findings) : settings_(std::move(settings)), findings_(findings) {}

    /// The statement to be read with the rows (db::Query::watermark_sql); empty if there is none, or it has stopped
    /// working.
    const std::string& statement() const { return statement_; }
    /// Whether the settings name one.
    bool wanted() const { return !settings_.sql.empty(); }

    /// To be asked before any rows, so that a SELECT that cannot work is known at the start.
    db::Query first_question() const;
    /// Takes the first answer, and reads the watermark with all rows from now on. Throws base::Misconfigured if it is
    /// something else than one whole number, no row or NULL.
    void begin(const db::Rows& rows, std::uint32_t node_ledger);
    /// Rows have arrived while the node was at `node_ledger`: keeps the summary's Indexer up to date.
    void arrived(const db::Rows& rows, std::uint32_t node_ledger);
    /// The database refuses the statement, for this reason: rows are read without it from now on.
    void stopped_working(const std::string& why);

    /// The last ledger that the indexer had processed when these rows were read; nullopt if nobody knows, or if it is
    /// not to be believed: more than max_lag ledgers ahead of the node, or no ledger's number at all.
    std::optional<std::uint32_t> of(const db::Rows& rows, std::uint32_t node_ledger);
    /// Of a difference that was seen beside these rows: by their watermark, or else by the last one that is known;
    /// nullopt if none is.
    std::optional<verify::Cause> likely_cause(const db::Rows& rows, const verify::Sighting& seen,
                                              std::uint32_t node_ledger);

  private:
    std::optional<std::uint32_t> value_of(const db::Rows& rows);
    bool plausible(std::uint32_t watermark, std::uint32_t node_ledger);
    void implausible(const std::string& what);

    WatermarkSettings settings_;
    Findings& findings_;
    std::string statement_;
    bool absence_reported_ = false;
    bool implausible_reported_ = false;
};

} // namespace cycle
