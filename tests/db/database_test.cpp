#include "db/postgres.hpp"
#include "db/question.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using db::Asking;
using db::ErrorKind;
using db::Query;
using db::value;
using fakes::TestDatabase;

TEST_CASE("a question is answered, and the next one on the same connection", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    const auto first = value(ask(Query{"SELECT pg_backend_pid()::text"}));
    CHECK(value(ask(Query{"SELECT pg_backend_pid()::text"})) == first);
    CHECK(ask.database.idle());
    CHECK(ask.database.wakeup() == base::never);
    CHECK_FALSE(ask.database.descriptor());
}

TEST_CASE("parameters and NULL arrive as they are", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    const std::string nasty = "'; DROP TABLE x; -- \\ \" \n \xC3\xA4";
    const auto answer = ask(Query{"SELECT $1::text, NULL, ''", {nasty}});
    REQUIRE(answer);
    CHECK(answer->value(0, 0) == nasty);
    CHECK(answer->value(0, 1) == std::nullopt);
    CHECK(answer->value(0, 2) == "");
    CHECK(answer->columns() == 3);

    const auto cut = ask(Query{"SELECT $1", {std::string("a\0b", 3)}});
    REQUIRE_FALSE(cut);
    CHECK(cut.error().kind == ErrorKind::bad_value);
    CHECK(value(ask(Query{"SELECT 1"})) == "1");
}

TEST_CASE("every statement runs read-only, with the time-out, and leaves nothing behind", "[db][postgres]") {
    TestDatabase database;
    database.exec("CREATE TABLE t (x int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS "
                  "'INSERT INTO public.t VALUES (1) RETURNING x'");
    Asking ask(database.url() + "?schema=nowhere");
    CHECK(value(ask(Query{"SELECT current_setting('transaction_read_only')"})) == "on");
    CHECK(value(ask(Query{"SELECT current_setting('statement_timeout')"})) == "5s");
    CHECK(value(ask(Query{"SELECT current_setting('application_name')"})) == "stellar-sync");
    CHECK(value(ask(Query{"SELECT current_setting('search_path')"})) == "pg_catalog, \"nowhere\", pg_temp");
    CHECK(value(ask(Query{"SELECT current_setting('enable_sort')"})) == "on");
    Query ordered{"SELECT current_setting('enable_sort')", {}};
    ordered.prefer_index_order = true;
    CHECK(value(ask(ordered)) == "off");
    CHECK(value(ask(Query{"SELECT current_setting('enable_sort')"})) == "on");
    Query compiled{"SELECT current_setting('jit')", {}};
    compiled.prefer_index_order = true;
    CHECK(value(ask(compiled)) == "off"); // a page that is sorted all the same has a cost that nothing else has

    const auto written = ask(Query{"SELECT public.f()"});
    REQUIRE_FALSE(written);
    CHECK(written.error().sqlstate == "25006");
    CHECK(written.error().kind == ErrorKind::other);
    CHECK(database.exec("SELECT count(*) FROM t") == "0");
    CHECK(ask.retries.empty());
}

TEST_CASE("after an error the connection is used again", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    const auto pid = value(ask(Query{"SELECT pg_backend_pid()"}));
    const auto failed = ask(Query{"SELECT * FROM nothing_there"});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::missing);
    CHECK(failed.error().sqlstate == "42P01");
    CHECK(failed.error().text == "relation \"nothing_there\" does not exist");
    CHECK(value(ask(Query{"SELECT pg_backend_pid()"})) == pid);
}

TEST_CASE("one question costs one round trip", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    CHECK(value(ask(Query{"SELECT 1"})) == "1");
    // On a connection that stands everything is sent by ask(), and all of it comes back: no further write is wanted.
    ask.database.ask(Query{"SELECT 2 FROM pg_sleep(0.2)"});
    REQUIRE(ask.database.descriptor());
    CHECK_FALSE(ask.database.descriptor()->want_write);
    CHECK(value(ask.answer()) == "2");
}

TEST_CASE("a large answer comes whole", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    const auto answer = ask(Query{"SELECT i, repeat('x', 300) FROM generate_series(1, 20000) i"});
    REQUIRE(answer);
    REQUIRE(answer->size() == 20000);
    CHECK(answer->value(19999, 0) == "20000");
    CHECK(answer->value(19999, 1)->size() == 300);

    const std::string large(3'000'000, 'y');
    CHECK(value(ask(Query{"SELECT length($1::text)", {large}})) == "3000000");
}

TEST_CASE("Prisma's URL works unchanged, and a keyword string", "[db][postgres]") {
    TestDatabase database;
    Asking prisma(database.url() + "?schema=public&connection_limit=5&pool_timeout=10&pgbouncer=true&sslmode=prefer&"
                                   "connect_timeout=30&statement_cache_size=0&socket_timeout=9&sslaccept=accept_invalid"
                                   "_certs");
    CHECK(value(prisma(Query{"SELECT current_user"})) == "app");
    const auto& server = fakes::PostgresServer::shared();
    Asking keywords(fmt::format("host={} port={} dbname={} user=app password='{}' schema=x application_name=mine",
                                server.host(), server.port(), database.name(), server.password));
    CHECK(value(keywords(Query{"SELECT current_setting('application_name')"})) == "mine");
}

TEST_CASE("bytes of a database in SQL_ASCII come as they are, and go back", "[db][postgres]") {
    TestDatabase database("SQL_ASCII");
    database.exec("CREATE TABLE t (id text); INSERT INTO t VALUES (E'a\\xE4\\xFF'), ('b')");
    Asking ask(database.url());
    CHECK(value(ask(Query{"SELECT id FROM t ORDER BY id"})) == "a\xE4\xFF");
    CHECK(value(ask(Query{"SELECT id FROM t WHERE id > $1", {"a\xE4\xFF"}})) == "b");
}

TEST_CASE("abandoning drops everything at once, and the database is usable again", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    ask.database.ask(Query{"SELECT pg_sleep(20)"});
    for (int i = 0; i < 10; ++i) ask.step(std::chrono::milliseconds(20));
    ask.database.abandon();
    CHECK(ask.database.idle());
    CHECK_FALSE(ask.database.take_answer());
    CHECK(value(ask(Query{"SELECT 1"})) == "1");
}

TEST_CASE("libpq tells its version", "[db]") {
    CHECK(db::libpq_version().find('.') != std::string::npos);
}
