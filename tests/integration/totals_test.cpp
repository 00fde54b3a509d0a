// What the result says over all rows, however many it lists: the worst of each check, exact totals, hints.
#include "fakes/program.hpp"
#include "integration/program.hpp"
#include "integration/world.hpp"
#include "verify/amount.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>

using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::pointer;
using integration::World;

namespace {

/// "u17 3152.8709400": id and difference of a mismatch of the result.
std::string listed(const std::string& result, int place) {
    const auto text = [&](std::string_view member) {
        const std::string quoted = pointer(result, fmt::format("/mismatches/{}/{}", place, member));
        return quoted.size() > 2 ? quoted.substr(1, quoted.size() - 2) : quoted;
    };
    return text("resourceId") + " " + text("metadata/difference");
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("Of 5,000 drifting balances the five worst are listed, the totals are of all", "[integration][totals]") {
    World world;
    std::int64_t more = 0;
    std::int64_t less = 0;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        const std::int64_t difference = 4400 + std::int64_t{i * 7919 % 5000} * 6'307'000;
        const bool chain_has_more = i % 3 == 0;
        (chain_has_more ? more : less) += difference;
        world.user(fmt::format("u{}", i), account(i), integration::usdc(chain_has_more ? 0 : difference),
                   chain_has_more ? difference : 0);
    }
    world.flush();
    const Ended ended = run_program({"run", "--only", "balances", "--max-reported", "5", "--output", "json"},
                                    integration::environment_of(world));
    CHECK(ended.code == 1);
    for (int i = 0; i < 5; ++i) {
        // The i-th from the top, and the number of the user who has it: 7919 * 2679 is 1 modulo 5000.
        const std::int64_t rank = 4999 - i;
        CHECK(listed(ended.out, i) ==
              fmt::format("u{} {}", rank * 2679 % 5000, integration::usdc(4400 + rank * 6'307'000)));
    }
    CHECK(pointer(ended.out, "/mismatches/5") == "(absent)");
    CHECK(pointer(ended.out, "/truncated") == "true");
    CHECK(pointer(ended.out, "/checks/balances/mismatched") == "5000");
    CHECK(pointer(ended.out, "/checks/balances/largest") == R"("3152.8697400")");
    CHECK(pointer(ended.out, "/checks/balances/chainMore") == fmt::format("\"{}\"", integration::usdc(more)));
    CHECK(pointer(ended.out, "/checks/balances/chainLess") == fmt::format("\"{}\"", integration::usdc(less)));
    CHECK(pointer(ended.out, "/checks/odds/largest") == "null");
    CHECK(pointer(ended.out, "/checks/outcomes/chainMore") == "null");
    CHECK(holds(pointer(ended.out, "/hints/0"), "all 5000 users that were compared differ"));
}

TEST_CASE("Balances that are the application's own figure: a hint, and the recipe of the README",
          "[integration][totals]") {
    World world;
    const std::string platform = account(100);
    world.node.ledger().set_trust_line(platform, world.asset, 62'500'000);
    for (std::uint32_t i = 0; i < 3; ++i) world.user(fmt::format("u{}", i), account(i), fmt::format("{}.25", 1 + i), 0);
    world.user("without a wallet", "", "-0.5", std::nullopt); // the sum is over all rows
    world.flush();
    integration::Environment environment = integration::environment_of(world);
    const Ended flagged = run_program({"run", "--only", "balances"}, environment);
    CHECK(flagged.code == 1);
    const std::string hint = pointer(flagged.out, "/hints/0");
    CHECK(holds(hint, "all 3 users that were compared differ: usdc_balance may be the application's own custodial "
                      "figure"));
    CHECK(pointer(flagged.out, "/hints/1") == "(absent)");
    const auto complete = integration::events(flagged, "SYNC_COMPLETE");
    REQUIRE(complete.size() == 1);
    CHECK(pointer(complete[0], "/hints/0") == hint);
    const std::string text = run_program({"run", "--only", "balances", "--output", "text"}, environment).out;
    CHECK(text.starts_with("3 balances differ: the chain has 6.75 USDC less; the largest difference is 3.25\n"
                           "USDC.\nHINT: balances: all 3 users that were compared differ: "));

    environment["SYNC_USERS_SQL"] = fmt::format("SELECT 'platform' AS id, '{}' AS wallet_address, "
                                                "coalesce(sum(usdc_balance), 0) AS usdc_balance FROM users",
                                                platform);
    const Ended in_sync = run_program({"run", "--only", "balances"}, environment);
    INFO(in_sync.out << in_sync.err);
    CHECK(in_sync.code == 0);
    CHECK(pointer(in_sync.out, "/checks/balances/matched") == "1");
    CHECK(pointer(in_sync.out, "/hints") == "[]");
    CHECK(pointer(integration::events(in_sync, "SYNC_COMPLETE").at(0), "/hints") == "(absent)");
    world.node.ledger().set_trust_line(platform, world.asset, 60'000'000);
    const Ended short_of_it = run_program({"run", "--only", "balances"}, environment);
    CHECK(short_of_it.code == 1);
    CHECK(listed(short_of_it.out, 0) == "platform 0.2500000");
    CHECK(pointer(short_of_it.out, "/checks/balances/chainLess") == R"("0.2500000")");
    CHECK(pointer(short_of_it.out, "/hints") == "[]");
}
