#include "checks.hpp"
#include "db/inspected.hpp"
#include "fakes/postgres_server.hpp"

#include <catch2/catch.hpp>

using db::Asking;
using db::count_of;
using db::estimate;
using fakes::TestDatabase;

namespace {

std::uint64_t estimated(Asking& ask, const db::Source& source, const db::Scope& scope) {
    const db::Answer answer = ask(estimate(source, scope));
    INFO((answer ? "" : answer.error().text));
    REQUIRE(answer);
    return count_of(*answer);
}

} // namespace

TEST_CASE("the estimate of a small table is exact, by the scope of each check", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.enum_status = false});
    database.exec("INSERT INTO markets (id, contract_address, title, status, yes_liquidity, no_liquidity) "
                  "SELECT 'm' || i, 'C', 't', CASE WHEN i % 4 = 0 THEN 'RESOLVED' ELSE 'open' END, 1, 1 "
                  "FROM generate_series(1, 40) i");
    database.exec("INSERT INTO users (id, wallet_address, usdc_balance) "
                  "SELECT 'u' || i, CASE WHEN i % 10 = 0 THEN ' ' ELSE 'G' END, 1 FROM generate_series(1, 50) i");
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    CHECK(estimated(ask, source, {Kind::odds}) == 30);
    CHECK(estimated(ask, source, {Kind::outcomes}) == 10);
    CHECK(estimated(ask, source, {Kind::balances}) == 45);
    CHECK(estimated(ask, source, {Kind::balances, {0, 2}}) + estimated(ask, source, {Kind::balances, {1, 2}}) == 45);
    database.exec("DELETE FROM users");
    CHECK(estimated(ask, source, {Kind::balances}) == 0);
}

TEST_CASE("the estimate of a large table is near, and costs what its sample costs", "[db][postgres]") {
    TestDatabase database;
    database.create_tables({.enum_status = false});
    // Never analysed: the catalog knows nothing of it. In partitions, as the largest tables are.
    database.exec("DROP TABLE users; CREATE TABLE users (id int, wallet_address text, usdc_balance numeric, "
                  "PRIMARY KEY (id)) PARTITION BY RANGE (id)");
    database.exec("CREATE TABLE users_1 PARTITION OF users FOR VALUES FROM (0) TO (50000)");
    database.exec("CREATE TABLE users_2 PARTITION OF users FOR VALUES FROM (50000) TO (100000)");
    database.exec("INSERT INTO users SELECT i, CASE WHEN i % 5 = 0 THEN NULL ELSE repeat('G', 56) END, 1 "
                  "FROM generate_series(0, 99999) i; GRANT SELECT ON users TO app");
    Asking ask(database.url());
    const auto source = inspect(ask).source();
    const std::uint64_t users = estimated(ask, source, {Kind::balances});
    CHECK(users > 80'000 / 10 * 9);
    CHECK(users < 80'000 / 10 * 11);
}
