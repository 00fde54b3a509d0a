#include "checks.hpp"
#include "db/inspected.hpp"
#include "db/inspection.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using db::Asking;
using db::CustomSql;
using db::inspect;
using db::Inspection;
using fakes::Tables;
using fakes::TestDatabase;

namespace {

// "SETTING: text" of the Misconfigured that the inspection ends with, or "found".
std::string fault(TestDatabase& database, const verify::Checks& wanted = verify::built_in_checks(),
                  const CustomSql& custom = {}, const std::string& schema = "public", const std::string& role = "app") {
    Asking ask(database.url(role));
    try {
        inspect(ask, schema, wanted, custom);
    } catch (const base::Misconfigured& error) {
        return error.setting() + ": " + error.what();
    }
    return "found";
}

const verify::Checks only_users{Kind::balances};
const verify::Checks only_markets{Kind::odds, Kind::outcomes};

} // namespace

TEST_CASE("either spelling is found", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.camel_case = true});
    Asking ask(database.url());
    auto source = inspect(ask).source();
    CHECK(source.at(db::market_table).from == R"("public"."Market")");
    CHECK(source.at(db::market_table).column("yes_liquidity") == R"("yesLiquidity")");
    CHECK(source.at(db::user_table).from == R"("public"."User")");
    CHECK(source.at(db::user_table).column("wallet_address") == R"("walletAddress")");
    CHECK(source.at(db::user_table).stored);

    database.exec(R"(DROP TABLE "Market", "User")");
    database.create_tables();
    source = inspect(ask).source();
    CHECK(source.at(db::market_table).from == R"("public"."markets")");
    CHECK(source.at(db::market_table).column("winning_outcome") == R"("winning_outcome")");
    CHECK(source.at(db::user_table).from == R"("public"."users")");
}

TEST_CASE("the schema decides, and its name may be anything", "[db][postgres]") {
    TestDatabase database;
    const Tables odd{.camel_case = true, .schema = "My app's"};
    database.create_tables();
    database.create_tables(odd);
    Asking ask(database.url());
    CHECK(inspect(ask).source().at(db::user_table).from == R"("public"."users")");
    CHECK(inspect(ask, odd.schema).source().at(db::user_table).from == R"("My app's"."User")");
}

TEST_CASE("views, materialized views and partitioned tables will do", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE m (id int PRIMARY KEY, c text, s text, y numeric, n numeric, w int) PARTITION BY RANGE "
                  "(id); CREATE VIEW markets AS SELECT id, c AS contract_address, c AS title, s AS status, y AS "
                  "yes_liquidity, n AS no_liquidity, w AS winning_outcome FROM m;"
                  "CREATE MATERIALIZED VIEW users AS SELECT 1 AS id, 'x' AS wallet_address, 2 AS usdc_balance");
    Asking ask(database.url());
    auto source = inspect(ask).source();
    CHECK_FALSE(source.at(db::market_table).stored);
    CHECK(source.at(db::user_table).stored);
    database.exec("DROP MATERIALIZED VIEW users; CREATE TABLE users (id int PRIMARY KEY, wallet_address text, "
                  "usdc_balance numeric) PARTITION BY RANGE (id)");
    CHECK(inspect(ask).source().at(db::user_table).stored);
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
          "DATABASE_URL: \"public\".\"users\" has no column usdc_balance or usdcBalance (it has id, walletAddress, "
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

TEST_CASE("a composite id whose parts are NULL is an id", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TYPE pair AS (a int, b int); CREATE TABLE users (id pair, wallet_address text, usdc_balance "
                  "numeric); INSERT INTO users VALUES (ROW(1, 2)), (ROW(NULL, NULL)), (ROW(3, NULL))");
    CHECK(fault(database, only_users) == "found");
    database.exec("INSERT INTO users VALUES (NULL)");
    CHECK(fault(database, only_users) ==
          "DATABASE_URL: \"public\".\"users\" has rows whose id is NULL, and every row needs an id");
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
                     "no_liquidity; it gives id; the SELECT gives no column contract_address, title, status, "
                     "winning_outcome; it gives id");
}

TEST_CASE("each column may be in either spelling, independently of its table", "[db][postgres]") {
    TestDatabase database;
    database.exec(R"(CREATE TABLE users (id int PRIMARY KEY, "walletAddress" text, usdc_balance numeric);
        CREATE TABLE "Market" (id int PRIMARY KEY, contract_address text, title text, status text,
        "yesLiquidity" numeric, no_liquidity numeric, "winningOutcome" int);
        INSERT INTO users VALUES (1, 'G', 5); INSERT INTO "Market" VALUES (1, 'C', 'T', 'open', 1, 2, 3))");
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    CHECK(source.at(db::user_table).column("wallet_address") == R"("walletAddress")");
    CHECK(source.at(db::user_table).column("usdc_balance") == R"("usdc_balance")");
    CHECK(source.at(db::market_table).column("contract_address") == R"("contract_address")");
    CHECK(source.at(db::market_table).column("yes_liquidity") == R"("yesLiquidity")");
    const auto users = ask(page(source, {.check = Kind::balances}, {}, 10));
    REQUIRE(users);
    CHECK(db::user_row(*users, 0).wallet_address == "G");
    CHECK(db::user_row(*users, 0).usdc_balance == "5");
    const auto markets = ask(page(source, {.check = Kind::odds}, {}, 10));
    REQUIRE(markets);
    CHECK(db::odds_row(*markets, 0).no_liquidity == "2");
    // A SELECT, too.
    CHECK(fault(database, only_users, {"", R"(SELECT id, "walletAddress", usdc_balance FROM users)"}) == "found");
}

TEST_CASE("a column in both spellings is refused with both names", "[db][postgres]") {
    TestDatabase database;
    database.exec(
        R"(CREATE TABLE users (id int PRIMARY KEY, wallet_address text, "walletAddress" text, usdc_balance int))");
    CHECK(fault(database, only_users) ==
          "DATABASE_URL: \"public\".\"users\" has both a column wallet_address and a column walletAddress; choose "
          "another "
          "schema with schema= in DATABASE_URL, or give the columns in a SELECT as SYNC_USERS_SQL");
    CHECK(fault(database, only_users, {"", "SELECT * FROM users"}) ==
          "SYNC_USERS_SQL: the SELECT gives both wallet_address and walletAddress");
}

TEST_CASE("a check reads only its own columns, and only what it lacks keeps it from running", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.insert(fakes::Market{.id = "m", .yes_liquidity = "5"});
    database.insert(fakes::Market{.id = "r", .status = "RESOLVED", .winning_outcome = "1"});
    const auto obstacle = [](const db::Source& source, verify::Check kind) {
        return source.obstacle(kind) ? source.obstacle(kind)->setting + ": " + source.obstacle(kind)->text : "";
    };
    const std::string role = "DATABASE_URL: role \"reader\" may not read ";
    const std::string remedy = ": GRANT USAGE ON SCHEMA \"public\" TO \"reader\" and GRANT SELECT ON "
                               "\"public\".\"markets\" TO \"reader\"";
    database.exec(
        "GRANT SELECT (id, contract_address, title, status, yes_liquidity, no_liquidity) ON markets TO reader");
    Asking ask(database.url("reader"));
    auto source = inspect(ask, "public", only_markets).source();
    CHECK(obstacle(source, Kind::odds).empty());
    CHECK(obstacle(source, Kind::outcomes) == role + "winning_outcome of \"public\".\"markets\"" + remedy);
    const auto open = ask(page(source, {.check = Kind::odds}, {}, 10));
    REQUIRE(open);
    CHECK(db::odds_row(*open, 0).yes_liquidity->substr(0, 2) == "5.");
    CHECK(db::countable(source, {.check = Kind::outcomes}));
    CHECK(db::value(ask(db::count(source, {.check = Kind::outcomes}, {}))) == "1");

    database.exec("REVOKE SELECT (yes_liquidity, no_liquidity) ON markets FROM reader;"
                  "GRANT SELECT (winning_outcome) ON markets TO reader");
    source = inspect(ask, "public", only_markets).source();
    CHECK(obstacle(source, Kind::odds) == role + "yes_liquidity, no_liquidity of \"public\".\"markets\"" + remedy);
    CHECK(obstacle(source, Kind::outcomes).empty());
    const auto resolved = ask(page(source, {.check = Kind::outcomes}, {}, 10));
    REQUIRE(resolved);
    CHECK(db::outcome_row(*resolved, 0).winning_outcome == "1");

    database.exec("REVOKE SELECT (status) ON markets FROM reader");
    CHECK(fault(database, only_markets, {}, "public", "reader") ==
          role + "status, yes_liquidity, no_liquidity of \"public\".\"markets\"" + remedy + "; " +
              role.substr(role.find("role")) + "status of \"public\".\"markets\"" + remedy);

    Asking app(database.url());
    const CustomSql custom{"SELECT id, contract_address, title, status, winning_outcome FROM markets", ""};
    source = inspect(app, "public", only_markets, custom).source();
    CHECK(obstacle(source, Kind::odds) == "SYNC_MARKETS_SQL: the SELECT gives no column yes_liquidity, "
                                          "no_liquidity; it gives id, contract_address, title, "
                                          "status, winning_outcome");
    CHECK(obstacle(source, Kind::outcomes).empty());
    CHECK(db::value(app(db::count(source, {.check = Kind::odds}, {}))) == "1");
}

TEST_CASE("market_id counts if it holds market ids, and is ignored with a warning if not", "[db][postgres]") {
    TestDatabase database;
    const std::string hex(64, 'A');
    const auto market_id = [&](const std::string& column, const std::string& type,
                               const std::string& values) -> std::string {
        database.exec("DROP TABLE IF EXISTS markets, users");
        database.create_tables({.enum_status = false});
        database.exec(fmt::format(
            "ALTER TABLE markets ADD \"{}\" {}; INSERT INTO markets (id, contract_address, title, "
            "status, \"{}\") SELECT 'm' || row_number() OVER (), 'C', 'T', 'OPEN', v FROM (VALUES {}) x (v)",
            column, type, column, values));
        Asking ask(database.url());
        const auto inspection = inspect(ask, "public", only_markets);
        const auto rows = ask(page(inspection.source(), {.check = Kind::odds}, {}, 1));
        REQUIRE(rows);
        const std::string text(db::odds_row(*rows, 0).market.market_id.value_or("NULL"));
        return inspection.warnings().empty() ? text : text + "; " + inspection.warnings().front();
    };
    CHECK(market_id("market_id", "text", "('" + hex + "'), (NULL)") == hex);
    CHECK(market_id("marketId", "varchar(70)", "('0x" + hex + "')") == "0x" + hex);
    CHECK(market_id("market_id", "char(64)", "('" + hex + "')") == hex);
    CHECK(market_id("market_id", "bytea", "('\\x" + hex + "'::bytea)") == "\\x" + std::string(64, 'a'));
    CHECK(market_id("market_id", "text", "(NULL), (NULL)") == "NULL");
    const std::string other =
        " of \"public\".\"markets\" is ignored: its values are not market ids, of 64 hex digits or 32 "
        "bytes";
    CHECK(market_id("market_id", "text", "('" + hex + "'), ('polymarket-7')") ==
          "NULL; the column \"market_id\"" + other);
    CHECK(market_id("marketId", "text", "('" + hex + "0')") == "NULL; the column \"marketId\"" + other);
    CHECK(market_id("market_id", "bytea", "('\\x00'::bytea)") == "NULL; the column \"market_id\"" + other);
    CHECK(market_id("market_id", "integer", "(7)") ==
          "NULL; the column \"market_id\" of \"public\".\"markets\" is ignored: its type is neither text nor bytea");

    // From a SELECT it counts whatever it holds.
    Asking ask(database.url());
    const CustomSql custom{"SELECT *, 'mine' AS \"marketId\" FROM (SELECT id, contract_address, title, status, "
                           "yes_liquidity, no_liquidity, winning_outcome FROM markets) x",
                           ""};
    const auto inspection = inspect(ask, "public", only_markets, custom);
    const auto rows = ask(page(inspection.source(), {.check = Kind::outcomes}, {}, 1));
    REQUIRE(rows);
    CHECK(inspection.source().at(db::market_table).column("market_id") == R"("marketId")");
    CHECK(inspection.warnings().empty());
}

TEST_CASE("a market_id that the role may not read is ignored with a warning", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.exec("ALTER TABLE markets ADD market_id text; GRANT SELECT (id, contract_address, title, status, "
                  "yes_liquidity, no_liquidity, winning_outcome) ON markets TO reader");
    Asking ask(database.url("reader"));
    const auto inspection = inspect(ask, "public", only_markets);
    REQUIRE(inspection.warnings().size() == 1);
    CHECK(inspection.warnings()[0] ==
          "the column \"market_id\" of \"public\".\"markets\" is ignored: the role may not read it");
}
