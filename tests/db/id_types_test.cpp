// Ids of every kind of type: pages, rechecks, chosen rows and shards work, or the type is refused in plain words.
#include "checks.hpp"
#include "db/inspected.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

using db::Asking;
using db::Range;
using db::Scope;
using db::value;
using fakes::TestDatabase;

namespace {

using Ids = std::vector<std::string>;

Ids ids_of(const db::Answer& answer) {
    INFO((answer ? "" : answer.error().text));
    REQUIRE(answer);
    Ids ids;
    for (std::size_t i = 0; i < answer->size(); ++i) ids.emplace_back(answer->value(i, 0).value_or("NULL"));
    return ids;
}

Ids all_pages(Asking& ask, const db::Source& source, const Scope& scope, std::size_t limit) {
    Ids all;
    Range range;
    for (int pages = 0; pages < 1000; ++pages) {
        const auto ids = ids_of(ask(page(source, scope, range, limit)));
        REQUIRE(ids.size() <= limit);
        all.insert(all.end(), ids.begin(), ids.end());
        if (ids.size() < limit) return all;
        range.after = ids.back();
    }
    FAIL("the pages do not end");
    return all;
}

// Types and extensions in a schema that is in nobody's search_path.
void make_types(TestDatabase& database) {
    database.exec_as_superuser(
        "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION ltree SCHEMA ext;"
        "CREATE EXTENSION hstore SCHEMA ext; GRANT USAGE ON SCHEMA ext TO public");
    database.exec(
        "CREATE SCHEMA kinds; CREATE DOMAIN kinds.label AS text CHECK (VALUE <> 'nobody');"
        "CREATE DOMAIN kinds.word AS ext.citext; CREATE TYPE kinds.pair AS (a int, b text);"
        "CREATE DOMAIN kinds.list AS int[]; CREATE TYPE kinds.blob AS (a int, b json);"
        "DO $$ BEGIN EXECUTE 'CREATE TYPE kinds.\"a Mood\" AS ENUM (' || (SELECT string_agg(quote_literal('m\"' "
        "|| (i * 37) % 101), ', ') FROM generate_series(1, 100) i) || ')'; END $$");
}

std::string refused(Asking& ask, const std::string& custom = "") {
    try {
        inspect(ask, "public", {Kind::balances}, {"", custom});
    } catch (const base::Misconfigured& error) {
        return error.setting() + ": " + error.what();
    }
    return "accepted";
}

} // namespace

TEST_CASE("pages, rechecks, chosen rows and shards, whatever ordered type the id has", "[db][postgres]") {
    struct Type {
        const char* name;
        const char* expression; // of i, 1 to 100
    };
    const Type types[] = {
        {"float8", "CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '-0' WHEN 3 THEN '-Infinity' ELSE -sqrt(i) END"},
        {"numeric", "CASE i WHEN 1 THEN 'NaN' ELSE (i / 8.0)::numeric END"},
        {"bytea", "decode(md5(i::text), 'hex')"},
        {"varchar(9)", "'Ä \"{\\' || i"},
        {"char(9)", "'c ' || i"},
        {"name", "'n' || i"},
        {"\"char\"", "chr(20 + i)::\"char\""},
        {"inet", "'10.0.0.0'::inet + i"},
        {"cidr", "network(set_masklen('10.0.0.0'::inet + i * 256, 24))"},
        {"interval", "i * interval '-1 month 1 hour 1 microsecond'"},
        {"date", "'2026-01-01'::date - i"},
        {"timestamp", "'2026-01-01'::timestamp - i * interval '60 years'"},
        {"timestamptz", "CASE i WHEN 1 THEN 'infinity' ELSE '2026-01-01'::timestamptz + i * interval '1 hour' END"},
        {"timetz", "('00:00:00.5'::time + i * interval '1 minute')::timetz"},
        {"money", "(i * 12345.67)::numeric::money"},
        {"bit(8)", "i::bit(8)"},
        {"boolean", "i % 2 = 0"},
        {"oid", "i::oid"},
        {"uuid", "md5(i::text)::uuid"},
        {"jsonb", "jsonb_build_object('a\"', i)"},
        {"int4range", "int4range(i, i + 5)"},
        {"int[]", "ARRAY[i % 7, i]"},
        {"text[]", "ARRAY['a\"' || i, '{\\', NULL]"},
        {"kinds.list", "ARRAY[i]"},
        {"kinds.pair", "(i % 3, 'x\" ,' || i)::kinds.pair"},
        {"kinds.pair[]", "ARRAY[(i % 3, 'x' || i)::kinds.pair]"},
        {"kinds.\"a Mood\"", "('m\"' || i)::kinds.\"a Mood\""},
        {"kinds.label", "'l' || i"},
        {"kinds.word", "('User ' || i)::ext.citext"},
        {"ext.citext", "('User ' || i)::ext.citext"},
        {"ext.ltree", "('a.b' || i)::ext.ltree"},
        {"ext.hstore", "ext.hstore('k', i::text)"},
    };
    TestDatabase database;
    make_types(database);
    for (const auto& type : types) {
        CAPTURE(type.name, type.expression);
        database.exec(
            fmt::format("DROP TABLE IF EXISTS users; CREATE TABLE users (id {} PRIMARY KEY, wallet_address text, "
                        "usdc_balance numeric); INSERT INTO users SELECT {}, 'G' || i, i FROM generate_series(1, "
                        "{}) i",
                        type.name, type.expression, std::string_view(type.name) == "boolean" ? 2 : 100));
        Asking ask(database.url());
        auto source = inspect(ask, "public", {Kind::balances}).source();
        db::learn_types(source, Kind::balances, *ask(db::types(source, Kind::balances)));
        const Scope scope{.check = Kind::balances};
        const auto expected = ids_of(ask(db::Query{"SELECT x.id FROM public.users x ORDER BY x.id", {}}));
        const std::size_t size = expected.size();
        REQUIRE(size >= 2);
        for (const std::size_t limit : {1u, 7u, 1000u}) CHECK(all_pages(ask, source, scope, limit) == expected);
        CHECK(ids_of(ask(db::again(source, Kind::balances, expected))) == expected);
        const Ids two{expected.front(), expected.back()};
        const auto chosen = all_pages(ask, source, {.check = Kind::balances, .ids = two}, 1);
        CHECK(chosen == two);
        const Range range{.after = expected.front(), .up_to = expected[size / 2]};
        CHECK(value(ask(db::count(source, scope, range))) == std::to_string(size / 2));
        CHECK(db::canonical_id(ask(db::look_up(source, db::user_table, expected[1]))) == expected[1]);
        CHECK(value(ask(db::place(source, scope, {.after = expected[size - 2]}, 3))) == expected[size - 1]);
        Ids together;
        for (unsigned shard = 0; shard < 2; ++shard) {
            const auto ids = all_pages(ask, source, {.check = Kind::balances, .shard = {shard, 2}}, 9);
            together.insert(together.end(), ids.begin(), ids.end());
        }
        std::sort(together.begin(), together.end());
        auto sorted = expected;
        std::sort(sorted.begin(), sorted.end());
        CHECK(together == sorted);
        // A text that is not a value of the type is not there; nothing worse.
        const auto nothing = ask(db::look_up(source, db::user_table, "zz{zz"));
        const std::string code = nothing ? "" : nothing.error().sqlstate; // ltree has 42601, hstore XX000
        CHECK((nothing ? nothing->size() == 0
                       : nothing.error().kind == db::ErrorKind::bad_value || code == "42601" || code == "XX000"));
    }
}

TEST_CASE("the primary key serves the pages of ids whose operators are of another type or schema", "[db][postgres]") {
    TestDatabase database;
    make_types(database);
    for (const char* type :
         {"varchar(40)", "kinds.label", "ext.citext", "kinds.word", "char(40)", "text COLLATE \"C\""}) {
        CAPTURE(type);
        database.exec(
            fmt::format("DROP TABLE IF EXISTS users; CREATE TABLE users (id {} PRIMARY KEY, wallet_address text, "
                        "usdc_balance numeric); INSERT INTO users SELECT md5(i::text), 'G', i FROM "
                        "generate_series(1, 5000) i; ANALYZE users",
                        type));
        Asking ask(database.url());
        const auto source = inspect(ask, "public", {Kind::balances}).source();
        const auto plan = [&](db::Query query) {
            query.sql = "EXPLAIN " + query.sql;
            std::string text;
            for (const auto& line : ids_of(ask(std::move(query)))) text += line + "\n";
            return text;
        };
        const auto next = plan(page(source, {.check = Kind::balances}, {.after = "8"}, 100));
        const auto again = plan(db::again(source, Kind::balances, Ids{"8", "9"}));
        CAPTURE(next, again);
        CHECK(next.find("Index Scan using users_pkey") != std::string::npos);
        CHECK(next.find("Sort") == std::string::npos);
        CHECK(next.find("Index Cond") != std::string::npos);
        CHECK(again.find("users_pkey") != std::string::npos);
    }
}

TEST_CASE("a chosen id is found by its type's own rules", "[db][postgres]") {
    TestDatabase database;
    make_types(database);
    const auto found = [&](const std::string& type, const std::string& stored, const std::string& asked) {
        database.exec(
            fmt::format("DROP TABLE IF EXISTS users; CREATE TABLE users (id {} PRIMARY KEY, wallet_address text, "
                        "usdc_balance numeric); INSERT INTO users VALUES ('{}', 'G', 1)",
                        type, stored));
        Asking ask(database.url());
        const auto source = inspect(ask, "public", {Kind::balances}).source();
        return db::canonical_id(ask(db::look_up(source, db::user_table, asked)));
    };
    CHECK(found("ext.citext", "Ann", "ANN") == "Ann");
    CHECK(found("kinds.word", "Ann", "ANN") == "Ann");
    CHECK(found("text", "Ann", "ANN") == std::nullopt);
    CHECK(found("numeric", "1.0", "1") == "1.0");
    CHECK(found("inet", "10.0.0.1", "10.0.0.1/32") == "10.0.0.1");
    CHECK(found("kinds.label", "x", "nobody") == std::nullopt);
    CHECK(found("char(4)", "a", "a ") == "a");
    CHECK(found("boolean", "true", "yes") == "t");
    // A text that is cut to a value is not that value.
    CHECK(found("\"char\"", "a", "a") == "a");
    CHECK(found("\"char\"", "a", "abc") == std::nullopt);
    const std::string longest(63, 'n');
    CHECK(found("name", longest, longest) == longest);
    CHECK(found("name", longest, longest + "n") == std::nullopt);
    CHECK(found("name[]", "{" + longest + "}", "{" + longest + "}") == "{" + longest + "}");
    CHECK(found("name[]", "{" + longest + "}", "{" + longest + "n}") == std::nullopt);
}

TEST_CASE("equal ids are in one shard, however they are written", "[db][postgres]") {
    TestDatabase database;
    make_types(database);
    database.exec("CREATE COLLATION kinds.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                  "CREATE DOMAIN kinds.name AS text COLLATE kinds.caseless; CREATE TYPE kinds.amounts AS (n numeric);"
                  "CREATE TYPE kinds.spans AS RANGE (subtype = numeric)");
    struct Type {
        const char* name;
        const char* expression; // of i, 1 to 60, and k, 0 or 1
        bool shared = true;     // among the shards
    };
    const Type types[] = {
        {"numeric", "(i || CASE k WHEN 0 THEN '.0' ELSE '.00' END)::numeric"},
        {"float8", "CASE WHEN i > 1 THEN i::float8 WHEN k = 0 THEN '0' ELSE '-0' END"},
        {"interval", "CASE k WHEN 0 THEN i * interval '1 day' ELSE i * interval '24 hours' END"},
        {"jsonb", "('{\"a\": ' || i || CASE k WHEN 0 THEN '.0' ELSE '.00' END || '}')::jsonb"},
        {"ext.citext", "(CASE k WHEN 0 THEN 'user' ELSE 'User' END || i)::ext.citext"},
        {"kinds.word", "(CASE k WHEN 0 THEN 'user' ELSE 'User' END || i)::ext.citext"},
        {"text COLLATE kinds.caseless", "CASE k WHEN 0 THEN 'user' ELSE 'User' END || i"},
        {"varchar(9) COLLATE kinds.caseless", "CASE k WHEN 0 THEN 'user' ELSE 'User' END || i"},
        {"kinds.name", "CASE k WHEN 0 THEN 'user' ELSE 'User' END || i"},
        {"numeric[]", "ARRAY[(i || CASE k WHEN 0 THEN '.0' ELSE '.00' END)::numeric]"},
        {"numrange", "numrange((i || CASE k WHEN 0 THEN '.0' ELSE '.00' END)::numeric, NULL)"},
        {"kinds.spans", "kinds.spans((i || CASE k WHEN 0 THEN '.0' ELSE '.00' END)::numeric, NULL)", false},
        {"money[]", "ARRAY[i::money]", false},
    };
    for (const auto& type : types) {
        CAPTURE(type.name);
        database.exec(fmt::format(
            "DROP TABLE IF EXISTS users; CREATE TABLE users (id {}, wallet_address text, usdc_balance numeric); INSERT "
            "INTO users SELECT {}, 'G' || i, i FROM generate_series(1, 60) i, generate_series(0, 1) k",
            type.name, type.expression));
        Asking ask(database.url());
        for (const char* sql : {"", "SELECT id, wallet_address, usdc_balance FROM users"}) {
            const auto source = inspect(ask, "public", {Kind::balances}, {"", sql}).source();
            std::size_t together = 0;
            for (unsigned shard = 0; shard < 4; ++shard) {
                const auto rows = ask(page(source, {.check = Kind::balances, .shard = {shard, 4}}, {}, 1000));
                REQUIRE(rows);
                std::map<std::string, int> rows_of; // by what equal ids have in common
                for (std::size_t i = 0; i < rows->size(); ++i) ++rows_of[std::string(*rows->value(i, 1))];
                for (const auto& [wallet, count] : rows_of) {
                    CAPTURE(wallet);
                    CHECK(count == 2);
                }
                const std::size_t groups = rows_of.size();
                CHECK(groups == (type.shared ? std::clamp<std::size_t>(groups, 3, 40) : shard == 0 ? 60U : 0U));
                together += groups;
            }
            CHECK(together == 60);
        }
    }
}

TEST_CASE("the shards of common ids are the index's of scripts/sql/shard-index.sql", "[db][postgres]") {
    TestDatabase database;
    make_types(database);
    for (const char* type : {"text", "varchar(40)", "char(40)", "uuid", "bigint", "integer", "date", "bytea",
                             "kinds.label", "kinds.\"a Mood\"", "text COLLATE \"C\""}) {
        CAPTURE(type);
        database.exec(fmt::format("DROP TABLE IF EXISTS users; CREATE TABLE users (id {} PRIMARY KEY, wallet_address "
                                  "text, usdc_balance numeric)",
                                  type));
        Asking ask(database.url());
        const auto source = inspect(ask, "public", {Kind::balances}).source();
        const auto query = page(source, {.check = Kind::balances, .shard = {5, 16}}, {}, 10);
        CHECK(
            query.sql.find("pg_catalog.hashtextextended(source.\"id\"::pg_catalog.text COLLATE pg_catalog.\"C\", 0)") !=
            std::string::npos);
    }
}

TEST_CASE("a type without an order is refused in plain words", "[db][postgres]") {
    TestDatabase database;
    make_types(database);
    Asking ask(database.url());
    for (const auto& [type, text] : {
             std::pair("json", "the type of id, json,"),
             std::pair("xml", "the type of id, xml,"),
             std::pair("point", "the type of id, point,"),
             std::pair("json[]", "a part of the type of id, json,"),
             std::pair("kinds.blob", "a part of the type of id, json,"),
             std::pair("kinds.blob[]", "a part of the type of id, json,"),
         }) {
        database.exec(
            fmt::format("DROP TABLE IF EXISTS users; CREATE TABLE users (id {} NOT NULL, wallet_address text, "
                        "usdc_balance numeric)",
                        type));
        CHECK(refused(ask) ==
              fmt::format("DATABASE_URL: {} has no order (no default btree operator class), so the rows "
                          "cannot be read page by page: give another id, or this one as text, in a SELECT "
                          "as SYNC_USERS_SQL",
                          text));
        CHECK(
            refused(ask, "SELECT * FROM users") ==
            fmt::format("SYNC_USERS_SQL: {} has no order (no default btree operator class), so the rows cannot be read "
                        "page by page: cast it to one that has",
                        text));
        CHECK(refused(ask, "SELECT id::text AS id, wallet_address, usdc_balance FROM users") == "accepted");
    }
    CHECK(refused(ask, "SELECT ROW(1, 2) AS id, 'G' AS wallet_address, 1 AS usdc_balance")
              .find("SYNC_USERS_SQL: the type of id, record, has no order") == 0);
    CHECK(refused(ask, "SELECT (1, 'b')::kinds.pair AS id, 'G' AS wallet_address, 1 AS usdc_balance") == "accepted");
    CHECK(refused(ask, "SELECT 'a' AS id, 'G' AS wallet_address, 1 AS usdc_balance") == "accepted");
}
