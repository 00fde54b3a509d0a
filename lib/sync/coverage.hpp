// Coverage: every row in scope has a place in the result, also one that was not compared.
//
// Owns what is in scope, how many rows of each check were not verified or cannot be read, and why rows failed.
// Inputs: rows and stretches of rows that could not be compared, read or reached; whether the database is lost.
// Outputs: an error for each of them in Findings, aggregate ones with a count from the database, the exemptions that
// are not needed, and hints.
#pragma once

#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "sync/preparation.hpp"
#include "sync/row_stream.hpp"
#include "verify/exemption.hpp"
#include "verify/hints.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace cycle {

class Coverage {
  public:
    /// `settings`, `loop` and `findings` outlive this.
    Coverage(CycleSettings& settings, InScope in_scope, Loop& loop, Findings& findings);

    const InScope& in_scope() const { return in_scope_; }

    /// `rows` of this id were read and cannot be compared.
    void unverifiable(Check check, std::string_view id, verify::Unverifiable why, std::uint64_t rows = 1);
    /// However many rows an id has, they are one error with their count.
    void row_faults(std::vector<RowFault> faults);
    /// Two endpoints contradict each other about an item.
    void disagreement(const verify::Disagreement& disagreement);
    /// A row was read, but the chain's side was not answered.
    void not_answered(Check check) { ++not_verified_[check]; }
    /// The database refuses the statement that reads these rows.
    void not_readable(const std::vector<Stretch>& rows);
    /// These rows were not read; replaces what was known before, at first: all that are in scope.
    void not_read(std::vector<Stretch> rows) { unread_ = std::move(rows); }

    /// The database has failed for good: the rows that it has not sent are not readable.
    void lose_database();
    bool database_lost() const { return database_lost_; }

    /// Counts what was not read and reports everything. Nothing may be under way.
    void conclude(bool finished);

  private:
    void count(const Stretch& rows, base::TimePoint until, verify::PerCheck<std::uint64_t>& sums);
    void count_unread();
    void report_obstacle(Check check, const db::Obstacle& obstacle);
    void report_not_verified(Check check);
    void report_exemptions(bool finished);

    CycleSettings& settings_;
    InScope in_scope_;
    Loop& loop_;
    Findings& findings_;
    std::vector<Stretch> unread_;
    std::vector<Stretch> unreadable_;
    bool database_lost_ = false;
    verify::Causes causes_;
    verify::PerCheck<std::uint64_t> not_verified_;
    verify::PerCheck<std::uint64_t> not_readable_;
    verify::PerCheck<bool> uncounted_; // the number of its rows could not be found out
};

} // namespace cycle
