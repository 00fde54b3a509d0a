#include "integration/verdicts.hpp"
#include "checks.hpp"

#include "printers.hpp"
#include "stellar/base64.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>

using namespace std::chrono_literals;

namespace integration {
namespace {

struct Known {
    verify::Check kind;
    std::uint64_t healthy;
    std::vector<std::string> drifting;
    std::vector<std::string> bad;
};

const std::array<Known, 3>& known() {
    static const std::array<Known, 3> all{{
        {Kind::odds, 3, {"o4"}, {"o5"}},
        {Kind::outcomes, 2, {"r3"}, {"r4"}},
        {Kind::balances, 5, {"u6", "u7"}, {"u8"}},
    }};
    return all;
}

} // namespace

void fill_with_known_verdicts(World& world) {
    world.open_market("o1", contract(1), "350", "650", std::pair{3'500'000'000U, 6'500'000'000U});
    world.open_market("o2", hex_id(2), "0.01", "0.03", std::pair{1U, 3U});
    world.open_market("o3", contract(3), "0", "0", std::pair{0U, 0U});
    world.open_market("o4", contract(4), "50", "50", std::pair{4'000U, 6'000U});
    world.open_market("o5", "rubbish", "1", "1", std::nullopt);
    world.resolved_market("r1", contract(11), 1, 2, 1);
    world.resolved_market("r2", contract(12), 0, 2, 0);
    world.resolved_market("r3", contract(13), 1, 2, 0);
    world.user("u1", account(21), "12.345", 123'450'000);
    world.user("u2", contract(22), "7", 70'000'000);
    world.user("u3", muxed_account(23), "1.0000001", 10'000'001);
    world.user("u4", muxed_contract(24), "0", std::nullopt);
    world.user("u5", account(25), "0", std::nullopt);
    world.user("u6", account(26), "5", 50'000'011);
    world.user("u7", contract(27), "6", 50'000'000);
    world.user("u8", "GABC", "1", std::nullopt);
    world.flush();
    world.database.insert(fakes::Market{"r4", std::nullopt, "T", "RESOLVED", "0", "0", "1"}, world.tables);
}

Plan quick_plan(verify::ReadMode mode) {
    Plan plan;
    plan.mode = mode;
    plan.confirm_attempts = 1;
    plan.operation_timeout = 1s;
    plan.max_ledger_age = 3s; // so long a recheck waits for a node that moves on no more
    return plan;
}

std::string healthy_key(const World& world) {
    std::string key;
    stellar::append_trust_line_key(key, numbered_id(21), world.asset);
    return stellar::to_base64(key);
}

void check_all_verdicts(const Report& report) {
    check_no_wrong_verdict(report, {});
    CHECK(report.summary.errors().size() == 3);
    for (const Known& each : known()) {
        CHECK(report.counts(each.kind) ==
              std::array<std::uint64_t, 4>{each.healthy, each.drifting.size(), 0, each.bad.size()});
    }
}

void check_no_wrong_verdict(const Report& report, const std::vector<verify::Reason>& reasons, bool transients) {
    INFO(report.log);
    CHECK(report.misconfigured == std::nullopt);
    CHECK_FALSE(report.summary.timed_out);
    for (const verify::Error& error : report.summary.errors()) {
        CAPTURE(error.operation, error.resource_id, error.text);
        const bool expected = std::find(reasons.begin(), reasons.end(), error.reason) != reasons.end();
        CHECK((expected || error.reason == verify::Reason::bad_address));
    }
    for (const Known& each : known()) {
        const std::string operation(each.kind.name());
        CAPTURE(operation);
        const auto [matched, mismatched, transient, errors] = report.counts(each.kind);
        CHECK(matched + mismatched + transient + errors == each.healthy + each.drifting.size() + each.bad.size());
        CHECK(matched + transient <= each.healthy);
        if (!transients) CHECK(transient == 0);
        const bool given_up = report.error(operation, "") != nullptr;
        for (const std::string& id : each.drifting) {
            CAPTURE(id);
            CHECK((report.mismatch(each.kind, id) != nullptr || report.error(operation, id) != nullptr || given_up));
        }
        for (const std::string& id : each.bad) CHECK((report.error(operation, id) != nullptr || given_up));
        for (const verify::Mismatch& mismatch : report.summary.mismatches()) {
            if (mismatch.check() != each.kind) continue;
            CAPTURE(mismatch.id);
            CHECK(std::find(each.drifting.begin(), each.drifting.end(), mismatch.id) != each.drifting.end());
        }
    }
}

} // namespace integration
