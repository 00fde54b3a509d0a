// All rows of the cycle, check after check, page after page, one page ahead of the reader: far enough that the chain
// never waits for the database, near enough that a row is read shortly before its chain side.
#pragma once

#include "check/row.hpp"
#include "db/source.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace reconcile {

/// A row of either table.
using Row = std::variant<check::MarketRow, check::UserRow>;

/// Rows of a check that the database has not sent.
struct UnreadRows {
    db::Scope scope;
    db::Range range;
};

class RowStream {
  public:
    /// `source` outlives the stream. The scopes are read in this order.
    RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size);

    /// The statement for the next page, where one is wanted now.
    std::optional<db::Query> next_query() const;
    void page_arrived(db::Rows rows);

    /// A row can be taken.
    bool has_row() const { return !pages_.empty(); }
    /// Every row has been taken.
    bool exhausted() const { return pages_.empty() && scope_ == scopes_.size(); }

    /// The check of the row at the front, and the row; its views are good until take() is called.
    check::Kind kind() const { return pages_.front().kind; }
    Row row() const;
    void take();

    /// What the database has not sent yet, a range for each check.
    std::vector<UnreadRows> unread() const;
    /// Goes on with the next check: the rest of this one cannot be read, and is returned.
    UnreadRows skip_scope();

  private:
    struct Page {
        check::Kind kind{};
        db::Rows rows;
        std::size_t next = 0;
    };

    const db::Source& source_;
    std::vector<db::Scope> scopes_;
    std::size_t page_size_;
    std::size_t scope_ = 0;            // being read
    std::optional<std::string> after_; // the last id read of it
    std::deque<Page> pages_;           // none is empty
};

} // namespace reconcile
