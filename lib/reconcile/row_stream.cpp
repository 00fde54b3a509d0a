#include "reconcile/row_stream.hpp"

#include <algorithm>
#include <iterator>

namespace reconcile {
namespace {

constexpr std::size_t pages_ahead = 3; // the one being taken from, and two that wait

} // namespace

check::ClaimResult claim_of(check::Kind kind, const Row& row, const check::Target& target) {
    if (kind == check::Kind::balances) return check::claim_balance(std::get<check::UserRow>(row), target);
    const auto& market = std::get<check::MarketRow>(row);
    return kind == check::Kind::odds ? check::claim_odds(market) : check::claim_outcome(market, target);
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
    : source_(source), page_size_(page_size), turn_(turn), first_pages_(scopes.size()) {
    for (db::Scope& scope : scopes) stretches_.push_back({std::move(scope), {}});
}

bool RowStream::page_wanted() const {
    return pages_.size() < pages_ahead && !stretches_.empty();
}

std::optional<db::Query> RowStream::next_page() const {
    if (!page_wanted()) return std::nullopt;
    return db::page(source_, stretches_.front().scope, stretches_.front().range, page_size_);
}

void RowStream::page_arrived(db::Rows rows) {
    Stretch& stretch = stretches_.front();
    const std::size_t size = rows.size();
    const check::Kind kind = stretch.scope.kind;
    const bool first = first_pages_ > 0;
    arrived_[static_cast<std::size_t>(kind)] += size;
    if (size < page_size_) {
        stretches_.pop_front();
    } else {
        stretch.range.after = kind == check::Kind::balances ? std::string(db::user_row(rows, size - 1).id)
                                                            : std::string(db::market_row(rows, size - 1).id);
        if (first) {
            unplaced_.push_back(std::move(stretch));
            stretches_.pop_front();
        }
    }
    if (first) first_page_done();
    if (size > 0) pages_.push_back({kind, std::make_shared<const db::Rows>(std::move(rows)), 0});
}

void RowStream::first_page_done() {
    if (--first_pages_ > 0 || unplaced_.empty()) return;
    const auto turn = static_cast<std::ptrdiff_t>(turn_ % unplaced_.size());
    std::rotate(unplaced_.begin(), unplaced_.begin() + turn, unplaced_.end());
}

std::vector<Stretch> RowStream::skip_check() {
    const bool first = first_pages_ > 0;
    const check::Kind kind = stretches_.front().scope.kind;
    std::vector<Stretch> skipped;
    while (!stretches_.empty() && stretches_.front().scope.kind == kind) {
        skipped.push_back(std::move(stretches_.front()));
        stretches_.pop_front();
    }
    if (first) first_page_done();
    return skipped;
}

std::optional<db::Query> RowStream::next_place() const {
    if (page_wanted() || pages_.size() >= pages_ahead || unplaced_.empty()) return std::nullopt;
    return db::place(source_, unplaced_.front().scope, unplaced_.front().range, turn_);
}

void RowStream::place_arrived(const std::optional<std::string>& id) {
    Stretch head = std::move(unplaced_.front());
    unplaced_.pop_front();
    if (id) {
        stretches_.push_back({head.scope, {id, std::nullopt}});
        head.range.up_to = id;
    }
    stretches_.push_back(std::move(head));
}

Row RowStream::row() const {
    const Page& page = pages_.front();
    if (page.kind == check::Kind::balances) return db::user_row(*page.rows, page.next);
    return db::market_row(*page.rows, page.next);
}

void RowStream::take() {
    Page& page = pages_.front();
    if (++page.next == page.rows->size()) pages_.pop_front();
}

bool RowStream::all_arrived(check::Kind kind) const {
    const auto of_it = [kind](const Stretch& stretch) { return stretch.scope.kind == kind; };
    return std::none_of(stretches_.begin(), stretches_.end(), of_it) &&
           std::none_of(unplaced_.begin(), unplaced_.end(), of_it);
}

std::vector<Stretch> RowStream::unread() const {
    std::vector<Stretch> all(stretches_.begin(), stretches_.end());
    all.insert(all.end(), unplaced_.begin(), unplaced_.end());
    return all;
}

} // namespace reconcile
