// The order in which rows are read, and what happens to rows that cannot be read or compared: against a real database,
// without a chain.
#include "checks.hpp"
#include "db/inspected.hpp"
#include "fakes/postgres_server.hpp"
#include "sync/row_stream.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

using cycle::RowStream;
using cycle::turn_at;
using db::Asking;
using db::Scope;
using fakes::TestDatabase;

namespace {

std::uint64_t turn(std::int64_t cycle) {
    return turn_at(base::WallTime(std::chrono::seconds(1'795'000'000 + 300 * cycle)));
}

db::Source learned(Asking& ask, const db::CustomSql& custom = {},
                   const verify::Checks& wanted = verify::built_in_checks()) {
    db::Source source = inspect(ask, "public", wanted, custom).source();
    for (const verify::Check kind : {Kind::odds, Kind::balances}) {
        if (source.at(db::table_of(kind)).from.empty()) continue;
        const auto rows = ask(db::types(source, kind));
        REQUIRE(rows);
        db::learn_types(source, kind, *rows);
    }
    return source;
}

/// Reads a stream to its end, or as far as a test wants.
struct Reader {
    Asking& ask;
    RowStream stream;
    std::vector<std::pair<verify::Check, std::string>> taken; // rows to be compared
    std::vector<std::string> repeated;                        // ids of rows that are not
    std::vector<cycle::RowFault> faults;
    std::vector<cycle::Stretch> given_up;
    std::size_t statements = 0;
    std::size_t largest_page = 0; // bytes

    /// Asks for all that is wanted now.
    void fill() {
        while (auto query = stream.next_query()) {
            ++statements;
            auto answer = ask(std::move(*query));
            if (answer) {
                largest_page = std::max(largest_page, answer->bytes());
                stream.arrived(std::move(*answer));
            } else {
                REQUIRE_FALSE(db::retryable(answer.error().kind));
                for (auto& stretch : stream.failed(answer.error())) given_up.push_back(std::move(stretch));
            }
            for (auto& fault : stream.take_faults()) faults.push_back(std::move(fault));
        }
    }
    void read(std::size_t most = 1'000'000, std::uint64_t cost = 1, std::uint64_t cost_of_balance = 1) {
        for (std::size_t i = 0; i < most; ++i) {
            fill();
            if (!stream.has_row()) break;
            const std::string id(stream.row().id());
            if (stream.id_is_repeated()) {
                repeated.push_back(id);
            } else {
                taken.emplace_back(stream.check(), id);
            }
            stream.take(stream.check() == Kind::balances ? cost_of_balance : cost);
        }
    }
    std::size_t count(verify::Check kind) const {
        return static_cast<std::size_t>(
            std::count_if(taken.begin(), taken.end(), [kind](const auto& row) { return row.first == kind; }));
    }
    std::set<std::string> ids() const {
        std::set<std::string> all;
        for (const auto& row : taken) all.insert(row.second);
        return all;
    }
};

Reader reader(Asking& ask, const db::Source& source, std::vector<Scope> scopes, std::size_t page_size = 2000,
              std::uint64_t of_turn = 0) {
    return {ask, RowStream(source, std::move(scopes), page_size, of_turn), {}, {}, {}, {}};
}

std::vector<Scope> all_checks() {
    return {{.check = Kind::odds}, {.check = Kind::outcomes}, {.check = Kind::balances}};
}

void fill_markets(TestDatabase& database, unsigned open, unsigned resolved) {
    database.exec(fmt::format("INSERT INTO markets SELECT 'm' || to_char(i, 'FM00000'), 'C', 'T', "
                              "CASE WHEN i <= {} THEN 'OPEN' ELSE 'RESOLVED' END, 1, 1, 1 "
                              "FROM generate_series(1, {}) i",
                              open, open + resolved));
}

void fill_users(TestDatabase& database, unsigned count) {
    database.exec(fmt::format("INSERT INTO users SELECT 'u' || to_char(i, 'FM00000'), 'G', 1 "
                              "FROM generate_series(1, {}) i",
                              count));
}

const verify::Checks users_alone{Kind::balances};

// Texts may be equal in it that are spelled differently.
constexpr const char* caseless =
    "CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";

} // namespace

TEST_CASE("Whatever the turn and the size of a page, every row comes once", "[integration][pages]") {
    TestDatabase database;
    database.create_tables({.enum_status = false});
    fill_markets(database, 150, 40);
    fill_users(database, 500);
    Asking ask(database.url());
    const db::Source source = learned(ask);
    std::set<std::string> first_rows;
    for (std::int64_t cycle = 0; cycle < 4; ++cycle) {
        for (const std::size_t page_size : {1U, 7U, 60U, 2000U}) {
            auto all = reader(ask, source, all_checks(), page_size, turn(cycle));
            all.read();
            CHECK(all.taken.size() == 690);
            CHECK(all.ids().size() == 690);
            CHECK(all.stream.exhausted());
            CHECK(all.stream.unread().empty());
            CHECK(all.repeated.empty());
            const auto of_outcomes = std::find_if(all.taken.begin(), all.taken.end(),
                                                  [](const auto& row) { return row.first == Kind::outcomes; });
            if (page_size == 2000) first_rows.insert(of_outcomes->second);
        }
    }
    CHECK(first_rows.size() > 1); // within the only page, too
}

TEST_CASE("A check that begins elsewhere in each cycle is read wholly by cycles that are cut", "[integration][pages]") {
    TestDatabase database;
    database.create_tables();
    fill_users(database, 4000);
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    const auto cut_cycle = [&](std::int64_t cycle) {
        auto some = reader(ask, source, {{.check = Kind::balances}}, 2000, turn(cycle));
        some.read(600);
        CHECK(some.ids().size() == 600);
        return some.ids();
    };
    std::set<std::string> seen = cut_cycle(0);
    CHECK(seen != cut_cycle(1));
    CHECK(seen == cut_cycle(0));
    for (std::int64_t cycle = 1; cycle < 200 && seen.size() < 4000; ++cycle) seen.merge(cut_cycle(cycle));
    CHECK(seen.size() == 4000);
}

TEST_CASE("CRITICAL checks have half of the calls, the others even shares of the rest", "[integration][pages]") {
    TestDatabase database;
    database.create_tables({.enum_status = false});
    Asking ask(database.url());
    SECTION("all have rows enough") {
        fill_markets(database, 800, 800);
        fill_users(database, 3000);
        const db::Source source = learned(ask);
        auto some = reader(ask, source, all_checks());
        some.read(400, 200, 200);
        CHECK(some.count(Kind::outcomes) == 200);
        CHECK(some.count(Kind::odds) == 100);
        CHECK(some.count(Kind::balances) == 100);
    }
    SECTION("a call is a call: rows of a batch cost their part of it") {
        fill_markets(database, 800, 800);
        fill_users(database, 3000);
        const db::Source source = learned(ask);
        auto some = reader(ask, source, all_checks());
        some.read(1000, 10, 1);
        CHECK(some.count(Kind::balances) > 5 * some.count(Kind::odds));
        CHECK(some.count(Kind::outcomes) > some.count(Kind::odds));
    }
    SECTION("20 rows of a CRITICAL check do not wait behind 800 others") {
        fill_markets(database, 800, 20);
        const db::Source source = learned(ask);
        auto some = reader(ask, source, {{.check = Kind::odds}, {.check = Kind::outcomes}});
        some.read(41, 200);
        CHECK(some.count(Kind::outcomes) == 20);
        some.read();
        CHECK(some.taken.size() == 820);
    }
}

TEST_CASE("35 checks at once hold no more pages than memory allows", "[integration][pages]") {
    TestDatabase database;
    database.create_tables();
    fill_users(database, 6000);
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    auto many = reader(ask, source, std::vector<Scope>(35, Scope{.check = Kind::balances}));
    many.read(3500);
    CHECK(many.largest_page < std::size_t{256} << 10);
    CHECK(many.ids().size() >= 100);
}

TEST_CASE("Rows with the same id are not compared, wherever pages end", "[integration][pages]") {
    const auto [id_type, id] = GENERATE(table<std::string, std::string>({
        {"text", "'k' || n"},
        {"bigint", "n"},
        {"numeric", "(n || CASE WHEN i % 2 = 0 THEN '.0' ELSE '.00' END)::numeric"}, // equal, and another text
        {"text of a collation without case", "((ARRAY['ab', 'AB', 'aB'])[i % 3 + 1] || n) COLLATE caseless"},
        {"varchar of such a collation", "((ARRAY['ab', 'AB', 'aB'])[i % 3 + 1] || n)::varchar(9) COLLATE caseless"},
    }));
    CAPTURE(id_type);
    TestDatabase database;
    database.exec(caseless);
    Asking ask(database.url());
    // Of n = 0 there is one row, of n = 1 two, and so on.
    const db::CustomSql custom{"", fmt::format("SELECT ({}) AS id, 'G' AS wallet_address, i AS usdc_balance "
                                               "FROM generate_series(0, 9) n, generate_series(0, n) i",
                                               id)};
    const db::Source source = learned(ask, custom, users_alone);
    for (const std::size_t page_size : {1U, 2U, 3U, 5U, 11U, 100U}) {
        CAPTURE(page_size);
        for (std::int64_t cycle = 0; cycle < 3; ++cycle) {
            auto all = reader(ask, source, {{.check = Kind::balances}}, page_size, turn(cycle));
            all.read();
            CHECK(all.taken.size() == 1);
            std::uint64_t not_unique = all.repeated.size();
            for (const auto& fault : all.faults) {
                CHECK(fault.why.text == "id is not unique");
                not_unique += fault.rows;
            }
            CHECK(not_unique == 54);
        }
    }
}

TEST_CASE("Ids that a column's collation calls equal are one id, wherever pages end", "[integration][pages]") {
    TestDatabase database;
    const std::string type = GENERATE("text COLLATE caseless", "word");
    CAPTURE(type);
    database.exec(caseless);
    database.exec(
        fmt::format("CREATE DOMAIN word AS text COLLATE caseless; CREATE TABLE users (id {}, wallet_address text, "
                    "usdc_balance numeric); INSERT INTO users SELECT (ARRAY['ab', 'AB', 'aB'])[k] || i, 'G', 0 "
                    "FROM generate_series(1, 300) i, generate_series(1, 3) k; INSERT INTO users VALUES ('b', "
                    "'G', 0)",
                    type));
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    for (const std::size_t page_size : {7U, 100U, 2000U}) {
        auto all = reader(ask, source, {{.check = Kind::balances}}, page_size, turn(3));
        all.read();
        CHECK(all.taken.size() == 1);
        CHECK(all.repeated.size() == 900);
        CHECK(all.faults.empty());
    }
}

TEST_CASE("Thousands of rows with one id are counted and not read", "[integration][pages]") {
    TestDatabase database;
    database.exec("CREATE TABLE doubled AS SELECT 'k' || CASE WHEN i % 10 = 0 THEN i ELSE 5 END AS id, "
                  "CASE WHEN i % 3 = 0 THEN '' ELSE 'G' END AS wallet_address, i AS usdc_balance "
                  "FROM generate_series(1, 30000) i");
    Asking ask(database.url());
    const db::Source source = learned(ask, {"", "SELECT id, wallet_address, usdc_balance FROM doubled"}, users_alone);
    auto all = reader(ask, source, {{.check = Kind::balances}}, 100, turn(1));
    all.read();
    CHECK(all.taken.size() == 3000);
    REQUIRE(all.faults.size() == 1);
    CHECK(all.faults[0].id == "k5");
    CHECK(all.faults[0].rows == 18'000);
    CHECK(all.faults[0].skipped == 9000);
}

TEST_CASE("A page that the database cannot give is halved until the bad row stands alone", "[integration][pages]") {
    TestDatabase database;
    database.exec("CREATE TABLE u (id int PRIMARY KEY, divisor int); INSERT INTO u SELECT i, 1 FROM generate_series(1, "
                  "3000) i; CREATE VIEW users AS SELECT id, 'G' AS wallet_address, 1 / divisor AS usdc_balance FROM u");
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    SECTION("a few") {
        database.exec("UPDATE u SET divisor = 0 WHERE id IN (1, 777, 778, 3000)");
        auto all = reader(ask, source, {{.check = Kind::balances}}, 500, turn(2));
        all.read();
        CHECK(all.given_up.empty());
        CHECK(all.taken.size() == 2996);
        CHECK(all.ids().size() == 2996);
        std::set<std::string> bad;
        for (const auto& fault : all.faults) {
            bad.insert(fault.id);
            CHECK(fault.why.reason == verify::Reason::database);
            CHECK(fault.why.text == "division by zero");
        }
        CHECK(bad == std::set<std::string>{"1", "777", "778", "3000"});
        CHECK(all.faults.size() == 4);
        CHECK(all.statements < 150);
    }
    SECTION("more than a hundred: the rest of the check is given up") {
        database.exec("UPDATE u SET divisor = 0 WHERE id % 10 = 0");
        auto all = reader(ask, source, {{.check = Kind::balances}}, 500, turn(2));
        all.read();
        CHECK(all.faults.size() == 100);
        REQUIRE_FALSE(all.given_up.empty());
        std::uint64_t rest = 0;
        for (const auto& stretch : all.given_up) {
            const auto count = ask(db::count(source, stretch.scope, stretch.range));
            REQUIRE(count);
            rest += db::count_of(*count);
        }
        CHECK(all.taken.size() + 100 + rest == 3000);
        CHECK(all.stream.exhausted());
    }
    SECTION("all rows of its id are counted, as far as they are in scope") {
        database.exec("CREATE VIEW more AS SELECT id, CASE WHEN id <> 9 THEN 'G' END AS wallet_address, 1 / divisor AS "
                      "usdc_balance FROM u UNION ALL SELECT 450, CASE WHEN i < 3 THEN 'G' END, 1 FROM "
                      "generate_series(1, 3) i; UPDATE u SET divisor = 0 WHERE id IN (9, 450)");
        const db::Source more =
            learned(ask, {"", "SELECT id::numeric(9, 2) AS id, wallet_address, usdc_balance FROM more"}, users_alone);
        auto all = reader(ask, more, {{.check = Kind::balances}}, 500, turn(2));
        all.read();
        CHECK(all.taken.size() == 2998);
        CHECK(all.repeated.empty());
        REQUIRE(all.faults.size() == 2);
        std::sort(all.faults.begin(), all.faults.end(), [](const auto& a, const auto& b) { return a.rows < b.rows; });
        CHECK(all.faults[0].id == "9.00");
        CHECK(all.faults[0].rows == 0);
        CHECK(all.faults[0].skipped == 1);
        CHECK(all.faults[1].id == "450.00");
        CHECK(all.faults[1].rows == 3);
        CHECK(all.faults[1].skipped == 1);
    }
    SECTION("its id is another row's that is spelled differently") {
        database.exec("UPDATE u SET divisor = 0 WHERE id = 450");
        const db::Source spelled = learned(
            ask,
            {"", "SELECT id::numeric AS id, wallet_address, usdc_balance FROM users UNION ALL SELECT 450.0, 'G', 1"},
            users_alone);
        auto all = reader(ask, spelled, {{.check = Kind::balances}}, 500, turn(2));
        all.read();
        CHECK(all.taken.size() == 2999);
        REQUIRE(all.faults.size() == 1);
        CHECK(all.faults[0].rows == 2);
    }
    SECTION("its rows cannot be counted") {
        const db::Source no_wallet = learned(ask,
                                             {"", "SELECT id, (1 / divisor)::text AS wallet_address, 1 AS usdc_balance "
                                                  "FROM u"},
                                             users_alone);
        database.exec("UPDATE u SET divisor = 0 WHERE id = 450");
        auto all = reader(ask, no_wallet, {{.check = Kind::balances}}, 500, turn(2));
        all.read();
        CHECK(all.taken.size() == 2999);
        REQUIRE(all.faults.size() == 1);
        CHECK(all.faults[0].id == "450");
        CHECK(all.faults[0].rows == 1);
        CHECK_FALSE(all.faults[0].at_least);
    }
    SECTION("the ids cannot be had either: all of the check is given up") {
        database.exec("DROP VIEW users; CREATE VIEW users AS SELECT 6000 / divisor * id AS id, 'G' AS wallet_address, "
                      "1 AS usdc_balance FROM u");
        const db::Source of_view = learned(ask, {}, users_alone);
        database.exec("UPDATE u SET divisor = 0 WHERE id = 5");
        auto all = reader(ask, of_view, {{.check = Kind::balances}}, 500, turn(2));
        all.read();
        CHECK(all.faults.empty());
        CHECK_FALSE(all.given_up.empty());
        CHECK(all.taken.empty());
    }
}

TEST_CASE("Whatever error a row raises, it stands alone", "[integration][pages]") {
    const auto [error, setup, value] = GENERATE(table<std::string, std::string, std::string>({
        {"23514", "CREATE DOMAIN positive AS int CHECK (VALUE >= 0)",
         "(CASE WHEN i = 450 THEN -1 ELSE 0 END)::positive"},
        {"23502", "CREATE DOMAIN something AS int NOT NULL", "(CASE WHEN i <> 450 THEN 0 END)::something"},
        {"42P01", "SELECT 1", "CASE WHEN i = 450 THEN 'nowhere'::text::regclass::oid::int ELSE 0 END"},
        {"42704", "SELECT 1", "CASE WHEN i = 450 THEN current_setting('no.such')::int ELSE 0 END"},
        {"45000", "RAISE EXCEPTION 'no' USING ERRCODE = '45000'", "f(i)"}, // of a function, by default volatile
        {"42501", "RAISE insufficient_privilege", "f(i)"},
        {"28P01", "RAISE invalid_password", "f(i)"},
        {"25006", "CREATE TABLE other (a int)", "f(i)"},
        {"2F005", "IF false THEN RETURN 0; END IF", "f(i)"},
        {"54001", "RETURN f(i)", "f(i)"},
        {"P0001", "RAISE EXCEPTION 'no'", "f(i)"},
    }));
    CAPTURE(error);
    const bool of_function = value == "f(i)";
    TestDatabase database;
    database.exec(of_function
                      ? fmt::format("CREATE FUNCTION f(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF i <> 450 "
                                    "THEN RETURN 0; END IF; {}; END $$",
                                    setup)
                      : setup);
    database.exec(fmt::format("CREATE VIEW users AS SELECT i AS id, 'G' AS wallet_address, {} AS usdc_balance FROM "
                              "generate_series(1, 900) i",
                              value));
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    auto all = reader(ask, source, {{.check = Kind::balances}}, 100, turn(2));
    all.read();
    CHECK(all.given_up.empty());
    CHECK(all.taken.size() == 899);
    CHECK(all.ids().size() == 899);
    CHECK(all.ids().count("450") == 0);
    REQUIRE(all.faults.size() == 1);
    CHECK(all.faults[0].why.reason == verify::Reason::database);
    CHECK(all.faults[0].rows == 1);
    CHECK(all.faults[0].id == (of_function ? "" : "450")); // a volatile function is called whatever column is asked for
    CHECK(all.faults[0].at_least == of_function);
}

TEST_CASE("A row stands alone although no statement without it gives ids", "[integration][pages]") {
    TestDatabase database;
    database.exec("CREATE TABLE w AS SELECT i, 'G'::text AS a FROM generate_series(1, 900) i");
    const std::string view = GENERATE(
        "SELECT DISTINCT i AS id, a AS wallet_address, CASE WHEN i = 450 THEN 1 / (i - 450) ELSE 0 END AS usdc_balance "
        "FROM w",
        "SELECT i AS id, a AS wallet_address, 1 / (i - 450) AS usdc_balance FROM w UNION SELECT 450, a, 0 FROM w WHERE "
        "i = 1",
        "SELECT i AS id, a AS wallet_address, sum(i - i) / (i - 450) AS usdc_balance FROM w GROUP BY i, a",
        "SELECT i AS id, a AS wallet_address, sum(0 / (i - 450)) OVER (PARTITION BY i) AS usdc_balance FROM w");
    CAPTURE(view);
    database.exec("CREATE VIEW users AS " + view);
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    auto all = reader(ask, source, {{.check = Kind::balances}}, 100, turn(2));
    all.read();
    CHECK(all.given_up.empty());
    CHECK(all.taken.size() == 899);
    CHECK(all.ids().count("450") == 0);
    REQUIRE(all.faults.size() == 1);
    CHECK(all.faults[0].why.text == "division by zero");
}

TEST_CASE("Good rows never have another row's error: if no condition leaves it out, the check is given up",
          "[integration][pages]") {
    TestDatabase database;
    database.exec("CREATE TABLE w AS SELECT i, 'G'::text AS a FROM generate_series(1, 900) i");
    const std::string of_row = "SELECT i AS id, a AS wallet_address, 0 / (i - 450) AS usdc_balance FROM w";
    const std::string sql =
        GENERATE_COPY(of_row + " ORDER BY i LIMIT 100000", "WITH x AS MATERIALIZED (" + of_row + ") SELECT * FROM x",
                      of_row + " OFFSET 0");
    CAPTURE(sql);
    Asking ask(database.url());
    const db::Source source = learned(ask, {"", sql}, users_alone);
    auto all = reader(ask, source, {{.check = Kind::balances}}, 100, turn(2));
    all.read();
    CHECK(all.faults.empty());
    CHECK(all.taken.empty());
    CHECK_FALSE(all.given_up.empty());
    CHECK(all.stream.exhausted());
    CHECK(all.statements < 30);
}

TEST_CASE("A row whose id has no character of UTF-8 stands alone", "[integration][pages]") {
    TestDatabase database("WIN1252");
    database.create_tables({.id_type = "text"});
    database.exec("INSERT INTO users SELECT 'u' || i || CASE WHEN i IN (7, 450) THEN chr(129) ELSE '' END, "
                  "CASE WHEN i <> 7 THEN 'G' END, 0 FROM generate_series(1, 900) i");
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    auto all = reader(ask, source, {{.check = Kind::balances}}, 100, turn(2));
    all.read();
    CHECK(all.given_up.empty());
    CHECK(all.ids().size() == 898);
    REQUIRE(all.faults.size() == 2);
    std::uint64_t rows = 0;
    std::uint64_t skipped = 0;
    for (const auto& fault : all.faults) {
        CHECK(fault.id.empty());
        CHECK(fault.why.text.find("0x81") != std::string::npos);
        CHECK_FALSE(fault.at_least);
        rows += fault.rows;
        skipped += fault.skipped;
    }
    CHECK(rows == 1);
    CHECK(skipped == 1);
}

TEST_CASE("Pages are as large as their rows allow", "[integration][pages]") {
    TestDatabase database;
    database.create_tables();
    fill_users(database, 5000);
    Asking ask(database.url());
    const db::Source source = learned(ask, {}, users_alone);
    const auto read = [&](std::size_t most_bytes) {
        auto all = reader(ask, source, {{.check = Kind::balances}}, 2000, 0);
        all.read();
        CHECK(all.ids().size() == 5000);
        CHECK(all.largest_page < most_bytes);
        return all.statements;
    };
    CHECK(read(1U << 20) <= 10);
    database.exec("UPDATE users SET wallet_address = repeat('w', 60000) WHERE id > 'u03000'");
    read(9U << 20);
}

TEST_CASE("The server cuts what is too long, and the row says so", "[integration][pages]") {
    TestDatabase database("LATIN1");
    database.create_tables({.id_type = "text"});
    database.exec("INSERT INTO users VALUES (repeat('i', 70000), 'G', 1), ('longest', repeat('w', 65536), 1), "
                  "('longer', repeat('w', 65537), 1), ('much longer', repeat('w', 10000000), 1)");
    database.exec("INSERT INTO markets VALUES ('m', 'C', repeat('t', 501), 'OPEN', 1, 1, NULL), "
                  "('n', 'C', repeat(chr(228), 500), 'OPEN', 1, 1, NULL)");
    Asking ask(database.url());
    const db::Source source = learned(ask);
    const auto users = ask(db::page(source, {.check = Kind::balances}, {}, 10));
    REQUIRE(users);
    CHECK(users->bytes() < 400'000);
    std::map<std::string, std::string> faults;
    for (std::size_t i = 0; i < users->size(); ++i) {
        const auto claim = verify::claim_of(Kind::balances, {*users, i}, {});
        REQUIRE_FALSE(claim);
        faults[std::string(db::user_row(*users, i).id.substr(0, 20))] = claim.error().text;
    }
    CHECK(faults["iiiiiiiiiiiiiiiiiiii"] == "the id is longer than 64 KiB");
    CHECK(faults["longer"] == "the wallet address is longer than 64 KiB");
    CHECK(faults["much longer"] == "the wallet address is longer than 64 KiB");
    CHECK(faults["longest"].find("64 KiB") == std::string::npos);
    const auto markets = ask(db::page(source, {.check = Kind::odds}, {}, 10));
    REQUIRE(markets);
    CHECK(db::odds_row(*markets, 0).market.title == std::string(500, 't') + "..."); // LATIN1 has no ellipsis
    CHECK(db::odds_row(*markets, 1).market.title->size() == 1000);

    auto all = reader(ask, source, {{.check = Kind::balances}}, 1, turn(1));
    all.read();
    CHECK(all.taken.size() == 4);
}

TEST_CASE("An answer without measure breaks the connection, and the next question has another", "[db][postgres]") {
    TestDatabase database;
    Asking ask(database.url());
    const auto answer = ask({"SELECT repeat('x', 10000) FROM generate_series(1, 100000)", {}});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == db::ErrorKind::too_large);
    CHECK(answer.error().text == "the answer is longer than 8 MiB");
    CHECK(ask.retries.empty());
    CHECK(value(ask({"SELECT 1", {}})) == "1");
    CHECK(ask({"SELECT repeat('x', 10000) FROM generate_series(1, 600)", {}}));
}

TEST_CASE("The checks of other tables do not wait for a locked one, which is tried again at the end",
          "[integration][pages]") {
    const bool for_good = GENERATE(true, false);
    TestDatabase database;
    database.create_tables();
    database.exec(
        "INSERT INTO markets SELECT 'm' || i, 'C', 't', (ARRAY['OPEN', 'RESOLVED'])[1 + i % 2]::\"MarketStatus\","
        " 1, 1 FROM generate_series(1, 1000) i; INSERT INTO users SELECT 'u' || i, 'G', 1 "
        "FROM generate_series(1, 1000) i");
    Asking setup(database.url());
    const db::Source source = learned(setup);
    Asking ask(database.url(), {std::chrono::milliseconds(300), {1, std::chrono::milliseconds(5), 2.0}});
    std::vector<Scope> scopes;
    for (const verify::Check check : {Kind::balances, Kind::odds, Kind::outcomes}) scopes.push_back({check});
    RowStream stream(source, std::move(scopes), 200, 0);

    database.exec("BEGIN; LOCK users IN ACCESS EXCLUSIVE MODE");
    std::map<std::string, std::size_t> taken;
    std::vector<cycle::Stretch> given_up;
    std::size_t blocked = 0;
    std::optional<std::size_t> rows_before_the_second_try;
    while (!stream.exhausted()) {
        while (auto query = stream.next_query()) {
            const bool again = !query->once;
            if (again && !rows_before_the_second_try) {
                rows_before_the_second_try = stream.arrived(Kind::odds) + stream.arrived(Kind::outcomes);
                CHECK(ask.retries.empty());
                if (!for_good) database.exec("COMMIT");
            }
            auto answer = ask(std::move(*query));
            if (answer) {
                stream.arrived(std::move(*answer));
            } else {
                blocked += answer.error().blocked ? 1 : 0;
                for (auto& stretch : stream.failed(answer.error())) given_up.push_back(std::move(stretch));
            }
        }
        if (!stream.has_row()) break;
        ++taken[std::string(stream.check().name())];
        stream.take(1);
    }
    if (for_good) database.exec("COMMIT");
    CHECK(blocked == 1);
    CHECK(rows_before_the_second_try == 1000);
    CHECK(taken["odds"] == 500);
    CHECK(taken["outcomes"] == 500);
    CHECK(taken["balances"] == (for_good ? 0 : 1000));
    CHECK(given_up.size() == (for_good ? 1 : 0));
    CHECK(ask.retries.size() == (for_good ? 1 : 0)); // only at the end
}
