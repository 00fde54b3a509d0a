// The program as a user starts it: arguments and environment in, exit code, standard output and standard error out.
#include "fakes/program.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <csignal>
#include <thread>

using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::pointer;
using integration::World;

using namespace std::chrono_literals;

namespace {

void one_of_each(World& world) {
    world.open_market("odds", contract(1), "50", "50", std::pair{4U, 6U});
    world.resolved_market("outcome", contract(2), 1, 2, 0);
    world.user("balance", account(3), "12.5", 0);
    world.user("same", account(4), "1", 10'000'000);
    world.user("bad", "not an address", "1", std::nullopt);
    world.flush();
}

/// The first call asks the AMM for its token.
constexpr unsigned token_call = 1;

} // namespace

TEST_CASE("In sync: exit 0, and the JSON result on standard output", "[integration][program]") {
    World world;
    world.user("u", account(1), "1", 10'000'000);
    world.flush();
    const Ended ended = run_program({"run"}, environment_of(world));
    INFO(ended.err);
    CHECK(ended.code == 0);
    CHECK(pointer(ended.out, "/status") == "\"IN_SYNC\"");
    CHECK(pointer(ended.out, "/usersChecked") == "1");
    CHECK(pointer(ended.out, "/network") == "\"Test SDF Network ; September 2015\"");
    CHECK(pointer(ended.out, "/ledger") == R"({"first":1000,"last":1000})");
    CHECK(pointer(ended.out, "/rpc/requests") == "4"); // who, how fresh, the token, the balance
    CHECK(pointer(ended.out, "/timedOut") == "false");
    CHECK(events(ended, "SYNC_START").size() == 1);
    CHECK(events(ended, "SYNC_COMPLETE").size() == 1);
}

TEST_CASE("Drift: exit 1, each mismatch an event and an entry of the result", "[integration][program]") {
    World world;
    one_of_each(world);
    const Ended ended = run_program({"run"}, environment_of(world));
    INFO(ended.err);
    INFO(ended.out);
    CHECK(ended.code == 1);
    CHECK(pointer(ended.out, "/status") == "\"MISMATCH\"");
    CHECK(integration::counts_in(ended.out, "balances") ==
          R"({"inScope":3,"checked":2,"matched":1,"mismatched":1,"transient":0,"errors":1})");
    CHECK(pointer(ended.out, "/mismatches/0/databaseValue") == R"({"yes":0.5,"no":0.5})");
    CHECK(pointer(ended.out, "/mismatches/0/blockchainValue") == R"({"yes":0.6,"no":0.4})");
    CHECK(pointer(ended.out, "/errors/0/reason") == "\"BAD_ADDRESS\"");
    CHECK(pointer(ended.out, "/errors/0/resourceId") == "\"bad\"");
    const auto mismatches = events(ended, "MISMATCH");
    CHECK(mismatches.size() == 3);
    // In whichever order they were confirmed.
    const auto found = std::find_if(mismatches.begin(), mismatches.end(), [](const std::string& line) {
        return pointer(line, "/mismatchType") == "\"ODDS\"";
    });
    REQUIRE(found != mismatches.end());
    CHECK(pointer(*found, "/confirmed") == "true");
    CHECK(pointer(*found, "/databaseReserves") == R"({"yes":"50.0000000","no":"50.0000000"})");
    CHECK(pointer(*found, "/blockchainReserves") == R"({"yes":"4","no":"6"})");
    CHECK(pointer(*found, "/title") == "\"Market odds\"");
    CHECK(events(ended, "ITEM_ERROR").size() == 1);
}

TEST_CASE("Only what was asked for is checked", "[integration][program]") {
    World world;
    one_of_each(world);
    Environment environment = environment_of(world);
    SECTION("--only balances needs no AMM contract") {
        environment.erase("AMM_CONTRACT_ADDRESS");
        const Ended ended = run_program({"run", "--only", "balances"}, environment);
        CHECK(ended.code == 1);
        CHECK(pointer(ended.out, "/marketsChecked") == "0");
        CHECK(pointer(ended.out, "/usersChecked") == "2");
    }
    SECTION("--user") {
        const Ended ended = run_program({"run", "--user", "same"}, environment);
        CHECK(ended.code == 0);
        CHECK(pointer(ended.out, "/usersChecked") == "1");
    }
    SECTION("--market that is not there") {
        const Ended ended = run_program({"run", "--market", "nobody", "--market", "odds"}, environment);
        CHECK(ended.code == 1);
        CHECK(pointer(ended.out, "/errors/0/reason") == "\"NOT_FOUND\"");
        CHECK(pointer(ended.out, "/checks/odds/inScope") == "1");
    }
}

TEST_CASE("SYNC_FAIL_ON mutes exit codes 1 and 3", "[integration][program]") {
    World world;
    one_of_each(world);
    Environment environment = environment_of(world);
    environment["SYNC_FAIL_ON"] = "incomplete";
    CHECK(run_program({"run"}, environment).code == 3);
    environment["SYNC_FAIL_ON"] = "none";
    CHECK(run_program({"run"}, environment).code == 0);
}

TEST_CASE("The text result is for a person, and carries no control character of a title", "[integration][program]") {
    World world;
    one_of_each(world);
    world.database.exec("UPDATE markets SET title = E'\\x1b[31mred\\x07' WHERE id = 'odds'");
    const Ended ended = run_program({"run", "--output", "text", "--log-format", "text"}, environment_of(world));
    CHECK(ended.code == 1);
    CHECK(ended.out.find('\x1b') == std::string::npos);
    CHECK(ended.err.find('\x1b') == std::string::npos);
    CHECK(ended.err.find('\x07') == std::string::npos);
    CHECK(ended.out.find("12.5") != std::string::npos);
}

TEST_CASE("A cycle that found nothing to check warns", "[integration][program]") {
    World world;
    const Ended ended = run_program({"run"}, environment_of(world));
    CHECK(ended.code == 0);
    const auto warnings = events(ended, "NOTHING_CHECKED");
    REQUIRE(warnings.size() == 1);
    CHECK(pointer(warnings[0], "/level") == "\"warn\"");
}

TEST_CASE("All configuration faults are reported in one go, before anything is contacted", "[integration][program]") {
    World world;
    Environment environment = environment_of(world);
    environment["DATABASE_URL"] = "postgresql://app:s3cret@localhost:99999999/x";
    environment["AMM_CONTRACT_ADDRESS"] = "CABC";
    environment["SYNC_ODDS_THRESHOLD"] = "lots";
    environment["SYNC_RATE_LIMIT"] = "0";
    environment["SOROBAN_RPC_URL"] = "http://rpc.example.com/secret-key";
    const Ended ended = run_program({"run"}, environment);
    CHECK(ended.code == 2);
    CHECK(ended.out.empty());
    const auto faults = events(ended, "CONFIG_ERROR");
    CHECK(faults.size() == 5);
    for (const char* setting :
         {"DATABASE_URL", "AMM_CONTRACT_ADDRESS", "SYNC_ODDS_THRESHOLD", "SYNC_RATE_LIMIT", "SOROBAN_RPC_URL"}) {
        INFO(setting);
        CHECK(std::count_if(faults.begin(), faults.end(), [setting](const std::string& line) {
                  return pointer(line, "/setting") == fmt::format("\"{}\"", setting);
              }) == 1);
    }
    CHECK(ended.err.find("s3cret") == std::string::npos);
    CHECK(ended.err.find("secret-key") == std::string::npos);
    CHECK(world.node.traffic().counters().requests == 0);
}

TEST_CASE("What somebody must change ends the run with exit 2 and nothing on standard output",
          "[integration][program]") {
    World world;
    world.user("u", account(1), "1", 10'000'000);
    world.flush();
    Environment environment = environment_of(world);
    SECTION("wrong network") {
        environment["STELLAR_NETWORK_PASSPHRASE"] = "Public Global Stellar Network ; September 2015";
    }
    SECTION("wrong password") {
        std::string& url = environment["DATABASE_URL"];
        url.replace(url.find(':', 15) + 1, url.find('@') - url.find(':', 15) - 1, "wrong-one");
    }
    SECTION("no tables") {
        world.database.exec("DROP TABLE users, markets"); // one that is left is checked: obstacles_test.cpp
    }
    SECTION("no right") {
        world.database.exec("REVOKE ALL ON users, markets FROM app");
    }
    SECTION("unauthorized") {
        world.node.faults().add({.fault = devnet::StatusFault{.status = 403}});
    }
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 2);
    CHECK(ended.out.empty());
    CHECK(events(ended, "CONFIG_ERROR").size() == 1);
    CHECK(ended.err.find("wrong-one") == std::string::npos);
    CHECK(ended.err.find("s3cret") == std::string::npos);
}

TEST_CASE("An unreachable database or RPC is exit 4, with a result", "[integration][program]") {
    World world;
    world.user("u", account(1), "1", 10'000'000);
    world.flush();
    Environment environment = environment_of(world);
    environment["SYNC_MAX_RETRIES"] = "1";
    std::string users = "0";
    SECTION("database") {
        environment["DATABASE_URL"] = "postgresql://app:s3cret@127.0.0.1:1/x";
    }
    SECTION("RPC") {
        environment["SOROBAN_RPC_URL"] = "http://127.0.0.1:1";
        users = "1";
    }
    const Ended ended = run_program({"run"}, environment);
    CHECK(ended.code == 4);
    CHECK(pointer(ended.out, "/status") == "\"FAILED\"");
    CHECK(pointer(ended.out, "/checks/balances/errors") == users);
    CHECK(ended.err.find("s3cret") == std::string::npos);
    CHECK(events(ended, "RETRY").size() == 1);
}

TEST_CASE("Retries are as many as the settings say, after waits that they say", "[integration][program]") {
    World world;
    world.user("u", account(1), "1", 10'000'000);
    world.flush();
    world.node.faults().add(
        {.fault = devnet::StatusFault{.status = 502}, .method = "getLedgerEntries", .skip = token_call});
    Environment environment = environment_of(world);
    environment["SYNC_MAX_RETRIES"] = "3";
    environment["SYNC_RETRY_DELAY_MS"] = "40";
    environment["SYNC_RETRY_BACKOFF_MULTIPLIER"] = "3";
    const Ended ended = run_program({"run", "--only", "balances"}, environment);
    CHECK(ended.code == 3);
    CHECK(world.node.traffic().calls("getLedgerEntries") == token_call + 4);
    const auto retries = events(ended, "RETRY");
    REQUIRE(retries.size() == 3);
    int delay = 40;
    for (std::size_t i = 0; i < 3; ++i, delay *= 3) {
        CHECK(pointer(retries[i], "/attempt") == fmt::to_string(i + 1));
        const int waited = std::stoi(pointer(retries[i], "/delayMs"));
        CHECK(waited >= delay * 3 / 4); // a quarter either way
        CHECK(waited <= delay * 5 / 4);
    }
}

TEST_CASE("The time-out gives a partial result and exit 3", "[integration][program]") {
    World world;
    for (std::uint32_t i = 0; i < 500; ++i) world.user(fmt::format("u{:03}", i), account(i), "0", 0);
    world.flush();
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = token_call + 1});
    Environment environment = environment_of(world);
    environment["SYNC_TIMEOUT_MS"] = "4000";
    environment["SYNC_RATE_LIMIT"] = "1";
    const Ended ended = run_program({"run", "--only", "balances"}, environment);
    CHECK(ended.code == 3);
    CHECK(pointer(ended.out, "/timedOut") == "true");
    CHECK(pointer(ended.out, "/status") == "\"INCOMPLETE\"");
    CHECK(integration::counts_in(ended.out, "balances") ==
          R"({"inScope":500,"checked":200,"matched":200,"mismatched":0,"transient":0,"errors":300})");
    CHECK(pointer(ended.out, "/errors/0/reason") == "\"NOT_REACHED\"");
    CHECK(pointer(ended.out, "/errors/0/count") == "300");
    CHECK(events(ended, "SYNC_TIMEOUT").size() == 1);
}

TEST_CASE("SIGTERM and SIGINT end the cycle at once with a partial result", "[integration][program]") {
    World world;
    for (std::uint32_t i = 0; i < 500; ++i) world.user(fmt::format("u{:03}", i), account(i), "0", 0);
    world.flush();
    world.node.faults().add({.fault = devnet::HangFault{}, .method = "getLedgerEntries", .skip = token_call});
    const auto [signal, code] = GENERATE(std::pair{SIGTERM, 143}, std::pair{SIGINT, 130});
    fakes::Program program({"run", "--only", "balances"}, environment_of(world), {});
    while (world.node.traffic().calls("getLedgerEntries") <= token_call) std::this_thread::sleep_for(5ms);
    const auto start = std::chrono::steady_clock::now();
    program.signal(signal);
    const Ended ended = program.wait();
    CHECK(std::chrono::steady_clock::now() - start < 8s); // a second, on an idle machine
    CHECK(ended.code == code);
    CHECK(pointer(ended.out, "/checks/balances/errors") == "500");
    CHECK(pointer(ended.out, "/errors/0/reason") == "\"NOT_REACHED\"");
}

TEST_CASE("A closed standard output or error does no harm", "[integration][program]") {
    World world;
    one_of_each(world);
    CHECK(run_program({"run"}, environment_of(world), {.close_out = true, .close_err = false}).code == 1);
    const Ended ended = run_program({"run"}, environment_of(world), {.close_out = false, .close_err = true});
    CHECK(ended.code == 1);
    CHECK(pointer(ended.out, "/status") == "\"MISMATCH\"");
}

TEST_CASE("The flag --version names the libraries, and usage errors are exit 2", "[integration][program]") {
    const Ended version = run_program({"--version"}, {});
    CHECK(version.code == 0);
    for (const char* library :
         {"stellar-sync 0.", "libcurl", "libpq", "simdjson", "fmt", "CLI11", "toml++", "OpenSSL"}) {
        CHECK(version.out.find(library) != std::string::npos);
    }
    CHECK(run_program({}, {}).code == 2);
    CHECK(run_program({"run", "--nonsense"}, {}).code == 2);
    CHECK(run_program({"--help"}, {}).code == 0);
}
