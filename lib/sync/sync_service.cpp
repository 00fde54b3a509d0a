// The cycle, from top to bottom:
//
//   prepare         where the rows are, which endpoint serves, which token is meant    Preparation
//   read rows       pages of all checks, in turns; each row makes a claim              RowStream
//   ask the chain   entries in batches, and contract calls                             ChainReads
//   compare         a row that differs is a suspect
//   recheck         the suspect's row and chain side again, from a later ledger        Rechecks
//   second opinion  of another endpoint, before anybody is paged                       SecondOpinions
//   coverage        every row that was not compared is an error                        Coverage
//
// All but the first and the last go on side by side: run() is one loop that waits for whatever comes next.
#include "sync/sync_service.hpp"

#include "sync/chain_reads.hpp"
#include "sync/coverage.hpp"
#include "sync/network.hpp"
#include "sync/other_endpoints.hpp"
#include "sync/preparation.hpp"
#include "sync/rechecks.hpp"
#include "sync/second_opinions.hpp"

#include <algorithm>
#include <utility>

namespace cycle {
namespace {

/// The part of a cycle after preparation.
class Cycle {
  public:
    /// All outlive this; there need be no watcher.
    Cycle(CycleSettings& settings, Prepared& prepared, Loop& loop, Findings& findings, Coverage& coverage,
          Watcher* watcher);

    /// Returns whether it came to its end; false if it was cut.
    bool run();

  private:
    bool finished() const;
    base::TimePoint wakeup() const;
    std::size_t unsettled() const;
    bool has_room_for_suspects() const;

    void read_database();
    void ask_database(db::Query query);
    void take_rows();
    void take_row(const Row& row);
    void share_out_calls();
    void take_database_answer();
    void database_failed(const db::DatabaseError& error);
    void rows_refused(const db::DatabaseError& error);

    void take_answer(AnsweredItem answered);
    void compare(Item item, const verify::ChainValue& chain);
    void cannot_compare(Item item, verify::Unverifiable why);
    void not_answered(Item item);

    void show_progress();
    void close();

    CycleSettings& settings_;
    Prepared& prepared_;
    Loop& loop_;
    Findings& findings_;
    Coverage& coverage_;
    Watcher* watcher_;
    RowStream rows_;
    ChainReads chain_;
    OtherEndpoints others_;
    SecondOpinions opinions_;
    Rechecks rechecks_;
};

/// Ends everything that is under way, and reports what cut the cycle if something did.
void stop(Loop& loop, Findings& findings, bool finished) {
    if (!finished && loop.cut()) {
        if (const auto signal = loop.signal()) {
            findings.stopped(*signal);
        } else {
            findings.timed_out();
        }
    }
    loop.dispatcher().abandon();
    if (!loop.database().idle()) loop.database().abandon();
}

/// What the cycle has learnt of the network, and what it has cost.
void sum_up(const net::Dispatcher& dispatcher, verify::Summary& summary) {
    const net::CallStatistics& statistics = dispatcher.statistics();
    summary.network = dispatcher.network();
    summary.rpc_requests = statistics.requests();
    summary.rpc_retries = statistics.retries();
    for (std::size_t of = 0; of < net::rpc_methods; ++of) {
        const auto method = static_cast<net::RpcMethod>(of);
        for (std::size_t result = 0; result < net::request_results; ++result) {
            summary.rpc_calls.push_back(
                {net::name(method), net::name_of_result(result), statistics.count(method, result)});
        }
    }
    summary.rpc_latency = statistics.latency();
    if (const auto& node = dispatcher.node_ledger()) {
        summary.latest_ledger =
            std::max({summary.latest_ledger.value_or(0), node->sequence, dispatcher.start_ledger()});
        summary.latest_ledger_age = node->age;
    }
}

} // namespace

void SyncService::execute_sync_cycle() {
    Preparation preparation(loop_, findings_);
    const std::optional<InScope> in_scope = preparation.find_rows(settings_, watcher_ != nullptr);
    Coverage coverage(settings_, in_scope.value_or(InScope{}), loop_, findings_);
    auto prepared = in_scope ? preparation.find_chain(settings_, coverage) : std::nullopt;
    const bool finished = prepared && Cycle(settings_, *prepared, loop_, findings_, coverage, watcher_).run();
    if (!prepared) stop(loop_, findings_, finished);
    coverage.conclude(finished);
    verify::Summary& summary = findings_.summary();
    if (summary.indexer && summary.indexer->lagging()) findings_.indexer_lag();
    sum_up(loop_.dispatcher(), summary);
}

namespace {

Cycle::Cycle(CycleSettings& settings, Prepared& prepared, Loop& loop, Findings& findings, Coverage& coverage,
             Watcher* watcher)
    : settings_(settings), prepared_(prepared), loop_(loop), findings_(findings), coverage_(coverage),
      watcher_(watcher),
      rows_(coverage.in_scope().source, coverage.in_scope().scopes, settings.page_size, settings.turn),
      chain_(prepared.target, loop.dispatcher(), settings.witness), others_(prepared.target, loop),
      opinions_(settings, prepared.watermark, loop, findings, coverage, chain_, others_),
      rechecks_(settings, prepared, loop, findings, coverage, chain_, others_, opinions_) {}

bool Cycle::run() {
    while (!loop_.cut()) {
        read_database(); // the next page is on its way while this one is gone through
        take_rows();
        read_database();
        rechecks_.follow_ledger();
        loop_.dispatcher().advance({});
        if (finished()) break; // there would be nothing to wait for
        loop_.turn(wakeup());
        take_database_answer();
        for (AnsweredItem& answered : chain_.take_answers()) take_answer(std::move(answered));
        others_.advance();
        for (AnsweredItem& answered : others_.take_answers()) take_answer(std::move(answered));
        show_progress();
    }
    if (!chain_.ledgers()) refuse_if_hopeless(loop_.dispatcher());
    const bool finished = this->finished();
    stop(loop_, findings_, finished);
    close();
    return finished;
}

bool Cycle::finished() const {
    const bool idle = chain_.idle() && others_.under_way() == 0;
    if (loop_.dispatcher().exhausted() && idle) return true;
    const bool no_more_rows = rows_.exhausted() || coverage_.database_lost();
    return no_more_rows && !rows_.has_row() && idle && rechecks_.idle();
}

base::TimePoint Cycle::wakeup() const {
    const base::TimePoint watcher_due = watcher_ != nullptr ? watcher_->due() : base::never;
    if (loop_.dispatcher().exhausted()) return watcher_due;
    return std::min(watcher_due, rechecks_.next_due()); // or when a poll of the latest ledger is answered
}

std::size_t Cycle::unsettled() const {
    return rechecks_.waiting() + chain_.held() + others_.under_way();
}

bool Cycle::has_room_for_suspects() const {
    return unsettled() < settings_.most_unsettled && rechecks_.has_room();
}

// ---- the database: the rows of suspects again, or else the next page

void Cycle::read_database() {
    if (!loop_.database().idle() || coverage_.database_lost() || loop_.dispatcher().exhausted()) return;
    std::optional<db::Query> query = rechecks_.next_query();
    if (!query) query = rows_.next_query();
    if (query) ask_database(std::move(*query));
}

void Cycle::ask_database(db::Query query) {
    query.watermark_sql = prepared_.watermark.statement();
    loop_.database().ask(std::move(query));
}

void Cycle::take_database_answer() {
    std::optional<db::Answer> answer = loop_.database().take_answer();
    if (!answer) return;
    if (!*answer) return database_failed(answer->error());
    prepared_.watermark.arrived(**answer, loop_.dispatcher().latest_ledger());
    if (rechecks_.reading()) return rechecks_.rows_arrived(std::move(**answer));
    rows_.arrived(std::move(**answer));
    coverage_.row_faults(rows_.take_faults());
}

/// What was read is still compared; what was not read stays unverified. An error of the statement, or one that no retry
/// helps against, costs its check: the others go on.
void Cycle::database_failed(const db::DatabaseError& error) {
    const bool of_statement = error.of_statement || !db::retryable(error.kind);
    if (of_statement && error.of_watermark) { // the rows can be had without it
        prepared_.watermark.stopped_working(error.text);
        if (rechecks_.reading()) ask_database(rechecks_.query());
        return;
    }
    if (of_statement && !rechecks_.reading()) return rows_refused(error);
    if (rechecks_.reading() && rechecks_.rows_refused(error)) return;
    findings_.failure("database", "", verify::Reason::database, error.text);
    rechecks_.give_up_rows();
    if (of_statement) return;
    coverage_.lose_database();
    rechecks_.give_up_waiting();
}

void Cycle::rows_refused(const db::DatabaseError& error) {
    const std::vector<Stretch> given_up = rows_.failed(error);
    coverage_.row_faults(rows_.take_faults());
    if (given_up.empty()) return;
    findings_.failure("database", "", verify::Reason::database, error.text);
    coverage_.not_readable(given_up);
    const verify::Checks& checks = settings_.selection.checks;
    const bool nothing_read = rows_.exhausted() && std::all_of(checks.begin(), checks.end(), [this](Check check) {
                                  return rows_.arrived(check) == 0;
                              });
    // Only the SELECTs of all checks together say more of the database than of themselves.
    if (db::retryable(error.kind) && nothing_read) findings_.summary().unavailable = true;
}

// ---- rows -> claims -> questions to the chain

void Cycle::take_rows() {
    if (loop_.dispatcher().exhausted()) chain_.flush(); // what waits is given up, too
    share_out_calls();
    while (loop_.dispatcher().wants_more() && !loop_.dispatcher().exhausted()) {
        rows_.hold_rows(!has_room_for_suspects());
        const RowStream::Turn turn = rows_.turn();
        if (turn == RowStream::Turn::nobody) break;
        const Check check = rows_.check();
        if (turn == RowStream::Turn::call) {
            chain_.send_call(check);
            rows_.charge(check, chain_.take_asked(check));
        } else {
            take_row(rows_.row());
            rows_.take(chain_.take_asked(check));
        }
        rows_.calls_wait(check, chain_.waiting_calls(check));
    }
    // A batch that is not full goes out only when nothing more can fill it: so that the calls are as few as may be.
    const bool more_to_come =
        rows_.has_row() || (!rows_.exhausted() && !coverage_.database_lost()) || rechecks_.reading();
    const bool short_of_memory = !rows_.has_row() && rows_.full(); // until batches are answered
    if (more_to_come && has_room_for_suspects() && rechecks_.has_room_to_read() && !short_of_memory) return;
    chain_.send_batch();
    if (rows_.turn() != RowStream::Turn::call) loop_.dispatcher().settle();
}

/// Tells the stream of rows what the checks have taken of the calls, and how many of their calls wait.
void Cycle::share_out_calls() {
    for (const Check check : settings_.selection.checks) {
        rows_.charge(check, chain_.take_asked(check));
        rows_.calls_wait(check, chain_.waiting_calls(check));
    }
}

void Cycle::take_row(const Row& row) {
    const Check check = rows_.check();
    if (is_skipped(check, row)) return findings_.skipped(check);
    verify::ClaimResult claim = rows_.id_is_repeated()
                                    ? verify::ClaimResult(base::Fail<verify::Unverifiable>{id_not_unique()})
                                    : claim_of(check, row, prepared_.target);
    if (settings_.witness != nullptr) settings_.witness->row(check, 0, row, claim);
    if (!claim) return coverage_.unverifiable(check, shown_id(row.id()), claim.error());
    chain_.ask({rows_.page(), std::move(*claim), {}, 0, nullptr});
}

// ---- the chain's answers -> comparison -> recheck -> second opinion

void Cycle::take_answer(AnsweredItem answered) {
    if (answered.item.purpose == Purpose::second_opinion) return opinions_.take_second(std::move(answered));
    if (const auto* chain = std::get_if<verify::ChainValue>(&answered.answer)) {
        compare(std::move(answered.item), *chain);
    } else if (auto* why = std::get_if<verify::Unverifiable>(&answered.answer)) {
        cannot_compare(std::move(answered.item), std::move(*why));
    } else {
        not_answered(std::move(answered.item));
    }
}

void Cycle::compare(Item item, const verify::ChainValue& chain) {
    if (settings_.witness != nullptr) settings_.witness->compared(item, chain);
    if (item.purpose == Purpose::first_again) return opinions_.take_first_again(std::move(item), chain);
    const Check check = item.claim.check;
    std::optional<verify::Difference> difference = verify::compare(item.claim, chain, settings_.thresholds);
    if (!difference) {
        if (item.purpose == Purpose::comparison) return findings_.matched(check);
        return findings_.transient(check, item.claim.id);
    }
    const verify::Exemption* exemption = settings_.exemptions.covering(item.claim.id, *difference);
    verify::Mismatch mismatch{
        std::string(item.claim.id),
        std::string(item.claim.address),
        std::string(item.claim.title),
        std::move(*difference),
        chain.seen,
        false,
        {},
        prepared_.watermark.likely_cause(*item.rows, chain.seen, loop_.dispatcher().latest_ledger())};
    if (exemption != nullptr) return findings_.exempt(std::move(mismatch), *exemption);
    rechecks_.suspect_found(std::move(item), std::move(mismatch));
}

void Cycle::cannot_compare(Item item, verify::Unverifiable why) {
    if (item.purpose == Purpose::recheck_elsewhere) return rechecks_.cannot_recheck(std::move(item));
    if (settings_.witness != nullptr) settings_.witness->unverifiable(item, why);
    if (item.purpose == Purpose::first_again) return opinions_.disagree(std::move(item));
    if (item.purpose == Purpose::recheck) return rechecks_.failed(std::move(item), why);
    coverage_.unverifiable(item.claim.check, item.claim.id, std::move(why));
}

void Cycle::not_answered(Item item) {
    if (item.purpose == Purpose::first_again) return opinions_.disagree(std::move(item));
    if (item.purpose != Purpose::comparison) return rechecks_.ask_again(std::move(item));
    coverage_.not_answered(item.claim.check);
}

// ---- progress, and the end

void Cycle::show_progress() {
    if (watcher_ == nullptr || loop_.clock().now() < watcher_->due()) return;
    Progress progress{{}, unsettled() + rechecks_.rows_wanted()};
    const verify::Summary& summary = findings_.summary();
    for (const Check check : settings_.selection.checks) {
        const std::uint64_t read = rows_.arrived(check) - summary.skipped(check);
        const bool exact = rows_.all_arrived(check);
        std::optional<std::uint64_t> rows = coverage_.in_scope().estimates[check];
        if (exact || (rows && *rows < read)) rows = read;
        progress.checks.push_back({check, summary.tally(check).in_scope(), rows, exact});
    }
    watcher_->told(progress);
}

/// Settles what is under way: suspects that nobody has rechecked are mismatches, not confirmed.
void Cycle::close() {
    for (Item& item : chain_.abandon()) not_answered(std::move(item));
    share_out_calls(); // none waits any more
    rows_.hold_rows(false);
    for (Item& item : others_.abandon()) rechecks_.cannot_recheck(std::move(item));
    rechecks_.abandon();
    for (; rows_.has_row(); rows_.take(0)) {
        const Check check = rows_.check();
        if (is_skipped(check, rows_.row())) {
            findings_.skipped(check);
        } else {
            coverage_.not_answered(check);
        }
    }
    coverage_.not_read(rows_.unread());
    if (const auto ledgers = chain_.ledgers()) {
        verify::Summary& summary = findings_.summary();
        summary.answered_from(ledgers->first);
        summary.answered_from(ledgers->second);
        summary.latest_ledger = ledgers->second;
    }
}

} // namespace
} // namespace cycle
