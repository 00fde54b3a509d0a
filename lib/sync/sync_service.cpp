#include "sync/sync_service.hpp"

#include "sync/shared_market.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cycle {
namespace {

/// Bytes kept at most of those that wait for their recheck.
constexpr std::size_t most_suspect_bytes = std::size_t{8} << 20;
/// Suspects whose rows one statement reads again, at most; and what these rows show: the statement's ids stand in the
/// memory several times over (as text, as an array, in libpq's buffer), and so does the answer.
constexpr std::size_t most_suspects_a_statement = 2'000;
constexpr std::size_t most_bytes_a_statement = std::size_t{512} << 10;
/// Bytes of rows that were read again and are under way to the chain: beyond, suspects wait where they are.
constexpr std::size_t most_bytes_read_again = std::size_t{2} << 20;

} // namespace

SyncService::SyncService(CycleSettings settings, Loop& loop, Findings& findings, Watcher* watcher)
    : settings_(std::move(settings)), loop_(loop), findings_(findings), watcher_(watcher),
      watermark_(settings_.watermark, findings), suspects_a_statement_(most_suspects_a_statement) {}

void SyncService::execute_sync_cycle() {
    const bool prepared = prepare();
    while (prepared && !loop_.cut()) {
        ask_database(); // the next page is on its way while this one is gone through
        take_rows();
        ask_database();
        follow_ledger();
        loop_.dispatcher().advance({});
        if (finished()) break; // or there would be nothing to wait for
        loop_.turn(wakeup());
        take_database_answer();
        take_chain_answers();
        take_second_opinions();
        tell_watcher();
    }
    if (prepared && !chain_->ledgers()) refuse_if_hopeless(loop_.dispatcher());
    wind_up(prepared && finished());
}

bool SyncService::prepare() {
    source_ = find_source(loop_, findings_, settings_.schema, settings_.custom_sql, settings_.selection);
    if (!source_) return false;
    std::optional<std::vector<db::Scope>> scopes = find_scopes(loop_, findings_, *source_, settings_.selection);
    if (!scopes) return false;
    std::erase_if(*scopes, [this](const db::Scope& scope) {
        const bool hindered = source_->obstacle(scope.check).has_value();
        if (hindered) unreadable_.push_back({scope, {}}); // to be counted at the end
        return hindered;
    });
    if (watcher_ != nullptr) estimates_ = estimate_rows(loop_, *source_, *scopes);
    const bool needs_token = std::any_of(scopes->begin(), scopes->end(),
                                         [](const db::Scope& scope) { return scope.check->profile().needs.token; });
    rows_.emplace(*source_, std::move(*scopes), settings_.page_size, settings_.turn);
    if (!find_network(loop_, findings_)) return false;
    if (!find_watermark(loop_, findings_, watermark_)) {
        database_lost_ = !loop_.cut();
        return false;
    }
    if (needs_token) {
        std::optional<verify::Token> token = find_token(loop_, findings_, settings_.token);
        if (!token) return false;
        settings_.target.token = std::move(*token);
    }
    if (!find_shared_market(loop_, findings_, settings_.selection, settings_.target)) return false;
    chain_.emplace(settings_.target, loop_.dispatcher(), settings_.witness);
    if (loop_.dispatcher().endpoints() > 1) other_endpoints_.emplace(settings_.target, loop_);
    return true;
}

base::TimePoint SyncService::wakeup() const {
    const base::TimePoint now = loop_.clock().now();
    const net::Dispatcher& dispatcher = loop_.dispatcher();
    base::TimePoint earliest = watcher_ != nullptr ? watcher_->due() : base::never;
    if (dispatcher.exhausted()) return earliest;
    return std::min(earliest, suspects_.next_due(now)); // or when a poll of the latest ledger is answered
}

bool SyncService::finished() const {
    const bool idle = chain_->idle() && (!other_endpoints_ || other_endpoints_->under_way() == 0);
    if (loop_.dispatcher().exhausted() && idle) return true;
    const bool no_more_rows = rows_->exhausted() || database_lost_;
    return no_more_rows && !rows_->has_row() && idle && suspects_.empty() && being_read_.empty() && held_.empty();
}

std::size_t SyncService::unsettled() const {
    return suspects_.size() + held_.size() + chain_->held() + (other_endpoints_ ? other_endpoints_->under_way() : 0);
}

bool SyncService::has_room_for_suspects() const {
    return unsettled() < settings_.most_unsettled && suspects_.bytes() < most_suspect_bytes;
}

bool SyncService::has_room_to_read_again() const {
    return *bytes_read_again_ < most_bytes_read_again;
}

// ---- rows -> claims -> questions to the chain

void SyncService::take_rows() {
    if (loop_.dispatcher().exhausted()) chain_->flush(); // what waits is given up, too
    share_out_calls();
    while (loop_.dispatcher().wants_more() && !loop_.dispatcher().exhausted()) {
        rows_->hold_rows(!has_room_for_suspects());
        const RowStream::Turn turn = rows_->turn();
        if (turn == RowStream::Turn::nobody) break;
        const Check check = rows_->check();
        if (turn == RowStream::Turn::call) {
            chain_->send_call(check);
            rows_->charge(check, chain_->take_asked(check));
        } else {
            take_row(rows_->row());
            rows_->take(chain_->take_asked(check));
        }
        rows_->calls_wait(check, chain_->waiting_calls(check));
    }
    // A batch that is not full goes out only when nothing more can fill it: so that the calls are as few as may be.
    const bool more_to_come = rows_->has_row() || (!rows_->exhausted() && !database_lost_) || !being_read_.empty();
    const bool short_of_memory = !rows_->has_row() && rows_->full(); // until batches are answered
    if (more_to_come && has_room_for_suspects() && has_room_to_read_again() && !short_of_memory) return;
    chain_->send_batch();
    if (rows_->turn() != RowStream::Turn::call) loop_.dispatcher().settle();
}

/// Tells the stream of rows what the checks have taken of the calls, and how many of their calls wait.
void SyncService::share_out_calls() {
    for (const Check check : settings_.selection.checks) {
        rows_->charge(check, chain_->take_asked(check));
        rows_->calls_wait(check, chain_->waiting_calls(check));
    }
}

void SyncService::take_row(const Row& row) {
    const Check check = rows_->check();
    if (is_skipped(check, row)) return findings_.skipped(check);
    verify::ClaimResult claim = rows_->id_is_repeated()
                                    ? verify::ClaimResult(base::Fail<verify::Unverifiable>{id_not_unique()})
                                    : claim_of(check, row, settings_.target);
    if (settings_.witness != nullptr) settings_.witness->row(check, 0, row, claim);
    if (!claim) return unverifiable(check, shown_id(row.id()), claim.error());
    chain_->ask({rows_->page(), std::move(*claim), {}, 0, nullptr});
}

// ---- the database: pages, and the rows of suspects again

void SyncService::ask_database() {
    if (reading_ != Reading::nothing || database_lost_ || loop_.dispatcher().exhausted()) return;
    const base::TimePoint now = loop_.clock().now();
    const std::uint32_t ledger = loop_.dispatcher().latest_ledger();
    const Suspects::Limit limit{suspects_a_statement_, most_bytes_a_statement};
    if (has_room_to_read_again() && suspects_.ready(now, ledger)) {
        elsewhere_ = false;
        return ask_for_suspects(suspects_.take_ready(now, ledger, limit));
    }
    if (const std::optional<base::TimePoint> since = late_since(); since && has_room_to_read_again()) {
        std::vector<Suspect> late = suspects_.take_waiting(*since, ledger, limit);
        elsewhere_ = !late.empty();
        if (elsewhere_) return ask_for_suspects(std::move(late));
    }
    if (std::optional<db::Query> query = rows_->next_query()) return ask(Reading::rows, std::move(*query));
}

void SyncService::ask(Reading what, db::Query query) {
    query.watermark_sql = watermark_.statement();
    loop_.database().ask(std::move(query));
    reading_ = what;
}

void SyncService::ask_for_suspects(std::vector<Suspect> suspects) {
    being_read_ = std::move(suspects);
    std::vector<std::string> ids;
    for (const Suspect& suspect : being_read_) ids.push_back(suspect.mismatch->id);
    ask(Reading::suspects, db::again(*source_, being_read_.front().mismatch->check(), ids));
}

void SyncService::take_database_answer() {
    std::optional<db::Answer> answer = loop_.database().take_answer();
    if (!answer) return;
    const Reading reading = std::exchange(reading_, Reading::nothing);
    if (!*answer) return database_failed(reading, answer->error());
    watermark_.arrived(**answer, loop_.dispatcher().latest_ledger());
    switch (reading) {
    case Reading::rows:
        rows_->arrived(std::move(**answer));
        return take_row_faults();
    case Reading::suspects:
        suspects_a_statement_ = std::min(2 * suspects_a_statement_, most_suspects_a_statement);
        return look_again(counted(std::move(**answer), bytes_read_again_));
    case Reading::nothing:
        return;
    }
}

/// What was read is still compared; what was not read stays unverified. An error of the statement, or one that no retry
/// helps against, costs its check: the others go on.
void SyncService::database_failed(Reading reading, const db::DatabaseError& error) {
    const bool of_statement = error.of_statement || !db::retryable(error.kind);
    if (of_statement && error.of_watermark) { // the rows can be had without it
        watermark_.stopped_working(error.text);
        if (reading == Reading::suspects) ask_for_suspects(std::exchange(being_read_, {}));
        return;
    }
    if (of_statement && reading == Reading::rows) return rows_refused(error);
    if (reading == Reading::suspects && suspects_refused(error)) return;
    findings_.failure("database", "", verify::Reason::database, error.text);
    for (Suspect& suspect : std::exchange(being_read_, {})) cannot_recheck(std::move(suspect));
    if (of_statement) return;
    database_lost_ = true;
    findings_.summary().unavailable = true;
    for (Suspect& suspect : suspects_.take_all()) cannot_recheck(std::move(suspect));
}

void SyncService::rows_refused(const db::DatabaseError& error) {
    std::vector<Stretch> given_up = rows_->failed(error);
    take_row_faults();
    if (given_up.empty()) return;
    findings_.failure("database", "", verify::Reason::database, error.text);
    unreadable_.insert(unreadable_.end(), given_up.begin(), given_up.end());
    const verify::Checks& checks = settings_.selection.checks;
    const bool nothing_read = rows_->exhausted() && std::all_of(checks.begin(), checks.end(), [this](Check check) {
                                  return rows_->arrived(check) == 0;
                              });
    // Only the SELECTs of all checks together say more of the database than of themselves.
    if (db::retryable(error.kind) && nothing_read) findings_.summary().unavailable = true;
}

/// However many rows an id has, they are one error with their count: millions take no more time and no more events.
void SyncService::take_row_faults() {
    for (RowFault& fault : rows_->take_faults()) {
        if (fault.id.empty()) {
            fault.why.text =
                fmt::format("{} of {} whose id the database cannot give either: {}",
                            fault.at_least ? "a row, or several," : "a row", fault.check.name(), fault.why.text);
        } else if (fault.at_least) {
            fault.why.text += " (how many rows have this id could not be counted)";
        }
        if (fault.rows > 0) unverifiable(fault.check, fault.id, std::move(fault.why), fault.rows);
        findings_.skipped(fault.check, fault.skipped);
    }
}

/// A row that the database cannot give must not leave all the others unconfirmed: fewer are asked for until it stands
/// alone.
bool SyncService::suspects_refused(const db::DatabaseError& error) {
    if (!db::may_be_of_a_row(error)) return false;
    std::vector<Suspect> refused = std::exchange(being_read_, {});
    if (refused.size() > 1) {
        suspects_a_statement_ = refused.size() / 2;
        suspects_.put_back(std::move(refused));
        return true;
    }
    for (Suspect& suspect : refused) {
        cannot_look_again(*suspect.mismatch, {verify::Reason::database, error.text});
        cannot_recheck(std::move(suspect));
    }
    return true;
}

void SyncService::look_again(const std::shared_ptr<const db::Rows>& answer) {
    const db::Rows& rows = *answer;
    const Check check = being_read_.front().mismatch->check();
    std::unordered_multimap<std::string_view, std::size_t> by_id;
    for (std::size_t i = 0; i < rows.size(); ++i) by_id.emplace(Row(rows, i).id(), i);
    std::vector<Suspect> suspects = std::exchange(being_read_, {});
    std::vector<std::optional<verify::ClaimResult>> claims(suspects.size());
    const auto assign = [&](auto is_row_of) {
        for (std::size_t i = 0; i < suspects.size(); ++i) {
            const auto [first, last] = by_id.equal_range(suspects[i].mismatch->id);
            for (auto candidate = first; candidate != last && !claims[i]; ++candidate) {
                const Row row(rows, candidate->second);
                verify::ClaimResult claim = claim_of(check, row, settings_.target);
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
    for (std::size_t i = 0; i < suspects.size(); ++i) look_again(std::move(suspects[i]), answer, std::move(claims[i]));
}

void SyncService::look_again(Suspect suspect, const std::shared_ptr<const db::Rows>& rows,
                             std::optional<verify::ClaimResult> claim) {
    if (!claim) { // gone, or out of scope
        findings_.transient(suspect.mismatch->check(), suspect.mismatch->id);
    } else if (!*claim) {
        cannot_look_again(*suspect.mismatch, claim->error());
        cannot_recheck(std::move(suspect));
    } else {
        ask_of_later_ledger({rows,
                             std::move(**claim),
                             {},
                             suspect.next_look,
                             std::move(suspect.mismatch),
                             nullptr,
                             suspect.premature,
                             elsewhere_});
    }
}

// ---- the chain's answers -> comparison

void SyncService::take_chain_answers() {
    for (AnsweredItem& answered : chain_->take_answers()) {
        if (const auto* chain = std::get_if<verify::ChainValue>(&answered.answer)) {
            take_answer(std::move(answered.item), *chain);
        } else if (auto* why = std::get_if<verify::Unverifiable>(&answered.answer)) {
            take_answer(std::move(answered.item), std::move(*why));
        } else {
            take_answer(std::move(answered.item));
        }
    }
}

void SyncService::take_answer(Item item, const verify::ChainValue& chain) {
    const Check check = item.claim.check;
    if (settings_.witness != nullptr) settings_.witness->compared(item, chain);
    if (item.speaker) return take_first_word_again(std::move(item), chain);
    std::optional<verify::Difference> difference = verify::compare(item.claim, chain, settings_.thresholds);
    if (!difference) {
        if (!item.suspect) return findings_.matched(check);
        return findings_.transient(check, item.claim.id);
    }
    const verify::Exemption* exemption = settings_.exemptions.covering(item.claim.id, *difference);
    verify::Mismatch mismatch{std::string(item.claim.id),
                              std::string(item.claim.address),
                              std::string(item.claim.title),
                              std::move(*difference),
                              chain.seen,
                              false,
                              {},
                              likely_cause(item, chain.seen)};
    if (exemption != nullptr) return findings_.exempt(std::move(mismatch), *exemption);
    suspect(std::move(item), std::move(mismatch));
}

/// By the row's own watermark, or else by the last one that is known.
std::optional<verify::Cause> SyncService::likely_cause(const Item& item, const verify::Sighting& seen) {
    std::optional<std::uint32_t> watermark = watermark_.of(*item.rows, loop_.dispatcher().latest_ledger());
    if (const auto& indexer = findings_.summary().indexer; !watermark && indexer) watermark = indexer->watermark;
    return watermark ? std::optional(verify::likely_cause(seen, *watermark)) : std::nullopt;
}

void SyncService::take_answer(Item item, verify::Unverifiable why) {
    if (settings_.witness != nullptr) settings_.witness->unverifiable(item, why);
    if (item.speaker) return disagree(std::move(item));
    if (item.suspect) {
        cannot_look_again(*item.suspect, why);
        if (item.premature) return cannot_recheck(std::move(item));
        return mismatched(std::move(item));
    }
    unverifiable(item.claim.check, item.claim.id, std::move(why));
}

/// `rows` of this id.
void SyncService::unverifiable(Check check, std::string_view id, verify::Unverifiable why, std::uint64_t rows) {
    settings_.exemptions.not_verified(check, id);
    causes_.add(check, why.reason, why.hint, rows);
    if (rows > 1) why.text += fmt::format(" ({} rows)", rows);
    findings_.unverifiable(check, id, std::move(why), rows);
}

void SyncService::take_answer(Item item) {
    if (item.speaker) return disagree(std::move(item));
    if (item.suspect) return wait_again(std::move(item));
    ++not_verified_[item.claim.check];
}

void SyncService::cannot_look_again(const verify::Mismatch& mismatch, const verify::Unverifiable& why) {
    findings_.warning(
        fmt::format("{} {} could not be looked at again: {}", mismatch.check().name(), mismatch.id, why.text));
}

/// Differs at this look: a mismatch once it has differed at all of them. A look at the chain as it was before the row
/// was written does not count, and is taken again.
void SyncService::suspect(Item item, verify::Mismatch mismatch) {
    const std::uint32_t watermark = watermark_.of(*item.rows, loop_.dispatcher().latest_ledger()).value_or(0);
    const std::uint32_t seen = mismatch.seen.ledger;
    const bool premature = seen < watermark;
    const unsigned looks = item.look; // 0 is the first
    mismatch.confirmed = !premature && looks > 0 && looks == settings_.confirm_attempts;
    const base::TimePoint due = loop_.clock().now() + settings_.confirm_delay;
    const bool no_time = due >= loop_.deadline() || database_lost_;
    if (!premature && (looks >= settings_.confirm_attempts || no_time)) {
        item.suspect = std::make_unique<verify::Mismatch>(std::move(mismatch));
        item.premature = false;
        return mismatched(std::move(item));
    }
    Suspect next{std::make_unique<verify::Mismatch>(std::move(mismatch)), premature ? looks : looks + 1, due,
                 std::max(seen + 1, watermark), premature};
    if (no_time) return cannot_recheck(std::move(next));
    suspects_.add(std::move(next));
}

} // namespace cycle
