// Through a real PgBouncer in transaction mode (Debian's package). Where it is not installed, there is nothing to test.
#include "checks.hpp"
#include "db/inspected.hpp"
#include "fakes/pgbouncer.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using db::Asking;
using db::Query;
using db::value;
using fakes::PgBouncer;
using fakes::TestDatabase;

namespace {

db::Database::Settings patient() {
    return {std::chrono::seconds(5), {50, std::chrono::milliseconds(50), 1.0}};
}

} // namespace

TEST_CASE("PgBouncer in transaction mode: two clients take turns on one server connection", "[db][postgres]") {
    if (!PgBouncer::installed()) {
        WARN("pgbouncer is not installed");
        return;
    }
    TestDatabase database;
    database.create_tables();
    database.exec("CREATE SCHEMA shop; INSERT INTO users SELECT i, 'G', i FROM generate_series(1, 100) i");
    const PgBouncer bouncer;
    Asking one(bouncer.url(database.name()) + "&schema=shop", patient());
    Asking two(bouncer.url(database.name()), patient());
    const auto pid = value(one(Query{"SELECT pg_backend_pid()"}));
    CHECK(value(two(Query{"SELECT pg_backend_pid()"})) == pid);

    for (int round = 0; round < 5; ++round) {
        CHECK(value(one(Query{"SELECT current_setting('search_path')"})) == "pg_catalog, \"shop\", pg_temp");
        CHECK(value(two(Query{"SELECT current_setting('search_path')"})) == "pg_catalog, \"$user\", public, pg_temp");
        CHECK_FALSE(one(Query{"SELECT 1 / $1::int", {"0"}})); // rolls back, and gives the server back
        CHECK(value(two(Query{"SELECT $1::int + 1", {std::to_string(round)}})) == std::to_string(round + 1));
    }
    const auto source = inspect(two).source();
    const auto rows = two(db::page(source, {.check = Kind::balances}, {}, 60));
    REQUIRE(rows);
    CHECK(rows->size() == 60);
    CHECK(database.exec("SHOW statement_timeout") == "0");

    Asking wrong(bouncer.url(database.name(), "app:wrong"));
    const auto refused = wrong(Query{"SELECT 1"});
    REQUIRE_FALSE(refused);
    CHECK(name(refused.error().kind) == name(db::ErrorKind::credentials));
    Asking unknown(bouncer.url(database.name(), "nobody:wrong"));
    const auto nobody = unknown(Query{"SELECT 1"});
    REQUIRE_FALSE(nobody);
    CHECK(name(nobody.error().kind) == name(db::ErrorKind::credentials));
    Asking nowhere(bouncer.url("no_such_database"));
    const auto missing = nowhere(Query{"SELECT 1"});
    REQUIRE_FALSE(missing);
    CHECK(nowhere.retries.empty());
    CHECK(name(missing.error().kind) == name(db::ErrorKind::missing));
}

TEST_CASE("PgBouncer and `options`: dropped with pgbouncer=true, else refused with what to do", "[db][postgres]") {
    if (!PgBouncer::installed()) {
        WARN("pgbouncer is not installed");
        return;
    }
    TestDatabase database;
    database.exec("CREATE SCHEMA shop");
    const PgBouncer bouncer;
    const std::string url = bouncer.url(database.name());
    Asking dropped(url + "&options=-c%20search_path%3Dshop", patient());
    CHECK(value(dropped(Query{"SELECT current_setting('search_path')"})) == "pg_catalog, \"shop\", pg_temp");

    Asking refused(url.substr(0, url.find('?')) + "?options=-c%20geqo%3Doff", patient());
    const auto answer = refused(Query{"SELECT 1"});
    REQUIRE_FALSE(answer);
    CHECK(name(answer.error().kind) == name(db::ErrorKind::settings));
    CHECK(answer.error().text.find("add pgbouncer=true") != std::string::npos);
    CHECK(refused.retries.empty());

    setenv("PGOPTIONS", "-c geqo=off", 1);
    setenv("PGGEQO", "off", 1);
    Asking ignored(url, patient());
    CHECK(value(ignored(Query{"SELECT 1"})) == "1");
    unsetenv("PGOPTIONS");
    unsetenv("PGGEQO");
}
