#include "metrics/prometheus_text.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

using metrics::decimal;
using metrics::Labels;
using metrics::parse_millionths;

namespace {

std::string error_of(std::string_view text, const Labels& group = {}) {
    const auto read = metrics::read_metrics(text, "sync_", group);
    return read ? "" : read.error();
}

} // namespace

TEST_CASE("Numbers are exact to the millionth, as Go writes them too", "[report][prometheus]") {
    CHECK(decimal(0) == "0");
    CHECK(decimal(5'000) == "0.005");
    CHECK(decimal(12'345'678) == "12.345678");
    CHECK(decimal(1'795'392'000'123'000) == "1795392000.123");
    CHECK(parse_millionths("0") == 0U);
    CHECK(parse_millionths("-0") == 0U);
    CHECK(parse_millionths("+7") == 7'000'000U);
    CHECK(parse_millionths("007.50") == 7'500'000U);
    CHECK(parse_millionths(".5") == 500'000U);
    CHECK(parse_millionths("1.25e+06") == 1'250'000'000'000U);
    CHECK(parse_millionths("1e6") == 1'000'000'000'000U);
    CHECK(parse_millionths("1.795392000123e+09") == 1'795'392'000'123'000U);
    CHECK(parse_millionths("5e-06") == 5U);
    CHECK(parse_millionths("4.9999999e-07") == 0U);
    CHECK(parse_millionths("5e-07") == 1U); // rounded
    CHECK(parse_millionths("1e-300") == 0U);
    CHECK(parse_millionths("1e12") == metrics::most_millionths);
    for (const char* no : {"", "-1", "-1e-9", "NaN", "+Inf", "Inf", "1e13", "1e300", "1e+-6", "1e", "1.2.3", "0x10",
                           "1_0", "99999999999999999999999999", ".", "--0", "1 "}) {
        INFO(no);
        CHECK_FALSE(parse_millionths(no));
    }
}

TEST_CASE("Metrics that were written are read back", "[report][prometheus]") {
    const Labels odd{{"path", "C:\\new\n\"quoted\""}, {"a", "x{y=\"z\"}, 1"}};
    const Labels group{{"job", "stellar_sync"}, {"shard", "2-7"}};
    metrics::MetricsWriter writer(group);
    writer.family("sync_a_total", "counter", "Help with a \\ and\na second line");
    writer.sample("sync_a_total", odd, 12'345'678);
    writer.sample("sync_a_total", {}, 1'000'000);
    const auto read = metrics::read_metrics(writer.text(), "sync_", group);
    REQUIRE(read);
    CHECK(read->types.at("sync_a_total") == "counter");
    REQUIRE(read->samples.size() == 2);
    CHECK(read->samples[0].labels == odd);
    CHECK(read->samples[0].value == 12'345'678);
    CHECK(read->samples[1].labels.empty());
}

TEST_CASE("Of a Pushgateway's text only the own group counts, without its empty instance", "[report][prometheus]") {
    const std::string text = "# HELP go_goroutines Number of goroutines.\n"
                             "go_goroutines 12\n"
                             "\n"
                             "push_time_seconds{instance=\"\",job=\"stellar_sync\",shard=\"0-1\"} 1.7e+09\n"
                             "not even a metric {{{\n"
                             "# TYPE sync_a gauge\n"
                             "sync_a{instance=\"\",job=\"stellar_sync\",shard=\"0-1\"} 1\n"
                             "sync_a{instance=\"x\",job=\"stellar_sync\",shard=\"0-1\"} 2\n"
                             "sync_a{instance=\"\",job=\"stellar_sync\",shard=\"1-2\"} 3\n"
                             "sync_a{instance=\"\",job=\"other\"} NaN\n"
                             "  sync_a { job = \"stellar_sync\" , shard=\"0-1\", le=\"+Inf\", }\t4 1700000000000\n";
    const auto read = metrics::read_metrics(text, "sync_", {{"job", "stellar_sync"}, {"shard", "0-1"}});
    REQUIRE(read);
    REQUIRE(read->samples.size() == 3);
    CHECK(read->samples[0].labels.empty());
    CHECK(read->samples[0].value == 1'000'000);
    CHECK(read->samples[1].labels == Labels{{"instance", "x"}});
    CHECK(read->samples[2].labels == Labels{{"le", "+Inf"}});
}

TEST_CASE("A line that cannot be read is named", "[report][prometheus]") {
    CHECK(error_of("") == "");
    CHECK(error_of("sync_a 1\nsync_b 2") == "line 2: it is cut off");
    CHECK(error_of("sync_a\n") == "line 1: sync_a is ");
    CHECK(error_of("\nsync_a NaN\n") == "line 2: sync_a is NaN");
    CHECK(error_of("sync_a{x=\"y\"} -3\n") == "line 1: sync_a{x=\"y\"} is -3");
    CHECK(error_of("sync_a \x1b[31m\n") == "line 1: sync_a is ?[31m");
    CHECK(error_of("sync_a 1 2 3\n") == "line 1: something stands behind the number");
    CHECK(error_of("sync_a 1\nsync_a 1\n") == "line 2: sync_a stands twice");
    CHECK(error_of("sync_a{b=\"1\",b=\"2\"} 1\n") == "line 1: the label b stands twice");
    CHECK(error_of("sync_a{b=\"1\"c=\"2\"} 1\n") == "line 1: labels are not parted by a comma");
    CHECK(error_of("sync_a{b=\"1} 1\n") == "line 1: a label's value has no end");
    CHECK(error_of("sync_a{b=\"\\t\"} 1\n") == "line 1: a label's value has an unknown escape");
    CHECK(error_of("sync_a{b=\"\xff\"} 1\n") == "line 1: a label's value is not UTF-8");
    CHECK(error_of("sync_a{b=1} 1\n") == "line 1: a label's value is not quoted");
    CHECK(error_of("sync_a{b} 1\n") == "line 1: a label has no value");
    CHECK(error_of("sync_a{\"b\"} 1\n") == "line 1: a label has no name");
    CHECK(error_of("# TYPE sync_a number\n") == "line 1: a TYPE that there is not");
    CHECK(error_of("# TYPE sync_a gauge\n# TYPE sync_a gauge\n") == "line 2: a second TYPE of sync_a");
}

TEST_CASE("Whatever bytes are read, the reader comes to an end with an answer", "[report][prometheus]") {
    metrics::MetricsWriter writer(Labels{{"shard", "0-2"}});
    writer.family("sync_a_total", "counter", "Help");
    for (const char* name : {"a", "b\\", "c\"", "d\n"}) writer.sample("sync_a_total", {{"name", name}}, 1'500'000);
    std::mt19937 random(7);
    for (int i = 0; i < 20'000; ++i) {
        std::string text = writer.text();
        for (int changes = 0; changes < 3; ++changes) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
            case 0:
                text[at] = static_cast<char>(random() % 256);
                break;
            case 1:
                text.erase(at, random() % 20);
                break;
            default:
                text.insert(at, 1, "\"\\{},=\n# e"[random() % 10]);
            }
            if (text.empty()) text = "s";
        }
        const auto read = metrics::read_metrics(text, "sync_", {{"shard", "0-2"}});
        if (read) {
            CHECK(read->samples.size() <= 6);
        } else {
            CHECK(read.error().starts_with("line "));
        }
    }
}
