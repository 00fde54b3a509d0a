#include "sync/second_opinions.hpp"

#include <fmt/format.h>

namespace cycle {

bool SecondOpinions::needed(const verify::Mismatch& mismatch) const {
    return loop_.dispatcher().endpoints() > 1 && mismatch.priority() == verify::Priority::critical;
}

void SecondOpinions::mismatch_found(Item item) {
    if (!needed(*item.suspect)) return findings_.mismatched(std::move(*item.suspect));
    if (item.purpose == Purpose::recheck_elsewhere) { // the answer is another endpoint's already
        return report_mismatch(std::move(*item.suspect));
    }
    const net::Dispatcher& dispatcher = loop_.dispatcher();
    item.first = std::make_unique<FirstEndpoint>(FirstEndpoint{dispatcher.endpoint(), dispatcher.endpoint_name()});
    item.purpose = Purpose::second_opinion;
    others_.ask(std::move(item));
}

void SecondOpinions::report_mismatch(verify::Mismatch mismatch) {
    if (needed(mismatch)) mismatch.second_opinion.emplace();
    findings_.mismatched(std::move(mismatch));
}

void SecondOpinions::take_second(AnsweredItem answered) {
    using Word = verify::SecondOpinion::Word;
    Item& item = answered.item;
    verify::Mismatch& mismatch = *item.suspect;
    const auto* chain = std::get_if<verify::ChainValue>(&answered.answer);
    if (chain == nullptr) {
        if (const auto* why = std::get_if<verify::Unverifiable>(&answered.answer)) {
            findings_.warning(fmt::format("{} {} could not be asked of a second RPC endpoint: {}",
                                          mismatch.check().name(), mismatch.id, why->text));
        }
        if (settings_.witness != nullptr) settings_.witness->second_opinion(item, {});
        return report_mismatch(std::move(mismatch));
    }
    // It agrees if the row differs by its answer, too: what moves with each ledger need not be equal.
    const bool agrees = verify::compare(item.claim, *chain, settings_.thresholds).has_value();
    const verify::Difference both = item.claim.check->measure(item.claim, *chain);
    mismatch.second_opinion = {agrees ? Word::agrees : Word::contradicts, both.check->said(both), chain->seen.ledger,
                               others_.endpoint_name()};
    if (settings_.witness != nullptr) settings_.witness->second_opinion(item, *mismatch.second_opinion);
    if (agrees) return findings_.mismatched(std::move(mismatch));
    // Only the first endpoint can take its answer back.
    if (item.first->place != loop_.dispatcher().endpoint()) return disagree(std::move(item));
    item.purpose = Purpose::first_again;
    chain_.ask(std::move(item));
}

void SecondOpinions::take_first_again(Item item, const verify::ChainValue& chain) {
    verify::Mismatch& mismatch = *item.suspect;
    if (item.first->place != loop_.dispatcher().endpoint()) return disagree(std::move(item));
    std::optional<verify::Difference> difference = verify::compare(item.claim, chain, settings_.thresholds);
    // The chain has moved on, and both endpoints say now what the row says.
    if (!difference) return findings_.transient(mismatch.check(), mismatch.id);
    mismatch.difference = std::move(*difference);
    mismatch.seen = chain.seen;
    mismatch.likely_cause = watermark_.likely_cause(*item.rows, chain.seen, loop_.dispatcher().latest_ledger());
    disagree(std::move(item));
}

void SecondOpinions::disagree(Item item) {
    coverage_.disagreement({std::move(*item.suspect), item.first->name});
}

} // namespace cycle
