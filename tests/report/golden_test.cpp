// The text result, the checklist, a Slack message and a mail as a whole, held against files that were read by a person:
// golden/*. Where a change is meant, the test leaves what it got in the files it names.
#include "alert/email.hpp"
#include "alert/slack.hpp"
#include "diagnose/checklist_sample.hpp"
#include "fakes/mail_server.hpp"
#include "net/http.hpp"
#include "report/json.hpp"
#include "report/markdown.hpp"
#include "report/sample.hpp"
#include "report/table.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

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

/// What a server gets; the boundary, which differs from mail to mail, is zeros.
std::string as_it_goes_out(const alert::Email& mail) {
    const fakes::MailServer server("plain");
    const base::SystemClock clock;
    net::HttpClient http({}, clock);
    http.send_mail({server.url(), false, "sync@example.org", "ops@example.org", mail.headers, mail.text, mail.html,
                    std::chrono::seconds(10)});
    while (http.wait({}, clock.now() + std::chrono::seconds(20)).empty()) {
    }
    simdjson::dom::parser parser;
    std::string raw(parser.parse(server.mails().at(0))["raw"].get_string().value());
    const std::size_t at = raw.find("boundary=") + 9;
    const std::string boundary = raw.substr(at, raw.find("\r\n", at) - at);
    for (std::size_t next = at; next != raw.npos; next = raw.find(boundary, next))
        raw.replace(next, boundary.size(), std::string(boundary.size(), '0'));
    return raw;
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

TEST_CASE("the Markdown of a cycle with something of everything, and over texts of the world") {
    check_golden("everything", report::render_markdown(sample::full_summary()), "md");
    check_golden("world", report::render_markdown(sample::world_summary()), "md");
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
    check_golden("alert-mail", as_it_goes_out(alert::email_of(alert, {"sync@example.org", {"ops@example.org"}})),
                 "eml");
}
