#include "diagnose/recorder.hpp"

#include "reconcile/chain_reads.hpp"
#include "stellar/base64.hpp"
#include "stellar/readable.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace diagnose {
namespace {

base::Field column(std::string name, const std::optional<std::string_view>& value) {
    return {std::move(name), value ? base::Value(std::string(*value)) : base::Value(nullptr)};
}

struct Columns {
    base::Fields operator()(const check::MarketRow& row) const {
        base::Fields columns{column("id", row.id),
                             column("contractAddress", row.contract_address),
                             column("title", row.title),
                             column("yesLiquidity", row.yes_liquidity),
                             column("noLiquidity", row.no_liquidity),
                             column("winningOutcome", row.winning_outcome)};
        if (row.market_id) columns.push_back(column("marketId", row.market_id));
        return columns;
    }
    base::Fields operator()(const check::UserRow& row) const {
        return {column("id", row.id), column("walletAddress", row.wallet_address),
                column("usdcBalance", row.usdc_balance)};
    }
};

check::ExplainedQuestion question_of(const check::Call& call, const net::Simulation& simulation) {
    check::ExplainedQuestion question;
    question.ledger = simulation.ledger;
    question.call = fmt::format("{} {}({})", stellar::to_strkey({stellar::Address::Kind::contract, call.contract}),
                                call.function, stellar::readable(call.argument));
    question.envelope = stellar::to_base64(check::envelope_of(call));
    question.error = simulation.error;
    if (simulation.error.empty()) {
        question.result = stellar::to_base64(simulation.result);
        question.result_text = stellar::readable_value(simulation.result);
    }
    return question;
}

check::Verdict verdict_of(const check::Tally& tally) {
    if (tally.mismatched > 0) return check::Verdict::mismatched;
    if (tally.exempt > 0) return check::Verdict::exempt;
    if (tally.matched > 0) return check::Verdict::matched;
    return tally.transient > 0 ? check::Verdict::transient : check::Verdict::error;
}

} // namespace

void Recorder::row(check::Kind kind, unsigned look, const reconcile::Row& row, const check::ClaimResult& claim) {
    const std::string_view id = std::visit([](const auto& content) { return content.id; }, row);
    check::ExplainedLook& entry = look_of(kind, id, look);
    entry.row = std::visit(Columns(), row);
    if (!claim) entry.fault = claim.error();
}

void Recorder::entries(const reconcile::Item& item, std::span<const check::Stored> stored, std::uint32_t ledger) {
    check::ExplainedQuestion question;
    question.ledger = ledger;
    for (const check::Stored& each : stored) {
        check::ExplainedEntry entry{stellar::to_base64(each.key),
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

void Recorder::call(const reconcile::Item& item, const check::Call& call, const net::Simulation& simulation) {
    look_of(item).questions.push_back(question_of(call, simulation));
}

void Recorder::control(const reconcile::Item& item, const check::Call& call, const net::Simulation& control,
                       bool same) {
    check::ExplainedQuestion question = question_of(call, control);
    question.control = same ? "the same answer as for the row's market: it says nothing about that market"
                            : "another answer than for the row's market: that one counts";
    look_of(item).questions.push_back(std::move(question));
}

void Recorder::compared(const reconcile::Item& item, const check::ChainValue& chain) {
    check::ExplainedLook& look = look_of(item);
    look.comparison = check::measure(item.claim, chain);
    look.differs = check::differs(*look.comparison, thresholds_);
    look.seen = chain.seen;
}

void Recorder::unverifiable(const reconcile::Item& item, const check::Unverifiable& why) {
    look_of(item).fault = why;
}

void Recorder::second_opinion(const reconcile::Item& item, const check::SecondOpinion& opinion) {
    look_of(item).second_opinion = opinion;
}

std::vector<check::Explanation> Recorder::explanations(const check::Summary& summary) const {
    std::vector<check::Explanation> list = explanations_;
    for (check::Explanation& each : list) each.verdict = verdict_of(summary.tally(each.kind));
    for (const check::Exempted& exempted : summary.exempted()) {
        for (check::Explanation& each : list)
            if (each.kind == exempted.mismatch.kind() && each.id == exempted.mismatch.id)
                each.exemption = exempted.reason;
    }
    return list;
}

check::ExplainedLook& Recorder::look_of(const reconcile::Item& item) {
    return look_of(item.claim.kind(), item.claim.id, item.look);
}

check::ExplainedLook& Recorder::look_of(check::Kind kind, std::string_view id, unsigned look) {
    const auto same = [&](const check::Explanation& each) { return each.kind == kind && each.id == id; };
    auto found = std::find_if(explanations_.begin(), explanations_.end(), same);
    if (found == explanations_.end()) {
        explanations_.push_back({kind, std::string(id), {}, {}, {}});
        found = std::prev(explanations_.end());
    }
    if (found->looks.size() <= look) found->looks.resize(look + 1);
    found->looks[look].look = look;
    return found->looks[look];
}

} // namespace diagnose
