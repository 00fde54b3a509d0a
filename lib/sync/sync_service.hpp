// SyncService: one verification cycle. Rows -> claims -> chain reads -> comparison -> a second look at what differs ->
// summary. Read execute_sync_cycle() and its parts from top to bottom: they are the program.
#pragma once

#include "sync/chain_reads.hpp"
#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "sync/other_endpoints.hpp"
#include "sync/preparation.hpp"
#include "sync/progress.hpp"
#include "sync/row_stream.hpp"
#include "sync/suspects.hpp"
#include "sync/watermark.hpp"
#include "sync/witness.hpp"
#include "verify/claim.hpp"
#include "verify/compare.hpp"
#include "verify/exemption.hpp"
#include "verify/hints.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cycle {

struct CycleSettings {
    Selection selection;
    std::string schema;
    db::CustomSql custom_sql;
    verify::Target target; // the token is found out by the cycle
    TokenSettings token;
    verify::Thresholds thresholds;
    unsigned confirm_attempts = 1; // 0: suspects are reported at once, unconfirmed
    base::Duration confirm_delay = std::chrono::seconds(6);
    verify::Exemptions exemptions;
    WatermarkSettings watermark;
    std::size_t page_size = 2000; // rows
    /// Items kept at most that differed and are not settled, or wait for a control; beyond, rows wait. Bounds the
    /// memory when everything differs.
    std::size_t most_unsettled = 20'000;
    std::uint64_t turn = 0;     // turn_at() the start
    Witness* witness = nullptr; // outlives the cycle
};

class SyncService {
  public:
    /// `loop`, `findings` and `watcher`, if there is one, outlive the cycle.
    SyncService(CycleSettings settings, Loop& loop, Findings& findings, Watcher* watcher = nullptr);

    /// Runs to the end, or until the loop is cut; then what was found so far is complete up to there. Throws
    /// base::Misconfigured where nothing could be checked because somebody must change something.
    void execute_sync_cycle();

  private:
    /// What the database is busy with.
    enum class Reading { nothing, rows, suspects };

    /// Its row was read again, and the node is still at a ledger from before that.
    struct Held {
        Item item;
        base::TimePoint since;
    };

    bool prepare();
    bool finished() const;

    void take_rows();
    void take_row(const Row& row);
    void share_out_calls();
    bool has_room_for_suspects() const;
    bool has_room_to_read_again() const;

    void ask_database();
    void ask(Reading what, db::Query query);
    void ask_for_suspects(std::vector<Suspect> suspects);
    void take_database_answer();
    void database_failed(Reading reading, const db::DatabaseError& error);
    void rows_refused(const db::DatabaseError& error);
    void take_row_faults();
    bool suspects_refused(const db::DatabaseError& error);
    void look_again(const std::shared_ptr<const db::Rows>& rows);
    void look_again(Suspect suspect, const std::shared_ptr<const db::Rows>& rows,
                    std::optional<verify::ClaimResult> claim);

    void take_chain_answers();
    void take_answer(Item item, const verify::ChainValue& chain);
    void take_answer(Item item, verify::Unverifiable why);
    void take_answer(Item item); // given up
    void cannot_look_again(const verify::Mismatch& mismatch, const verify::Unverifiable& why);
    void suspect(Item item, verify::Mismatch mismatch);
    std::optional<verify::Cause> likely_cause(const Item& item, const verify::Sighting& seen);
    void unverifiable(Check check, std::string_view id, verify::Unverifiable why, std::uint64_t rows = 1);

    // later_ledger.cpp
    void follow_ledger();
    void ask_of_later_ledger(Item item);
    void release_held();
    std::optional<base::TimePoint> late_since() const;
    void node_stalled();
    void wait_again(Item item);
    void cannot_recheck(Suspect suspect);
    void cannot_recheck(Item item);
    void behind_indexer(const verify::Mismatch& mismatch, std::uint32_t watermark);

    // second_opinion.cpp
    void mismatched(Item item);
    void mismatched(verify::Mismatch mismatch); // as it stands
    void take_second_opinions();
    void take_second_opinion(Item item, const verify::ChainValue& chain);
    void take_first_word_again(Item item, const verify::ChainValue& chain);
    void disagree(Item item);

    std::size_t unsettled() const;
    base::TimePoint wakeup() const;
    void tell_watcher();

    // wind_up.cpp
    void wind_up(bool finished);
    void close_items();
    void count_unread();
    void count(const Stretch& rows, base::TimePoint until, verify::PerCheck<std::uint64_t>& sums);
    void report_obstacle(Check check);
    void report_not_verified();
    void report_exemptions(bool finished);

    CycleSettings settings_;
    Loop& loop_;
    Findings& findings_;
    Watcher* watcher_;
    Estimates estimates_; // where there is a watcher
    std::optional<db::Source> source_;
    std::optional<RowStream> rows_;
    std::optional<ChainReads> chain_;
    std::optional<OtherEndpoints> other_endpoints_; // where there are several
    Watermark watermark_;
    Suspects suspects_;
    Reading reading_ = Reading::nothing;
    std::vector<Suspect> being_read_; // their rows, by the database
    std::size_t suspects_a_statement_;
    std::shared_ptr<std::size_t> bytes_read_again_ = std::make_shared<std::size_t>(0);
    std::vector<Stretch> unreadable_; // the database refuses the statement
    std::vector<Held> held_;
    verify::Causes causes_;  // of rows that could not be verified
    bool elsewhere_ = false; // those being read are asked of another endpoint
    bool stall_reported_ = false;
    verify::PerCheck<std::uint64_t> not_verified_;
    verify::PerCheck<std::uint64_t> not_readable_;
    verify::PerCheck<bool> uncounted_;
    bool database_lost_ = false;
};

} // namespace cycle
