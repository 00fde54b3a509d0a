#include "report/mismatch_list.hpp"

#include "base/text.hpp"
#include "check/amount.hpp"
#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace report {

namespace {

using check::Kind;
using check::Mismatch;

using Mismatches = std::vector<const Mismatch*>;

constexpr std::size_t detail_indent = 6;
constexpr std::size_t narrowest_id = 12; // below that a shortened id says too little, and values get lines of their own

base::u128 extent(const Mismatch& mismatch) {
    if (const auto* odds = std::get_if<check::OddsDifference>(&mismatch.difference)) return odds->difference;
    if (const auto* balance = std::get_if<check::BalanceDifference>(&mismatch.difference)) return balance->difference;
    return 0; // outcomes are all equally wrong
}

Mismatches worst_first(const check::Summary& summary, Kind kind) {
    Mismatches list;
    for (const Mismatch& mismatch : summary.mismatches())
        if (mismatch.kind() == kind) list.push_back(&mismatch);
    std::stable_sort(list.begin(), list.end(),
                     [](const Mismatch* a, const Mismatch* b) { return extent(*a) > extent(*b); });
    return list;
}

struct Values {
    std::string database;
    std::string chain;
    std::string difference; // empty for outcomes
};

struct ShowValues {
    Values operator()(const check::OddsDifference& odds) const {
        return {shown_odds(odds.database_odds.yes), shown_odds(odds.chain_odds.yes), shown_difference(odds)};
    }
    Values operator()(const check::OutcomeDifference& outcome) const {
        return {shown_outcome(outcome.database), shown_outcome(outcome.chain), ""};
    }
    Values operator()(const check::BalanceDifference& balance) const {
        return {check::format_stroops(balance.database), check::format_stroops(balance.chain),
                shown_difference(balance)};
    }
};

// Zeros that end every amount of the list are noise; two decimals stay, and the points stay in line.
void cut_common_zeros(std::vector<Values>& list) {
    constexpr std::size_t most = check::stroop_decimals - 2;
    std::size_t zeros = most;
    for (const Values& values : list)
        for (const std::string* text : {&values.database, &values.chain, &values.difference})
            zeros = std::min(zeros, text->size() - 1 - std::min(text->find_last_not_of('0'), text->size() - 1));
    for (Values& values : list)
        for (std::string* text : {&values.database, &values.chain, &values.difference})
            text->resize(text->size() - zeros);
}

std::vector<Values> values_of(const Mismatches& list, Kind kind) {
    std::vector<Values> values;
    for (const Mismatch* mismatch : list) values.push_back(std::visit(ShowValues{}, mismatch->difference));
    if (kind == Kind::balances) cut_common_zeros(values);
    return values;
}

std::string_view resource(Kind kind) {
    return kind == Kind::balances ? "user" : "market";
}

// "ledger 51234567, entry last modified in 51230000, not confirmed by a second look"
std::string seen(const Mismatch& mismatch) {
    std::string out;
    if (mismatch.seen.ledger != 0) out = fmt::format("seen in ledger {}", mismatch.seen.ledger);
    const auto add = [&out](std::string_view text) { (out += out.empty() ? "" : ", ") += text; };
    if (mismatch.seen.last_modified_ledger) add(fmt::format("modified in {}", *mismatch.seen.last_modified_ledger));
    if (mismatch.likely_cause == check::Cause::indexer_lag) add("which the indexer has not processed yet");
    if (mismatch.seen.archived) add("archived");
    if (!mismatch.confirmed) add("not confirmed by a second look");
    return out;
}

std::string details(const Mismatch& mismatch, bool id_is_whole, std::size_t width) {
    std::string out;
    const auto line = [&](std::string_view text) { out += wrapped(text, detail_indent, width); };
    if (!id_is_whole) line(fmt::format("id {}", base::harmless(mismatch.id)));
    const auto* odds = std::get_if<check::OddsDifference>(&mismatch.difference);
    if (odds) line(one_sided(*odds));
    line(base::harmless(mismatch.title));
    line(base::harmless(mismatch.address));
    if (odds) {
        line(fmt::format("reserves in the database: yes {}, no {} USDC", check::format_stroops(odds->database.yes),
                         check::format_stroops(odds->database.no)));
        line(fmt::format("reserves on chain, raw: yes {}, no {}", base::to_decimal(odds->chain.yes),
                         base::to_decimal(odds->chain.no)));
    }
    line(seen(mismatch));
    return out;
}

Colour colour_of(Kind kind) {
    return kind == Kind::outcomes ? Colour::red : Colour::yellow;
}

std::vector<Column> layout_of(Kind kind) {
    std::vector<Column> layout{{std::string(resource(kind)), Align::left}, {"database"}, {"on chain"}};
    if (kind != Kind::outcomes) layout.push_back({"difference"});
    return layout;
}

std::vector<Cell> row_of(std::string id, const Values& values, Kind kind) {
    std::vector<Cell> row{{std::move(id)}, {values.database}, {values.chain}};
    if (kind == Kind::outcomes)
        row.back().colour = colour_of(kind);
    else
        row.push_back({values.difference, colour_of(kind)});
    return row;
}

// Amounts with so many digits that they do not fit side by side: one below the other.
std::string stacked(const Mismatch& mismatch, const Values& values, std::size_t width, const Paint& paint) {
    const Kind kind = mismatch.kind();
    std::string out = wrapped(fmt::format("{} {}", resource(kind), base::harmless(mismatch.id)), 2, width);
    Grid grid({{"", Align::left}, {""}});
    grid.add({{"  database"}, {values.database}});
    grid.add({{"  on chain"}, {values.chain}});
    if (!values.difference.empty()) grid.add({{"  difference"}, {values.difference, colour_of(kind)}});
    for (std::size_t i = 0; i < grid.size(); ++i) out += grid.line(i, paint);
    return out + details(mismatch, true, width);
}

std::string side_by_side(const Mismatches& list, const std::vector<Values>& values, std::size_t id_room,
                         std::size_t width, const Paint& paint) {
    const Kind kind = list.front()->kind();
    Grid grid(layout_of(kind));
    std::vector<bool> whole;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string id = base::harmless(list[i]->id);
        std::string shown = fitted(id, id_room);
        whole.push_back(shown == id);
        grid.add(row_of(std::move(shown), values[i], kind));
    }
    std::string out = grid.heading(paint);
    for (std::size_t i = 0; i < list.size(); ++i) out += grid.line(i, paint) + details(*list[i], whole[i], width);
    return out;
}

// The columns that the values leave for the id; 0 where they leave too little.
std::size_t room_for_id(const Mismatches& list, const std::vector<Values>& values, std::size_t width) {
    const Kind kind = list.front()->kind();
    Grid grid(layout_of(kind));
    for (const Values& shown : values) grid.add(row_of("", shown, kind));
    const std::size_t taken = grid.width() - resource(kind).size();
    return width >= taken + narrowest_id ? width - taken : 0;
}

std::string title_of(Kind kind, std::uint64_t count, const Paint& paint) {
    switch (kind) {
    case Kind::odds:
        return paint("ODDS", Colour::bold) +
               fmt::format(": {} (price of YES)", counted(count, "market differs", "markets differ"));
    case Kind::outcomes:
        return paint("OUTCOMES", Colour::bold) + ": " + counted(count, "market differs", "markets differ") + ", " +
               paint("CRITICAL", Colour::red);
    case Kind::balances:
        return paint("BALANCES", Colour::bold) +
               fmt::format(": {} (USDC)", counted(count, "user differs", "users differ"));
    }
    return "";
}

} // namespace

std::string mismatch_section(const check::Summary& summary, Kind kind, const TableStyle& style, const Paint& paint) {
    const std::uint64_t count = summary.tally(kind).mismatched;
    if (count == 0) return "";
    std::string out = title_of(kind, count, paint) + "\n";
    const Mismatches list = worst_first(summary, kind);
    if (!list.empty()) {
        const std::vector<Values> values = values_of(list, kind);
        const std::size_t id_room = room_for_id(list, values, style.width);
        out += '\n';
        if (id_room > 0)
            out += side_by_side(list, values, id_room, style.width, paint);
        else
            for (std::size_t i = 0; i < list.size(); ++i) out += stacked(*list[i], values[i], style.width, paint);
    }
    if (list.size() < count)
        out += wrapped(fmt::format("and {} more, in the log (SYNC_MAX_REPORTED ends the list)", count - list.size()), 2,
                       style.width);
    return out;
}

} // namespace report
