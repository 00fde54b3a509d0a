#include "sync/rechecks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cycle {
namespace {

/// Bytes kept at most of those that wait for their recheck.
constexpr std::size_t most_suspect_bytes = std::size_t{8} << 20;
/// Suspects whose rows one statement reads again, at most; and what these rows show: the statement's ids stand in the
/// memory several times over (as text, as an array, in libpq's buffer), and so does the answer.
constexpr std::size_t most_rows_a_statement = 2'000;
constexpr std::size_t most_bytes_a_statement = std::size_t{512} << 10;
/// Bytes of rows that were read again and are under way to the chain: beyond, suspects wait where they are.
constexpr std::size_t most_bytes_read = std::size_t{2} << 20;

} // namespace

Rechecks::Rechecks(const CycleSettings& settings, Prepared& prepared, Loop& loop, Findings& findings,
                   Coverage& coverage, ChainReads& chain, OtherEndpoints& others, SecondOpinions& opinions)
    : settings_(settings), prepared_(prepared), loop_(loop), findings_(findings), coverage_(coverage), chain_(chain),
      others_(others), opinions_(opinions), rows_a_statement_(most_rows_a_statement) {}

bool Rechecks::has_room() const {
    return suspects_.bytes() < most_suspect_bytes;
}

bool Rechecks::has_room_to_read() const {
    return rows_read_.bytes() < most_bytes_read;
}

// ---- differences

void Rechecks::suspect_found(Item item, verify::Mismatch mismatch) {
    const std::uint32_t watermark = prepared_.watermark.of(*item.rows, loop_.dispatcher().latest_ledger()).value_or(0);
    const std::uint32_t seen = mismatch.seen.ledger;
    const bool premature = seen < watermark;
    const unsigned looks = item.look; // 0 is the first
    mismatch.confirmed = !premature && looks > 0 && looks == settings_.confirm_attempts;
    const base::TimePoint due = loop_.clock().now() + settings_.confirm_delay;
    const bool no_time = due >= loop_.deadline() || coverage_.database_lost();
    if (!premature && (looks >= settings_.confirm_attempts || no_time)) {
        item.suspect = std::make_unique<verify::Mismatch>(std::move(mismatch));
        item.premature = false;
        return opinions_.mismatch_found(std::move(item));
    }
    Suspect next{std::make_unique<verify::Mismatch>(std::move(mismatch)), premature ? looks : looks + 1, due,
                 std::max(seen + 1, watermark), premature};
    if (no_time) return settle_unconfirmed(std::move(next));
    suspects_.add(std::move(next));
}

/// What was found before the item's recheck, as it waited for that: it is due.
Suspect Rechecks::suspect_of(Item item) {
    const std::uint32_t least = item.least_ledger().sequence;
    return {std::move(item.suspect), item.look, {}, least, item.premature};
}

void Rechecks::ask_again(Item item) {
    if (loop_.dispatcher().exhausted() || coverage_.database_lost()) return cannot_recheck(std::move(item));
    suspects_.put_back(suspect_of(std::move(item)));
}

void Rechecks::failed(Item item, const verify::Unverifiable& why) {
    warn(*item.suspect, why);
    if (item.premature) return cannot_recheck(std::move(item));
    opinions_.mismatch_found(std::move(item));
}

void Rechecks::warn(const verify::Mismatch& mismatch, const verify::Unverifiable& why) {
    findings_.warning(
        fmt::format("{} {} could not be looked at again: {}", mismatch.check().name(), mismatch.id, why.text));
}

void Rechecks::settle_unconfirmed(Suspect suspect) {
    verify::Mismatch& mismatch = *suspect.mismatch;
    if (!suspect.premature) return opinions_.report_mismatch(std::move(mismatch));
    coverage_.unverifiable(mismatch.check(), mismatch.id,
                           {verify::Reason::rpc, fmt::format("the node at ledger {} is behind the indexer at {}",
                                                             mismatch.seen.ledger, suspect.least_ledger)});
}

// ---- the database: their rows again

std::optional<db::Query> Rechecks::next_query() {
    if (!has_room_to_read()) return std::nullopt;
    const base::TimePoint now = loop_.clock().now();
    const std::uint32_t ledger = loop_.dispatcher().latest_ledger();
    const Suspects::Limit limit{rows_a_statement_, most_bytes_a_statement};
    if (suspects_.ready(now, ledger)) {
        reading_for_ = Purpose::recheck;
        reading_ = suspects_.take_ready(now, ledger, limit);
    } else if (const std::optional<base::TimePoint> since = late_since()) {
        reading_for_ = Purpose::recheck_elsewhere;
        reading_ = suspects_.take_waiting(*since, ledger, limit);
    }
    return reading() ? std::optional(query()) : std::nullopt;
}

db::Query Rechecks::query() const {
    std::vector<std::string> ids;
    for (const Suspect& suspect : reading_) ids.push_back(suspect.mismatch->id);
    return db::again(coverage_.in_scope().source, reading_.front().mismatch->check(), ids);
}

/// A row that the database cannot give must not leave all the others unconfirmed: fewer are asked for until it stands
/// alone.
bool Rechecks::rows_refused(const db::DatabaseError& error) {
    if (!db::may_be_of_a_row(error)) return false;
    if (reading_.size() > 1) {
        rows_a_statement_ = reading_.size() / 2;
        suspects_.put_back(std::exchange(reading_, {}));
        return true;
    }
    warn(*reading_.front().mismatch, {verify::Reason::database, error.text});
    give_up_rows();
    return true;
}

void Rechecks::give_up_rows() {
    for (Suspect& suspect : std::exchange(reading_, {})) settle_unconfirmed(std::move(suspect));
}

void Rechecks::rows_arrived(db::Rows answer) {
    rows_a_statement_ = std::min(2 * rows_a_statement_, most_rows_a_statement);
    const std::shared_ptr<const db::Rows> rows = rows_read_.share(std::move(answer));
    const Check check = reading_.front().mismatch->check();
    std::unordered_multimap<std::string_view, std::size_t> by_id;
    for (std::size_t i = 0; i < rows->size(); ++i) by_id.emplace(Row(*rows, i).id(), i);
    std::vector<Suspect> suspects = std::exchange(reading_, {});
    std::vector<std::optional<verify::ClaimResult>> claims(suspects.size());
    const auto assign = [&](auto is_row_of) {
        for (std::size_t i = 0; i < suspects.size(); ++i) {
            const auto [first, last] = by_id.equal_range(suspects[i].mismatch->id);
            for (auto candidate = first; candidate != last && !claims[i]; ++candidate) {
                const Row row(*rows, candidate->second);
                verify::ClaimResult claim = claim_of(check, row, prepared_.target);
                if (!is_row_of(*suspects[i].mismatch, row, claim, std::next(first) == last)) continue;
                if (settings_.witness != nullptr) settings_.witness->row(check, suspects[i].next_look, row, claim);
                claims[i] = std::move(claim);
                by_id.erase(candidate);
                break;
            }
        }
    };
    // A SELECT of the operator's may give an id more than once: then the row is meant that still says the same of the
    // same address, or else one of that address.
    assign([check](const verify::Mismatch& mismatch, const Row& row, const verify::ClaimResult& claim, bool) {
        return row.address() == mismatch.address && claim && check->says_the_same(*claim, mismatch.difference);
    });
    assign([](const verify::Mismatch& mismatch, const Row& row, const verify::ClaimResult&, bool lone) {
        return row.address() == mismatch.address || lone;
    });
    for (std::size_t i = 0; i < suspects.size(); ++i) recheck(std::move(suspects[i]), rows, std::move(claims[i]));
}

/// `claim`: by the row as it is now; nullopt: it is gone, or no longer in scope.
void Rechecks::recheck(Suspect suspect, const std::shared_ptr<const db::Rows>& rows,
                       std::optional<verify::ClaimResult> claim) {
    if (!claim) return findings_.transient(suspect.mismatch->check(), suspect.mismatch->id);
    if (!*claim) {
        warn(*suspect.mismatch, claim->error());
        return settle_unconfirmed(std::move(suspect));
    }
    ask_of_later_ledger({rows,
                         std::move(**claim),
                         {},
                         suspect.next_look,
                         std::move(suspect.mismatch),
                         nullptr,
                         reading_for_,
                         suspect.premature});
}

// ---- the chain: from a later ledger

/// The row was read again: the chain's side has to be of a ledger that is not older than it.
void Rechecks::ask_of_later_ledger(Item item) {
    const std::uint32_t latest = loop_.dispatcher().latest_ledger();
    item.watermark = prepared_.watermark.of(*item.rows, latest).value_or(0);
    if (!late_since()) item.purpose = Purpose::recheck; // an endpoint may have taken over meanwhile
    if (item.purpose == Purpose::recheck_elsewhere) return others_.ask(std::move(item));
    if (item.watermark > latest) {
        held_.push_back({std::move(item), loop_.clock().now()});
    } else {
        chain_.ask(std::move(item));
    }
}

void Rechecks::follow_ledger() {
    net::Dispatcher& dispatcher = loop_.dispatcher();
    if (!dispatcher.serving()) return;
    release_held();
    std::optional<std::uint32_t> awaited = suspects_.awaited_ledger(loop_.clock().now(), dispatcher.latest_ledger());
    for (const Held& held : held_) awaited = std::min(awaited.value_or(held.item.watermark), held.item.watermark);
    dispatcher.await_ledger(awaited.value_or(0));
    if (awaited && dispatcher.stalled()) node_stalled();
}

/// Asks for those whose ledger the node has reached, and, of another endpoint, for those that have waited too long.
void Rechecks::release_held() {
    const std::uint32_t latest = loop_.dispatcher().latest_ledger();
    const std::optional<base::TimePoint> late = late_since();
    for (Held& held : std::exchange(held_, {})) {
        if (held.item.watermark <= latest) {
            chain_.ask(std::move(held.item));
        } else if (late && held.since <= *late) {
            held.item.purpose = Purpose::recheck_elsewhere;
            others_.ask(std::move(held.item));
        } else {
            held_.push_back(std::move(held));
        }
    }
}

/// What has waited since then or longer is asked of another endpoint; nullopt if nothing is. An endpoint that has taken
/// over has max_ledger_age of its own to come to the ledger; if there is none after it, it has all the time. If it has
/// not moved on for so long it is about to be passed over, and what waits goes with it.
std::optional<base::TimePoint> Rechecks::late_since() const {
    const net::Dispatcher& dispatcher = loop_.dispatcher();
    if (!others_.any_left()) return std::nullopt;
    const base::TimePoint since = loop_.clock().now() - dispatcher.max_ledger_age();
    const bool had_its_time = dispatcher.serving_since() <= since && dispatcher.latest_ledger_since() > since;
    return had_its_time ? std::optional(since) : std::nullopt;
}

/// What waits for it goes to the next endpoint with everything else, or stays as it is.
void Rechecks::node_stalled() {
    net::Dispatcher& dispatcher = loop_.dispatcher();
    if (dispatcher.endpoint() + 1 < dispatcher.endpoints()) return dispatcher.give_up_stalled();
    if (!std::exchange(stall_reported_, true)) {
        findings_.warning("NODE_STALLED",
                          fmt::format("the RPC node stays at ledger {}: differences cannot be rechecked at a later one",
                                      dispatcher.latest_ledger()));
    }
    dispatcher.await_ledger(0);
    for (Held& held : std::exchange(held_, {})) cannot_recheck(std::move(held.item));
    Suspects::Limit all;
    all.one_check = false;
    for (Suspect& suspect : suspects_.take_waiting(loop_.clock().now(), dispatcher.latest_ledger(), all)) {
        settle_unconfirmed(std::move(suspect));
    }
}

// ---- the end

void Rechecks::give_up_waiting() {
    for (Suspect& suspect : suspects_.take_all()) settle_unconfirmed(std::move(suspect));
}

void Rechecks::abandon() {
    for (Held& held : std::exchange(held_, {})) cannot_recheck(std::move(held.item));
    give_up_rows();
    give_up_waiting();
}

} // namespace cycle
