// Lane: the rows of one check, in pages that are read ahead: far enough that the chain never waits for the database,
// near enough that a row is read shortly before its chain side.
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
//
// Owns the pages, and what is still to be read. Inputs: the database's answers to next_query(). Outputs: rows, faults
// of rows that no page brings, stretches that are given up.
#pragma once

#include "base/clock.hpp"
#include "db/source.hpp"
#include "verify/claim.hpp"
#include "verify/row.hpp"

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

/// Rows that several use, and how many bytes all of those take that somebody still uses. Copies count together.
class SharedRows {
  public:
    std::shared_ptr<const db::Rows> share(db::Rows rows);
    std::size_t bytes() const { return *bytes_; }

  private:
    std::shared_ptr<std::size_t> bytes_ = std::make_shared<std::size_t>(0); // the rows may outlive this
};

/// The id for a person: one that the server cut is cut further.
std::string shown_id(std::string_view id);

/// Why a row whose id another row has cannot be compared.
verify::Unverifiable id_not_unique();

class Lane {
  public:
    struct Limits { // of a page
        std::size_t rows;
        std::size_t bytes; // about
    };

    /// `source` outlives the lane.
    Lane(const db::Source& source, db::Scope scope, Limits limits, std::uint64_t turn, SharedRows in_use);

    Check check() const { return scope_.check; }
    /// Something of it is still to be read.
    bool has_unread() const { return !parts_.empty(); }
    std::vector<Stretch> unread() const;
    /// A statement has run into its time-out (a locked table): the other checks are read first.
    bool blocked() const { return blocked_; }
    /// The next statement; what comes of it is handed to arrived() or failed(). Precondition: has_unread().
    db::Query next_query();
    void arrived(db::Rows rows);
    /// The statement fails for good. Returns what is given up for that: the rest of the check, or nothing.
    std::vector<Stretch> failed(const db::DatabaseError& error);
    /// What was found out about rows that no page brings; each once.
    std::vector<RowFault> take_faults() { return std::exchange(faults_, {}); }
    /// How many rows the database has sent or counted.
    std::uint64_t rows_arrived() const { return rows_arrived_; }

    bool has_row() const { return !pages_.empty(); }
    std::size_t pages_ready() const { return pages_.size(); }
    std::size_t rows_ready() const;
    std::size_t bytes_ready() const;

    // Precondition of these: has_row().
    Row row() const { return {*pages_.front().rows, pages_.front().row()}; }
    bool id_is_repeated() const { return pages_.front().repeated[pages_.front().row()]; }
    std::shared_ptr<const db::Rows> page() const { return pages_.front().rows; }
    void go_on();

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

        void begin_behind(std::string id) {
            range.after = std::move(id);
            range.skip = 0;
        }
    };
    /// Whether the server computes only the rows that are asked for, as far as is known.
    struct Isolation {
        bool by_range = false;
        bool by_slice = false;
        enum class Wanted { nothing, of_range, of_slice } wanted = Wanted::nothing; // to be proven of the first part
    };
    /// Whether the check is small, and if it is not: where to begin.
    enum class Start { first_page, place, known };
    enum class Asked { page, place, ids, repeated, nothing, slice };

    bool scoped_by_address() const { return check()->profile().scoped_by_address(); }
    void place_arrived(const db::Rows& rows);
    void page_arrived(db::Rows rows);
    void keep(db::Rows rows, std::size_t count, std::size_t first);
    void learn_size(const db::Rows& rows);
    void ids_arrived(const db::Rows& rows);
    void slice_counted(const db::Rows& rows);
    void add_fault(std::string id, verify::Unverifiable why, const db::Rows& counts);
    void leave_repeated();
    void page_refused();
    void ids_refused();
    void count_refused();
    void isolate_in_slice();
    void isolation_proven();
    void halve_ids();
    void halve_slice();
    void give_up();

    const db::Source* source_; // not a reference: lanes are moved
    db::Scope scope_;
    Limits limits_;
    std::uint64_t turn_;
    SharedRows in_use_;
    Start start_ = Start::first_page;
    std::deque<Part> parts_;
    Asked asked_{};
    std::size_t asked_rows_ = 0;             // at most, of a page or ids
    std::optional<std::string> repeated_id_; // fills a page of the first part, or is bad, and is to be counted
    verify::Unverifiable repeated_why_;
    bool countable_ = true;     // slices with a bad row are, as far as is known
    bool all_in_scope_ = false; // to be counted so: which of them are in scope cannot be had
    Isolation isolation_;
    bool blocked_ = false;
    std::string refusal_;      // the last of a page
    std::size_t page_size_;    // rows of the next page
    std::size_t bad_rows_ = 0; // that the database could not give
    std::deque<Page> pages_;   // none is empty
    std::uint64_t rows_arrived_ = 0;
    std::vector<RowFault> faults_;
    std::vector<Stretch> given_up_; // by the failure that is being handled
};

} // namespace cycle
