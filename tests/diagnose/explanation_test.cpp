#include "diagnose/explanation.hpp"

#include <catch2/catch.hpp>

TEST_CASE("An explanation's verdicts have the names that machines read", "[explain]") {
    CHECK(diagnose::name(diagnose::Verdict::matched) == "MATCHED");
    CHECK(diagnose::name(diagnose::Verdict::error) == "NOT_VERIFIABLE");
}
