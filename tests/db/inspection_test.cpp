#include "db/inspected.hpp"
#include "db/inspection.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using db::Asking;
using db::CustomSql;
using db::inspect;
using db::Inspection;
using db::Table;
using fakes::Tables;
using fakes::TestDatabase;

namespace {

// "SETTING: text" of the Misconfigured that the inspection ends with, or "found".
std::string fault(TestDatabase& database, const Inspection::Wanted& wanted = {}, const CustomSql& custom = {},
                  const std::string& schema = "public", const std::string& role = "app") {
    Asking ask(database.url(role));
    try {
        inspect(ask, schema, wanted, custom);
    } catch (const base::Misconfigured& error) {
        return error.setting() + ": " + error.what();
    }
    return "found";
}

constexpr Inspection::Wanted only_users{false, true};
constexpr Inspection::Wanted only_markets{true, false};

} // namespace

TEST_CASE("either spelling is found", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.camel_case = true});
    Asking ask(database.url());
    auto source = inspect(ask).source();
    CHECK(source.markets.from == R"("public"."Market")");
    CHECK(source.markets.yes_liquidity == R"("yesLiquidity")");
    CHECK(source.users.from == R"("public"."User")");
    CHECK(source.users.wallet_address == R"("walletAddress")");
    CHECK(source.users.stored);

    database.exec(R"(DROP TABLE "Market", "User")");
    database.create_tables();
    source = inspect(ask).source();
    CHECK(source.markets.from == R"("public"."markets")");
    CHECK(source.markets.winning_outcome == R"("winning_outcome")");
    CHECK(source.users.from == R"("public"."users")");
}

TEST_CASE("the schema decides, and its name may be anything", "[db][postgres]") {
    TestDatabase database;
    const Tables odd{.camel_case = true, .schema = "My app's"};
    database.create_tables();
    database.create_tables(odd);
    Asking ask(database.url());
    CHECK(inspect(ask).source().users.from == R"("public"."users")");
    CHECK(inspect(ask, odd.schema).source().users.from == R"("My app's"."User")");
}

TEST_CASE("views, materialized views and partitioned tables will do", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE m (id int PRIMARY KEY, c text, s text, y numeric, n numeric, w int) PARTITION BY RANGE "
                  "(id); CREATE VIEW markets AS SELECT id, c AS contract_address, c AS title, s AS status, y AS "
                  "yes_liquidity, n AS no_liquidity, w AS winning_outcome FROM m;"
                  "CREATE MATERIALIZED VIEW users AS SELECT 1 AS id, 'x' AS wallet_address, 2 AS usdc_balance");
    Asking ask(database.url());
    auto source = inspect(ask).source();
    CHECK_FALSE(source.markets.stored);
    CHECK(source.users.stored);
    database.exec("DROP MATERIALIZED VIEW users; CREATE TABLE users (id int PRIMARY KEY, wallet_address text, "
                  "usdc_balance numeric) PARTITION BY RANGE (id)");
    CHECK(inspect(ask).source().users.stored);
}

TEST_CASE("only what the selected checks need has to be there", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE users (id int PRIMARY KEY, wallet_address text, usdc_balance numeric)");
    CHECK(fault(database, only_users) == "found");
    CHECK(fault(database, only_markets) ==
          "DATABASE_URL: schema \"public\" has neither a table \"markets\" nor \"Market\"; it holds users: choose the "
          "schema with schema= in DATABASE_URL, or give a SELECT as SYNC_MARKETS_SQL");
}

TEST_CASE("what is missing is named, with what was found instead", "[db][postgres]") {
    TestDatabase database;
    CHECK(fault(database, only_users) == "DATABASE_URL: schema \"public\" has neither a table \"users\" nor \"User\"; "
                                         "it holds nothing: choose the schema "
                                         "with schema= in DATABASE_URL, or give a SELECT as SYNC_USERS_SQL");

    database.create_tables({.schema = "shop"});
    CHECK(
        fault(database, only_users) ==
        "DATABASE_URL: schema \"public\" has neither a table \"users\" nor \"User\"; it holds nothing; there is such a "
        "table in schema shop: choose the schema with schema= in DATABASE_URL, or give a SELECT as SYNC_USERS_SQL");

    database.exec(R"(CREATE TABLE users (id int PRIMARY KEY, "walletAddress" text, email text))");
    CHECK(fault(database, only_users) ==
          "DATABASE_URL: \"public\".\"users\" has no column wallet_address, usdc_balance (it has id, walletAddress, "
          "email); choose another schema with schema= in DATABASE_URL, or give the columns in a SELECT as "
          "SYNC_USERS_SQL");

    // Both tables' faults in one go.
    const auto both = fault(database);
    CHECK(both.find("\"markets\" nor \"Market\"") != std::string::npos);
    CHECK(both.find("usdc_balance") != std::string::npos);
}

TEST_CASE("an incomplete table does not stand in the way of a complete one of the other spelling", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.camel_case = true});
    database.exec("CREATE TABLE users (id int, email text)");
    CHECK(fault(database) == "found");
}

TEST_CASE("both spellings complete are ambiguous", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.create_tables({.camel_case = true});
    CHECK(fault(database, only_users) == "DATABASE_URL: schema \"public\" holds both \"users\" and \"User\", each with "
                                         "all columns: say which one counts "
                                         "with a SELECT in SYNC_USERS_SQL");
    CHECK(fault(database, only_users, {"", "SELECT * FROM users"}) == "found");
}

TEST_CASE("a right that is missing is named with the role and the remedy", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.exec("GRANT SELECT (id, wallet_address) ON users TO reader");
    CHECK(fault(database, only_users, {}, "public", "reader") ==
          "DATABASE_URL: role \"reader\" may not read usdc_balance of \"public\".\"users\": GRANT USAGE ON SCHEMA "
          "\"public\" TO \"reader\" and GRANT SELECT ON \"public\".\"users\" TO \"reader\"");
    database.exec("GRANT SELECT (usdc_balance) ON users TO reader");
    CHECK(fault(database, only_users, {}, "public", "reader") == "found");
    database.exec_as_superuser("REVOKE USAGE ON SCHEMA public FROM public");
    CHECK(fault(database, only_users, {}, "public", "reader").find("may not read id") != std::string::npos);
}

TEST_CASE("row-level security is warned of", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.exec("GRANT SELECT ON users, markets TO reader; ALTER TABLE users ENABLE ROW LEVEL SECURITY");
    Asking reader(database.url("reader"));
    const auto warnings = inspect(reader).warnings();
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("row-level security is active on \"public\".\"users\" for role \"reader\"") == 0);
    Asking owner(database.url());
    CHECK(inspect(owner).warnings().empty());
}

TEST_CASE("ids that are NULL are found", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE users (id int, wallet_address text, usdc_balance numeric)");
    CHECK(fault(database, only_users) == "found");
    database.exec("INSERT INTO users VALUES (1), (NULL)");
    CHECK(fault(database, only_users) ==
          "DATABASE_URL: \"public\".\"users\" has rows whose id is NULL, and every row needs an id");
    CHECK(fault(database, only_users, {"", "SELECT * FROM users"}) ==
          "SYNC_USERS_SQL: the SELECT has rows whose id is NULL, and every row needs an id");
    CHECK(fault(database, only_users, {"", "SELECT * FROM users WHERE id IS NOT NULL"}) == "found");
}

TEST_CASE("the SQL settings are described once, and their faults named", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE t (x int); CREATE TABLE accounts (id int, address text, balance numeric)");
    const auto users = [&](const std::string& sql) { return fault(database, only_users, {"", sql}); };
    CHECK(users("SELECT id, address AS wallet_address, balance AS usdc_balance FROM accounts -- all") == "found");
    CHECK(users("SELECT id, address AS wallet, balance FROM accounts") ==
          "SYNC_USERS_SQL: the SELECT gives no column wallet_address, usdc_balance; it gives id, wallet, balance");
    CHECK(users("SELECT a.id, b.id, a.address AS wallet_address, 1 AS usdc_balance FROM accounts a, accounts b") ==
          "SYNC_USERS_SQL: the SELECT gives the column id twice");
    CHECK(users("SELECT * FROM nowhere") ==
          "SYNC_USERS_SQL: the database refuses the SELECT: relation \"nowhere\" does not exist");
    CHECK(users("SELEC 1").find("SYNC_USERS_SQL: the database refuses the SELECT: syntax error") == 0);
    CHECK(users("WITH x AS (INSERT INTO t VALUES (1) RETURNING x) SELECT x AS id, '' AS wallet_address, 1 AS "
                "usdc_balance FROM x")
              .find("SYNC_USERS_SQL: the database refuses the SELECT") == 0);
    CHECK(users("SELECT 1 AS id, '' AS wallet_address, 1 AS usdc_balance); INSERT INTO t VALUES (1); SELECT (1")
              .find("SYNC_USERS_SQL: the database refuses the SELECT") == 0);
    CHECK(database.exec("SELECT count(*) FROM t") == "0");
    const auto markets = fault(database, only_markets, {"SELECT 1 AS id", ""});
    CHECK(markets == "SYNC_MARKETS_SQL: the SELECT gives no column contract_address, title, status, yes_liquidity, "
                     "no_liquidity, winning_outcome; it gives id");
}
