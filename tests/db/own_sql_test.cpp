// The program's own SQL means the same whatever somebody else has created in a schema, and whatever the session says.
#include "checks.hpp"
#include "db/examination.hpp"
#include "db/inspected.hpp"
#include "db/watermark.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

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
        all.insert(all.end(), ids.begin(), ids.end());
        if (ids.size() < limit) return all;
        range.after = ids.back();
    }
    FAIL("the pages do not end");
    return all;
}

// Operators and functions of the very types at hand, so that PostgreSQL would prefer them to its own, each of which
// fails when it is called; they come first in the role's search_path. What a role with CREATE on one schema can do.
void occupy(TestDatabase& database, const std::string& id_type) {
    std::string sql =
        "CREATE FUNCTION trap() RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END';";
    const auto function = [&sql](const std::string& name, const std::string& arguments, const std::string& result) {
        sql += fmt::format("CREATE FUNCTION public.{}({}) RETURNS {} LANGUAGE plpgsql IMMUTABLE AS "
                           "'BEGIN RAISE EXCEPTION ''hijacked''; END';",
                           name, arguments, result);
    };
    std::vector<std::pair<std::string, std::string>> pairs{
        {"text", "text"},       {"name", "name"},         {"name", "text"},
        {"oid", "oid"},         {"bigint", "integer"},    {"bigint", "bigint"},
        {"numeric", "numeric"}, {"\"char\"", "\"char\""}, {"smallint", "integer"}};
    if (id_type != "text" && id_type != "bigint" && id_type != "name") {
        pairs.emplace_back(id_type, id_type);
        pairs.emplace_back(id_type, "text");
    }
    int number = 0;
    for (const auto& [left, right] : pairs) {
        for (const char* symbol : {"=", "<>", "<", ">", "<=", ">="}) {
            const auto name = fmt::format("trap_{}", ++number);
            function(name, left + ", " + right, "boolean");
            sql += fmt::format("CREATE OPERATOR public.{} (LEFTARG = {}, RIGHTARG = {}, FUNCTION = public.{});", symbol,
                               left, right, name);
        }
    }
    for (const auto& [symbol, left, right, result] :
         {std::tuple("+", "bigint", "integer", "bigint"), std::tuple("/", "numeric", "numeric", "numeric"),
          std::tuple("*", "bigint", "numeric", "numeric"), std::tuple("||", "text", "text", "text"),
          std::tuple("!~", "text", "text", "boolean")}) {
        const auto name = fmt::format("trap_{}", ++number);
        function(name, fmt::format("{}, {}", left, right), result);
        sql += fmt::format("CREATE OPERATOR public.{} (LEFTARG = {}, RIGHTARG = {}, FUNCTION = public.{});", symbol,
                           left, right, name);
    }
    function("upper", "text", "text");
    function("upper", "varchar", "text");
    function("btrim", "text, text", "text");
    function("mod", "bigint, integer", "bigint");
    function("mod", "bigint, bigint", "bigint");
    function("hashtextextended", "text, integer", "bigint");
    function("hashtextextended", "text, bigint", "bigint");
    function("unnest", "text[]", "text");
    function("round", "numeric", "numeric");
    function("set_config", "text, text, boolean", "text");
    function("current_setting", "text", "text");
    function("current_database", "", "name");
    function("pg_is_in_recovery", "", "boolean");
    function("quote_ident", "text", "text");
    function("pg_relation_size", "regclass", "bigint");
    function("pg_partition_tree", "regclass", "integer");
    function("has_schema_privilege", "oid, text", "boolean");
    function("format_type", "oid, integer", "text");
    function("trap_step", "bigint", "bigint");
    function("trap_step", "bigint, bigint", "bigint");
    sql += "CREATE AGGREGATE public.count(*) (SFUNC = public.trap_step, STYPE = bigint, INITCOND = '0');"
           "CREATE AGGREGATE public.sum(bigint) (SFUNC = public.trap_step, STYPE = bigint, INITCOND = '0');"
           "CREATE TABLE public.pg_class (x int); CREATE TABLE public.pg_type (x int);"
           "CREATE TABLE public.pg_namespace (x int); CREATE TABLE public.pg_index (x int);"
           "CREATE DOMAIN public.regclass AS integer; CREATE DOMAIN public.point AS integer;"
           "CREATE DOMAIN public.text AS varchar CHECK (VALUE IS NULL); CREATE COLLATION public.\"C\" FROM \"POSIX\"";
    database.exec(sql);
    database.exec_as_superuser(
        fmt::format(R"(ALTER ROLE app IN DATABASE "{}" SET search_path = public, pg_catalog)", database.name()));
}

} // namespace

TEST_CASE("operators, functions and types that somebody else made are never used", "[db][postgres]") {
    const std::string id_type = GENERATE("varchar", "text", "bigint", "name", "label", "public.kind");
    CAPTURE(id_type);
    TestDatabase database;
    database.exec("CREATE DOMAIN label AS varchar; CREATE TYPE kind AS ENUM ()");
    for (int i = 100; i < 200; ++i) database.exec(fmt::format("ALTER TYPE kind ADD VALUE '{}'", i));
    database.create_tables({.id_type = id_type});
    database.exec(
        fmt::format("INSERT INTO users SELECT i::text::{0}, CASE WHEN i % 4 = 0 THEN ' ' ELSE 'G' END, i FROM "
                    "generate_series(100, 199) i; ALTER TABLE markets ADD market_id text; INSERT INTO markets "
                    "SELECT i::text::{0}, 'C', 'T', (ARRAY['OPEN','RESOLVED','DRAFT'])[1 + i % "
                    "3]::\"MarketStatus\", 1, 1, 1, now(), repeat('0a', 32) FROM generate_series(100, 198) i",
                    id_type));
    Ids expected;
    for (int i = 100; i < 200; ++i) expected.push_back(std::to_string(i));
    occupy(database, id_type == "public.kind" ? "kind" : id_type);

    Asking ask(database.url());
    const auto source = inspect(ask).source();
    CHECK(source.at(db::market_table).column("market_id") == R"("market_id")");
    const Scope users{.check = Kind::balances};
    CHECK(all_pages(ask, source, users, 7) == expected);
    CHECK(all_pages(ask, source, {.check = Kind::odds}, 7).size() == 33);
    CHECK(all_pages(ask, source, {.check = Kind::outcomes}, 7).size() == 33);
    Ids together;
    for (unsigned shard = 0; shard < 3; ++shard) {
        const auto ids = all_pages(ask, source, {.check = Kind::balances, .shard = {shard, 3}}, 7);
        CHECK(ids.size() > 10);
        together.insert(together.end(), ids.begin(), ids.end());
    }
    std::sort(together.begin(), together.end());
    CHECK(together == expected);
    CHECK(ids_of(ask(db::again(source, Kind::balances, Ids{"101", "104", "105"}))) == Ids{"101", "105"});
    CHECK(ids_of(ask(db::again(source, Kind::odds, Ids{"102", "103", "105"}))) == Ids{"102", "105"});
    const Ids two{"101", "150"};
    CHECK(all_pages(ask, source, {.check = Kind::balances, .ids = two}, 7) == two);
    CHECK(value(ask(db::count(source, users, {.after = "109", .up_to = "150"}))) == "31");
    CHECK(value(ask(db::count(source, {.check = Kind::odds}, {}))) == "33");
    CHECK(value(ask(db::estimate(source, users))) == "75");
    CHECK(value(ask(db::place(source, users, {.after = "198"}, 7))) == "199");
    CHECK(db::canonical_id(ask(db::look_up(source, db::user_table, "142"))) == "142");

    const auto server = ask(db::server_query());
    REQUIRE(server);
    CHECK(db::read_server(*server).database == database.name());
    const auto role = ask(db::role_query("public"));
    REQUIRE(role);
    CHECK(db::read_role(*role).role == "app");
    CHECK(db::read_role(*role).writable_count > 1);
    CHECK(value(ask(db::id_index_query(source.at(db::user_table)))).find("users_pkey") != std::string::npos);
}

TEST_CASE("an operator's SELECT finds PostgreSQL's own functions first, then those of the URL's schema",
          "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE SCHEMA shop; CREATE TABLE shop.ledgers (n int); INSERT INTO shop.ledgers VALUES (42);"
                  "CREATE FUNCTION shop.abs(int) RETURNS int LANGUAGE sql AS 'SELECT -1';"
                  "CREATE TABLE public.ledgers (n int); CREATE TABLE public.others (n int)");
    Asking ask(database.url() + "?schema=shop");
    CHECK(value(ask(db::Query{db::watermark_statement("SELECT abs(n) FROM ledgers")})) == "42");
    const auto other = ask(db::Query{db::watermark_statement("SELECT n FROM others")});
    REQUIRE_FALSE(other);
    CHECK(other.error().sqlstate == "42P01");
    // Without a schema in the URL the role's own path counts, whatever it is.
    for (const std::string path : {"shop, public", "shop", "shop, pg_catalog, pg_temp"}) {
        database.exec_as_superuser(
            fmt::format(R"(ALTER ROLE app IN DATABASE "{}" SET search_path = {})", database.name(), path));
        Asking role(database.url());
        CHECK(value(role(db::Query{db::watermark_statement("SELECT abs(n) FROM ledgers")})) == "42");
    }
    database.exec_as_superuser(
        fmt::format("SELECT set_config('search_path', '', false); ALTER ROLE app IN DATABASE \"{}\" SET "
                    "search_path FROM CURRENT",
                    database.name()));
    Asking none(database.url());
    CHECK(value(none(db::Query{"SELECT current_setting('search_path')", {}})) == "pg_catalog, pg_temp");
}

TEST_CASE("whatever prints or compares values otherwise is set for each statement", "[db][postgres]") {
    TestDatabase database;
    const auto set = [&](std::string_view setting) {
        database.exec_as_superuser(fmt::format(R"(ALTER ROLE app IN DATABASE "{}" SET {})", database.name(), setting));
    };
    for (const char* setting :
         {"extra_float_digits = 0", "datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'",
          "timezone = 'Asia/Kolkata'", "bytea_output = 'escape'", "array_nulls = off", "quote_all_identifiers = on",
          "transform_null_equals = on", "standard_conforming_strings = off", "xmlbinary = hex", "xmloption = document",
          "gin_fuzzy_search_limit = 1"}) {
        set(setting);
    }
    Asking ask(database.url());
    const auto printed = [&](const std::string& sql) { return value(ask(db::Query{"SELECT " + sql, {}})); };
    CHECK(printed("-0.12345678901234568::float8") == "-0.12345678901234568");
    CHECK(printed("'2026-03-01 12:00:00+00'::timestamptz") == "2026-03-01 12:00:00+00");
    CHECK(printed("'2026-03-01'::date") == "2026-03-01");
    CHECK(printed("'01/02/2026'::date") == "2026-01-02");
    CHECK(printed("'1 year 2 days 03:04:05'::interval") == "1 year 2 days 03:04:05");
    CHECK(printed("'\\x00ff'::bytea") == "\\x00ff");
    CHECK(printed("'{1,NULL}'::int[]") == "{1,NULL}");
    CHECK(printed("'pg_class'::regclass") == "pg_class");
    CHECK(printed("NULL::int = NULL") == "NULL");
    CHECK(printed("5::money") == "$5.00");
    CHECK(printed("current_setting('gin_fuzzy_search_limit')") == "0");
    CHECK(printed("current_setting('xmlbinary')") == "base64");
    CHECK(printed("current_setting('xmloption')") == "content");
    CHECK(printed("current_setting('lc_numeric')") == "C");
    CHECK(printed("current_setting('client_encoding')") == "UTF8");
}

TEST_CASE("ids of floating point come back as they were sent, whatever the role's digits", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.id_type = "double precision", .amount_type = "double precision"});
    database.exec("INSERT INTO users SELECT sqrt(i), 'G', -5.0000001 FROM generate_series(1, 200) i");
    database.exec_as_superuser(
        fmt::format(R"(ALTER ROLE app IN DATABASE "{}" SET extra_float_digits = -3)", database.name()));
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    const auto ids = all_pages(ask, source, {.check = Kind::balances}, 7);
    CHECK(ids.size() == 200);
    const auto again = ask(db::again(source, Kind::balances, ids));
    CHECK(ids_of(again) == ids);
    CHECK(db::user_row(*again, 0).usdc_balance == "-5.0000001");
}

TEST_CASE("shards share the rows whatever time zone each one's session has", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.id_type = "timestamptz"});
    database.exec("INSERT INTO users SELECT '2026-01-01Z'::timestamptz + i * interval '1 hour', 'G', 0 FROM "
                  "generate_series(1, 300) i");
    Ids together;
    for (unsigned shard = 0; shard < 3; ++shard) {
        const char* zones[] = {"UTC", "Asia/Kolkata", "America/New_York"};
        Asking ask(database.url() + fmt::format("?options=-c%20TimeZone%3D{}", zones[shard]));
        const auto ids = all_pages(ask, inspect(ask).source(), {.check = Kind::balances, .shard = {shard, 3}}, 10);
        together.insert(together.end(), ids.begin(), ids.end());
    }
    std::sort(together.begin(), together.end());
    CHECK(together.size() == 300);
    CHECK(std::adjacent_find(together.begin(), together.end()) == together.end());
}
