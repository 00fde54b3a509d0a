#include "report/worst_first.hpp"

#include "check/amount.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {

namespace {

struct ShowValues {
    ShownValues operator()(const check::OddsDifference& odds) const {
        return {shown_odds(odds.database_odds.yes), shown_odds(odds.chain_odds.yes), shown_difference(odds)};
    }
    ShownValues operator()(const check::OutcomeDifference& outcome) const {
        return {check::outcome_name(outcome.database), check::chain_outcome_name(outcome), ""};
    }
    ShownValues operator()(const check::BalanceDifference& balance) const {
        return {check::format_stroops(balance.database), check::format_stroops(balance.chain),
                shown_difference(balance)};
    }
};

// Zeros that end every amount of the list are noise; two decimals stay, and the points stay in line.
void cut_common_zeros(std::vector<ShownValues>& list) {
    constexpr std::size_t most = check::stroop_decimals - 2;
    std::size_t zeros = most;
    for (const ShownValues& values : list)
        for (const std::string* text : {&values.database, &values.chain, &values.difference})
            zeros = std::min(zeros, text->size() - 1 - std::min(text->find_last_not_of('0'), text->size() - 1));
    for (ShownValues& values : list)
        for (std::string* text : {&values.database, &values.chain, &values.difference})
            text->resize(text->size() - zeros);
}

} // namespace

Mismatches worst_first(const check::Summary& summary, check::Kind kind) {
    Mismatches list;
    for (const check::Mismatch& mismatch : summary.mismatches())
        if (mismatch.kind() == kind) list.push_back(&mismatch);
    return list;
}

std::vector<ShownValues> shown_values(const Mismatches& list) {
    std::vector<ShownValues> values;
    for (const check::Mismatch* mismatch : list) values.push_back(std::visit(ShowValues{}, mismatch->difference));
    if (!list.empty() && list.front()->kind() == check::Kind::balances) cut_common_zeros(values);
    return values;
}

std::string sighting(const check::Mismatch& mismatch) {
    std::string out;
    if (mismatch.seen.ledger != 0) out = fmt::format("seen in ledger {}", mismatch.seen.ledger);
    const auto add = [&out](std::string_view text) { (out += out.empty() ? "" : ", ") += text; };
    if (mismatch.seen.last_modified_ledger) add(fmt::format("modified in {}", *mismatch.seen.last_modified_ledger));
    if (mismatch.likely_cause == check::Cause::indexer_lag) add("which the indexer has not processed yet");
    if (mismatch.seen.archived) add("archived");
    if (!mismatch.confirmed) add("not confirmed by a second look");
    if (const auto& opinion = mismatch.second_opinion) {
        const bool agrees = opinion->word == check::SecondOpinion::Word::agrees;
        add(agrees ? "a second RPC endpoint agrees" : "no second RPC endpoint could tell");
    }
    return out;
}

} // namespace report
