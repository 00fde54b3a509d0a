#include "net/key_groups.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

namespace {

bool add(net::KeyGroups& keys, std::vector<std::string> group, std::size_t limit = net::max_keys_per_call) {
    const std::vector<std::string_view> views(group.begin(), group.end());
    return keys.add(views, limit);
}

} // namespace

TEST_CASE("A key that several items need stands once", "[net][key_groups]") {
    net::KeyGroups keys;
    REQUIRE(add(keys, {"a", "b"}));
    REQUIRE(add(keys, {"b"}));
    REQUIRE(add(keys, {"c", "a"}));
    CHECK(keys.groups() == 3);
    CHECK(keys.keys() == 3);
    CHECK(keys.key(keys.slots(1)[0]) == "b");
    CHECK(keys.key(keys.slots(2)[1]) == "a");
    CHECK(keys.slots(2)[1] == keys.slots(0)[0]);
    CHECK(keys.find("c") == keys.slots(2)[0]);
    CHECK_FALSE(keys.find("d"));
    CHECK(keys.needed(1, 2) == std::vector<bool>{false, true, false});
}

TEST_CASE("A call is full at its limit, but still takes items whose keys it has", "[net][key_groups]") {
    net::KeyGroups keys;
    for (int i = 0; i < 199; ++i) REQUIRE(add(keys, {fmt::format("k{}", i)}));
    CHECK_FALSE(add(keys, {"x", "y"}));
    CHECK(keys.groups() == 199);
    REQUIRE(add(keys, {"x"}));
    CHECK_FALSE(add(keys, {"y"}));
    CHECK(add(keys, {"k7"}));
    CHECK(keys.keys() == 200);
    CHECK(keys.groups() == 201);
}

TEST_CASE("The first item fits whatever the limit", "[net][key_groups]") {
    net::KeyGroups keys;
    CHECK(add(keys, {"a", "b", "c"}, 1));
    CHECK_FALSE(add(keys, {"d"}, 1));
}
