#include "sync/row_stream.hpp"

#include <algorithm>
#include <iterator>

namespace cycle {
namespace {

constexpr std::size_t pages_ahead = 3;       // of a check: the one being taken from, and two that wait
constexpr std::size_t first_page_size = 200; // rows: nothing is known of their size
constexpr std::size_t growth = 4;            // from one page to the next
constexpr std::size_t shrinkage = 8; // of a page that is too large, which should be about as large as page_bytes
constexpr std::size_t page_bytes = 1U << 20;   // of memory, about: 2,000 ordinary rows take half of it
constexpr std::size_t most_ahead = 4U << 20;   // bytes: beyond, no check has more than one page
constexpr std::size_t most_in_use = 12U << 20; // bytes of pages, those under way to the chain included
constexpr std::size_t least_page_bytes = 64U << 10;
constexpr std::size_t most_bad_rows = 100; // of a check, told one by one
constexpr unsigned most_slice_bits = 24;   // of a million rows one in 16 has a slice with another one

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

bool is_skipped(Check check, const Row& row) {
    return check->profile().scoped_by_address() && verify::is_blank(row[1]);
}

verify::Unverifiable id_not_unique() {
    return {verify::Reason::bad_value, "id is not unique",
            "the column id may not be the key of the rows, or the SELECT gives each more than once"};
}

std::uint64_t turn_at(base::WallTime time) {
    // The finaliser of splitmix64: neighbouring seconds give unrelated numbers.
    auto x = static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

RowStream::RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size, std::uint64_t turn)
    : source_(source), page_size_(page_size), page_bytes_(page_bytes), turn_(turn), current_(scopes.size()) {
    // All together, with one page each, hold no more than the pages of a few.
    if (!scopes.empty()) page_bytes_ = std::clamp(most_ahead / scopes.size(), least_page_bytes, page_bytes);
    for (db::Scope& scope : scopes) {
        Lane lane;
        lane.critical = scope.check.critical();
        lane.scope = std::move(scope);
        lane.parts.push_back({});
        lane.page_size = std::min(page_size_, first_page_size);
        lanes_.push_back(std::move(lane));
    }
}

// ---- which statement is next

std::size_t RowStream::Lane::rows_ready() const {
    std::size_t rows = 0;
    for (const Page& page : pages) rows += page.left();
    return rows;
}

std::size_t RowStream::bytes_ahead() const {
    std::size_t bytes = 0;
    for (const Lane& lane : lanes_) {
        for (const Page& page : lane.pages) bytes += page.rows->bytes();
    }
    return bytes;
}

/// The lane that will be short of rows first; lanes_.size() if no page is wanted.
std::size_t RowStream::neediest() const {
    if (full()) return lanes_.size();
    const bool enough = bytes_ahead() >= most_ahead;
    std::size_t best = lanes_.size();
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const Lane& lane = lanes_[i];
        if (lane.parts.empty() || lane.pages.size() >= pages_ahead || (enough && !lane.pages.empty())) continue;
        const auto rank = [](const Lane& of) { return std::pair(of.rows_ready(), !of.critical); };
        if (best == lanes_.size() || rank(lane) < rank(lanes_[best])) best = i;
    }
    return best;
}

std::optional<db::Query> RowStream::next_query() {
    using What = Asked::What;
    using Wanted = Isolation::Wanted;
    asked_.lane = neediest();
    if (asked_.lane == lanes_.size()) return std::nullopt;
    const Lane& lane = lanes_[asked_.lane];
    const Part& part = lane.parts.front();
    asked_.limit = lane.page_size;
    asked_.what = lane.start == Lane::Start::place           ? What::place
                  : lane.isolation.wanted != Wanted::nothing ? What::nothing
                  : lane.repeated_id                         ? What::repeated
                  : part.count_wanted                        ? What::slice
                  : part.ids_wanted                          ? What::ids
                                                             : What::page;
    switch (asked_.what) {
    case What::place:
        return db::place(source_, lane.scope, part.range, turn_);
    case What::repeated:
        return db::count_repeated(source_, lane.scope, *lane.repeated_id, lane.all_in_scope);
    case What::nothing:
        return db::page_of_nothing(source_, lane.scope, part.range, lane.isolation.wanted == Wanted::of_slice);
    case What::slice:
        return db::count_repeated(source_, lane.scope, part.range, lane.all_in_scope);
    case What::ids:
        return db::ids(source_, lane.scope, part.range, asked_.limit + 1);
    case What::page:
        break;
    }
    // One more than are kept: it tells whether the last row's id goes on.
    return db::page(source_, lane.scope, part.range, asked_.limit + 1);
}

// ---- what came of it

void RowStream::arrived(db::Rows rows) {
    Lane& lane = lanes_[asked_.lane];
    switch (asked_.what) {
    case Asked::What::page:
        return page_arrived(lane, std::move(rows));
    case Asked::What::ids:
        return ids_arrived(lane, rows);
    case Asked::What::repeated:
        return repeated_arrived(lane, rows);
    case Asked::What::slice:
        return slice_counted(lane, rows);
    case Asked::What::nothing:
        return isolation_proven(lane);
    case Asked::What::place:
        break;
    }
    lane.start = Lane::Start::known;
    if (rows.size() == 0 || !is_whole(id_in(rows, 0))) return;
    const std::string id(id_in(rows, 0));
    lane.parts.clear();
    lane.parts.push_back({{id, std::nullopt}});
    lane.parts.push_back({{std::nullopt, id}});
}

void RowStream::page_arrived(Lane& lane, db::Rows rows) {
    const std::size_t size = rows.size();
    const bool complete = size <= asked_.limit;
    learn_size(lane, rows);
    if (lane.start == Lane::Start::first_page) {
        lane.start = complete ? Lane::Start::known : Lane::Start::place;
        if (!complete) return; // it will come again, in its turn
        lane.parts.clear();
        return keep(lane, std::move(rows), size, size > 0 ? static_cast<std::size_t>(turn_ % size) : 0);
    }
    if (complete) {
        lane.parts.pop_front();
        return keep(lane, std::move(rows), size, 0);
    }
    std::size_t kept = size - 1; // the last id may go on
    while (kept > 0 && db::has_id_of_row_before(rows, kept)) --kept;
    if (kept == 0) {
        lane.repeated_id = std::string(id_in(rows, 0));
        lane.repeated_why = id_not_unique();
        return;
    }
    Part& part = lane.parts.front();
    part.ids.clear();
    std::size_t whole = kept;
    while (whole > 0 && !is_whole(id_in(rows, whole - 1))) --whole;
    if (whole > 0) {
        kept = whole;
        part.range.after = std::string(id_in(rows, whole - 1));
        part.range.skip = 0;
    } else {
        part.range.skip += kept;
    }
    keep(lane, std::move(rows), kept, 0);
}

void RowStream::learn_size(Lane& lane, const db::Rows& rows) const {
    if (rows.size() == 0) return;
    const std::size_t bytes_a_row = std::max<std::size_t>(1, rows.bytes() / rows.size());
    lane.page_size = std::clamp<std::size_t>(page_bytes_ / bytes_a_row, 1, std::min(page_size_, growth * asked_.limit));
}

void RowStream::keep(Lane& lane, db::Rows rows, std::size_t count, std::size_t first) {
    if (count == 0) return;
    std::vector<bool> repeated(count);
    for (std::size_t row = 1; row < count; ++row) {
        if (db::has_id_of_row_before(rows, row)) repeated[row] = repeated[row - 1] = true;
    }
    lane.arrived += count;
    lane.pages.push_back({in_use_.share(std::move(rows)), std::move(repeated), first, 0});
    choose();
}

void RowStream::repeated_arrived(Lane& lane, const db::Rows& rows) {
    add_fault(lane, *lane.repeated_id, std::move(lane.repeated_why), rows);
    leave_repeated(lane);
}

/// `counts`: the answer to db::count_repeated().
void RowStream::add_fault(Lane& lane, std::string id, verify::Unverifiable why, const db::Rows& counts) {
    const std::uint64_t count = db::count_of(counts, 0);
    const std::uint64_t all = lane.scope.check->profile().scoped_by_address() ? db::count_of(counts, 1) : count;
    lane.arrived += all;
    if (all > 0) faults_.push_back({lane.scope.check, std::move(id), std::move(why), count, all - count});
}

/// Goes on behind the repeated id.
void RowStream::leave_repeated(Lane& lane) {
    Part& part = lane.parts.front();
    part.range.after = std::exchange(lane.repeated_id, std::nullopt);
    part.range.skip = 0;
    part.ids.clear();
    lane.all_in_scope = false;
    if (part.range.up_to == part.range.after) lane.parts.pop_front();
}

// ---- rows that the database cannot give

std::vector<Stretch> RowStream::failed(const db::DatabaseError& error) {
    using What = Asked::What;
    Lane& lane = lanes_[asked_.lane];
    const What what = asked_.what;
    if (what == What::place) {
        lane.start = Lane::Start::known; // the check is read in its order
        return {};
    }
    const bool of_rows = what == What::page || what == What::ids;
    if (error.kind == db::ErrorKind::too_large && asked_.limit > 1 && of_rows) {
        lane.page_size = std::max<std::size_t>(1, asked_.limit / shrinkage);
        return {};
    }
    if (!db::may_be_of_a_row(error)) return give_up(lane);
    switch (what) {
    case What::page:
        lane.refusal = error.text;
        return page_refused(lane);
    case What::ids:
        return ids_refused(lane);
    case What::repeated:
    case What::slice:
        count_refused(lane);
        return {};
    case What::nothing:
    case What::place:
        break;
    }
    return give_up(lane);
}

std::vector<Stretch> RowStream::page_refused(Lane& lane) {
    if (lane.start == Lane::Start::first_page) {
        lane.start = Lane::Start::place;
        return {};
    }
    Part& part = lane.parts.front();
    if (part.range.slice.bits > 0) return isolate_in_slice(lane);
    if (part.ids.empty()) {
        part.ids_wanted = true;
        return {};
    }
    if (part.ids.size() == 1) {
        if (!lane.isolation.by_range) {
            lane.isolation.wanted = Isolation::Wanted::of_range;
            return {};
        }
        if (lane.bad_rows == most_bad_rows) return give_up(lane);
        ++lane.bad_rows;
        lane.repeated_id = part.ids.front();
        lane.repeated_why = {verify::Reason::database, lane.refusal};
        return {};
    }
    const auto half = part.ids.begin() + static_cast<std::ptrdiff_t>(part.ids.size() / 2);
    Part lower{part.range, {part.ids.begin(), half}};
    lower.range.up_to = lower.ids.back();
    part.ids.erase(part.ids.begin(), half);
    part.range.after = lower.range.up_to;
    part.range.skip = 0;
    lane.parts.push_front(std::move(lower));
    return {};
}

/// No id is known to halve the part by. A number of rows to be skipped means nothing in a slice.
std::vector<Stretch> RowStream::ids_refused(Lane& lane) {
    Part& part = lane.parts.front();
    part.ids_wanted = false;
    if (part.range.skip > 0 || !db::can_be_sliced(source_, lane.scope.check)) return give_up(lane);
    if (lane.isolation.by_slice) {
        halve_slice(lane);
    } else {
        lane.isolation.wanted = Isolation::Wanted::of_slice;
    }
    return {};
}

void RowStream::isolation_proven(Lane& lane) {
    if (std::exchange(lane.isolation.wanted, Isolation::Wanted::nothing) == Isolation::Wanted::of_range) {
        lane.isolation.by_range = true; // the page is asked for again
    } else {
        lane.isolation.by_slice = true;
        halve_slice(lane);
    }
}

void RowStream::halve_slice(Lane& lane) {
    Part& lower = lane.parts.front();
    Part upper = lower;
    db::Slice& slice = upper.range.slice;
    slice.value |= std::uint32_t{1} << slice.bits;
    ++slice.bits;
    ++lower.range.slice.bits;
    lane.parts.insert(std::next(lane.parts.begin()), std::move(upper));
}

std::vector<Stretch> RowStream::isolate_in_slice(Lane& lane) {
    Part& part = lane.parts.front();
    if (lane.bad_rows == most_bad_rows) return give_up(lane);
    part.count_wanted = lane.countable || part.range.slice.bits == most_slice_bits;
    if (!part.count_wanted) halve_slice(lane);
    return {};
}

void RowStream::slice_counted(Lane& lane, const db::Rows& rows) {
    Part& part = lane.parts.front();
    part.count_wanted = false;
    lane.all_in_scope = false;
    if (std::max(db::count_of(rows, 0), db::count_of(rows, 1)) > 1 && part.range.slice.bits < most_slice_bits) {
        return halve_slice(lane);
    }
    ++lane.bad_rows;
    add_fault(lane, {}, {verify::Reason::database, lane.refusal}, rows);
    lane.parts.pop_front();
}

/// Rows that cannot be given may be impossible to count, too.
void RowStream::count_refused(Lane& lane) {
    const bool of_slice = asked_.what == Asked::What::slice;
    if (!lane.all_in_scope && lane.scope.check->profile().scoped_by_address()) {
        lane.all_in_scope = true;
        return;
    }
    lane.all_in_scope = false;
    Part& part = lane.parts.front();
    if (of_slice && part.range.slice.bits < most_slice_bits) {
        lane.countable = false;
        part.count_wanted = false;
        return halve_slice(lane);
    }
    RowFault fault{lane.scope.check, {}, {verify::Reason::database, lane.refusal}};
    fault.at_least = true;
    ++lane.arrived;
    if (of_slice) {
        ++lane.bad_rows;
        lane.parts.pop_front();
    } else {
        fault.id = *lane.repeated_id;
        fault.why = std::move(lane.repeated_why);
        leave_repeated(lane);
    }
    faults_.push_back(std::move(fault));
}

void RowStream::ids_arrived(Lane& lane, const db::Rows& rows) {
    Part& part = lane.parts.front();
    part.ids_wanted = false;
    if (rows.size() == 0) return lane.parts.pop_front();
    std::vector<std::string> ids;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view id = id_in(rows, row);
        const bool again = row > 0 && db::has_id_of_row_before(rows, row);
        if (is_whole(id) && (ids.empty() || !again)) ids.emplace_back(id);
    }
    if (ids.empty()) { // no statement can name these rows
        for (std::size_t row = 0; row < rows.size(); ++row) {
            faults_.push_back({lane.scope.check,
                               shown_id(id_in(rows, row)),
                               {verify::Reason::bad_value, "the id is longer than 64 KiB"}});
        }
        part.range.skip += rows.size();
        return;
    }
    Part named{{part.range.after, ids.back(), part.range.skip}, std::move(ids)};
    part.range.after = named.range.up_to;
    part.range.skip = 0;
    if (part.range.up_to == part.range.after) lane.parts.pop_front();
    lane.parts.push_front(std::move(named));
}

std::vector<Stretch> RowStream::unread(const Lane& lane) {
    std::vector<Stretch> stretches;
    for (const Part& part : lane.parts) stretches.push_back({lane.scope, part.range});
    return stretches;
}

std::vector<Stretch> RowStream::give_up(Lane& lane) {
    std::vector<Stretch> rest = unread(lane);
    lane.parts.clear();
    lane.repeated_id.reset();
    lane.isolation.wanted = Isolation::Wanted::nothing;
    return rest;
}

// ---- whose turn it is

void RowStream::choose() {
    std::array<Lane*, 2> next{}; // not critical, critical
    for (Lane& lane : lanes_) {
        Lane*& best = next[lane.critical ? 1 : 0];
        if (lane.has_turn(rows_held_) && (best == nullptr || lane.used < best->used)) best = &lane;
    }
    for (Lane& lane : lanes_) {
        const Lane* best = next[lane.critical ? 1 : 0];
        if (!lane.has_turn(rows_held_) && best != nullptr) lane.used = std::max(lane.used, best->used);
    }
    for (const std::size_t priority : {0U, 1U}) {
        if (next[priority] == nullptr) used_by_[priority] = std::max(used_by_[priority], used_by_[1 - priority]);
    }
    const bool critical = next[1] != nullptr && (next[0] == nullptr || used_by_[1] <= used_by_[0]);
    const Lane* chosen = next[critical ? 1 : 0];
    current_ = chosen != nullptr ? static_cast<std::size_t>(chosen - lanes_.data()) : lanes_.size();
}

Row RowStream::row() const {
    const Page& page = lanes_[current_].pages.front();
    return {*page.rows, page.row()};
}

bool RowStream::id_is_repeated() const {
    const Page& page = lanes_[current_].pages.front();
    return page.repeated[page.row()];
}

void RowStream::take(std::uint64_t cost) {
    Lane& lane = lanes_[current_];
    charge(lane, cost);
    if (Page& page = lane.pages.front(); ++page.taken == page.repeated.size()) lane.pages.pop_front();
    choose();
}

RowStream::Turn RowStream::turn() const {
    if (current_ == lanes_.size()) return Turn::nobody;
    return lanes_[current_].calls_waiting > 0 ? Turn::call : Turn::row;
}

bool RowStream::has_row() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return !lane.pages.empty(); });
}

void RowStream::hold_rows(bool held) {
    if (std::exchange(rows_held_, held) != held) choose();
}

void RowStream::calls_wait(Check check, std::size_t calls) {
    Lane* lane = lane_of(check);
    if (lane != nullptr && std::exchange(lane->calls_waiting, calls) != calls) choose();
}

void RowStream::charge(Check check, std::uint64_t cost) {
    Lane* lane = lane_of(check);
    if (lane == nullptr || cost == 0) return;
    charge(*lane, cost);
    choose();
}

void RowStream::charge(Lane& lane, std::uint64_t cost) {
    lane.used += cost;
    used_by_[lane.critical ? 1 : 0] += cost;
}

/// A check has one lane; nullptr: none.
RowStream::Lane* RowStream::lane_of(Check check) {
    const auto found =
        std::find_if(lanes_.begin(), lanes_.end(), [check](const Lane& lane) { return lane.scope.check == check; });
    return found != lanes_.end() ? &*found : nullptr;
}

// ---- how far it has come

bool RowStream::full() const {
    return in_use_.bytes() >= most_in_use;
}

bool RowStream::exhausted() const {
    return std::all_of(lanes_.begin(), lanes_.end(),
                       [](const Lane& lane) { return lane.parts.empty() && lane.pages.empty(); });
}

std::uint64_t RowStream::arrived(Check check) const {
    std::uint64_t rows = 0;
    for (const Lane& lane : lanes_) rows += lane.scope.check == check ? lane.arrived : 0;
    return rows;
}

bool RowStream::all_arrived(Check check) const {
    return std::none_of(lanes_.begin(), lanes_.end(),
                        [check](const Lane& lane) { return lane.scope.check == check && !lane.parts.empty(); });
}

std::vector<Stretch> RowStream::unread() const {
    std::vector<Stretch> all;
    for (const Lane& lane : lanes_) {
        for (Stretch& stretch : unread(lane)) all.push_back(std::move(stretch));
    }
    return all;
}

} // namespace cycle
