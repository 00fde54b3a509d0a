// The properties of the feature, each over a hundred random databases and ledgers: real PostgreSQL, real HTTP.
#include "checks.hpp"
#include "integration/world.hpp"

#include "printers.hpp"
#include "stellar/base64.hpp"
#include "stellar/ledger_key.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <fmt/format.h>

#include <set>

using integration::account;
using integration::contract;
using integration::Plan;
using integration::Report;
using integration::usdc;
using integration::World;

namespace {

/// Numbers that no case before has used: the ledger is shared by all cases of a property.
struct Numbers {
    std::uint32_t next = 1;
    std::uint32_t operator()() { return next++; }
};

void empty_tables(World& world) {
    world.node.traffic().clear();
    world.node.faults().clear();
    world.database.exec("TRUNCATE markets, users");
}

/// Stroops of any magnitude up to 2^50.
std::int64_t any_stroops() {
    return *rc::gen::inRange<std::int64_t>(0, (std::int64_t{1} << 50)) >> *rc::gen::inRange(0, 50);
}

/// |a.no/(a.yes+a.no) - b.no/(b.yes+b.no)| > 1/100, in whole numbers; another way than the program's.
bool odds_differ(std::int64_t a_yes, std::int64_t a_no, std::int64_t b_yes, std::int64_t b_no) {
    const base::i128 a_sum = static_cast<base::i128>(a_yes) + a_no;
    const base::i128 b_sum = static_cast<base::i128>(b_yes) + b_no;
    base::i128 cross = a_no * b_sum - b_no * a_sum;
    if (cross < 0) cross = -cross;
    // a_sum * b_sum is below 2^102.
    return cross * 100 > a_sum * b_sum;
}

} // namespace

TEST_CASE("Feature: blockchain-database-sync, Property 2: any two odds differing by more than the threshold are "
          "reported, with market id, both odds, title and contract address, and any others are not",
          "[integration][property]") {
    World world;
    Numbers number;
    REQUIRE(rc::check([&] {
        empty_tables(world);
        struct Pool {
            std::string id, address;
            std::int64_t database_yes, database_no, chain_yes, chain_no;
        };
        std::vector<Pool> pools;
        const int count = *rc::gen::inRange(1, 8);
        for (int i = 0; i < count; ++i) {
            Pool pool{fmt::format("m{}", i), contract(number()), any_stroops() + 1, any_stroops() + 1, 0, 0};
            switch (*rc::gen::inRange(0, 4)) {
            case 0: // the same odds in other units
                pool.chain_yes = pool.database_yes * 3;
                pool.chain_no = pool.database_no * 3;
                break;
            case 1: { // about the threshold: exactly one hundredth apart, or a little more or less
                const std::int64_t scale = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
                const std::int64_t percent = *rc::gen::inRange<std::int64_t>(2, 98);
                const std::int64_t nudge = *rc::gen::inRange<std::int64_t>(-2, 3);
                pool.database_yes = percent * scale;
                pool.database_no = (100 - percent) * scale;
                pool.chain_yes = (percent + 1) * scale + nudge;
                pool.chain_no = (99 - percent) * scale - nudge;
                break;
            }
            default:
                pool.chain_yes = any_stroops() + 1;
                pool.chain_no = any_stroops() + 1;
            }
            if (pool.chain_yes <= 0 || pool.chain_no <= 0) pool.chain_yes = pool.chain_no = 1;
            world.open_market(pool.id, pool.address, usdc(pool.database_yes), usdc(pool.database_no),
                              std::pair<base::u128, base::u128>(pool.chain_yes, pool.chain_no));
            pools.push_back(pool);
        }
        const Report report = integration::run(world);
        std::uint64_t expected = 0;
        for (const Pool& pool : pools) {
            const bool differ = odds_differ(pool.database_yes, pool.database_no, pool.chain_yes, pool.chain_no);
            const verify::Mismatch* found = report.mismatch(Kind::odds, pool.id);
            RC_ASSERT((found != nullptr) == differ);
            if (!differ) continue;
            ++expected;
            RC_ASSERT(found->title == "Market " + pool.id);
            RC_ASSERT(found->address == pool.address);
            const auto& difference = found->difference.as<verify::OddsDifference>();
            RC_ASSERT(difference.database.yes == static_cast<base::u128>(pool.database_yes));
            RC_ASSERT(difference.chain.no == static_cast<base::u128>(pool.chain_no));
            RC_ASSERT(difference.database_odds.yes + difference.database_odds.no == verify::odds_one);
            RC_ASSERT(difference.chain_odds.yes + difference.chain_odds.no == verify::odds_one);
        }
        RC_ASSERT(report.summary.tally(Kind::odds).mismatched == expected);
        RC_ASSERT(report.summary.tally(Kind::odds).in_scope() == pools.size());
    }));
}

TEST_CASE("Feature: blockchain-database-sync, Property 3: every resolved market is asked of the chain, and a differing "
          "outcome is a CRITICAL mismatch",
          "[integration][property]") {
    World world;
    Numbers number;
    REQUIRE(rc::check([&] {
        empty_tables(world);
        struct Market {
            std::string id;
            std::uint32_t number;
            std::optional<int> database;
            std::optional<std::uint32_t> chain;
        };
        std::vector<Market> markets;
        const int count = *rc::gen::inRange(1, 8);
        for (int i = 0; i < count; ++i) {
            Market market{fmt::format("m{}", i), number(), std::nullopt, std::nullopt};
            if (const int outcome = *rc::gen::inRange(-1, 3); outcome >= 0) market.database = outcome;
            if (const int outcome = *rc::gen::inRange(-1, 2); outcome >= 0) {
                market.chain = static_cast<std::uint32_t>(outcome);
            }
            const std::uint32_t status = market.chain ? 2U : *rc::gen::inRange<std::uint32_t>(0, 2);
            world.resolved_market(market.id, contract(market.number), market.database, status, market.chain);
            markets.push_back(market);
        }
        Plan plan;
        plan.mode =
            *rc::gen::element(verify::ReadMode::storage, verify::ReadMode::automatic, verify::ReadMode::simulate);
        const Report report = integration::run(world, plan);
        for (const Market& market : markets) {
            const bool same = market.database.has_value() == market.chain.has_value() &&
                              (!market.chain || *market.database == static_cast<int>(*market.chain));
            const verify::Mismatch* found = report.mismatch(Kind::outcomes, market.id);
            RC_ASSERT((found == nullptr) == same);
            if (found != nullptr) RC_ASSERT(found->priority() == verify::Priority::critical);
            if (plan.mode == verify::ReadMode::simulate) continue;
            std::string key;
            stellar::append_market_state_key(key, integration::numbered_id(market.number));
            RC_ASSERT(world.node.traffic().times_asked(key) == 1U);
        }
        if (plan.mode == verify::ReadMode::simulate) {
            RC_ASSERT(world.node.traffic().calls("simulateTransaction") == markets.size());
        }
        RC_ASSERT(report.summary.tally(Kind::outcomes).checked() == markets.size());
    }));
}

TEST_CASE("Feature: blockchain-database-sync, Property 4: balances differing by more than the threshold are reported "
          "with user id, wallet and both balances, others are not",
          "[integration][property]") {
    World world;
    Numbers number;
    REQUIRE(rc::check([&] {
        empty_tables(world);
        struct User {
            std::string id, wallet;
            std::int64_t database, chain;
        };
        std::vector<User> users;
        const int count = *rc::gen::inRange(1, 12);
        for (int i = 0; i < count; ++i) {
            User user{fmt::format("u{}", i), {}, any_stroops(), 0};
            const std::uint32_t n = number();
            user.wallet = *rc::gen::element(account(n), contract(n), integration::muxed_account(n),
                                            integration::muxed_contract(n));
            // The threshold is 10 stroops.
            user.chain = std::max<std::int64_t>(0, *rc::gen::inRange(0, 3) == 0
                                                       ? any_stroops()
                                                       : user.database + *rc::gen::inRange<std::int64_t>(-13, 14));
            world.user(user.id, user.wallet, usdc(user.database), user.chain);
            users.push_back(user);
        }
        const Report report = integration::run(world);
        std::uint64_t expected = 0;
        for (const User& user : users) {
            const std::int64_t distance = std::abs(user.database - user.chain);
            const verify::Mismatch* found = report.mismatch(Kind::balances, user.id);
            RC_ASSERT((found != nullptr) == (distance > 10));
            if (found == nullptr) continue;
            ++expected;
            RC_ASSERT(found->address == user.wallet);
            const auto& difference = found->difference.as<verify::BalanceDifference>();
            RC_ASSERT(difference.database == user.database);
            RC_ASSERT(difference.chain == user.chain);
            RC_ASSERT(difference.difference == static_cast<base::u128>(distance));
        }
        RC_ASSERT(report.summary.tally(Kind::balances).mismatched == expected);
        RC_ASSERT(report.summary.tally(Kind::balances).in_scope() == users.size());
    }));
}

TEST_CASE(
    "Feature: blockchain-database-sync, Property 5: for any set of items, whichever fail, all others are verified "
    "and each failure is reported",
    "[integration][property]") {
    World world;
    Numbers number;
    REQUIRE(rc::check([&] {
        empty_tables(world);
        enum class Fate { matches, differs, bad_address, bad_value, undecodable, refused };
        std::vector<Fate> fates;
        const int count = *rc::gen::inRange(1, 40);
        for (int i = 0; i < count; ++i) {
            const std::uint32_t n = number();
            const Fate fate = *rc::gen::weightedElement<Fate>({{8, Fate::matches},
                                                               {2, Fate::differs},
                                                               {1, Fate::bad_address},
                                                               {1, Fate::bad_value},
                                                               {1, Fate::undecodable},
                                                               {1, Fate::refused}});
            fates.push_back(fate);
            std::string key;
            stellar::append_trust_line_key(key, integration::numbered_id(n), world.asset);
            const std::string wallet = fate == Fate::bad_address ? account(n).substr(1) : account(n);
            const std::string balance = fate == Fate::bad_value ? "NaN" : fate == Fate::differs ? "2" : "1";
            world.user(fmt::format("u{}", i), wallet, balance, std::nullopt);
            if (fate == Fate::undecodable) {
                world.node.ledger().set_raw(key, "no entry");
            } else {
                world.node.ledger().set_trust_line(account(n), world.asset, 10'000'000);
            }
            if (fate == Fate::refused) {
                world.node.faults().add({.fault = devnet::ErrorFault{.code = -32602, .message = "poison"},
                                         .containing = stellar::to_base64(key)});
            }
        }
        const Report report = integration::run(world);
        std::array<std::uint64_t, 4> expected{};
        for (std::size_t i = 0; i < fates.size(); ++i) {
            const std::string id = fmt::format("u{}", i);
            const verify::Error* error = report.error("balances", id);
            const bool differs = report.mismatch(Kind::balances, id) != nullptr;
            RC_ASSERT(differs == (fates[i] == Fate::differs));
            RC_ASSERT((error != nullptr) == (fates[i] != Fate::matches && fates[i] != Fate::differs));
            if (error != nullptr) {
                const verify::Reason reason = fates[i] == Fate::bad_address   ? verify::Reason::bad_address
                                              : fates[i] == Fate::bad_value   ? verify::Reason::bad_value
                                              : fates[i] == Fate::undecodable ? verify::Reason::decode
                                                                              : verify::Reason::rpc;
                RC_ASSERT(error->reason == reason);
            }
            ++expected[fates[i] == Fate::matches ? 0U : fates[i] == Fate::differs ? 1U : 3U];
        }
        RC_ASSERT(report.counts(Kind::balances) == expected);
    }));
}

TEST_CASE("Feature: blockchain-database-sync, Property 6: users without a wallet cause no chain read",
          "[integration][property]") {
    World world;
    Numbers number;
    REQUIRE(rc::check([&] {
        empty_tables(world);
        std::set<std::string> expected;
        std::uint64_t without = 0;
        const int count = *rc::gen::inRange(1, 20);
        for (int i = 0; i < count; ++i) {
            const std::string id = fmt::format("u{}", i);
            switch (*rc::gen::inRange(0, 3)) {
            case 0:
                world.database.insert(fakes::User{id, std::nullopt, "5"}, world.tables);
                ++without;
                break;
            case 1:
                world.user(id, *rc::gen::element<std::string>("", " ", "\t \n"), "5", std::nullopt);
                ++without;
                break;
            default: {
                const std::uint32_t n = number();
                world.user(id, account(n), "0", std::nullopt);
                std::string key;
                stellar::append_trust_line_key(key, integration::numbered_id(n), world.asset);
                expected.insert(key);
            }
            }
        }
        const Report report = integration::run(world);
        std::set<std::string> asked;
        for (const devnet::CallRecord& call : world.node.traffic().record()) {
            asked.insert(call.keys.begin(), call.keys.end());
        }
        RC_ASSERT(asked == expected);
        RC_ASSERT(world.node.traffic().calls("simulateTransaction") == 0U);
        RC_ASSERT(report.summary.skipped(Kind::balances) == without);
        RC_ASSERT(report.summary.tally(Kind::balances).in_scope() == expected.size());
    }));
}
