#include "cmd/parse.hpp"
#include "cmd/temporary_file.hpp"

#include <catch2/catch.hpp>

using parsing::required;
using parsing::TemporaryFile;
using parsing::Variables;

namespace {

std::vector<cmd::ConfigWarning> warnings(const Variables& variables) {
    return std::get<cmd::Options>(parsing::parse({"run"}, variables)).warnings;
}

} // namespace

TEST_CASE("a misspelt flag, command or key is answered with the one that was meant") {
    const auto err = [](std::vector<std::string> arguments) {
        return std::get<cmd::Exit>(parsing::parse(std::move(arguments))).err;
    };
    CHECK_THAT(err({"run", "--odds-treshold", "0.1"}), Catch::Contains("did you mean --odds-threshold?"));
    CHECK_THAT(err({"rnu"}), Catch::Contains("did you mean run?"));
    CHECK_THAT(err({"run", "--frobnicate"}), !Catch::Contains("did you mean"));
    for (const char* key : {"odds_treshold", "SYNC_ODDS_THRESHOLD"}) {
        const TemporaryFile file(std::string(key) + " = 0.02\n");
        const auto faults = parsing::faults({"run", "--config", file.path()});
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults.front().expected, Catch::Contains("did you mean odds-threshold?"));
    }
}

TEST_CASE("an unknown SYNC_ variable is warned about, and its value is not repeated") {
    Variables variables = required();
    variables["SYNC_ODDS_TRESHOLD"] = "S3CRET";
    variables["SYNC_NONSENSE_ALTOGETHER"] = "S3CRET";
    variables["SYNC_EMPTY"] = "";
    variables["SYNC_CRON_SCHEDULE"] = "*/5 * * * *";
    variables["SYNC_SERVICE_HOST"] = "10.0.0.1"; // by Kubernetes, for a service named sync
    variables["SYNC_PORT_80_TCP_ADDR"] = "10.0.0.1";
    variables["UNRELATED"] = "1";
    const auto list = warnings(variables);
    REQUIRE(list.size() == 2);
    CHECK(list[0].setting == "SYNC_NONSENSE_ALTOGETHER");
    CHECK_THAT(list[0].text, !Catch::Contains("did you mean"));
    CHECK(list[1].setting == "SYNC_ODDS_TRESHOLD");
    CHECK_THAT(list[1].text, Catch::EndsWith("did you mean SYNC_ODDS_THRESHOLD?"));
    const base::Event event = cmd::config_warning_event(list[1]);
    CHECK(event.type == "CONFIG_WARNING");
    CHECK(event.level == base::Level::warn);
    CHECK(event.message.find("S3CRET") == std::string::npos);
    CHECK(warnings(required()).empty());
}

TEST_CASE("unknown variables are told beside the faults, too") {
    Variables variables = required();
    variables.erase("DATABASE_URL");
    variables["SYNC_ODDS_TRESHOLD"] = "1";
    CHECK(std::get<cmd::Faults>(parsing::parse({"run"}, variables)).options.warnings.size() == 1);
}
