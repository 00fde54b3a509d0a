// Known drift (SYNC_EXEMPTIONS_FILE), the program itself.
#include "cmd/temporary_file.hpp"
#include "fakes/program.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::pointer;
using integration::World;

namespace {

/// The user's balance is 2.5 USDC in the database and 1 on chain.
constexpr const char* accepted = "[[exemption]]\n"
                                 "check = \"balances\"\n"
                                 "id = \"u1\"\n"
                                 "max-difference = 1.5\n"
                                 "reason = \"refund\"\n"
                                 "expires = 2999-12-31\n";

void fill(World& world) {
    world.user("u1", account(1), "2.5", 10'000'000);
    world.user("u2", account(2), "1", 10'000'000);
    world.resolved_market("m1", contract(3), 1, 2, 0);
    world.flush();
}

} // namespace

TEST_CASE("Exemptions: an accepted difference is counted and shown as exempt, alerts nobody, and exits with 0",
          "[integration][program][exemptions]") {
    World world;
    fill(world);
    const parsing::TemporaryFile file(std::string(accepted) + "[[exemption]]\n"
                                                              "check = \"outcomes\"\n"
                                                              "id = \"m1\"\n"
                                                              "reason = \"void\"\n"
                                                              "expires = 2999-12-31\n");
    Environment environment = environment_of(world);
    environment["SYNC_EXEMPTIONS_FILE"] = file.path();
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.out << ended.err);
    CHECK(ended.code == 0);
    CHECK(pointer(ended.out, "/status") == "\"IN_SYNC\"");
    CHECK(pointer(ended.out, "/mismatches") == "[]");
    CHECK(integration::counts_in(ended.out, "balances") ==
          R"({"inScope":2,"checked":2,"matched":2,"mismatched":0,"transient":0,"exempt":1,"errors":0})");
    CHECK(pointer(ended.out, "/checks/outcomes/exempt") == "1");
    CHECK(pointer(ended.out, "/exemptions/applied/1/resourceId") == "\"u1\"");
    CHECK(pointer(ended.out, "/exemptions/applied/1/databaseValue") == "\"2.5000000\"");
    CHECK(pointer(ended.out, "/exemptions/applied/1/reason") == "\"refund\"");
    CHECK(pointer(ended.out, "/exemptions/applied/1/expires") == "\"2999-12-31\"");
    CHECK(pointer(ended.out, "/exemptions/expired") == "[]");
    CHECK(pointer(ended.out, "/exemptions/unused") == "[]");
    CHECK(events(ended, "MISMATCH").empty());
    CHECK(events(ended, "EXEMPT").size() == 2);
    const Ended explained = run_program({"explain", "--user", "u1"}, environment);
    CHECK(explained.code == 0);
    CHECK(pointer(explained.out, "/items/0/verdict") == "\"EXEMPT\"");
    CHECK(pointer(explained.out, "/items/0/exemption") == "\"refund\"");
}

TEST_CASE("Exemptions: a difference beyond the accepted one is a mismatch like any other",
          "[integration][program][exemptions]") {
    World world;
    fill(world);
    world.database.exec("UPDATE users SET usdc_balance = 2.5000001 WHERE id = 'u1'");
    const parsing::TemporaryFile file(accepted);
    Environment environment = environment_of(world);
    environment["SYNC_EXEMPTIONS_FILE"] = file.path();
    const Ended ended = run_program({"run", "--only", "balances"}, environment);
    CHECK(ended.code == 1);
    CHECK(pointer(ended.out, "/mismatches/0/resourceId") == "\"u1\"");
    CHECK(pointer(ended.out, "/checks/balances/exempt") == "0");
}

TEST_CASE("Exemptions: expired and unused ones are reported, unused ones by a cycle over all rows alone",
          "[integration][program][exemptions]") {
    World world;
    fill(world);
    const parsing::TemporaryFile file("[[exemption]]\n"
                                      "check = \"balances\"\n"
                                      "id = \"u1\"\n"
                                      "max-difference = 5\n"
                                      "reason = \"old\"\n"
                                      "expires = 2020-01-01\n"
                                      "[[exemption]]\n"
                                      "check = \"balances\"\n"
                                      "id = \"u2\"\n"
                                      "max-difference = 5\n"
                                      "reason = \"settled since\"\n"
                                      "expires = 2999-12-31\n");
    Environment environment = environment_of(world);
    environment["SYNC_EXEMPTIONS_FILE"] = file.path();
    const Ended ended = run_program({"run", "--only", "balances"}, environment);
    INFO(ended.out << ended.err);
    CHECK(ended.code == 1);
    CHECK(pointer(ended.out, "/exemptions/expired/0") ==
          R"({"check":"balances","resourceId":"u1","reason":"old","expires":"2020-01-01"})");
    CHECK(pointer(ended.out, "/exemptions/unused/0/resourceId") == "\"u2\"");
    CHECK(events(ended, "EXEMPTION_EXPIRED").size() == 1);
    CHECK(events(ended, "EXEMPTION_UNUSED").size() == 1);
    const Ended part = run_program({"run", "--user", "u1"}, environment);
    CHECK(pointer(part.out, "/exemptions/unused") == "[]");
    CHECK(pointer(part.out, "/exemptions/expired/0/resourceId") == "\"u1\"");
    const Ended text = run_program({"run", "--only", "balances", "--output", "text"}, environment);
    CHECK_THAT(text.out, Catch::Contains("u2") && Catch::Contains("settled since"));
}

TEST_CASE("Exemptions: a row that is an error keeps no other's unused exemption from being reported",
          "[integration][program][exemptions]") {
    World world;
    fill(world);
    world.user("u3", "no address", "1", std::nullopt);
    world.user("u4", "no address either", "1", std::nullopt);
    world.flush();
    const auto exemption = [](const std::string& id) {
        return "[[exemption]]\ncheck = \"balances\"\nid = \"" + id +
               "\"\nmax-difference = 0.5\nreason = \"r\"\nexpires = 2999-12-31\n";
    };
    const parsing::TemporaryFile file(exemption("u1") + exemption("u2") + exemption("u3") + exemption("nobody"));
    Environment environment = environment_of(world);
    environment["SYNC_EXEMPTIONS_FILE"] = file.path();
    const Ended ended = run_program({"run", "--only", "balances"}, environment);
    INFO(ended.out << ended.err);
    CHECK(pointer(ended.out, "/checks/balances/errors") == "2");
    // u1 differs by more, u2 agrees; what u3 would come to is not known.
    CHECK(pointer(ended.out, "/exemptions/unused/0/resourceId") == "\"u1\"");
    CHECK(pointer(ended.out, "/exemptions/unused/1/resourceId") == "\"u2\"");
    CHECK(pointer(ended.out, "/exemptions/unused/2/resourceId") == "\"nobody\"");
    CHECK(pointer(ended.out, "/exemptions/unused/3") == "(absent)");
    CHECK_THAT(events(ended, "EXEMPTION_UNUSED").at(0), Catch::Contains("differ by more"));
}
