#include "report/worst_first.hpp"

#include "report/wording.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {

namespace {

// Zeros that end every amount of the list are noise; two decimals stay, and the points stay in line.
void cut_common_zeros(std::vector<verify::Shown>& list) {
    constexpr std::size_t most = verify::stroop_decimals - 2;
    std::size_t zeros = most;
    for (const verify::Shown& values : list)
        for (const std::string* text : {&values.database, &values.chain, &values.difference})
            zeros = std::min(zeros, text->size() - 1 - std::min(text->find_last_not_of('0'), text->size() - 1));
    for (verify::Shown& values : list)
        for (std::string* text : {&values.database, &values.chain, &values.difference})
            text->resize(text->size() - zeros);
}

} // namespace

Mismatches worst_first(const verify::Summary& summary, verify::Check check) {
    Mismatches list;
    for (const verify::Mismatch& mismatch : summary.mismatches())
        if (mismatch.check() == check) list.push_back(&mismatch);
    return list;
}

std::vector<verify::Shown> shown(const Mismatches& list) {
    std::vector<verify::Shown> values;
    for (const verify::Mismatch* mismatch : list) values.push_back(mismatch->check()->show(mismatch->difference));
    if (!list.empty() && list.front()->check()->profile().scale == verify::Scale::amount) cut_common_zeros(values);
    return values;
}

std::string sighting(const verify::Mismatch& mismatch) {
    std::string out;
    if (mismatch.seen.ledger != 0) out = fmt::format("seen in ledger {}", mismatch.seen.ledger);
    const auto add = [&out](std::string_view text) { (out += out.empty() ? "" : ", ") += text; };
    if (mismatch.seen.last_modified_ledger) add(fmt::format("modified in {}", *mismatch.seen.last_modified_ledger));
    if (mismatch.likely_cause == verify::Cause::indexer_lag) add("which the indexer has not processed yet");
    if (mismatch.seen.archived) add("archived");
    if (!mismatch.confirmed) add("not confirmed by a second look");
    if (const auto& opinion = mismatch.second_opinion) {
        const bool agrees = opinion->word == verify::SecondOpinion::Word::agrees;
        add(agrees ? "a second RPC endpoint agrees" : "no second RPC endpoint could tell");
    }
    return out;
}

} // namespace report
