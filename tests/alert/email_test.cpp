// What a mail says; what Python's parser and a real server make of it is in net/mail_test.cpp.
#include "alert/email.hpp"

#include "alert/alert_sample.hpp"

#include <catch2/catch.hpp>

using alert::alert_of;
using alert::Email;
using alert::email_of;
using alert::encoded_header;

namespace {

const alert::EmailEnvelope envelope{"sync@example.org", {"ops@example.org", "oncall@example.org"}};

/// What every header must be, whatever it says.
void check_form(const std::string& header) {
    const std::string lines = header + "\r\n";
    for (std::size_t at = 0, end = 0; at < lines.size(); at = end + 2) {
        end = lines.find("\r\n", at);
        REQUIRE(end != std::string::npos);
        const std::string line = lines.substr(at, end - at);
        CHECK(line.size() <= 78);
        CHECK((at == 0) == (line.find_first_not_of(' ') == 0)); // a line that goes on begins with a blank
        CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    }
}

void check_form(const Email& mail) {
    for (const std::string& header : mail.headers) check_form(header);
}

std::string header_of(const Email& mail, const std::string& name) {
    for (const std::string& header : mail.headers)
        if (header.starts_with(name + ": ")) return header.substr(name.size() + 2);
    return "(absent)";
}

} // namespace

TEST_CASE("A header that is not plain becomes encoded words, cut between characters", "[report][email]") {
    CHECK(encoded_header("Subject", "all well") == "Subject: all well");
    CHECK(encoded_header("Subject", std::string(30, 'a') + ' ' + std::string(40, 'b') + " c") ==
          "Subject: " + std::string(30, 'a') + "\r\n " + std::string(40, 'b') + " c");
    CHECK(encoded_header("Subject", "a  b") == "Subject: =?utf-8?q?a__b?="); // nothing of it may be lost in folding
    check_form(encoded_header("Subject", std::string(300, 'a')));
    CHECK(encoded_header("Subject", "=?x") == "Subject: =?utf-8?q?=3D=3Fx?=");
    CHECK(encoded_header("Subject", "a b\r\nBcc: c") == "Subject: =?utf-8?q?a_b=0D=0ABcc=3A_c?=");
    CHECK(encoded_header("S", "\xE2\x82\xAC 5_?=") == "S: =?utf-8?q?=E2=82=AC_5=5F=3F=3D?=");
    std::string many;
    for (int i = 0; i < 40; ++i) many += "\xF0\x9F\x8F\x86";
    const std::string folded = encoded_header("Subject", many);
    check_form(folded);
    CHECK(folded.find("=F0=?=") == std::string::npos);
    CHECK(folded.find("=8F=?=") == std::string::npos);
}

TEST_CASE("A mail has the headers that a mail has, and two parts", "[report][email]") {
    const verify::Summary summary = sample::full_summary();
    const Email mail = email_of(alert_of(summary, sample::everything), envelope);
    check_form(mail);
    CHECK(header_of(mail, "From") == "stellar-sync <sync@example.org>");
    CHECK(header_of(mail, "To") == "ops@example.org,\r\n oncall@example.org");
    CHECK(header_of(mail, "Date") == "Mon, 23 Nov 2026 12:58:12 +0000");
    CHECK(header_of(mail, "Message-ID") == "<0b9d5c1e-3f0a-4c55-9a52-6f1d2b7a8c90@example.org>");
    CHECK(header_of(mail, "Auto-Submitted") == "auto-generated");
    CHECK(mail.headers.size() == 6);
    CHECK_THAT(mail.text, Catch::StartsWith(alert::headline(alert_of(summary, sample::everything))));
    CHECK_THAT(mail.html, Catch::StartsWith("<!DOCTYPE html>"));
}

TEST_CASE("The subject names a mismatch that is alone", "[report][email]") {
    verify::Summary summary = sample::plain_summary();
    summary.add(sample::outcome_mismatch());
    CHECK(header_of(email_of(alert_of(summary, sample::everything), envelope), "Subject") ==
          "[stellar-sync] CRITICAL: Outcome of market 44, \"Who wins?\", differs");
    summary.add(sample::balance_mismatch("7", 1, 2));
    CHECK(header_of(email_of(alert_of(summary, {true, false}), envelope), "Subject") ==
          "[stellar-sync] Balance of user (USDC) 7 differs");
}

TEST_CASE("Nothing of the database can write a header or a line of its own into a mail", "[report][email]") {
    const verify::Summary summary = sample::hostile_summary();
    const Email mail = email_of(alert_of(summary, sample::everything), envelope);
    check_form(mail);
    CHECK(mail.html.find("<script>") == std::string::npos);
    CHECK(mail.text.size() + mail.html.size() < 50'000);
    verify::Summary alone = sample::plain_summary();
    verify::Mismatch mismatch = sample::odds_mismatch();
    mismatch.id = sample::hostile_id;
    mismatch.title = sample::hostile_title;
    alone.add(mismatch);
    const std::string subject = header_of(email_of(alert_of(alone, sample::everything), envelope), "Subject");
    CHECK(subject.find("Bcc=3A") != std::string::npos); // in its encoded word
    check_form("Subject: " + subject);
}

TEST_CASE("A mail shows 50 mismatches and counts the rest", "[report][email]") {
    const verify::Summary summary = sample::lagging_summary(0, 0, 500, 0);
    const Email mail = email_of(alert_of(summary, sample::everything), envelope);
    check_form(mail);
    CHECK(mail.text.find("\nand 450 balances more\n") != std::string::npos);
    std::size_t rows = 0;
    for (std::size_t at = mail.html.find("<tr><td"); at != std::string::npos; at = mail.html.find("<tr><td", at + 1))
        ++rows;
    CHECK(rows == 50);
}

TEST_CASE("In a mail a hint stands for the mismatches that it explains", "[report][email]") {
    const verify::Summary summary = sample::hinted_summary();
    const Email mail = email_of(alert_of(summary, sample::everything), envelope);
    check_form(mail);
    CHECK(header_of(mail, "Subject") == "[stellar-sync] 1 outcome (CRITICAL) and 5,000 balances differ");
    CHECK(mail.text.find("\n5,000 balances differ: the chain has 1.25025 USDC more; the largest") != std::string::npos);
    CHECK(mail.text.find("\nHint: the token is <Circle's>?[1m.\n") != std::string::npos);
    CHECK(mail.html.find("<p>Hint: the token is &lt;Circle&#39;s&gt;?[1m.</p>") != std::string::npos);
    CHECK(mail.text.find("Balance of user (USDC)") == std::string::npos);
    // Not the subject of an outcome that is alone.
    verify::Summary critical = sample::plain_summary();
    critical.add(sample::outcome_mismatch());
    for (int i = 0; i < 2000; ++i) critical.add(sample::balance_mismatch("7", 0, 1));
    verify::add_systematic_hints(critical);
    CHECK(header_of(email_of(alert_of(critical, sample::everything), envelope), "Subject") ==
          "[stellar-sync] 1 outcome (CRITICAL) and 2,000 balances differ");
}

TEST_CASE("In a mail one line stands for all that the indexer's lag explains", "[report][email]") {
    const verify::Summary summary = sample::lagging_summary(0, 0, 9, 90);
    const Email mail = email_of(alert_of(summary, sample::everything), envelope);
    CHECK(mail.text.find("\nINDEXER LAG: the indexer has processed ledgers up to 51,234,480") != std::string::npos);
    CHECK(mail.text.find("balances-3") == std::string::npos);
    CHECK(mail.text.find("balances-4") != std::string::npos);
}
