#include "base/histogram.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace std::chrono_literals;

TEST_CASE("A duration is counted in the first bucket that is large enough, its limit included", "[base][histogram]") {
    static constexpr std::array<base::Duration, 2> bounds{10ms, 1s};
    base::Histogram histogram{bounds};
    for (const base::Duration duration : {base::Duration(0), base::Duration(10ms), base::Duration(10ms + 1ns),
                                          base::Duration(1s), base::Duration(1s + 1ns), base::Duration(1h)}) {
        histogram.add(duration);
    }
    CHECK(std::vector(histogram.counts().begin(), histogram.counts().end()) == std::vector<std::uint64_t>{2, 2, 2});
    CHECK(histogram.sum() == 1h + 2s + 20ms + 2ns);
    CHECK(histogram.bounds().size() == 2);
}
