// The chain side of the items: puts their questions into batches and calls, hands these to the dispatcher, and reads
// the answers, asking on where a first answer leads to a second question.
//
// A key shares its request with others; a contract call is a request of its own, and one batch may lead to hundreds of
// them. So calls wait here, by check, until send_call() says that it is this check's turn.
#pragma once

#include "db/postgres.hpp"
#include "net/dispatcher.hpp"
#include "net/key_groups.hpp"
#include "sync/controls.hpp"
#include "sync/witness.hpp"
#include "verify/finding.hpp"
#include "verify/reading.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace cycle {

/// What the chain's side of an item is asked for.
enum class Purpose : std::uint8_t {
    comparison,        // the first
    recheck,           // of the endpoint that serves the cycle
    recheck_elsewhere, // of another endpoint, because the first is behind the indexer
    second_opinion,    // of another endpoint, before anybody is paged
    first_again,       // of the first endpoint, because the other one contradicts it
};

/// The endpoint by which a row differs, if another one is asked for a second opinion.
struct FirstEndpoint {
    std::size_t place = 0; // in the list
    std::string name;      // for a person
};

/// A market or user under one check, on its way.
struct Item {
    std::shared_ptr<const db::Rows> rows; // the claim's views point into them
    verify::Claim claim;
    verify::Question question{};
    unsigned look = 0;                         // 0 is the first; more: rechecks
    std::unique_ptr<verify::Mismatch> suspect; // what was found before; nullptr for Purpose::comparison
    std::unique_ptr<FirstEndpoint> first{};    // only for Purpose::second_opinion and first_again
    Purpose purpose = Purpose::comparison;
    bool premature = false;      // the suspect was found before the row was written: no evidence
    std::uint32_t watermark = 0; // of the row: a chain answer from before says nothing; 0: not known
    unsigned not_compared = 0;   // answers in a row that no control could be compared with

    /// A recheck counts only from a later ledger than before: at the same one the chain cannot have changed. A second
    /// opinion may be from the same ledger.
    net::LeastLedger least_ledger() const {
        const std::uint32_t seen = suspect ? suspect->seen.ledger : 0;
        switch (purpose) {
        case Purpose::comparison:
            return {};
        case Purpose::recheck:
            return {std::max(seen + 1, watermark), false, true};
        case Purpose::recheck_elsewhere:
            return {std::max(seen + 1, watermark), true, false};
        case Purpose::second_opinion:
            return {std::max(seen, watermark), false};
        case Purpose::first_again:
            return {std::max({seen, suspect->second_opinion->ledger, watermark}), true};
        }
        return {};
    }
};

struct AnsweredItem {
    Item item;
    std::variant<verify::ChainValue, verify::Unverifiable, net::GivenUp> answer;
};

/// What one getLedgerEntries call asks for.
struct ReadBatch {
    std::shared_ptr<net::KeyGroups> keys = std::make_shared<net::KeyGroups>();
    std::vector<std::optional<Item>> items; // one a group; nullopt once it has gone on
    std::size_t unanswered = 0;
    net::LeastLedger least; // that the answer may come from
};

class ChainReads {
  public:
    /// All outlive this; there need be no witness.
    ChainReads(const verify::Target& target, net::Dispatcher& dispatcher, Witness* witness = nullptr);

    /// Asks the item's first question: keys go out with the next full batch, a call when send_call() sends it.
    void ask(Item item);
    /// Sends the batch that is not full yet.
    void send_batch();
    /// Contract calls of a check that wait to be sent.
    std::size_t waiting_calls(verify::Check check) const { return waiting_[check].size(); }
    /// Sends the one that has waited longest. There must be one.
    void send_call(verify::Check check);
    /// Sends everything, for a caller that has nothing else to send.
    void flush();
    /// Nothing is open, waiting or under way.
    bool idle() const;

    /// Takes what the dispatcher has finished; items with one more question stay under way.
    std::vector<AnsweredItem> take_answers();
    /// Every item that has no answer yet. Nothing is under way afterwards.
    std::vector<Item> abandon();

    /// What has been asked for a check since the last call of this, in keys; a contract call counts as many as fill a
    /// batch.
    std::uint64_t take_asked(verify::Check check);
    /// Items that have their answer, and wait for a control.
    std::size_t held() const { return held_.size(); }
    /// The lowest and highest ledger answered from.
    std::optional<std::pair<std::uint32_t, std::uint32_t>> ledgers() const { return ledgers_; }

  private:
    void put(Item item);
    std::uint64_t& asked_for(const Item& item) { return asked_[item.claim.check]; }
    void batch_finished(net::Finished& finished, std::vector<AnsweredItem>& out);
    void call_finished(net::Finished& finished, std::vector<AnsweredItem>& out);
    verify::Reading read(const Item& item, const ReadBatch& batch, std::size_t group,
                         const net::LedgerEntries& entries);
    void settle(Item item, verify::Reading reading, std::vector<AnsweredItem>& out);
    void ask_for_control(verify::Check check);
    void control_finished(net::Finished& finished, std::vector<AnsweredItem>& out);
    void settle_held(std::vector<AnsweredItem>& out);
    void answered_from(std::uint32_t ledger);

    const verify::Target& target_;
    net::Dispatcher& dispatcher_;
    Witness* witness_;
    std::optional<ReadBatch> open_;
    unsigned calls_since_opened_ = 0;
    verify::PerCheck<std::deque<Item>> waiting_;
    std::unordered_map<net::CallId, ReadBatch> batches_;
    std::unordered_map<net::CallId, Item> calls_;
    /// Answers that wait to be compared with a control.
    struct Held {
        Item item;
        verify::Reading reading;
    };
    std::unordered_map<net::CallId, Held> held_;
    Controls controls_;
    std::optional<net::CallId> control_; // under way
    stellar::Hash no_market_{};          // its market id: a random one
    net::Simulation last_control_;       // for the witness
    verify::Keys keys_;
    verify::PerCheck<std::uint64_t> asked_; // in keys
    std::optional<std::pair<std::uint32_t, std::uint32_t>> ledgers_;
};

} // namespace cycle
