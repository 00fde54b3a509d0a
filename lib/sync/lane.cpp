#include "sync/lane.hpp"

#include <algorithm>
#include <iterator>

namespace cycle {
namespace {

constexpr std::size_t first_page_size = 200; // rows: nothing is known of their size
constexpr std::size_t growth = 4;            // from one page to the next
constexpr std::size_t shrinkage = 8;         // of a page that is too large, which should be about as large as its limit
constexpr std::size_t most_bad_rows = 100;   // of a check, told one by one
constexpr unsigned most_slice_bits = 24;     // of a million rows one in 16 has a slice with another one

std::string_view id_in(const db::Rows& rows, std::size_t row) {
    return rows.value(row, 0).value_or("");
}

/// Whether a page can begin behind this id: it was not cut.
bool is_whole(std::string_view id) {
    return id.size() <= verify::most_value_bytes;
}

} // namespace

std::shared_ptr<const db::Rows> SharedRows::share(db::Rows rows) {
    const std::size_t bytes = rows.bytes();
    *bytes_ += bytes;
    const auto release = [sum = bytes_, bytes](const db::Rows* unused) {
        *sum -= bytes;
        std::default_delete<const db::Rows>()(unused);
    };
    return {std::make_unique<const db::Rows>(std::move(rows)).release(), release};
}

std::string shown_id(std::string_view id) {
    return is_whole(id) ? std::string(id) : std::string(id.substr(0, 100)) + "...";
}

verify::Unverifiable id_not_unique() {
    return {verify::Reason::bad_value, "id is not unique",
            "the column id may not be the key of the rows, or the SELECT gives each more than once"};
}

Lane::Lane(const db::Source& source, db::Scope scope, Limits limits, std::uint64_t turn, SharedRows in_use)
    : source_(&source), scope_(std::move(scope)), limits_(limits), turn_(turn), in_use_(std::move(in_use)), parts_(1),
      page_size_(std::min(limits.rows, first_page_size)) {}

std::size_t Lane::rows_ready() const {
    std::size_t rows = 0;
    for (const Page& page : pages_) rows += page.left();
    return rows;
}

std::size_t Lane::bytes_ready() const {
    std::size_t bytes = 0;
    for (const Page& page : pages_) bytes += page.rows->bytes();
    return bytes;
}

void Lane::go_on() {
    if (Page& page = pages_.front(); ++page.taken == page.repeated.size()) pages_.pop_front();
}

// ---- which statement is next

db::Query Lane::next_query() {
    using Wanted = Isolation::Wanted;
    const Part& part = parts_.front();
    asked_rows_ = page_size_;
    asked_ = start_ == Start::place                 ? Asked::place
             : isolation_.wanted != Wanted::nothing ? Asked::nothing
             : repeated_id_                         ? Asked::repeated
             : part.count_wanted                    ? Asked::slice
             : part.ids_wanted                      ? Asked::ids
                                                    : Asked::page;
    switch (asked_) {
    case Asked::place:
        return db::place(*source_, scope_, part.range, turn_);
    case Asked::repeated:
        return db::count_repeated(*source_, scope_, *repeated_id_, all_in_scope_);
    case Asked::nothing:
        return db::page_of_nothing(*source_, scope_, part.range, isolation_.wanted == Wanted::of_slice);
    case Asked::slice:
        return db::count_repeated(*source_, scope_, part.range, all_in_scope_);
    case Asked::ids:
        return db::ids(*source_, scope_, part.range, asked_rows_ + 1);
    case Asked::page:
        break;
    }
    // One more than are kept: it tells whether the last row's id goes on.
    return db::page(*source_, scope_, part.range, asked_rows_ + 1);
}

// ---- what came of it

void Lane::arrived(db::Rows rows) {
    switch (asked_) {
    case Asked::page:
        return page_arrived(std::move(rows));
    case Asked::ids:
        return ids_arrived(rows);
    case Asked::repeated:
        add_fault(*repeated_id_, std::move(repeated_why_), rows);
        return leave_repeated();
    case Asked::slice:
        return slice_counted(rows);
    case Asked::nothing:
        return isolation_proven();
    case Asked::place:
        return place_arrived(rows);
    }
}

void Lane::place_arrived(const db::Rows& rows) {
    start_ = Start::known;
    if (rows.size() == 0 || !is_whole(id_in(rows, 0))) return;
    const std::string id(id_in(rows, 0));
    parts_.clear();
    parts_.push_back({{id, std::nullopt}});
    parts_.push_back({{std::nullopt, id}});
}

void Lane::page_arrived(db::Rows rows) {
    const std::size_t size = rows.size();
    const bool complete = size <= asked_rows_;
    learn_size(rows);
    if (start_ == Start::first_page) {
        start_ = complete ? Start::known : Start::place;
        if (!complete) return; // it will come again, in its turn
        parts_.clear();
        return keep(std::move(rows), size, size > 0 ? static_cast<std::size_t>(turn_ % size) : 0);
    }
    if (complete) {
        parts_.pop_front();
        return keep(std::move(rows), size, 0);
    }
    std::size_t kept = size - 1; // the last id may go on
    while (kept > 0 && db::has_id_of_row_before(rows, kept)) --kept;
    if (kept == 0) {
        repeated_id_ = std::string(id_in(rows, 0));
        repeated_why_ = id_not_unique();
        return;
    }
    Part& part = parts_.front();
    part.ids.clear();
    std::size_t whole = kept;
    while (whole > 0 && !is_whole(id_in(rows, whole - 1))) --whole;
    if (whole > 0) {
        kept = whole;
        part.begin_behind(std::string(id_in(rows, whole - 1)));
    } else {
        part.range.skip += kept;
    }
    keep(std::move(rows), kept, 0);
}

void Lane::learn_size(const db::Rows& rows) {
    if (rows.size() == 0) return;
    const std::size_t bytes_a_row = std::max<std::size_t>(1, rows.bytes() / rows.size());
    page_size_ = std::clamp<std::size_t>(limits_.bytes / bytes_a_row, 1, std::min(limits_.rows, growth * asked_rows_));
}

void Lane::keep(db::Rows rows, std::size_t count, std::size_t first) {
    if (count == 0) return;
    std::vector<bool> repeated(count);
    for (std::size_t row = 1; row < count; ++row) {
        if (db::has_id_of_row_before(rows, row)) repeated[row] = repeated[row - 1] = true;
    }
    rows_arrived_ += count;
    pages_.push_back({in_use_.share(std::move(rows)), std::move(repeated), first, 0});
}

/// `counts`: the answer to db::count_repeated().
void Lane::add_fault(std::string id, verify::Unverifiable why, const db::Rows& counts) {
    const std::uint64_t count = db::count_of(counts, 0);
    const std::uint64_t all = scoped_by_address() ? db::count_of(counts, 1) : count;
    rows_arrived_ += all;
    if (all > 0) faults_.push_back({check(), std::move(id), std::move(why), count, all - count});
}

/// Goes on behind the repeated id.
void Lane::leave_repeated() {
    Part& part = parts_.front();
    part.begin_behind(*std::exchange(repeated_id_, std::nullopt));
    part.ids.clear();
    all_in_scope_ = false;
    if (part.range.up_to == part.range.after) parts_.pop_front();
}

// ---- rows that the database cannot give

std::vector<Stretch> Lane::failed(const db::DatabaseError& error) {
    if (error.blocked) {
        blocked_ = true;
        return {};
    }
    const bool of_rows = asked_ == Asked::page || asked_ == Asked::ids;
    if (asked_ == Asked::place) {
        start_ = Start::known; // the check is read in its order
    } else if (error.kind == db::ErrorKind::too_large && asked_rows_ > 1 && of_rows) {
        page_size_ = std::max<std::size_t>(1, asked_rows_ / shrinkage);
    } else if (asked_ == Asked::nothing || !db::may_be_of_a_row(error)) {
        give_up();
    } else if (asked_ == Asked::page) {
        refusal_ = error.text;
        page_refused();
    } else if (asked_ == Asked::ids) {
        ids_refused();
    } else {
        count_refused();
    }
    return std::exchange(given_up_, {});
}

void Lane::page_refused() {
    Part& part = parts_.front();
    if (start_ == Start::first_page) {
        start_ = Start::place;
    } else if (part.range.slice.bits > 0) {
        isolate_in_slice();
    } else if (part.ids.empty()) {
        part.ids_wanted = true;
    } else if (part.ids.size() > 1) {
        halve_ids();
    } else if (!isolation_.by_range) {
        isolation_.wanted = Isolation::Wanted::of_range;
    } else if (bad_rows_ == most_bad_rows) {
        give_up();
    } else {
        ++bad_rows_;
        repeated_id_ = part.ids.front();
        repeated_why_ = {verify::Reason::database, refusal_};
    }
}

void Lane::halve_ids() {
    Part& part = parts_.front();
    const auto half = part.ids.begin() + static_cast<std::ptrdiff_t>(part.ids.size() / 2);
    Part lower{part.range, {part.ids.begin(), half}};
    lower.range.up_to = lower.ids.back();
    part.ids.erase(part.ids.begin(), half);
    part.begin_behind(*lower.range.up_to);
    parts_.push_front(std::move(lower));
}

/// No id is known to halve the part by. A number of rows to be skipped means nothing in a slice.
void Lane::ids_refused() {
    Part& part = parts_.front();
    part.ids_wanted = false;
    if (part.range.skip > 0 || !db::can_be_sliced(*source_, check())) {
        give_up();
    } else if (isolation_.by_slice) {
        halve_slice();
    } else {
        isolation_.wanted = Isolation::Wanted::of_slice;
    }
}

void Lane::isolation_proven() {
    if (std::exchange(isolation_.wanted, Isolation::Wanted::nothing) == Isolation::Wanted::of_range) {
        isolation_.by_range = true; // the page is asked for again
    } else {
        isolation_.by_slice = true;
        halve_slice();
    }
}

void Lane::halve_slice() {
    Part& lower = parts_.front();
    Part upper = lower;
    db::Slice& slice = upper.range.slice;
    slice.value |= std::uint32_t{1} << slice.bits;
    ++slice.bits;
    ++lower.range.slice.bits;
    parts_.insert(std::next(parts_.begin()), std::move(upper));
}

void Lane::isolate_in_slice() {
    Part& part = parts_.front();
    if (bad_rows_ == most_bad_rows) return give_up();
    part.count_wanted = countable_ || part.range.slice.bits == most_slice_bits;
    if (!part.count_wanted) halve_slice();
}

void Lane::slice_counted(const db::Rows& rows) {
    Part& part = parts_.front();
    part.count_wanted = false;
    all_in_scope_ = false;
    if (std::max(db::count_of(rows, 0), db::count_of(rows, 1)) > 1 && part.range.slice.bits < most_slice_bits) {
        return halve_slice();
    }
    ++bad_rows_;
    add_fault({}, {verify::Reason::database, refusal_}, rows);
    parts_.pop_front();
}

/// Rows that cannot be given may be impossible to count, too.
void Lane::count_refused() {
    const bool of_slice = asked_ == Asked::slice;
    if (!all_in_scope_ && scoped_by_address()) {
        all_in_scope_ = true;
        return;
    }
    all_in_scope_ = false;
    Part& part = parts_.front();
    if (of_slice && part.range.slice.bits < most_slice_bits) {
        countable_ = false;
        part.count_wanted = false;
        return halve_slice();
    }
    RowFault fault{check(), {}, {verify::Reason::database, refusal_}};
    fault.at_least = true;
    ++rows_arrived_;
    if (of_slice) {
        ++bad_rows_;
        parts_.pop_front();
    } else {
        fault.id = *repeated_id_;
        fault.why = std::move(repeated_why_);
        leave_repeated();
    }
    faults_.push_back(std::move(fault));
}

void Lane::ids_arrived(const db::Rows& rows) {
    Part& part = parts_.front();
    part.ids_wanted = false;
    if (rows.size() == 0) return parts_.pop_front();
    std::vector<std::string> ids;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view id = id_in(rows, row);
        const bool again = row > 0 && db::has_id_of_row_before(rows, row);
        if (is_whole(id) && (ids.empty() || !again)) ids.emplace_back(id);
    }
    if (ids.empty()) { // no statement can name these rows
        for (std::size_t row = 0; row < rows.size(); ++row) {
            faults_.push_back(
                {check(), shown_id(id_in(rows, row)), {verify::Reason::bad_value, "the id is longer than 64 KiB"}});
        }
        part.range.skip += rows.size();
        return;
    }
    Part named{{part.range.after, ids.back(), part.range.skip}, std::move(ids)};
    part.begin_behind(*named.range.up_to);
    if (part.range.up_to == part.range.after) parts_.pop_front();
    parts_.push_front(std::move(named));
}

std::vector<Stretch> Lane::unread() const {
    std::vector<Stretch> stretches;
    for (const Part& part : parts_) stretches.push_back({scope_, part.range});
    return stretches;
}

void Lane::give_up() {
    given_up_ = unread();
    parts_.clear();
    repeated_id_.reset();
    isolation_.wanted = Isolation::Wanted::nothing;
}

} // namespace cycle
