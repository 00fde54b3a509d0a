// The application as it is: both of its schema states, markets in all states, rows that name their market by its hex id
// or by its contract, and a token of its own; in every read mode. Each test gives the right verdicts as a table.
#include "integration/application.hpp"
#include "verify/amount.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>

using integration::account;
using integration::Application;
using integration::contract;
using integration::Environment;
using integration::events;
using integration::factory_id;
using integration::hex_id;
using integration::muxed_account;
using integration::numbered_id;
using integration::pointer;
using integration::Schema;
using integration::Verdicts;
using stellar::Hash;

namespace {

using Said = std::map<std::string, std::string>;
using Pool = std::optional<std::pair<unsigned, unsigned>>;

Environment in_mode(const Application& application, const std::string& mode) {
    Environment environment = application.environment();
    environment["SYNC_READ_MODE"] = mode;
    return environment;
}

/// A RESOLVED row that names its market's contract, and what this holds.
struct Resolved {
    const char* name;
    std::optional<int> row;
    std::optional<std::uint32_t> state; // none: the contract was never initialized
    std::optional<std::uint32_t> outcome;
    const char* right;
};

const Resolved resolved_markets[] = {
    {"resolved YES", 1, 2, 1, "match"},
    {"resolved NO", 0, 2, 0, "match"},
    {"resolved otherwise", 1, 2, 0, "1 / 0 2 resolved"},
    {"resolved, NULL in the row", std::nullopt, 2, 1, "null / 1 2 resolved"},
    {"resolved without an outcome", 1, 2, std::nullopt, "1 / null 2 resolved"},
    {"no outcome anywhere", std::nullopt, 2, std::nullopt, "match"},
    {"outcome 7", 7, 2, 7, "match"},
    {"outcome 7 on chain alone", 1, 2, 7, "1 / 7 2 resolved"},
    {"open", 1, 0, std::nullopt, "1 / null 0 open"},
    {"closed", 1, 1, std::nullopt, "1 / null 1 closed"},
    {"disputed", 1, 3, 1, "1 / null 3 disputed"},
    {"disputed, NULL in the row", std::nullopt, 3, 1, "match"},
    {"cancelled", 0, 4, std::nullopt, "0 / null 4 cancelled"},
    {"initializing", 0, 5, 0, "0 / null 5 initializing"},
    {"a state of later versions", 1, 4'294'967'295, 1, "1 / null 4294967295 4294967295"},
    {"never initialized", 1, std::nullopt, std::nullopt, "CONTRACT"},
};

Said add_resolved(Application& application) {
    Said right;
    std::uint32_t number = 100;
    for (const Resolved& market : resolved_markets) {
        ++number;
        application.add({market.name, contract(number), "RESOLVED", "0", "0", market.row});
        right[market.name] = market.right;
        if (market.state) {
            application.deploy_market(number, *market.state, market.outcome);
        } else {
            application.ledger().deploy_market(numbered_id(number));
            application.ledger().set_pool(hex_id(number), 1, 1); // so that its own bytes pass for its id
        }
    }
    return right;
}

/// An OPEN row and the pools there are.
struct Open {
    const char* name;
    enum Address { hex, with_0x, upper_case, own, without_id, nothing_there, wallet } address;
    const char *yes, *no; // of the row
    Pool pool;            // under the factory's id
    Pool decoy;           // under the bytes of the contract's address
    const char* right;
};

const Open open_markets[] = {
    {"hex", Open::hex, "4", "6", {{4, 6}}, {}, "match"},
    {"hex with 0x", Open::with_0x, "4", "6", {{4, 6}}, {}, "match"},
    {"hex in upper case", Open::upper_case, "4", "6", {{4, 6}}, {}, "match"},
    {"hex, other odds", Open::hex, "5", "5", {{4, 6}}, {}, "0.5 / 0.6"},
    {"hex, no pool and no liquidity", Open::hex, "0", "0", {}, {}, "match"},
    {"hex, no pool", Open::hex, "4", "6", {}, {}, "0.6 / 0.5"},
    {"contract", Open::own, "4", "6", {{4, 6}}, {{9, 1}}, "match"},
    {"contract, other odds", Open::own, "5", "5", {{4, 6}}, {{5, 5}}, "0.5 / 0.6"},
    {"contract, pool under its bytes alone", Open::own, "4", "6", {}, {{4, 6}}, "0.6 / 0.5"},
    {"contract without an id", Open::without_id, "4", "6", {}, {{4, 6}}, "match"},
    {"contract without an id, other odds", Open::without_id, "5", "5", {}, {{4, 6}}, "0.5 / 0.6"},
    {"contract without an id or a pool", Open::without_id, "5", "5", {{5, 5}}, {}, "CONTRACT"},
    {"no contract there", Open::nothing_there, "5", "5", {}, {}, "CONTRACT"},
    {"no contract there and no liquidity", Open::nothing_there, "0", "0", {}, {}, "CONTRACT"},
    {"wallet", Open::wallet, "4", "6", {}, {}, "BAD_ADDRESS"},
};

Hash market_id(std::uint32_t number) {
    return devnet::market_id_of(factory_id(number));
}

std::string address_of(Open::Address address, std::uint32_t number) {
    std::string id = factory_id(number);
    switch (address) {
    case Open::hex:
        return id;
    case Open::with_0x:
        return "0x" + id;
    case Open::upper_case:
        std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return std::toupper(c); });
        return id;
    case Open::wallet:
        return account(number);
    default:
        return contract(number);
    }
}

Said add_open(Application& application) {
    Said right;
    std::uint32_t number = 200;
    devnet::Ledger& ledger = application.ledger();
    for (const Open& market : open_markets) {
        ++number;
        application.add({market.name, address_of(market.address, number), "OPEN", market.yes, market.no});
        right[market.name] = market.right;
        if (market.address == Open::own) application.deploy_market(number, 0);
        if (market.address == Open::without_id) ledger.deploy_market(numbered_id(number));
        if (market.pool) ledger.set_pool(factory_id(number), market.pool->first, market.pool->second);
        if (market.decoy) ledger.set_pool(hex_id(number), market.decoy->first, market.decoy->second);
    }
    return right;
}

struct Wallet {
    const char* name;
    std::optional<std::string> wallet;
    const char* row;
    std::optional<std::int64_t> chain; // of the application's token
    const char* right;
};

const Wallet wallets[] = {
    {"account", account(301), "1.5", 15'000'000, "match"},
    {"rounded to six decimals", account(302), "1.000001", 10'000'005, "match"},
    {"too little", account(303), "1", 20'000'000, "1.0000000 / 2.0000000"},
    {"no trust line", account(304), "0", std::nullopt, "match"},
    {"no trust line, but a balance", account(305), "3", std::nullopt, "3.0000000 / 0.0000000"},
    {"muxed", muxed_account(306), "2", 20'000'000, "match"},
    {"contract", contract(307), "2", 20'000'000, "match"},
    {"contract, too much", contract(308), "2", 10'000'000, "2.0000000 / 1.0000000"},
};

/// Each wallet also holds 77 of Circle's USDC, which is not the application's.
Said add_wallets(Application& application) {
    Said right;
    devnet::Ledger& ledger = application.ledger();
    const stellar::Asset circle = *stellar::circle_usdc(stellar::test_network_passphrase);
    const Hash token = stellar::asset_contract_id(application.token, stellar::test_network_passphrase);
    for (const Wallet& user : wallets) {
        application.add_user(user.name, user.wallet, user.row);
        right[user.name] = user.right;
        if (user.wallet->front() == 'C') {
            ledger.set_contract_balance(*user.wallet, 770'000'000);
            if (user.chain) ledger.set_contract_balance(token, *user.wallet, *user.chain);
        } else {
            ledger.set_trust_line(*user.wallet, circle, 770'000'000);
            if (user.chain) ledger.set_trust_line(*user.wallet, application.token, *user.chain);
        }
    }
    return right;
}

/// Three RESOLVED rows that name their market by its id, in the database YES, NO and YES.
void add_hex_markets(Application& application) {
    application.add({"first", factory_id(401), "RESOLVED", "0", "0", 1});
    application.add({"second", factory_id(402), "RESOLVED", "0", "0", 0});
    application.add({"third", factory_id(403), "RESOLVED", "0", "0", 1});
}

} // namespace

TEST_CASE("The application: both schema states, markets in all states, its own token, in every read mode",
          "[integration][application]") {
    const Schema schema = GENERATE(Schema::snake_case, Schema::prisma);
    Application application(schema);
    const Said odds = add_open(application);
    Said outcomes = add_resolved(application);
    const Said balances = add_wallets(application);
    application.add_user("without a wallet", std::nullopt, "12");
    // In no check's scope, whatever the chain holds.
    for (const char* status : {"CLOSED", "DISPUTED", "CANCELLED"}) application.add({status, status, status});
    // The contract that is asked about hex rows is one market's, whatever id it is asked for.
    application.add({"hex, resolved", factory_id(400), "RESOLVED", "0", "0", 0});
    application.add({"hex with 0x, of another market", "0x" + factory_id(401), "RESOLVED", "0", "0", 1});
    application.deploy_market(400, 2, 1);
    outcomes["hex, resolved"] = "0 / 1 2 resolved";
    outcomes["hex with 0x, of another market"] = "CONTRACT";
    for (const char* mode : {"storage", "simulate", "auto"}) {
        INFO((schema == Schema::prisma ? "Prisma's tables, " : "snake_case tables, ") << mode);
        Environment environment = in_mode(application, mode);
        environment["MARKET_CONTRACT_ADDRESS"] = contract(400);
        const Verdicts verdicts = application.run(environment);
        INFO(verdicts.ended.err);
        CHECK(verdicts.odds == odds);
        CHECK(verdicts.outcomes == outcomes);
        CHECK(verdicts.balances == balances);
        CHECK(verdicts.ended.code == 1);
        CHECK(pointer(verdicts.ended.out, "/usersSkipped") == "2");
        CHECK(events(verdicts.ended, "MISMATCH").size() == 19);
    }
}

TEST_CASE("The application in sync: its tables, ids, states and token need no setting, in every read mode",
          "[integration][application]") {
    Application application(GENERATE(Schema::snake_case, Schema::prisma));
    for (std::uint32_t i = 1; i <= 5; ++i) {
        application.add({fmt::format("open {}", i), i % 2 == 0 ? contract(i) : factory_id(i), "OPEN", "4", "6"});
        application.add({fmt::format("resolved {}", i), contract(10 + i), "RESOLVED", "4", "6", i % 2});
        application.add_user(fmt::format("user {}", i), account(i), "2.5");
        application.deploy_market(i, 0);
        application.deploy_market(10 + i, 2, i % 2);
        application.ledger().set_pool(factory_id(i), 4'000, 6'000);
        application.ledger().set_trust_line(account(i), application.token, 25'000'000);
    }
    for (const char* mode : {"storage", "simulate", "auto"}) {
        const Verdicts verdicts = application.run(in_mode(application, mode));
        INFO(mode << verdicts.ended.err << verdicts.ended.out);
        CHECK(verdicts.ended.code == 0);
        CHECK(pointer(verdicts.ended.out, "/status") == "\"IN_SYNC\"");
        CHECK(pointer(verdicts.ended.out, "/hints") == "[]");
    }
}

TEST_CASE("The application: what the shared market contract can tell about hex rows", "[integration][application]") {
    Application application(Schema::snake_case);
    add_hex_markets(application);
    devnet::Ledger& ledger = application.ledger();
    const auto right = [](const char* first, const char* second, const char* third) {
        return Said{{"first", first}, {"second", second}, {"third", third}};
    };
    Said expected;
    std::string shared = contract(450);
    int code = 3;
    SECTION("none is set") {
        shared = "";
        expected = right("BAD_ADDRESS", "BAD_ADDRESS", "BAD_ADDRESS");
    }
    SECTION("it was never initialized") {
        ledger.deploy_market(numbered_id(450));
        expected = right("CONTRACT", "CONTRACT", "CONTRACT");
    }
    SECTION("it holds the first one's id, and ignores the one that it is asked for") {
        ledger.set_market(shared, 2, 1);
        ledger.set_market_id(shared, market_id(401));
        expected = right("match", "CONTRACT", "CONTRACT");
    }
    SECTION("it holds the first one's id, which is disputed") {
        ledger.set_market(shared, 3, 1);
        ledger.set_market_id(shared, market_id(401));
        expected = right("1 / null 3 disputed", "CONTRACT", "CONTRACT");
        code = 1;
    }
    SECTION("it holds another market's id") {
        ledger.set_market(shared, 2, 1);
        ledger.set_market_id(shared, market_id(499));
        expected = right("CONTRACT", "CONTRACT", "CONTRACT");
    }
    SECTION("it holds no id, and ignores the one that it is asked for") {
        ledger.deploy_market(numbered_id(450));
        ledger.set_market(shared, 2, 1);
        expected = right("CONTRACT", "CONTRACT", "CONTRACT");
    }
    SECTION("it keeps many markets, and does not know the third") {
        ledger.deploy_shared_market(numbered_id(450));
        ledger.set_shared_market(numbered_id(450), factory_id(401), 2, 1);
        ledger.set_shared_market(numbered_id(450), factory_id(402), 2, 1);
        expected = right("match", "0 / 1 2 resolved", "CONTRACT");
        code = 1;
    }
    SECTION("it keeps many markets, the first two frozen") {
        ledger.deploy_shared_market(numbered_id(450));
        ledger.set_shared_market(numbered_id(450), factory_id(401), 3, 1);
        ledger.set_shared_market(numbered_id(450), factory_id(402), 4);
        ledger.set_shared_market(numbered_id(450), factory_id(403), 2, 1);
        expected = right("1 / null 3 disputed", "0 / null 4 cancelled", "match");
        code = 1;
    }
    for (const char* mode : {"storage", "simulate", "auto"}) {
        Environment environment = in_mode(application, mode);
        if (!shared.empty()) environment["MARKET_CONTRACT_ADDRESS"] = shared;
        const Verdicts verdicts = application.run(environment);
        INFO(mode << verdicts.ended.err << verdicts.ended.out);
        CHECK(verdicts.outcomes == expected);
        CHECK(verdicts.ended.code == code);
        // All of three rows that fail for one reason: the contract or the setting is wrong, said once.
        const bool all_fail = std::all_of(expected.begin(), expected.end(), [&](const auto& row) {
            return row.second == expected.begin()->second && row.second != "match";
        });
        CHECK((pointer(verdicts.ended.out, "/hints/0") != "(absent)") == all_fail);
        CHECK(pointer(verdicts.ended.out, "/hints/1") == "(absent)");
    }
}

TEST_CASE("The application: a column market_id is the market's id if its values are ids, and ignored otherwise",
          "[integration][application]") {
    Application application(Schema::snake_case);
    devnet::Ledger& ledger = application.ledger();
    // The first one's contract holds no id, the second one's holds its own, the third one's another's.
    application.add({"first", contract(501), "OPEN", "4", "6"});
    application.add({"second", contract(502), "OPEN", "4", "6"});
    application.add({"third", contract(503), "RESOLVED", "0", "0", 1});
    ledger.deploy_market(numbered_id(501));
    application.deploy_market(502, 0);
    ledger.set_market(contract(503), 2, 1);
    ledger.set_market_id(contract(503), market_id(599));
    ledger.set_pool(factory_id(501), 4, 6);
    ledger.set_pool(factory_id(502), 4, 6);
    const auto fill = [&](const char* type, const char* value) {
        application.sql(fmt::format("ALTER TABLE markets ADD COLUMN market_id {}", type));
        for (const std::uint32_t number : {501U, 503U}) {
            application.sql(fmt::format("UPDATE markets SET market_id = {} WHERE contract_address = '{}'",
                                        fmt::format(fmt::runtime(value), factory_id(number)), contract(number)));
        }
    };
    const char* first = "match";
    const char* third = "CONTRACT";
    SECTION("text") {
        fill("text", "'{}'");
    }
    SECTION("text with 0x") {
        fill("varchar(80)", "'0x{}'");
    }
    SECTION("bytea") {
        fill("bytea", "'\\x{}'");
    }
    SECTION("another thing") {
        fill("uuid", "gen_random_uuid()");
        first = "CONTRACT";
        third = "match";
    }
    SECTION("names") {
        fill("text", "'market {}'");
        first = "CONTRACT";
        third = "match";
    }
    for (const char* mode : {"storage", "simulate", "auto"}) {
        const Verdicts verdicts = application.run(in_mode(application, mode));
        INFO(mode << verdicts.ended.err << verdicts.ended.out);
        CHECK(verdicts.odds == Said{{"first", first}, {"second", "match"}});
        CHECK(verdicts.outcomes == Said{{"third", third}});
    }
}

TEST_CASE("The application: the token that balances are in is the AMM's, unless a setting names another",
          "[integration][application]") {
    Application application(Schema::prisma);
    Said right = add_wallets(application);
    Environment environment = application.environment();
    SECTION("the AMM's") {
        const Verdicts verdicts = application.run(environment);
        INFO(verdicts.ended.err);
        CHECK(verdicts.balances == right);
        CHECK(pointer(verdicts.ended.out, "/hints") == "[]");
    }
    SECTION("a setting's, which differs from the AMM's: it is warned of") {
        environment["USDC_ASSET"] = to_text(*stellar::circle_usdc(stellar::test_network_passphrase));
        for (const Wallet& user : wallets) {
            right[user.name] = verify::format_stroops(*verify::parse_stroops(user.row)) + " / 77.0000000";
        }
        const Verdicts verdicts = application.run(environment);
        INFO(verdicts.ended.err << verdicts.ended.out);
        CHECK(verdicts.balances == right);
        CHECK(pointer(verdicts.ended.out, "/hints/0") != "(absent)");
        CHECK(verdicts.ended.err.find("USDC_ASSET") != std::string::npos);
    }
}
