// A recheck counts only from a later ledger than the look before, and never from a ledger before the row was written
// (by the watermark that was read with it). While the node does not move on, its latest ledger is polled; the row is
// read again once it has.
#include "sync/sync_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cycle {

void SyncService::follow_ledger() {
    net::Dispatcher& dispatcher = loop_.dispatcher();
    if (!dispatcher.serving()) return;
    release_held();
    const base::TimePoint now = loop_.clock().now();
    std::optional<std::uint32_t> awaited = suspects_.awaited_ledger(now, dispatcher.latest_ledger());
    for (const Held& held : held_) awaited = std::min(awaited.value_or(held.item.watermark), held.item.watermark);
    dispatcher.await_ledger(awaited.value_or(0));
    if (awaited && dispatcher.stalled()) node_stalled();
}

/// The row was read again: the chain's side has to be of a ledger that is not older than it.
void SyncService::ask_of_later_ledger(Item item) {
    const std::uint32_t latest = loop_.dispatcher().latest_ledger();
    item.watermark = watermark_.of(*item.rows, latest).value_or(0);
    item.elsewhere = item.elsewhere && late_since(); // or another endpoint has taken over meanwhile
    if (item.elsewhere) return other_endpoints_->ask(std::move(item));
    if (item.watermark > latest) {
        held_.push_back({std::move(item), loop_.clock().now()});
    } else {
        chain_->ask(std::move(item));
    }
}

/// Those whose ledger the node has reached, and those that have waited for it in vain and are asked of another
/// endpoint.
void SyncService::release_held() {
    const std::uint32_t latest = loop_.dispatcher().latest_ledger();
    const std::optional<base::TimePoint> late = late_since();
    std::vector<Held> waiting;
    for (Held& held : std::exchange(held_, {})) {
        if (held.item.watermark <= latest) {
            chain_->ask(std::move(held.item));
        } else if (late && held.since <= *late) {
            held.item.elsewhere = true;
            other_endpoints_->ask(std::move(held.item));
        } else {
            waiting.push_back(std::move(held));
        }
    }
    held_ = std::move(waiting);
}

/// What has waited since then or longer is asked of another endpoint; nullopt if nothing is. An endpoint that has taken
/// over has max_ledger_age of its own to come to the ledger; if there is none after it, it has all the time. If it has
/// not moved on for so long it is about to be passed over, and what waits goes with it.
std::optional<base::TimePoint> SyncService::late_since() const {
    const net::Dispatcher& dispatcher = loop_.dispatcher();
    if (!other_endpoints_ || !other_endpoints_->any_left()) return std::nullopt;
    const base::TimePoint since = loop_.clock().now() - dispatcher.max_ledger_age();
    const bool had_its_time = dispatcher.serving_since() <= since && dispatcher.latest_ledger_since() > since;
    return had_its_time ? std::optional(since) : std::nullopt;
}

/// What waits for it goes to the next endpoint with everything else, or stays as it is.
void SyncService::node_stalled() {
    net::Dispatcher& dispatcher = loop_.dispatcher();
    if (dispatcher.endpoint() + 1 < dispatcher.endpoints()) return dispatcher.give_up_stalled();
    if (!std::exchange(stall_reported_, true)) {
        findings_.warning("NODE_STALLED",
                          fmt::format("the RPC node stays at ledger {}: differences cannot be rechecked at a later one",
                                      dispatcher.latest_ledger()));
    }
    dispatcher.await_ledger(0);
    for (Held& held : std::exchange(held_, {})) cannot_recheck(std::move(held.item));
    for (Suspect& suspect : suspects_.take_all_waiting(loop_.clock().now(), dispatcher.latest_ledger())) {
        cannot_recheck(std::move(suspect));
    }
}

/// A recheck that was not taken, because the endpoint that was to answer it is gone, is the business of the one that
/// serves now: the row is read again once that is at the ledger.
void SyncService::wait_again(Item item) {
    if (loop_.dispatcher().exhausted() || database_lost_) return cannot_recheck(std::move(item));
    const std::uint32_t least = item.least_ledger().sequence;
    suspects_.put_back(Suspect{std::move(item.suspect), item.look, {}, least, item.premature});
}

/// What was found before stands, not confirmed; unless it is no evidence.
void SyncService::cannot_recheck(Suspect suspect) {
    if (suspect.premature) return behind_indexer(*suspect.mismatch, suspect.least_ledger);
    mismatched(std::move(*suspect.mismatch));
}

void SyncService::cannot_recheck(Item item) {
    if (item.premature) return behind_indexer(*item.suspect, std::max(item.suspect->seen.ledger + 1, item.watermark));
    mismatched(std::move(*item.suspect));
}

void SyncService::behind_indexer(const verify::Mismatch& mismatch, std::uint32_t watermark) {
    unverifiable(mismatch.check(), mismatch.id,
                 {verify::Reason::rpc,
                  fmt::format("the node at ledger {} is behind the indexer at {}", mismatch.seen.ledger, watermark)});
}

} // namespace cycle
