// What the verifiers say of their differences, in words and in values, and how they read a row of a page.
#include "checks.hpp"
#include "verify/checks.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using verify::BalanceDifference;
using verify::Difference;
using verify::OddsDifference;
using verify::OutcomeDifference;
using verify::Reserves;
using verify::Shown;

namespace {

OddsDifference odds(Reserves database, Reserves chain) {
    const verify::Odds a = verify::odds_of(database);
    const verify::Odds b = verify::odds_of(chain);
    return {database, chain, a, b, a.yes > b.yes ? a.yes - b.yes : b.yes - a.yes};
}

std::string text_of(const base::Value& value) {
    std::string out;
    base::JsonWriter writer(out);
    base::write_value(writer, value);
    return out;
}

std::string text_of(const base::Fields& fields) {
    return text_of(base::Value(fields));
}

/// A page of one row.
class OneRow final : public verify::Values {
  public:
    explicit OneRow(std::vector<std::optional<std::string>> values) : values_(std::move(values)) {}
    std::optional<std::string_view> value(std::size_t, std::size_t column) const override {
        return values_.at(column) ? std::optional<std::string_view>(*values_[column]) : std::nullopt;
    }

  private:
    std::vector<std::optional<std::string>> values_;
};

const std::string market(64, 'a');

} // namespace

TEST_CASE("Each check has a name, a type and a place of its own", "[verify][verifiers]") {
    std::set<std::string_view> names;
    std::set<std::string_view> types;
    std::size_t place = 0;
    for (const verify::Check check : verify::built_in_checks()) {
        names.insert(check.name());
        types.insert(check.type());
        CHECK(check.place() == place++);
        CHECK(check->profile().columns.size() >= 3);
        CHECK(verify::check_named(verify::built_in_checks(), check.name()) == check);
    }
    CHECK(names == std::set<std::string_view>{"odds", "outcomes", "balances"});
    CHECK(types == std::set<std::string_view>{"ODDS", "OUTCOME", "BALANCE"});
    CHECK_FALSE(verify::check_named(verify::built_in_checks(), "stakes"));
    CHECK(verify::critical_first(verify::built_in_checks()) ==
          verify::Checks{Kind::outcomes, Kind::odds, Kind::balances});
    CHECK(verify::names_of(verify::built_in_checks(), ", ") == "odds, outcomes, balances");
    CHECK(verify::names_of({}, ", ").empty());
    verify::PerCheck<std::uint64_t> counts;
    counts[Kind::balances] = 2;
    counts[Kind::outcomes] = 1;
    counts[Kind::odds] = 0;
    CHECK(verify::critical_first(counts) == verify::Checks{Kind::outcomes, Kind::balances});
    counts[Kind::odds] = 1;
    CHECK(verify::critical_first(counts) == verify::Checks{Kind::outcomes, Kind::odds, Kind::balances});
    CHECK(Kind::balances->profile().scoped_by_address());
    CHECK_FALSE(Kind::odds->profile().scoped_by_address());
    CHECK(verify::Column{"usdc_balance", "balance"}.camel() == "usdcBalance");
    CHECK(verify::Column{"id", "id"}.camel() == "id");
}

TEST_CASE("A row of a page is read by the check's columns", "[verify][verifiers]") {
    const OneRow open({"7", market, "Rain?", "1", "3", std::nullopt});
    const auto odds = verify::claim_of(Kind::odds, {open, 0}, {});
    REQUIRE(odds);
    CHECK(odds->id == "7");
    CHECK(odds->title == "Rain?");
    CHECK(odds->content.get<verify::OddsClaim>().reserves == Reserves{10'000'000, 30'000'000});
    verify::Target target;
    target.market_contract = stellar::Hash{5};
    const OneRow resolved({"8", market, std::nullopt, "1", std::nullopt});
    const auto outcome = verify::claim_of(Kind::outcomes, {resolved, 0}, target);
    REQUIRE(outcome);
    CHECK(outcome->content.get<verify::OutcomeClaim>().outcome == 1);
    const OneRow user({"9", "no wallet", "1"});
    CHECK(verify::claim_of(Kind::balances, {user, 0}, {}).error().reason == verify::Reason::bad_address);
    CHECK(verify::Row(user, 0).address() == "no wallet");
    CHECK(verify::is_blank(std::nullopt));
    CHECK(verify::is_blank(" \t\n\v\f\r "));
    CHECK_FALSE(verify::is_blank(" G "));
    const OneRow longer({"9", std::string(verify::most_value_bytes + 1, 'G'), "1"});
    CHECK(verify::claim_of(Kind::balances, {longer, 0}, {}).error().text == "the wallet address is longer than 64 KiB");
}

TEST_CASE("Odds in words and in values", "[verify][verifiers]") {
    const Difference less = odds({1, 3}, {3, 1});
    const Shown shown = Kind::odds->show(less);
    CHECK(shown.database == "0.750000");
    CHECK(shown.chain == "0.250000");
    CHECK(shown.difference == "-0.500000");
    CHECK(shown.note.empty());
    CHECK(shown.details == std::vector<std::string>{"reserves in the database: yes 0.0000001, no 0.0000003 USDC",
                                                    "reserves on chain, raw: yes 3, no 1"});
    CHECK(text_of(shown.database_value) == R"({"yes":0.75,"no":0.25})");
    CHECK(text_of(shown.extent) == R"({"difference":0.5,"databaseReserves":{"yes":"0.0000001","no":"0.0000003"},)"
                                   R"("blockchainReserves":{"yes":"3","no":"1"}})");
    CHECK(less.chain_has_less);
    CHECK(Kind::odds->sentence("7", less) ==
          "odds of market 7 differ: YES at 0.750000 in the database, 0.250000 on chain");
    CHECK(Kind::odds->said(less).text == "0.250000");
    CHECK(Kind::odds->steps(less, {}) == std::vector<std::string>{"database: yes 0.0000001, no 0.0000003 USDC",
                                                                  "  price of YES = no / (yes + no) = 0.75",
                                                                  "chain: yes 3, no 1, in the contract's units",
                                                                  "  price of YES = no / (yes + no) = 0.25",
                                                                  "difference 0.5, threshold 0.01: above it, differs"});
    CHECK(Kind::odds->steps(odds({1, 1}, {1, 1}), {}).back() ==
          "difference 0, threshold 0.01: not above it, no difference");

    const Difference none = odds({1, 1}, {0, 0});
    CHECK(none.absent);
    CHECK(Kind::odds->show(none).difference == "0.000000");
    CHECK(Kind::odds->show(none).note == "no liquidity on chain");
    CHECK(Kind::odds->show(odds({0, 0}, {1, 2})).note == "no liquidity in the database");
    CHECK(Kind::odds->show(odds({0, 0}, {1, 2})).difference == "+0.166667");
    CHECK(Kind::odds->sentence("7", none) ==
          "odds of market 7 differ: YES at 0.500000 in the database, 0.500000 on chain, no liquidity on chain");
    CHECK(Kind::odds->steps(none, {}).at(3) == "  price of YES: both are empty, so one half each");
    CHECK(Kind::odds->steps(none, {}).back() == "no liquidity on chain: differs whatever the odds");
    CHECK(Kind::odds->show(verify::ChainValue{Reserves{1, 2}, {}}) == "reserves 1 and 2");
    CHECK(Kind::odds->function({}).second == "SYNC_POOL_FUNCTION");
}

TEST_CASE("Outcomes in words and in values", "[verify][verifiers]") {
    const Difference difference = OutcomeDifference{1, std::nullopt, 3};
    const Shown shown = Kind::outcomes->show(difference);
    CHECK(shown.database == "YES");
    CHECK(shown.chain == "none (disputed)");
    CHECK(shown.difference.empty());
    CHECK(text_of(shown.database_value) == "1");
    CHECK(text_of(shown.chain_value) == "null");
    CHECK(text_of(shown.extent) == R"({"chainStatus":3,"chainStatusName":"disputed"})");
    CHECK(text_of(Kind::outcomes->show(OutcomeDifference{std::nullopt, 0}).extent) ==
          R"({"chainStatus":null,"chainStatusName":null})");
    CHECK(text_of(Kind::outcomes->show(OutcomeDifference{std::nullopt, 0}).database_value) == "null");
    CHECK(Kind::outcomes->sentence("7", difference) ==
          "outcome of market 7 differs: YES in the database, none (disputed) on chain");
    CHECK(Kind::outcomes->said(difference).text == "none");
    CHECK(text_of(Kind::outcomes->said(OutcomeDifference{1, 0, 2}).value) == "0");
    CHECK(Kind::outcomes->show(verify::ChainValue{verify::ChainOutcome{1, 2}, {}}) == "outcome YES");
    CHECK(Kind::outcomes->steps(difference, {}) ==
          std::vector<std::string>{"database: YES", "chain: none (disputed)", "they are not the same: differs"});
    CHECK(Kind::outcomes->steps(OutcomeDifference{1, 1, 2}, {}).back() == "they are the same: no difference");
    CHECK(Kind::outcomes->threshold({}).empty());
    CHECK(Kind::outcomes->function({}).second == "SYNC_OUTCOME_FUNCTION");
}

TEST_CASE("Balances in words and in values", "[verify][verifiers]") {
    const Difference difference = BalanceDifference{10'000'000, 5'000'000, 5'000'000};
    const Shown shown = Kind::balances->show(difference);
    CHECK(shown.database == "1.0000000");
    CHECK(shown.chain == "0.5000000");
    CHECK(shown.difference == "-0.5000000");
    CHECK(text_of(shown.extent) == R"({"difference":"0.5000000"})");
    CHECK(Kind::balances->show(BalanceDifference{0, 1, 1}).difference == "+0.0000001");
    CHECK(Kind::balances->sentence("7", difference) ==
          "balance of user 7 differs: 1.0000000 USDC in the database, 0.5000000 on chain (-0.5000000)");
    CHECK(Kind::balances->said(difference).text == "0.5000000");
    CHECK(Kind::balances->show(verify::ChainValue{base::i128{15'000'000}, {}}) == "1.5000000 USDC");
    CHECK(Kind::balances->steps(difference, {}) ==
          std::vector<std::string>{"database: 1.0000000 USDC", "chain: 0.5000000 USDC",
                                   "difference 0.5000000, threshold 0.0000010: above it, differs"});
    CHECK(Kind::balances->function({}).second.empty());
}

TEST_CASE("A check that learns no market id and shares no contract says so", "[verify][verifiers]") {
    verify::Claim claim{Kind::balances, "u", "G", "", verify::BalanceClaim{{}, 5}};
    Kind::balances->identify(claim, {});
    CHECK(claim.content.get<verify::BalanceClaim>().balance == 5);
    CHECK_FALSE(Kind::balances->needs_control(claim, {}));
    CHECK(Kind::balances->control({}, {}).function.empty());
    CHECK(Kind::balances->unknown(verify::Question::state).text.empty());
}

TEST_CASE("What is kept for each check is found by the check alone", "[verify][verifiers]") {
    verify::PerCheck<std::uint64_t> counts;
    counts[Kind::balances] = 3;
    counts[Kind::odds] += 2;
    CHECK(std::as_const(counts)[Kind::outcomes] == 0);
    CHECK(counts[Kind::balances] == 3);
    CHECK(std::as_const(counts)[Kind::odds] == 2);
    CHECK(sum(counts) == 5);
}
