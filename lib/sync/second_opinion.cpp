// A second opinion before anybody is paged: with several RPC endpoints, what differs at its last look and is CRITICAL
// is asked of another endpoint, too. Where that one contradicts, the first is asked once more, from no older ledger:
// the chain may have moved on between the two. Where they still do not say the same, that is a finding of its own,
// neither a mismatch nor a match. An endpoint that cannot tell keeps nobody from being paged.
#include "sync/sync_service.hpp"

#include <fmt/format.h>

namespace cycle {
void SyncService::mismatched(Item item) {
    if (!other_endpoints_ || item.suspect->priority() != verify::Priority::critical) {
        return findings_.mismatched(std::move(*item.suspect));
    }
    if (item.elsewhere) return mismatched(std::move(*item.suspect)); // it is the other endpoint's word already
    const net::Dispatcher& dispatcher = loop_.dispatcher();
    item.speaker = std::make_unique<Speaker>(Speaker{dispatcher.endpoint(), dispatcher.endpoint_name()});
    other_endpoints_->ask(std::move(item));
}

void SyncService::mismatched(verify::Mismatch mismatch) {
    if (other_endpoints_ && mismatch.priority() == verify::Priority::critical) mismatch.second_opinion.emplace();
    findings_.mismatched(std::move(mismatch));
}

void SyncService::take_second_opinions() {
    if (!other_endpoints_) return;
    other_endpoints_->advance();
    for (AnsweredItem& answered : other_endpoints_->take_answers()) {
        const auto* chain = std::get_if<verify::ChainValue>(&answered.answer);
        if (answered.item.elsewhere && !answered.item.speaker) {
            if (chain != nullptr) {
                take_answer(std::move(answered.item), *chain);
            } else if (std::holds_alternative<net::GivenUp>(answered.answer)) {
                wait_again(std::move(answered.item));
            } else {
                cannot_recheck(std::move(answered.item));
            }
            continue;
        }
        if (chain != nullptr) {
            take_second_opinion(std::move(answered.item), *chain);
            continue;
        }
        verify::Mismatch& mismatch = *answered.item.suspect;
        if (const auto* why = std::get_if<verify::Unverifiable>(&answered.answer)) {
            findings_.warning(fmt::format("{} {} could not be asked of a second RPC endpoint: {}",
                                          mismatch.check().name(), mismatch.id, why->text));
        }
        if (settings_.witness != nullptr) settings_.witness->second_opinion(answered.item, {});
        mismatched(std::move(mismatch));
    }
}

void SyncService::take_second_opinion(Item item, const verify::ChainValue& chain) {
    using Word = verify::SecondOpinion::Word;
    // It agrees if the row differs by its answer, too: what moves with each ledger need not be equal.
    const bool agrees = verify::compare(item.claim, chain, settings_.thresholds).has_value();
    const verify::Difference both = item.claim.check->measure(item.claim, chain);
    item.suspect->second_opinion = {agrees ? Word::agrees : Word::contradicts, both.check->said(both),
                                    chain.seen.ledger, other_endpoints_->endpoint_name()};
    if (settings_.witness != nullptr) settings_.witness->second_opinion(item, *item.suspect->second_opinion);
    if (agrees) return findings_.mismatched(std::move(*item.suspect));
    // Nobody but the first can take its word back.
    if (item.speaker->endpoint != loop_.dispatcher().endpoint()) return disagree(std::move(item));
    chain_->ask(std::move(item));
}

void SyncService::take_first_word_again(Item item, const verify::ChainValue& chain) {
    verify::Mismatch& mismatch = *item.suspect;
    if (item.speaker->endpoint != loop_.dispatcher().endpoint()) return disagree(std::move(item));
    std::optional<verify::Difference> difference = verify::compare(item.claim, chain, settings_.thresholds);
    // The chain has moved on, and both say now what the row says.
    if (!difference) return findings_.transient(mismatch.check(), mismatch.id);
    mismatch.difference = std::move(*difference);
    mismatch.seen = chain.seen;
    mismatch.likely_cause = likely_cause(item, chain.seen);
    disagree(std::move(item));
}

void SyncService::disagree(Item item) {
    settings_.exemptions.not_verified(item.suspect->check(), item.suspect->id);
    findings_.disagreement({std::move(*item.suspect), item.speaker->name});
}

} // namespace cycle
