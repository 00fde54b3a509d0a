#include "checks.hpp"
#include "cmd/console/progress_bar.hpp"

#include <catch2/catch.hpp>

#include <string>

using cmd::progress_line;
using cmd::Rate;
using cycle::CheckProgress;

using namespace std::chrono_literals;

namespace {

base::TimePoint at(base::Duration since) {
    return base::TimePoint{} + 1h + since;
}

} // namespace

TEST_CASE("a bar has counts, rate and remaining time, in the width there is") {
    const CheckProgress about{Kind::balances, 57'000, 100'000, false};
    CHECK(progress_line(about, 4125.4, 100) ==
          "balances  [#################..............]  57%         57000 of about 100000  4125/s, 0:11 left");
    CHECK(progress_line(about, 4125.4, 80) ==
          "balances  [######.....]  57%         57000 of about 100000  4125/s, 0:11 left");
    CHECK(progress_line(about, 4125.4, 60) == "balances         57000 of about 100000  4125/s, 0:11 left");
    CHECK(progress_line(about, 4125.4, 30) == "balances         57000 of abou");
    CHECK(progress_line(about, std::nullopt, 80) == "balances  [######.....]  57%         57000 of about 100000");
    CHECK(progress_line(about, 3.25, 80).ends_with("3.2/s, 3:40:31 left"));
    CHECK(progress_line({Kind::odds, 12, 12, true}, 5.0, 80) ==
          "odds      [###########] 100%                      12 of 12  done");
    CHECK(progress_line({Kind::odds, 0, 0, true}, std::nullopt, 80).ends_with("done"));
}

TEST_CASE("only what is finished looks finished, whatever the estimate said") {
    CHECK(progress_line({Kind::odds, 200, 200, false}, 5.0, 80).find(" 99%") != std::string::npos);
    CHECK(progress_line({Kind::odds, 200, 150, false}, 5.0, 80).find(" 99%") != std::string::npos);
    CHECK(progress_line({Kind::odds, 199, 200, true}, 5.0, 80).find("done") == std::string::npos);
}

TEST_CASE("without an estimate there are counts and rate, and no bar") {
    CHECK(progress_line({Kind::outcomes, 57'000, std::nullopt, false}, 125.0, 100) ==
          "outcomes                    57000 rows  125/s");
}

TEST_CASE("the rate is that of late") {
    Rate rate;
    rate.at(at(0s), 100);
    CHECK_FALSE(rate.per_second());
    rate.at(at(1s), 300);
    CHECK(rate.per_second() == Approx(200));
    for (int i = 2; i <= 40; ++i) rate.at(at(std::chrono::seconds(i)), 300); // nothing for a long time
    CHECK(*rate.per_second() < 1);
    rate.at(at(40s), 300); // the same moment: no division by it
    CHECK(*rate.per_second() < 1);
}
