#include "integration/database_faults.hpp"
#include "checks.hpp"

#include "printers.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <fmt/format.h>

#include <set>

namespace integration {

void fill_users(World& world, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        world.user(fmt::format("u{:04}", i), account(i), i % 5 == 0 ? "1" : "0", 0);
    }
    world.flush();
}

void check_users(const Report& report, std::uint32_t count) {
    CHECK(report.misconfigured == std::nullopt);
    CHECK(report.counts(Kind::balances) == std::array<std::uint64_t, 4>{count - count / 5, count / 5, 0, 0});
    CHECK(report.summary.errors().empty());
    std::multiset<std::string> expected, found;
    for (std::uint32_t i = 0; i < count; i += 5) expected.insert(fmt::format("u{:04}", i));
    for (const verify::Mismatch& mismatch : report.summary.mismatches()) found.insert(mismatch.id);
    CHECK(found == expected);
    CHECK(report.summary.exit_code({}) == base::ExitCode::mismatch);
}

int kill_connections(World& world) {
    return std::stoi(
        world.database.exec_as_superuser("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                                         "WHERE datname = current_database() AND application_name = 'stellar-sync'"));
}

std::map<std::string, std::string> program_environment(World& world, const std::string& database_url) {
    return {{"DATABASE_URL", database_url},
            {"SOROBAN_RPC_URL", world.node.url()},
            {"AMM_CONTRACT_ADDRESS", stellar::to_strkey({stellar::Address::Kind::contract, world.amm})},
            {"SYNC_CONFIRM_DELAY_MS", "50"},
            {"SYNC_RETRY_DELAY_MS", "50"},
            {"SYNC_LOG_LEVEL", "debug"}};
}

fakes::Ended run_and_look_for_password(const std::map<std::string, std::string>& environment) {
    fakes::Ended ended = fakes::run_program({"run"}, environment);
    for (const std::string* output : {&ended.out, &ended.err}) {
        INFO(*output);
        // As it is, and as a URL and as a keyword string write it.
        for (const char* secret : {"s3cret", "p@ss", "p%40ss", "wr0ng"}) {
            CHECK(output->find(secret) == std::string::npos);
        }
    }
    return ended;
}

std::string member(const std::string& json, std::string_view pointer) {
    simdjson::dom::parser parser;
    simdjson::dom::element element;
    if (parser.parse(json).at_pointer(pointer).get(element) != simdjson::SUCCESS) return "(absent)";
    return simdjson::minify(element);
}

} // namespace integration
