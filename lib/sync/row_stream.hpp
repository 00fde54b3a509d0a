// All rows of the cycle, page after page, and in which order: each check has a lane of its own, with pages read ahead
// of the reader: far enough that the chain never waits for the database, near enough that a row is read shortly before
// its chain side.
//
// Fairness: the next row is one of the CRITICAL checks as long as these have had no more than half of the calls, or
// else of the others; among each it comes from the check that has had the fewest. A check that has no row ready saves
// up nothing for later. The contract calls that earlier rows of a check have led to come before its next row. The
// database reads for the check that has the fewest rows ready.
//
// Where a check begins depends on the time: at one row or another; it goes on to the end, and then from the beginning
// to where it began. So a cycle that is cut again and again leaves other rows unchecked each time, without anything
// being remembered between the runs.
//
// Size: a page is small at first and then as large as the rows of the last one allow. It never ends inside equal ids,
// and however many rows have one id, they are counted and not read.
//
// Isolation: if the database cannot give a page, its ids are read alone, and the page is halved until the row that
// cannot be given stands alone. If the ids cannot be read either, the rest of the check is halved by a hash of the ids,
// until a slice has one row. A server that computes the bad row whatever is asked for would make every row look bad: a
// page without rows tells, and the rest of the check is given up.
#pragma once

#include "base/clock.hpp"
#include "db/source.hpp"
#include "verify/claim.hpp"
#include "verify/row.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cycle {

using verify::Check;
using verify::Row;

/// Rows of a check, in ascending order, that the database has not sent.
struct Stretch {
    db::Scope scope;
    db::Range range;
};

/// Rows of one id that cannot be compared, whatever their content.
struct RowFault {
    Check check;
    std::string id; // empty: the database cannot give that either
    verify::Unverifiable why;
    std::uint64_t rows = 1;    // in scope
    std::uint64_t skipped = 0; // without an address
    bool at_least = false;     // they cannot be counted
};

/// Rows that several use, and how many bytes all of those take that somebody still uses.
class SharedRows {
  public:
    std::shared_ptr<const db::Rows> share(db::Rows rows);
    std::size_t bytes() const { return *bytes_; }

  private:
    std::shared_ptr<std::size_t> bytes_ = std::make_shared<std::size_t>(0); // the rows may outlive this
};

/// The id for a person: one that the server cut is cut further.
std::string shown_id(std::string_view id);

/// A row that a page has although it is not in scope.
bool is_skipped(Check check, const Row& row);

/// Why a row whose id another row has cannot be compared.
verify::Unverifiable id_not_unique();

/// Which order a cycle that starts at this time reads in: other seconds, other turns, as if by chance.
std::uint64_t turn_at(base::WallTime time);

class RowStream {
  public:
    /// `source` outlives the stream. `page_size`: rows of a page at most, at least 1.
    RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size, std::uint64_t turn);

    /// The next statement, if one is wanted now. What comes of it is handed to arrived() or failed() before the next.
    std::optional<db::Query> next_query();
    void arrived(db::Rows rows);
    /// The statement fails for good. Returns what is given up for that: the rest of the check, or nothing.
    std::vector<Stretch> failed(const db::DatabaseError& error);
    /// What was found out about rows that no page brings; each once.
    std::vector<RowFault> take_faults() { return std::exchange(faults_, {}); }

    enum class Turn { nobody, row, call };
    /// What is to be done next, for check().
    Turn turn() const;
    /// A row can be taken, now or when rows are no longer held.
    bool has_row() const;
    /// While rows are held, only calls have a turn.
    void hold_rows(bool held);
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
    Check check() const { return lanes_[current_].scope.check; }
    Row row() const;
    /// Another row of the check has the same id.
    bool id_is_repeated() const;
    /// The page that its views point into; may be kept for longer.
    std::shared_ptr<const db::Rows> page() const { return lanes_[current_].pages.front().rows; }
    /// Goes on to the next row. `cost` is what this one takes of the calls, in keys.
    void take(std::uint64_t cost);

    /// How many rows of a check the database has sent, those without an address among them.
    std::uint64_t arrived(Check check) const;
    bool all_arrived(Check check) const;

    /// What the database has not sent yet.
    std::vector<Stretch> unread() const;

  private:
    struct Page {
        std::shared_ptr<const db::Rows> rows;
        std::vector<bool> repeated; // by row: the id is another row's, too. As long as the part of the rows that counts
        std::size_t first = 0;      // where it begins; it goes on to the end, and then from 0
        std::size_t taken = 0;

        std::size_t left() const { return repeated.size() - taken; }
        std::size_t row() const { return (first + taken) % repeated.size(); }
    };
    /// Rows to be read, in ascending order.
    struct Part {
        db::Range range;
        std::vector<std::string> ids = {}; // that are in it, once it has turned out that a page cannot be had
        bool ids_wanted = false;
        bool count_wanted = false; // it is a slice without which all others can be had: has it one row?
    };
    /// Whether the server computes only the rows that are asked for, as far as is known.
    struct Isolation {
        bool by_range = false;
        bool by_slice = false;
        enum class Wanted { nothing, of_range, of_slice } wanted = Wanted::nothing; // to be proven of the first part
    };
    /// A check.
    struct Lane {
        /// Whether the check is small, and if it is not: where to begin.
        enum class Start { first_page, place, known };

        db::Scope scope;
        bool critical = false;
        Start start = Start::first_page;
        std::deque<Part> parts;
        std::optional<std::string> repeated_id; // fills a page of the first part, or is bad, and is to be counted
        verify::Unverifiable repeated_why;
        bool countable = true;     // slices with a bad row are, as far as is known
        bool all_in_scope = false; // to be counted so: which of them are in scope cannot be had
        Isolation isolation;
        std::string refusal;       // the last of a page
        std::size_t page_size = 0; // rows of the next page
        std::size_t bad_rows = 0;  // that the database could not give
        std::deque<Page> pages;    // none is empty
        std::uint64_t arrived = 0;
        std::uint64_t used = 0; // of the calls, in keys
        std::size_t calls_waiting = 0;

        std::size_t rows_ready() const;
        bool has_turn(bool rows_held) const { return calls_waiting > 0 || (!rows_held && !pages.empty()); }
    };
    struct Asked {
        enum class What { page, place, ids, repeated, nothing, slice } what{};
        std::size_t lane = 0;
        std::size_t limit = 0; // rows, of a page or ids
    };

    std::size_t neediest() const;
    std::size_t bytes_ahead() const;
    void page_arrived(Lane& lane, db::Rows rows);
    void keep(Lane& lane, db::Rows rows, std::size_t count, std::size_t first);
    void learn_size(Lane& lane, const db::Rows& rows) const;
    void ids_arrived(Lane& lane, const db::Rows& rows);
    void repeated_arrived(Lane& lane, const db::Rows& rows);
    void slice_counted(Lane& lane, const db::Rows& rows);
    void add_fault(Lane& lane, std::string id, verify::Unverifiable why, const db::Rows& counts);
    static void leave_repeated(Lane& lane);
    std::vector<Stretch> page_refused(Lane& lane);
    std::vector<Stretch> ids_refused(Lane& lane);
    void count_refused(Lane& lane);
    static std::vector<Stretch> isolate_in_slice(Lane& lane);
    static void isolation_proven(Lane& lane);
    static void halve_slice(Lane& lane);
    static std::vector<Stretch> unread(const Lane& lane);
    static std::vector<Stretch> give_up(Lane& lane);
    void choose();
    void charge(Lane& lane, std::uint64_t cost);
    Lane* lane_of(Check check);

    const db::Source& source_;
    std::size_t page_size_;
    std::size_t page_bytes_;
    std::uint64_t turn_;
    std::vector<Lane> lanes_; // one a scope
    Asked asked_;
    std::vector<RowFault> faults_;
    SharedRows in_use_;   // the rows of pages
    std::size_t current_; // whose turn it is; lanes_.size(): nobody's
    bool rows_held_ = false;
    std::array<std::uint64_t, 2> used_by_{}; // of the calls, in keys: all lanes that are not critical, all that are
};

} // namespace cycle
