#include "sync/chain_reads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <random>

namespace cycle {
namespace {

/// Times that a market is asked for again because the node moved on before its answer could be compared.
constexpr unsigned most_comparisons = 4;
/// Contract calls sent while a batch waits to be filled. After so many it goes out as it is: a check of a few rows must
/// not wait for one that has thousands of calls.
constexpr unsigned most_calls_before_batch = 8;

stellar::Hash random_id() {
    std::random_device device;
    stellar::Hash id{};
    for (std::uint8_t& byte : id) byte = static_cast<std::uint8_t>(device());
    return id;
}

} // namespace

ChainReads::ChainReads(const verify::Target& target, net::Dispatcher& dispatcher, Witness* witness)
    : target_(target), dispatcher_(dispatcher), witness_(witness), no_market_(random_id()) {}

void ChainReads::ask(Item item) {
    item.question = item.claim.check->first_question(item.claim, target_);
    put(std::move(item));
}

void ChainReads::put(Item item) {
    if (item.question == verify::Question::contract) {
        waiting_[item.claim.check].push_back(std::move(item));
        return;
    }
    keys_.clear();
    item.claim.check->keys(item.question, item.claim, target_, keys_);
    std::array<std::string_view, net::max_keys_per_group> views;
    for (std::size_t i = 0; i < keys_.size(); ++i) views[i] = keys_[i];
    const std::span<const std::string_view> group(views.data(), keys_.size());
    asked_for(item) += keys_.size();
    const net::LeastLedger least = item.least_ledger();
    // A ledger that another endpoint has told of is asked of nobody else: this one may never have come to it.
    if (open_ && open_->least.of_another != least.of_another) send_batch();
    // Nor does a first look wait for the later ledger that a recheck is in need of.
    if (open_ && (open_->least.sequence != 0) != (least.sequence != 0)) send_batch();
    if (open_ && !open_->keys->add(group, dispatcher_.key_limit())) send_batch();
    if (!open_) {
        open_.emplace();
        calls_since_opened_ = 0;
        open_->least.of_another = least.of_another;
        open_->least.can_wait = least.can_wait;
        open_->items.reserve(net::max_keys_per_call);
        open_->keys->add(group, dispatcher_.key_limit());
    }
    open_->least.sequence = std::max(open_->least.sequence, least.sequence);
    open_->items.emplace_back(std::move(item));
    if (open_->keys->keys() >= dispatcher_.key_limit()) send_batch();
}

void ChainReads::send_call(verify::Check check) {
    std::deque<Item>& waiting = waiting_[check];
    Item item = std::move(waiting.front());
    waiting.pop_front();
    // The first control comes before the answers, so that there is one from no later ledger than theirs.
    if (check->needs_control(item.claim, target_) && controls_.wanted()) ask_for_control(check);
    asked_for(item) += dispatcher_.key_limit();
    const net::CallId call =
        dispatcher_.simulate(verify::envelope_of(check->call(item.claim, target_)), item.least_ledger());
    calls_.emplace(call, std::move(item));
    if (open_ && ++calls_since_opened_ == most_calls_before_batch) send_batch();
}

void ChainReads::flush() {
    send_batch();
    for (const auto& [check, waiting] : waiting_) {
        while (!waiting.empty()) send_call(check);
    }
}

bool ChainReads::idle() const {
    const auto none = [](const auto& waiting) { return waiting.second.empty(); };
    return !open_ && std::all_of(waiting_.begin(), waiting_.end(), none) && batches_.empty() && calls_.empty() &&
           held_.empty();
}

std::uint64_t ChainReads::take_asked(verify::Check check) {
    return std::exchange(asked_[check], 0);
}

void ChainReads::send_batch() {
    if (!open_) return;
    open_->unanswered = open_->items.size();
    const net::CallId call = dispatcher_.read_entries(open_->keys, open_->least);
    batches_.emplace(call, std::move(*open_));
    open_.reset();
}

std::vector<AnsweredItem> ChainReads::take_answers() {
    std::vector<net::Finished> calls = dispatcher_.take_finished();
    std::vector<AnsweredItem> out;
    out.reserve(std::accumulate(calls.begin(), calls.end(), std::size_t{0},
                                [](std::size_t sum, const auto& call) { return sum + call.last - call.first; }));
    for (net::Finished& finished : calls) {
        if (batches_.contains(finished.call)) {
            batch_finished(finished, out);
        } else if (control_ == finished.call) {
            control_finished(finished, out);
        } else {
            call_finished(finished, out);
        }
    }
    return out;
}

void ChainReads::batch_finished(net::Finished& finished, std::vector<AnsweredItem>& out) {
    const auto found = batches_.find(finished.call);
    ReadBatch& batch = found->second;
    if (const auto* entries = std::get_if<net::LedgerEntries>(&finished.outcome)) answered_from(entries->ledger);
    for (std::size_t group = finished.first; group < finished.last; ++group) {
        Item item = *std::exchange(batch.items[group], std::nullopt);
        if (const auto* entries = std::get_if<net::LedgerEntries>(&finished.outcome)) {
            verify::Reading reading = read(item, batch, group, *entries);
            settle(std::move(item), std::move(reading), out);
        } else if (const auto* failure = std::get_if<net::Failure>(&finished.outcome)) {
            settle(std::move(item), verify::Unverifiable{verify::Reason::rpc, failure->text}, out);
        } else {
            out.push_back({std::move(item), net::GivenUp{}});
        }
    }
    batch.unanswered -= finished.last - finished.first;
    if (batch.unanswered == 0) batches_.erase(finished.call);
}

verify::Reading ChainReads::read(const Item& item, const ReadBatch& batch, std::size_t group,
                                 const net::LedgerEntries& entries) {
    std::array<verify::Stored, net::max_keys_per_group> stored;
    const std::span<const net::KeyGroups::Slot> slots = batch.keys->slots(group);
    for (std::size_t i = 0; i < slots.size(); ++i) {
        stored[i].key = batch.keys->key(slots[i]);
        const std::optional<net::LedgerEntryAnswer>& answer = entries.by_slot[slots[i]];
        if (!answer) continue;
        stored[i].entry = answer->entry;
        stored[i].last_modified_ledger = answer->last_modified_ledger;
        // 0 is the server's word for archived; a live entry lives until this ledger, inclusive.
        stored[i].archived = answer->live_until_ledger && *answer->live_until_ledger < entries.ledger;
    }
    const std::span<const verify::Stored> view(stored.data(), slots.size());
    if (witness_ != nullptr) witness_->entries(item, view, entries.ledger);
    return item.claim.check->read_entries(item.question, item.claim, target_, view, entries.ledger);
}

void ChainReads::call_finished(net::Finished& finished, std::vector<AnsweredItem>& out) {
    const auto found = calls_.find(finished.call);
    if (found == calls_.end()) return;
    Item item = std::move(found->second);
    calls_.erase(found);
    if (const auto* simulation = std::get_if<net::Simulation>(&finished.outcome)) {
        if (simulation->ledger != 0) answered_from(simulation->ledger);
        if (witness_ != nullptr) witness_->call(item, item.claim.check->call(item.claim, target_), *simulation);
        verify::Reading reading =
            item.claim.check->read_call(item.claim, simulation->error, simulation->result, simulation->ledger);
        if (simulation->error.empty() && item.claim.check->needs_control(item.claim, target_)) {
            held_.emplace(finished.call, Held{std::move(item), std::move(reading)});
            controls_.hold(finished.call, simulation->ledger, simulation->result, finished.endpoint);
            return settle_held(out);
        }
        settle(std::move(item), std::move(reading), out);
    } else if (const auto* failure = std::get_if<net::Failure>(&finished.outcome)) {
        settle(std::move(item), verify::Unverifiable{verify::Reason::rpc, failure->text}, out);
    } else {
        out.push_back({std::move(item), net::GivenUp{}});
    }
}

void ChainReads::settle(Item item, verify::Reading reading, std::vector<AnsweredItem>& out) {
    if (auto* value = std::get_if<verify::ChainValue>(&reading)) {
        out.push_back({std::move(item), std::move(*value)});
    } else if (auto* unverifiable = std::get_if<verify::Unverifiable>(&reading)) {
        out.push_back({std::move(item), std::move(*unverifiable)});
    } else if (const auto* learnt = std::get_if<verify::Identified>(&reading)) {
        item.claim.check->identify(item.claim, *learnt);
        item.question = learnt->next;
        put(std::move(item));
    } else {
        item.question = std::get<verify::Question>(reading);
        put(std::move(item));
    }
}

// ---- controls

void ChainReads::ask_for_control(verify::Check check) {
    control_ = dispatcher_.simulate(verify::envelope_of(check->control(target_, no_market_)),
                                    {controls_.least_ledger(), false});
    controls_.asked();
}

void ChainReads::control_finished(net::Finished& finished, std::vector<AnsweredItem>& out) {
    control_.reset();
    if (auto* simulation = std::get_if<net::Simulation>(&finished.outcome)) {
        controls_.answered(*simulation, finished.endpoint);
        if (witness_ != nullptr) last_control_ = std::move(*simulation);
    } else if (const auto* failure = std::get_if<net::Failure>(&finished.outcome)) {
        controls_.failed(failure->text);
    } else {
        controls_.abandon();
        for (auto& [call, held] : std::exchange(held_, {})) out.push_back({std::move(held.item), net::GivenUp{}});
    }
    settle_held(out);
}

void ChainReads::settle_held(std::vector<AnsweredItem>& out) {
    using Word = Controls::Word;
    for (Controls::Judged& judged : controls_.take()) {
        auto held = held_.extract(judged.answer);
        Item& item = held.mapped().item;
        verify::Reading& reading = held.mapped().reading;
        const bool compared = judged.word == Word::same || judged.word == Word::distinct;
        if (compared && witness_ != nullptr) {
            witness_->control(item, item.claim.check->control(target_, no_market_), last_control_,
                              judged.word == Word::same);
        }
        if (judged.word == Word::too_late && ++item.not_compared < most_comparisons) {
            put(std::move(item));
            continue;
        }
        if (judged.word == Word::same) {
            reading = item.claim.check->unknown(reading);
        } else if (judged.word == Word::failed) {
            reading = verify::Unverifiable{
                verify::Reason::rpc,
                fmt::format("the answer could not be compared with one for a market that does not exist: {}",
                            judged.why)};
        } else if (judged.word == Word::too_late) {
            reading = verify::Unverifiable{verify::Reason::rpc,
                                           "the node moved on each time before the answer could be compared with one "
                                           "for a market that does not exist"};
        }
        settle(std::move(item), std::move(reading), out);
    }
    if (!held_.empty() && controls_.wanted()) ask_for_control(held_.begin()->second.item.claim.check);
}

std::vector<Item> ChainReads::abandon() {
    std::vector<Item> items;
    const auto take = [&items](ReadBatch& batch) {
        for (std::optional<Item>& item : batch.items) {
            if (item) items.push_back(std::move(*item));
        }
    };
    if (open_) take(*open_);
    open_.reset();
    for (const auto& of : waiting_) {
        std::deque<Item> waiting = std::exchange(waiting_[of.first], {});
        std::move(waiting.begin(), waiting.end(), std::back_inserter(items));
    }
    for (auto& [call, batch] : batches_) take(batch);
    batches_.clear();
    for (auto& [call, item] : calls_) items.push_back(std::move(item));
    calls_.clear();
    for (auto& [call, held] : held_) items.push_back(std::move(held.item));
    held_.clear();
    controls_.abandon();
    control_.reset();
    return items;
}

void ChainReads::answered_from(std::uint32_t ledger) {
    if (!ledgers_) ledgers_.emplace(ledger, ledger);
    ledgers_->first = std::min(ledgers_->first, ledger);
    ledgers_->second = std::max(ledgers_->second, ledger);
}

} // namespace cycle
