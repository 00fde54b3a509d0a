#include "base/uuid.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

TEST_CASE("a random UUID has version 4, its variant, and is not given twice") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = base::random_uuid();
        REQUIRE_THAT(uuid, Catch::Matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        REQUIRE(seen.insert(uuid).second);
    }
}
