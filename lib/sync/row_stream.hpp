// RowStream: the rows of all checks of a cycle, in the order in which they are taken: each check has a lane of pages
// (Lane), and the lanes take turns (Turns). The database reads for the lane that has the fewest rows ready. A lane
// whose statement ran into its time-out (a locked table) is read after all others, with all retries.
#pragma once

#include "sync/lane.hpp"
#include "sync/turns.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cycle {

/// A row that a page has although it is not in scope.
bool is_skipped(Check check, const Row& row);

class RowStream {
  public:
    /// `source` outlives the stream. `page_size`: rows of a page at most, at least 1.
    RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size, std::uint64_t turn);

    /// The next statement, if one is wanted now. What comes of it is handed to arrived() or failed() before the next.
    std::optional<db::Query> next_query();
    void arrived(db::Rows rows);
    /// The statement fails for good. Returns what is given up for that: the rest of the check, or nothing.
    std::vector<Stretch> failed(const db::DatabaseError& error) { return lanes_[asked_].failed(error); }
    /// What was found out about rows that no page brings; each once.
    std::vector<RowFault> take_faults() { return lanes_[asked_].take_faults(); }

    enum class Turn { nobody, row, call };
    /// What is to be done next, for check().
    Turn turn() const;
    /// A row can be taken, now or when rows are no longer held.
    bool has_row() const;
    /// While rows are held, only calls have a turn.
    void hold_rows(bool held) { turns_.hold_rows(held); }
    /// How many contract calls of a check wait for their turn.
    void calls_wait(Check check, std::size_t calls);
    /// What a check has taken of the calls otherwise, in keys.
    void charge(Check check, std::uint64_t cost);
    /// Every row has been taken.
    bool exhausted() const;
    /// The pages that are still in use, by whomever, take so much memory that no more are read.
    bool full() const;

    /// The check whose turn it is, and its next row; the row's views are good until take() is called, or as long as
    /// page().
    Check check() const { return current().check(); }
    Row row() const { return current().row(); }
    /// Another row of the check has the same id.
    bool id_is_repeated() const { return current().id_is_repeated(); }
    /// The page that its views point into; may be kept for longer.
    std::shared_ptr<const db::Rows> page() const { return current().page(); }
    /// Goes on to the next row. `cost` is what this one takes of the calls, in keys.
    void take(std::uint64_t cost);

    /// How many rows of a check the database has sent, those without an address among them.
    std::uint64_t arrived(Check check) const;
    bool all_arrived(Check check) const;

    /// What the database has not sent yet.
    std::vector<Stretch> unread() const;

  private:
    const Lane& current() const { return lanes_[turns_.current()]; }
    std::size_t neediest() const;
    std::size_t lane_of(Check check) const;

    SharedRows in_use_; // the rows of pages
    std::vector<Lane> lanes_;
    Turns turns_;           // of the lanes, by their place
    std::size_t asked_ = 0; // the lane that the statement is for
};

} // namespace cycle
