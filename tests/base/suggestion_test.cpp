#include "base/suggestion.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using base::nearest;

TEST_CASE("the nearest name is within a slip for every four letters") {
    const std::vector<std::string> names{"--odds-threshold", "--balance-threshold", "--output", "--only", "run"};
    CHECK(nearest("--odds-treshold", names) == "--odds-threshold");
    CHECK(nearest("--ODDS_THRESHOLD", names) == "--odds-threshold");
    CHECK(nearest("--ouptut", names) == "--output");
    CHECK(nearest("--oly", names) == "--only");
    CHECK(nearest("rnu", names) == "run");
    CHECK(nearest("walk", names).empty());
    CHECK(nearest("--unrelated-thing", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest(std::string(100'000, 'o'), names).empty());
}

TEST_CASE("the name that was meant is within a slip for every four letters", "[base]") {
    const std::vector<std::string> names{"persistent", "temporary", "call"};
    CHECK(base::nearest("persistant", names) == "persistent");
    CHECK(base::nearest("Temporaly", names) == "temporary");
    CHECK(base::nearest("clal", names) == "call");
    CHECK(base::nearest("storage", names).empty());
    CHECK(base::nearest("", names).empty());
    CHECK(base::nearest(std::string(100'000, 'o'), names).empty());
    CHECK(base::did_you_mean("cal", names) == "; did you mean call?");
    CHECK(base::did_you_mean("storage", names).empty());
}
