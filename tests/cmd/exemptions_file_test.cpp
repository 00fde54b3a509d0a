#include "checks.hpp"
#include "cmd/settings/exemptions_file.hpp"

#include "cmd/parse.hpp"
#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace {

std::string faults_of(std::string_view text) {
    return fmt::format("{}", fmt::join(cmd::parse_exemptions(text).faults, "\n"));
}

constexpr std::string_view sound = R"(# known drift
[[exemption]]
check = "balances"
id = "u1"
max-difference = 75.25 # USDC
reason = "refund of 12 November"
expires = 2026-12-31

[[ exemption ]]
check = 'odds'
id = 42
max-difference = "0.05"
reason = """
test
market"""
expires = "2028-02-29"

[[exemption]] # the last
check = "outcomes"
id = "m2"
reason = "void"
expires = 2026-11-24
)";

} // namespace

TEST_CASE("an exemptions file gives each exemption in the unit of its check") {
    const cmd::ExemptionsFile file = cmd::parse_exemptions(sound);
    INFO(faults_of(sound));
    REQUIRE(file.faults.empty());
    REQUIRE(file.list.size() == 3);
    CHECK(file.list[0].check == Kind::balances);
    CHECK(file.list[0].id == "u1");
    CHECK(file.list[0].max_difference == 752'500'000U);
    CHECK(file.list[0].reason == "refund of 12 November");
    CHECK(verify::to_text(file.list[0].expires) == "2026-12-31");
    CHECK(file.list[1].check == Kind::odds);
    CHECK(file.list[1].id == "42");
    CHECK(file.list[1].max_difference == 50'000'000'000'000'000U);
    CHECK(verify::to_text(file.list[1].expires) == "2028-02-29");
    CHECK(file.list[2].check == Kind::outcomes);
    CHECK(cmd::parse_exemptions("# nothing\n").list.empty());
}

TEST_CASE("all faults of an exemptions file are found, each with its line") {
    CHECK(faults_of("[[exemption]]\n"
                    "check = \"balance\"\n"
                    "expires = \"2026-02-30\"\n"
                    "\n"
                    "[[exemption]]\n"
                    "check = \"outcomes\"\n"
                    "id = \"\"\n"
                    "max-difference = 1\n"
                    "because = \"x\"\n"
                    "reason = \"y\"\n"
                    "expires = 2026-12-31\n"
                    "[[exemption]]\n"
                    "check = \"odds\"\n"
                    "id = \"m\"\n"
                    "max-difference = 1.5\n"
                    "reason = \"y\"\n"
                    "expires = \"soon\"\n") ==
          "line 2: check is one of odds, outcomes, balances\n"
          "line 1: this exemption lacks id: the id of a market or user\n"
          "line 1: this exemption lacks reason: why the difference is accepted, for those who see it later\n"
          "line 3: expires is a day, such as 2026-12-31\n"
          "line 9: an exemption has the keys check, id, max-difference, reason, expires, and no other\n"
          "line 7: id is empty: the id of a market or user\n"
          "line 8: outcomes differ or do not: there is no max-difference of them\n"
          "line 15: max-difference of odds is a decimal number from 0 to 1, such as 0.05\n"
          "line 17: expires is a day, such as 2026-12-31");
}

TEST_CASE("an exemptions file that is no TOML of its form is refused line by line") {
    CHECK(faults_of("id = \"u1\"\n") == "line 1: a file like this begins with a [[name]]");
    CHECK(faults_of("[exemption]\n") == "line 1: there are no tables of the form [name]");
    CHECK(faults_of("[[exemption]\n").find("line 1: a table is written [[name]]") == 0);
    CHECK(faults_of("[[exemptions]]\ncheck = \"outcomes\"\nid = 1\nreason = \"r\"\nexpires = 2026-12-31\n") ==
          "line 1: every table of this file is an [[exemption]]");
    CHECK(faults_of("[[exemption]]\ncheck = outcomes\nid = [1, 2]\n") ==
          "line 2: a value is a number, true, false, or text in quotes");
    CHECK(faults_of("[[exemption]]\ncheck = {}\nid = [1, 2]\nreason = \"r\"\nexpires = 2026-12-31\n") ==
          "line 2: a value is a number, true, false, or text in quotes\n"
          "line 3: id is a single value, not an array\n"
          "line 1: this exemption lacks check: one of odds, outcomes, balances");
    CHECK(faults_of("[[exemption]]\nexpires = 2026-02-30\n") == "line 2: there is no such day");
    const std::string twice = std::string(sound) + std::string(sound.substr(sound.find("[[exemption]]")));
    CHECK(faults_of(twice).find("there is another exemption of the same check and id") != std::string::npos);
}

TEST_CASE("each fault of the exemptions file is a fault of its setting") {
    const parsing::TemporaryFile file("[[exemption]]\ncheck = \"outcomes\"\nid = 1\n");
    const auto faults = parsing::faults({"run", "--exemptions-file", file.path()});
    REQUIRE(faults.size() == 2);
    for (const cmd::ConfigFault& fault : faults) {
        CHECK(fault.setting == "SYNC_EXEMPTIONS_FILE");
        CHECK(fault.expected.starts_with("line 1: this exemption lacks "));
    }
    const parsing::TemporaryFile good(std::string{sound});
    CHECK(parsing::options({"run", "--exemptions-file", good.path()}).judgement.exemptions.size() == 3);
    CHECK(parsing::faults({"run", "--exemptions-file", "/nowhere"}).size() == 1);
}

TEST_CASE("an exemptions file from which the last exemption was taken out is sound") {
    for (const char* text : {"", "# none at present\n"}) {
        const parsing::TemporaryFile file(text);
        CHECK(parsing::options({"run", "--exemptions-file", file.path()}).judgement.exemptions.empty());
    }
}
