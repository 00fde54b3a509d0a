#include "base/suggestion.hpp"

#include <catch2/catch.hpp>

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
