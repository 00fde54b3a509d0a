// All rows of the cycle, page after page, two pages ahead of the reader: far enough that the chain never waits for the
// database, near enough that a row is read shortly before its chain side.
//
// The first page of each check comes first; small tables end there. What is left is read in an order that depends on
// the time: it begins with one check or another, at one id or another, goes on to the end of the check, and then from
// where the first page ended to where it began. So a cycle that is cut again and again leaves other rows unchecked
// each time, without anything being remembered between the runs.
#pragma once

#include "base/clock.hpp"
#include "check/claim.hpp"
#include "check/row.hpp"
#include "db/source.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace reconcile {

/// A row of either table.
using Row = std::variant<check::MarketRow, check::UserRow>;

/// Rows of a check, in ascending order, that the database has not sent.
struct Stretch {
    db::Scope scope;
    db::Range range;
};

/// What the row claims under a check.
check::ClaimResult claim_of(check::Kind kind, const Row& row, const check::Target& target);

/// Which order a cycle that starts at this time reads in: other seconds, other turns, as if by chance.
std::uint64_t turn_at(base::WallTime time);

class RowStream {
  public:
    /// `source` outlives the stream.
    RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size, std::uint64_t turn);

    /// The statement for the next page, where one is wanted now.
    std::optional<db::Query> next_page() const;
    void page_arrived(db::Rows rows);
    /// The page cannot be read: gives up the rest of its check, which is returned.
    std::vector<Stretch> skip_check();

    /// The statement for the id where to go on, where it has come to that; once it is known there are pages again.
    std::optional<db::Query> next_place() const;
    /// nullopt: there is none, or it cannot be had; then the check is read in its order.
    void place_arrived(const std::optional<std::string>& id);

    /// A row can be taken.
    bool has_row() const { return !pages_.empty(); }
    /// Every row has been taken.
    bool exhausted() const { return pages_.empty() && nothing_unread(); }

    /// The check of the row at the front, and the row; its views are good until take() is called, or as long as page().
    check::Kind kind() const { return pages_.front().kind; }
    Row row() const;
    /// The page that its views point into; may be kept for longer.
    std::shared_ptr<const db::Rows> page() const { return pages_.front().rows; }
    void take();

    /// How many rows of a check the database has sent, users without a wallet among them.
    std::uint64_t arrived(check::Kind kind) const { return arrived_[static_cast<std::size_t>(kind)]; }
    bool all_arrived(check::Kind kind) const;

    /// What the database has not sent yet.
    std::vector<Stretch> unread() const;

  private:
    struct Page {
        check::Kind kind{};
        std::shared_ptr<const db::Rows> rows;
        std::size_t next = 0;
    };

    bool nothing_unread() const { return stretches_.empty() && unplaced_.empty(); }
    bool page_wanted() const;
    void first_page_done();

    const db::Source& source_;
    std::size_t page_size_;
    std::uint64_t turn_;
    std::deque<Stretch> stretches_; // being read, in this order
    std::deque<Stretch> unplaced_;  // to be read after these, from a place that is not known yet
    std::size_t first_pages_;       // stretches of which not even the first page was read
    std::deque<Page> pages_;        // none is empty
    std::array<std::uint64_t, 3> arrived_{};
};

} // namespace reconcile
