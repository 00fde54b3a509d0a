// Rows, ids and names that are made of SQL: they stay values and identifiers.
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>
#include <simdjson.h>

#include <set>

using fakes::Ended;
using fakes::run_program;
using integration::account;
using integration::Environment;
using integration::environment_of;
using integration::pointer;
using integration::World;

namespace {

const std::vector<std::string> hostile_ids{
    "'; DROP TABLE users; --",
    "\"; DROP TABLE users; --",
    "') OR 1=1 --",
    "$1",
    "\\'; SELECT pg_sleep(60); --",
    "{\"a\",b}",
    "a,b\\",
    "%s%n{0}",
    "/* */ NULL",
};

std::set<std::string> ids_of(const std::string& json, const char* list) {
    simdjson::dom::parser parser;
    std::set<std::string> ids;
    for (const simdjson::dom::element each : parser.parse(json)[list].get_array())
        ids.emplace(each["resourceId"].get_string().value());
    return ids;
}

} // namespace

TEST_CASE("Hostile ids, addresses and names are values and identifiers, never SQL", "[integration][secrets]") {
    // The set-up writes it between quotes as it stands.
    World world({.schema = "we\"\"ird'; DROP TABLE x; --"});
    std::uint32_t number = 0;
    for (const std::string& id : hostile_ids)
        world.database.insert(fakes::User{id, account(++number), "1"}, world.tables); // of whom the chain knows nothing
    world.database.insert(fakes::User{"bad address", "'; DELETE FROM users; --", "1"}, world.tables);
    fakes::Market market{"'; m --"};
    market.contract_address = "C'; DROP TABLE markets; --";
    market.status = "RESOLVED";
    world.database.insert(market, world.tables);
    Environment environment = environment_of(world);
    environment["DATABASE_URL"] = world.database.url() + "?schema=we%22ird%27%3B%20DROP%20TABLE%20x%3B%20--";
    const std::set<std::string> all(hostile_ids.begin(), hostile_ids.end());

    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 1);
    CHECK(ids_of(ended.out, "mismatches") == all);
    CHECK(ids_of(ended.out, "errors") == std::set<std::string>{"bad address", "'; m --"});

    std::vector<std::string> chosen{"run"};
    for (const std::string& id : hostile_ids) chosen.insert(chosen.end(), {"--user", id});
    CHECK(ids_of(run_program(chosen, environment).out, "mismatches") == all);
    const Ended none = run_program({"run", "--user", "' OR ''='", "--market", "x') OR true --"}, environment);
    CHECK(none.code == 3);
    CHECK(pointer(none.out, "/errors/0/reason") == "\"NOT_FOUND\"");
    CHECK(pointer(none.out, "/errors/1/reason") == "\"NOT_FOUND\"");
    CHECK(world.database.exec(R"(SELECT count(*) FROM "we""ird'; DROP TABLE x; --".users)") ==
          std::to_string(hostile_ids.size() + 1));
}
