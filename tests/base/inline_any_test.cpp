#include "base/inline_any.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>

using Any = base::InlineAny<48>;

TEST_CASE("a value kept in place is copied, moved and destroyed as what it is", "[inline_any]") {
    auto counted = std::make_shared<int>(7);
    {
        Any first(counted);
        Any second(first);
        CHECK(counted.use_count() == 3);
        Any third(std::move(second));
        CHECK(**third.get_if<std::shared_ptr<int>>() == 7);
        Any other(std::string("text"));
        other = third;
        CHECK(other.get<std::shared_ptr<int>>() == counted);
        other = Any(5);
        CHECK(other.get<int>() == 5);
    }
    CHECK(counted.use_count() == 1);
}

TEST_CASE("a value kept in place is given as its own type alone", "[inline_any]") {
    const Any none{};
    CHECK(none.get_if<int>() == nullptr);
    Any number(3);
    CHECK(number.get_if<long>() == nullptr);
    REQUIRE(number.get_if<int>() != nullptr);
    *number.get_if<int>() = 4;
    CHECK(number.get<int>() == 4);
    Any copy(none);
    CHECK(copy.get_if<int>() == nullptr);
    copy = number;
    CHECK(copy.get<int>() == 4);
    copy = none;
    CHECK(copy.get_if<int>() == nullptr);
    const Any moved(std::move(copy));
    CHECK(moved.get_if<int>() == nullptr);
}
