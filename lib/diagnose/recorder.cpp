#include "diagnose/recorder.hpp"

#include "stellar/base64.hpp"
#include "stellar/readable.hpp"
#include "sync/chain_reads.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace diagnose {
namespace {

base::Fields columns_of(verify::Check check, const verify::Row& row) {
    base::Fields fields;
    const auto columns = check->profile().columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::optional<std::string_view> value = row[i];
        if (!value && columns[i].optional) continue;
        fields.push_back({columns[i].camel(), value ? base::Value(std::string(*value)) : base::Value(nullptr)});
    }
    return fields;
}

diagnose::ExplainedQuestion question_of(const verify::Call& call, const net::Simulation& simulation) {
    diagnose::ExplainedQuestion question;
    question.ledger = simulation.ledger;
    std::vector<std::string> arguments;
    for (const stellar::ScVal& argument : call.arguments) arguments.push_back(stellar::readable(argument));
    question.call = fmt::format("{} {}({})", stellar::to_strkey({stellar::Address::Kind::contract, call.contract}),
                                call.function, fmt::join(arguments, ", "));
    question.envelope = stellar::to_base64(verify::envelope_of(call));
    question.error = simulation.error;
    if (simulation.error.empty()) {
        question.result = stellar::to_base64(simulation.result);
        question.result_text = stellar::readable_value(simulation.result);
    }
    return question;
}

diagnose::Verdict verdict_of(const verify::Tally& tally) {
    if (tally.mismatched > 0) return diagnose::Verdict::mismatched;
    if (tally.exempt > 0) return diagnose::Verdict::exempt;
    if (tally.matched > 0) return diagnose::Verdict::matched;
    return tally.transient > 0 ? diagnose::Verdict::transient : diagnose::Verdict::error;
}

} // namespace

void Recorder::row(verify::Check check, unsigned look, const verify::Row& row, const verify::ClaimResult& claim) {
    diagnose::ExplainedLook& entry = look_of(check, row.id(), look);
    entry.row = columns_of(check, row);
    if (!claim) entry.fault = claim.error();
}

void Recorder::entries(const cycle::Item& item, std::span<const verify::Stored> stored, std::uint32_t ledger) {
    diagnose::ExplainedQuestion question;
    question.ledger = ledger;
    for (const verify::Stored& each : stored) {
        diagnose::ExplainedEntry entry{stellar::to_base64(each.key),
                                       stellar::readable_key(each.key),
                                       std::nullopt,
                                       "no such entry",
                                       each.last_modified_ledger,
                                       each.archived};
        if (each.entry) {
            entry.entry = stellar::to_base64(*each.entry);
            entry.entry_text = stellar::readable_entry(*each.entry);
        }
        question.entries.push_back(std::move(entry));
    }
    look_of(item).questions.push_back(std::move(question));
}

void Recorder::call(const cycle::Item& item, const verify::Call& call, const net::Simulation& simulation) {
    look_of(item).questions.push_back(question_of(call, simulation));
}

void Recorder::control(const cycle::Item& item, const verify::Call& call, const net::Simulation& control, bool same) {
    diagnose::ExplainedQuestion question = question_of(call, control);
    question.control = same ? "the same answer as for the row's market: it says nothing about that market"
                            : "another answer than for the row's market: that one counts";
    look_of(item).questions.push_back(std::move(question));
}

void Recorder::compared(const cycle::Item& item, const verify::ChainValue& chain) {
    diagnose::ExplainedLook& look = look_of(item);
    look.comparison = item.claim.check->measure(item.claim, chain);
    look.differs = item.claim.check->differs(*look.comparison, thresholds_);
    look.seen = chain.seen;
}

void Recorder::unverifiable(const cycle::Item& item, const verify::Unverifiable& why) {
    look_of(item).fault = why;
}

void Recorder::second_opinion(const cycle::Item& item, const verify::SecondOpinion& opinion) {
    look_of(item).second_opinion = opinion;
}

std::vector<diagnose::Explanation> Recorder::explanations(const verify::Summary& summary) const {
    std::vector<diagnose::Explanation> list = explanations_;
    for (diagnose::Explanation& each : list) each.verdict = verdict_of(summary.tally(each.check));
    for (const verify::Exempted& exempted : summary.exempted()) {
        for (diagnose::Explanation& each : list)
            if (each.check == exempted.mismatch.check() && each.id == exempted.mismatch.id)
                each.exemption = exempted.reason;
    }
    return list;
}

diagnose::ExplainedLook& Recorder::look_of(const cycle::Item& item) {
    return look_of(item.claim.check, item.claim.id, item.look);
}

diagnose::ExplainedLook& Recorder::look_of(verify::Check check, std::string_view id, unsigned look) {
    const auto same = [&](const diagnose::Explanation& each) { return each.check == check && each.id == id; };
    auto found = std::find_if(explanations_.begin(), explanations_.end(), same);
    if (found == explanations_.end()) {
        explanations_.push_back({check, std::string(id), {}, {}, {}});
        found = std::prev(explanations_.end());
    }
    if (found->looks.size() <= look) found->looks.resize(look + 1);
    found->looks[look].look = look;
    return found->looks[look];
}

} // namespace diagnose
