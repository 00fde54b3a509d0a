#include "reconcile/row_stream.hpp"

namespace reconcile {
namespace {

constexpr std::size_t pages_ahead = 2; // the one being taken from, and the next

} // namespace

RowStream::RowStream(const db::Source& source, std::vector<db::Scope> scopes, std::size_t page_size)
    : source_(source), scopes_(std::move(scopes)), page_size_(page_size) {}

std::optional<db::Query> RowStream::next_query() const {
    if (scope_ == scopes_.size() || pages_.size() >= pages_ahead) return std::nullopt;
    return db::page(source_, scopes_[scope_], {after_, std::nullopt}, page_size_);
}

void RowStream::page_arrived(db::Rows rows) {
    const std::size_t size = rows.size();
    const check::Kind kind = scopes_[scope_].kind;
    if (size < page_size_) {
        ++scope_;
        after_.reset();
    } else {
        after_ = kind == check::Kind::balances ? std::string(db::user_row(rows, size - 1).id)
                                               : std::string(db::market_row(rows, size - 1).id);
    }
    if (size > 0) pages_.push_back({kind, std::move(rows), 0});
}

Row RowStream::row() const {
    const Page& page = pages_.front();
    if (page.kind == check::Kind::balances) return db::user_row(page.rows, page.next);
    return db::market_row(page.rows, page.next);
}

void RowStream::take() {
    Page& page = pages_.front();
    if (++page.next == page.rows.size()) pages_.pop_front();
}

std::vector<UnreadRows> RowStream::unread() const {
    std::vector<UnreadRows> ranges;
    for (std::size_t i = scope_; i < scopes_.size(); ++i) {
        ranges.push_back({scopes_[i], i == scope_ ? db::Range{after_, std::nullopt} : db::Range{}});
    }
    return ranges;
}

UnreadRows RowStream::skip_scope() {
    return {scopes_[scope_++], {std::exchange(after_, std::nullopt), std::nullopt}};
}

} // namespace reconcile
