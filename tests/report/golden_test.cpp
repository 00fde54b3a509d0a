// The text result, the checklist, a Slack message and a mail as a whole, held against files that were read by a person:
// golden/*. Where a change is meant, the test leaves what it got in the files it names.
#include "alert/email.hpp"
#include "alert/slack.hpp"
#include "diagnose/checklist_sample.hpp"
#include "report/json.hpp"
#include "report/sample.hpp"
#include "report/table.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

void check_golden(const std::string& name, const std::string& got, const std::string& ending = "txt") {
    std::ifstream file(fmt::format("{}/report/golden/{}.{}", TEST_SOURCE_DIR, name, ending), std::ios::binary);
    const std::string golden{std::istreambuf_iterator<char>(file), {}};
    const std::string beside = fmt::format("{}/stellar-sync-golden-{}.{}", "/tmp", name, ending);
    if (got != golden) std::ofstream(beside, std::ios::binary) << got;
    INFO("got: " << beside);
    CHECK(got == golden);
}

} // namespace

TEST_CASE("the table of a cycle with something of everything, in 80 and 120 columns") {
    check_golden("everything-80", report::render_table(sample::full_summary(), {80, false}));
    check_golden("everything-120", report::render_table(sample::full_summary(), {120, false}));
}

TEST_CASE("the table of a cycle over texts of the world, in 80 and 120 columns") {
    check_golden("world-80", report::render_table(sample::world_summary(), {80, false}));
    check_golden("world-120", report::render_table(sample::world_summary(), {120, false}));
}

TEST_CASE("the table in colour is the same but for the colour") {
    check_golden("everything-80-colour", report::render_table(sample::full_summary(), {80, true}));
}

TEST_CASE("the checklist in 80 and 120 columns, and in colour") {
    const auto text = [](report::TableStyle style) {
        return diagnose::render_checklist(sample::checklist(), sample::settings, style);
    };
    check_golden("checklist-80", text({80, false}));
    check_golden("checklist-120", text({120, false}));
    check_golden("checklist-80-colour", text({80, true}));
}

TEST_CASE("the Slack message and the mail of a cycle with something of everything") {
    verify::Summary summary = sample::full_summary();
    summary.indexer = verify::Indexer{51'234'480, 51'234'570, 60, {}};
    verify::Mismatch lagging = sample::balance_mismatch("12", 10'000'000, 20'000'000);
    lagging.likely_cause = verify::Cause::indexer_lag;
    summary.add(lagging);
    const alert::Alert alert = alert::alert_of(summary, {true, true});
    check_golden("alert-slack", report::spread(alert::slack_message(alert)) + "\n", "json");
    check_golden("alert-mail", alert::email_message(alert, {"sync@example.org", {"ops@example.org"}}), "eml");
}
