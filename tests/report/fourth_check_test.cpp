// A check that the reports have never heard of: everything about it comes from its verifier.
#include "alert/alert_sample.hpp"
#include "alert/pagerduty.hpp"
#include "checks.hpp"
#include "metrics/prometheus.hpp"
#include "report/events.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/sample.hpp"
#include "report/table.hpp"
#include "verify/checks.hpp"
#include "verify/hints.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using verify::BalanceDifference;
using verify::Difference;

constexpr verify::Column columns[] = {{"id", "id"}, {"contract_address", "contract address"}, {"title", "title"}};

constexpr verify::Profile profile_of_supply{
    .name = "lp-supply",
    .type = "LP_SUPPLY",
    .place = 3,
    .resource = &verify::market_resource,
    .scale = verify::Scale::amount,
    .unit = "shares",
    .needs = {.amm = true},
    .columns = columns,
    .status = "OPEN",
    .scope = "markets with status OPEN",
    .value = "supply",
    .subject = "LP supply of market",
    .measured = " (LP shares)",
    .axis = "difference, LP shares",
    .items = {"market's LP supply", "markets' LP supply"},
    .of = "the LP supply of ",
    .things = {"market", "markets"},
    .contract_in_question = "AMM_CONTRACT_ADDRESS may be another contract",
    .column_in_question = "lp_supply may not be the pool's shares",
};

/// Amounts, compared and shown as those of balances are.
class SupplyVerifier final : public verify::Verifier {
  public:
    constexpr SupplyVerifier() = default;

    const verify::Profile& profile() const override { return profile_of_supply; }
    verify::ClaimResult claim(const verify::Row& row, const verify::Target& target) const override {
        return verify::balances.claim(row, target);
    }
    verify::Question first_question(const verify::Claim&, const verify::Target&) const override {
        return verify::Question::storage;
    }
    void keys(verify::Question, const verify::Claim&, const verify::Target&, verify::Keys&) const override {}
    verify::Call call(const verify::Claim&, const verify::Target&) const override { return {}; }
    verify::Reading read_entries(verify::Question, const verify::Claim&, const verify::Target&,
                                 std::span<const verify::Stored>, std::uint32_t) const override {
        return verify::Question::contract;
    }
    verify::Reading read_call(const verify::Claim&, std::string_view, std::string_view, std::uint32_t) const override {
        return verify::Question::storage;
    }
    Difference measure(const verify::Claim& claim, const verify::ChainValue& chain) const override {
        return verify::balances.measure(claim, chain);
    }
    bool differs(const Difference& difference, const verify::Thresholds&) const override { return difference.size > 0; }
    bool says_the_same(const verify::Claim&, const Difference&) const override { return false; }
    verify::Shown show(const Difference& difference) const override { return verify::balances.show(difference); }
    std::string sentence(std::string_view id, const Difference&) const override {
        return "LP supply of market " + std::string(id) + " differs";
    }
    verify::Said said(const Difference& difference) const override { return verify::balances.said(difference); }
    std::string show(const verify::ChainValue& chain) const override { return verify::balances.show(chain); }
    std::vector<std::string> steps(const Difference&, const verify::Thresholds&) const override { return {}; }
};

constexpr SupplyVerifier supply;

verify::Summary summary_of_four() {
    verify::Checks checks = verify::built_in_checks();
    checks.emplace_back(supply);
    verify::Summary summary(1000, checks);
    summary.sync_id = "0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90";
    summary.start = summary.end = sample::start;
    summary.checks = checks;
    Difference difference(supply, BalanceDifference{50'000'000, 20'000'000, 30'000'000});
    difference.size = 30'000'000;
    difference.chain_has_less = true;
    summary.add(verify::Mismatch{"7", sample::contract, "Rain?", difference, {5, 4, false}, true, sample::start});
    summary.matched(supply);
    summary.add(sample::outcome_mismatch());
    return summary;
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("A fourth check is counted, shown, logged and alerted like the others", "[report][verifiers]") {
    verify::Summary summary = summary_of_four();
    verify::add_systematic_hints(summary);
    const std::string table = report::render_table(summary, {});
    INFO(table);
    CHECK(holds(table, "\n  LP-SUPPLY (LP shares)  database  on chain  difference  title\n"));
    CHECK(holds(table, "\n  7                          5.00      2.00       -3.00  Rain?\n"));
    CHECK(holds(table, "1 market differs: the chain has 3.00 shares less.\n"));
    CHECK(holds(table, "OUT OF SYNC: 1 outcome (CRITICAL) and the LP supply of 1 market differ.\n"));
    const std::string json = report::render_json(summary);
    CHECK(holds(json, R"("lp-supply":{"inScope":2,"checked":2,"matched":1,"mismatched":1,)"));
    CHECK(holds(json, R"("type":"LP_SUPPLY","priority":"NORMAL","resourceType":"MARKET","resourceId":"7",)"
                      R"("databaseValue":"5.0000000","blockchainValue":"2.0000000")"));
    CHECK(holds(json, R"("marketsChecked":3)"));
    const std::string page = report::render_html(summary);
    CHECK(holds(page, R"(<section id="lp-supply" class="rows">)"));
    verify::Summary five = summary;
    for (int i = 0; i < 4; ++i) five.add(*std::prev(summary.mismatches().end()));
    CHECK(holds(report::render_html(five), "The largest difference is 3.0000000 shares"));
    const base::Event event = report::mismatch_event(*std::prev(summary.mismatches().end()));
    CHECK(event.message == "LP supply of market 7 differs");
    CHECK(event.fields.at(9).name == "databaseSupply");
    CHECK(event.fields.at(10).name == "blockchainSupply");

    const alert::Alert alert = alert_of(summary, sample::everything);
    CHECK(headline(alert) == "1 outcome (CRITICAL) and the LP supply of 1 market differ");
    REQUIRE(alert.listed.size() == 2);
    CHECK(alert.listed[1]->check() == verify::Check(supply));
    CHECK(holds(alert::pagerduty_events(alert, "key", "host")[1], "stellar-sync/LP_SUPPLY/7"));
    const std::string metrics = metrics::render_metrics(summary, {}, "", {}).text;
    CHECK(holds(metrics, R"(sync_mismatches_total{priority="NORMAL",type="LP_SUPPLY"} 1)"));
    CHECK(holds(metrics, R"(sync_items{check="lp-supply",result="mismatched"} 1)"));
}
