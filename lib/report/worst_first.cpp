#include "report/worst_first.hpp"

#include "report/wording.hpp"
#include "verify/amount.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {

namespace {

// Drops the zeros that all amounts of the list end with; two decimals stay, and the points stay in line.
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

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) {
        if (!part.empty()) (out += out.empty() ? "" : ", ") += part;
    }
    return out;
}

constexpr std::size_t most_lines = 20; // with the rest of the text, two screens of 24 lines
constexpr std::size_t fewest_rows = 3;

} // namespace

Mismatches worst_first(const verify::Summary& summary, verify::Check check) {
    Mismatches list;
    for (const verify::Mismatch& mismatch : summary.mismatches())
        if (mismatch.check() == check) list.push_back(&mismatch);
    return list;
}

verify::PerCheck<std::size_t> rows_for_a_person(const verify::Summary& summary) {
    std::vector<std::pair<std::size_t, verify::Check>> listed;
    for (const verify::Check check : summary.all()) {
        const std::size_t count = worst_first(summary, check).size();
        if (count > 0) listed.emplace_back(count, check);
    }
    std::sort(listed.begin(), listed.end()); // what a short list leaves is the others'
    verify::PerCheck<std::size_t> rows;
    // The heading and the last line of each further check take two lines.
    std::size_t room = most_lines + 2 - std::min(most_lines, 2 * listed.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const auto& [count, check] = listed[i];
        rows[check] = std::min(count, std::max(fewest_rows, room / (listed.size() - i)));
        room -= std::min(room, rows[check]);
    }
    return rows;
}

std::vector<verify::Shown> shown(const Mismatches& list) {
    std::vector<verify::Shown> values;
    for (const verify::Mismatch* mismatch : list) values.push_back(mismatch->check()->show(mismatch->difference));
    if (!list.empty() && list.front()->check()->profile().scale == verify::Scale::amount) cut_common_zeros(values);
    for (verify::Shown& each : values)
        for (std::string* text : {&each.database, &each.chain, &each.difference}) *text = grouped(*text);
    return values;
}

std::string remarks(const verify::Mismatch& mismatch, std::string_view note) {
    std::vector<std::string> parts{std::string(note)};
    if (mismatch.likely_cause == verify::Cause::indexer_lag)
        parts.emplace_back("the indexer has not processed that ledger yet");
    if (mismatch.seen.archived) parts.emplace_back("archived");
    if (!mismatch.confirmed) parts.emplace_back("not confirmed by a recheck");
    if (const auto& opinion = mismatch.second_opinion) {
        const bool agrees = opinion->word == verify::SecondOpinion::Word::agrees;
        parts.emplace_back(agrees ? "a second RPC endpoint agrees" : "no second RPC endpoint answered");
    }
    return joined(parts);
}

std::string sighting(const verify::Mismatch& mismatch, std::string_view age) {
    std::vector<std::string> parts;
    if (mismatch.seen.ledger != 0) parts.push_back("read at ledger " + shown_number(mismatch.seen.ledger));
    if (const auto& modified = mismatch.seen.last_modified_ledger) {
        parts.push_back("last changed in ledger " + shown_number(*modified));
        if (!age.empty()) parts.back() += fmt::format(" (about {} ago)", age);
    }
    parts.push_back(remarks(mismatch));
    return joined(parts);
}

} // namespace report
