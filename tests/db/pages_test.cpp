#include "checks.hpp"
#include "db/inspected.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

using db::Asking;
using db::count_of;
using db::page;
using db::Range;
using db::Scope;
using db::value;
using fakes::Tables;
using fakes::TestDatabase;

namespace {

using Ids = std::vector<std::string>;

Ids ids_of(const db::Answer& answer) {
    REQUIRE(answer);
    Ids ids;
    for (std::size_t i = 0; i < answer->size(); ++i) ids.emplace_back(answer->value(i, 0).value_or("NULL"));
    return ids;
}

// A file of scripts/sql as psql would send it, with these variables.
std::string psql_file(const std::string& name, const std::map<std::string, std::string>& variables) {
    std::ifstream file(TEST_SOURCE_DIR "/../scripts/sql/" + name);
    std::string sql{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(sql.empty());
    for (const auto& [variable, value] : variables) {
        for (std::size_t at = 0; (at = sql.find(variable, at)) != sql.npos;) sql.replace(at, variable.size(), value);
    }
    return sql;
}

// All ids in scope, page by page as the program reads them.
Ids all_pages(Asking& ask, const db::Source& source, const Scope& scope, std::size_t limit, Range range = {}) {
    Ids all;
    for (int pages = 0; pages < 10'000; ++pages) {
        const auto ids = ids_of(ask(page(source, scope, range, limit)));
        all.insert(all.end(), ids.begin(), ids.end());
        if (ids.size() < limit) return all;
        range.after = ids.back();
    }
    FAIL("the pages do not end");
    return all;
}

std::string plan(Asking& ask, db::Query query) {
    query.sql = "EXPLAIN " + query.sql; // one SELECT or another
    const auto answer = ask(std::move(query));
    REQUIRE(answer);
    std::string text;
    for (std::size_t i = 0; i < answer->size(); ++i) text += std::string(*answer->value(i, 0)) + "\n";
    return text;
}

} // namespace

TEST_CASE("pages lose and double no row, whatever the type of the id", "[db][postgres]") {
    struct Type {
        const char* name;
        const char* expression; // of i, 1 to 100
    };
    const Type types[] = {
        {"int", "(i * 37) % 101 - 50"},
        {"bigint", "(i - 50)::bigint * 9000000000"},
        {"numeric", "i / 8.0"},
        {"text", "'user ' || i"},
        {"text", "CASE i % 4 WHEN 0 THEN '\"' || i WHEN 1 THEN '\\' || i WHEN 2 THEN '{,}' || i ELSE 'é''' || i END"},
        {"varchar(40)", "upper(md5(i::text))"},
        {"char(12)", "'c' || i"},
        {"uuid", "md5(i::text)::uuid"},
        {"timestamptz", "'2026-01-01'::timestamptz + i * interval '1 hour 1 microsecond'"},
        {"double precision", "sqrt(i)"},
    };
    for (const auto& type : types) {
        CAPTURE(type.name, type.expression);
        TestDatabase database;
        database.create_tables({.id_type = type.name});
        database.exec(
            fmt::format("INSERT INTO users SELECT {}, 'G' || i, i FROM generate_series(1, 100) i", type.expression));
        Asking ask(database.url());
        const auto source = inspect(ask).source();
        const Scope scope{.check = Kind::balances};
        auto expected = ids_of(ask(db::Query{"SELECT x.id::text FROM public.users x ORDER BY x.id", {}}));
        REQUIRE(expected.size() == 100);
        for (const std::size_t limit : {1u, 7u, 50u, 100u, 1000u}) {
            CHECK(all_pages(ask, source, scope, limit) == expected);
        }
        // Ids go back as they came: again, restricted, counted, looked up.
        const auto answer = ask(db::again(source, Kind::balances, expected));
        CHECK(ids_of(answer) == expected);
        const Ids three{expected[5], expected[50], expected[99]};
        CHECK(all_pages(ask, source, {.check = Kind::balances, .ids = three}, 2) == three);
        const auto left = ask(db::count(source, scope, {.after = expected[29], .up_to = expected[89]}));
        REQUIRE(left);
        CHECK(count_of(*left) == 60);
        CHECK(db::canonical_id(ask(db::look_up(source, db::user_table, expected[42]))) == expected[42]);
    }
}

TEST_CASE("markets come by status whatever its case and type, in both spellings", "[db][postgres]") {
    for (const bool camel : {false, true}) {
        for (const bool enumeration : {false, true}) {
            const Tables tables{.camel_case = camel, .id_type = "integer", .enum_status = enumeration};
            TestDatabase database;
            database.create_tables(tables);
            for (const std::string status : {"OPEN", "RESOLVED", "DRAFT", "OPEN"}) {
                static int id = 0;
                database.insert(fakes::Market{.id = std::to_string(++id), .status = status}, tables);
            }
            if (!enumeration) {
                database.insert(fakes::Market{.id = "1001", .status = "Open"}, tables);
                database.insert(fakes::Market{.id = "1002", .status = "resolved"}, tables);
                database.insert(fakes::Market{.id = "1003", .status = " OPEN"}, tables);
            }
            Asking ask(database.url());
            const auto source = inspect(ask).source();
            const std::size_t more = enumeration ? 0 : 1;
            CHECK(all_pages(ask, source, {.check = Kind::odds}, 2).size() == 2 + more);
            CHECK(all_pages(ask, source, {.check = Kind::outcomes}, 2).size() == 1 + more);
        }
    }
}

TEST_CASE("rows become the domain's rows, values as the database has them", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.insert(fakes::Market{.id = "m", .yes_liquidity = "1234567890123456789.0000001", .no_liquidity = {}});
    database.insert(
        fakes::Market{.id = "r", .contract_address = {}, .title = {}, .status = "RESOLVED", .winning_outcome = "1"});
    database.insert(fakes::User{.id = "u", .wallet_address = "GABC", .usdc_balance = "NaN"});
    Asking ask(database.url());
    const auto source = inspect(ask).source();

    const auto open = ask(page(source, {.check = Kind::odds}, {}, 10));
    REQUIRE(open);
    REQUIRE(open->size() == 1);
    const auto market = db::odds_row(*open, 0);
    CHECK(market.market.id == "m");
    CHECK(market.market.contract_address == fakes::Market{}.contract_address);
    CHECK(market.market.title == "Will it rain?");
    CHECK(market.yes_liquidity == "1234567890123456789.000000100000000000000000000000");
    CHECK_FALSE(market.no_liquidity);

    const auto resolved = ask(page(source, {.check = Kind::outcomes}, {}, 10));
    REQUIRE(resolved);
    CHECK(db::outcome_row(*resolved, 0).winning_outcome == "1");
    CHECK_FALSE(db::outcome_row(*resolved, 0).market.contract_address);
    CHECK_FALSE(db::outcome_row(*resolved, 0).market.title);

    const auto users = ask(page(source, {.check = Kind::balances}, {}, 10));
    REQUIRE(users);
    CHECK(db::user_row(*users, 0).id == "u");
    CHECK(db::user_row(*users, 0).wallet_address == "GABC");
    CHECK(db::user_row(*users, 0).usdc_balance == "NaN");
}

TEST_CASE("double precision comes exactly", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.amount_type = "double precision"});
    database.insert(fakes::User{.id = "u", .wallet_address = "G", .usdc_balance = "0.1234567"});
    Asking ask(database.url());
    const auto users = ask(page(inspect(ask).source(), {.check = Kind::balances}, {}, 10));
    REQUIRE(users);
    CHECK(db::user_row(*users, 0).usdc_balance == "0.1234567");
}

TEST_CASE("no wallet means the same in SQL and here", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    const std::vector<std::optional<std::string>> wallets{std::nullopt, "",         " ", "\t\n\v\f\r ", "G",  " G ",
                                                          "\v",         "\xC2\xA0", "v", "\\",          "x0B"};
    for (std::size_t i = 0; i < wallets.size(); ++i) {
        database.insert(fakes::User{.id = fmt::format("{:02}", i), .wallet_address = wallets[i]});
    }
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    const auto ids = all_pages(ask, source, {.check = Kind::balances}, 3);
    CHECK(ids.size() == wallets.size()); // all are read, for they are counted

    Ids with_wallet;
    for (std::size_t i = 0; i < wallets.size(); ++i) {
        if (!verify::is_blank(wallets[i])) with_wallet.push_back(ids[i]);
    }
    CHECK(with_wallet.size() == 6);
    CHECK(ids_of(ask(db::again(source, Kind::balances, ids))) == with_wallet);
    const auto number = ask(db::count(source, {.check = Kind::balances}, {}));
    REQUIRE(number);
    CHECK(count_of(*number) == with_wallet.size());
}

TEST_CASE("custom SELECTs serve every statement", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE SCHEMA shop; CREATE TABLE shop.bets (no bigint, state text)");
    database.exec("INSERT INTO shop.bets SELECT i, CASE WHEN i % 2 = 0 THEN 'open' ELSE 'resolved' END FROM "
                  "generate_series(1, 40) i");
    Asking ask(database.url() + "?schema=shop");
    const db::CustomSql custom{"SELECT no AS id, 'C' AS contract_address, NULL AS title, state AS status, 1.5 AS "
                               "yes_liquidity, 2 AS no_liquidity, true AS winning_outcome, 'more' AS more FROM bets",
                               ""};
    const auto source = inspect(ask, "shop", {Kind::odds, Kind::outcomes}, custom).source();
    const auto open = all_pages(ask, source, {.check = Kind::odds}, 7);
    CHECK(open.size() == 20);
    CHECK(ids_of(ask(db::again(source, Kind::odds, Ids{"1", "2", "40", "77"}))) == Ids{"2", "40"});
    CHECK(value(ask(db::count(source, {.check = Kind::outcomes}, {.after = "20"}))) == "10");
    CHECK(db::canonical_id(ask(db::look_up(source, db::market_table, "007"))) == "7");
}

TEST_CASE("looking up an id: canonical, not there, or none of the type", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.id_type = "uuid"});
    database.insert(fakes::User{.id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"});
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    const auto look = [&](const std::string& id) { return ask(db::look_up(source, db::user_table, id)); };
    CHECK(db::canonical_id(look("{6BA7B8109DAD11D180B400C04FD430C8}")) == "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    CHECK(db::canonical_id(look("00000000-0000-0000-0000-000000000000")) == std::nullopt);
    for (const std::string none : {"42", "", "'; --", "\xFF"}) {
        const auto answer = look(none);
        CHECK(db::canonical_id(answer) == std::nullopt);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == db::ErrorKind::bad_value);
    }
    database.exec(
        "DROP TABLE users; CREATE TABLE users (id smallint PRIMARY KEY, wallet_address text, usdc_balance int)");
    const auto small = inspect(ask).source();
    const auto too_large = ask(db::look_up(small, db::user_table, "99999999999999999999"));
    REQUIRE_FALSE(too_large);
    CHECK(too_large.error().kind == db::ErrorKind::bad_value);
}

TEST_CASE("shards share the rows among them", "[db][postgres]") {
    TestDatabase database;
    database.create_tables();
    database.exec("INSERT INTO users SELECT 'u' || i, 'G', 0 FROM generate_series(1, 400) i");
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    Ids together;
    for (unsigned shard = 0; shard < 3; ++shard) {
        const Scope scope{.check = Kind::balances, .shard = {shard, 3}};
        const auto ids = all_pages(ask, source, scope, 50);
        CHECK(ids.size() > 90);
        CHECK(value(ask(db::count(source, scope, {}))) == std::to_string(ids.size()));
        together.insert(together.end(), ids.begin(), ids.end());
    }
    std::sort(together.begin(), together.end());
    CHECK(together == all_pages(ask, source, {.check = Kind::balances}, 1000));
}

TEST_CASE("with the index of scripts/sql/shard-index.sql a shard reads its own rows alone", "[db][postgres]") {
    const auto [id_type, id] = GENERATE(table<std::string, std::string>(
        {{"uuid", "md5(i::text)::uuid"}, {"text", "'c' || md5(i::text)"}, {"bigint", "i"}}));
    CAPTURE(id_type);
    TestDatabase database;
    database.create_tables({.id_type = id_type});
    database.exec(
        fmt::format("INSERT INTO users SELECT {}, 'G', 0 FROM generate_series(1, 20000) i; ANALYZE users", id));
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    const Scope scope{.check = Kind::balances, .shard = {5, 16}};
    const Range range{.after = all_pages(ask, source, scope, 1000)[100]};
    const auto before = plan(ask, page(source, scope, range, 200));
    CHECK(before.find("Filter: ") != std::string::npos);
    database.exec(psql_file("shard-index.sql", {{":shards", "16"}, {":\"table\"", "users"}, {":\"id\"", "id"}}));
    database.exec("ANALYZE users");
    const auto after = plan(ask, page(source, scope, range, 200));
    CAPTURE(before, after);
    CHECK(after.find("Index Scan using users_mod_id_idx") != std::string::npos);
    CHECK(after.find("Filter: ") == std::string::npos);
    CHECK(after.find("Sort") == std::string::npos);
    CHECK(after.find("Index Cond: ((mod(") != std::string::npos);
    CHECK(after.find("(id > '") != std::string::npos);
}

TEST_CASE("a killed connection between pages costs no row and doubles none", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.id_type = "integer"});
    database.exec("INSERT INTO users SELECT i, 'G', 0 FROM generate_series(1, 200) i");
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    Ids all;
    Range range;
    while (true) {
        const auto ids = ids_of(ask(page(source, {.check = Kind::balances}, range, 30)));
        all.insert(all.end(), ids.begin(), ids.end());
        if (ids.size() < 30) break;
        range.after = ids.back();
        database.exec_as_superuser(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = "
            "'stellar-sync' AND datname = current_database()");
    }
    CHECK(all.size() == 200);
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
    CHECK(ask.retries.size() == 6);
}

TEST_CASE("a page costs an index scan, also where the planner expects few rows", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.id_type = "uuid"});
    database.exec("INSERT INTO markets SELECT md5(i::text)::uuid, 'C', 'T', CASE WHEN i % 2 = 0 THEN 'OPEN' ELSE "
                  "'RESOLVED' END::\"MarketStatus\", 1, 1, 1 FROM generate_series(1, 20000) i; ANALYZE markets");
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    const Range range{.after = "80000000-0000-0000-0000-000000000000"};
    for (const db::Shard shard : {db::Shard{}, db::Shard{1, 4}}) {
        const auto text = plan(ask, page(source, {.check = Kind::odds, .shard = shard}, range, 200));
        CAPTURE(text);
        CHECK(text.find("Index Scan using markets_pkey") != std::string::npos);
        CHECK(text.find("Sort") == std::string::npos);
    }
    const auto text = plan(ask, db::again(source, Kind::odds, Ids{"80000000-0000-0000-0000-000000000000"}));
    CAPTURE(text);
    CHECK(text.find("Index Scan using markets_pkey") != std::string::npos);
}
