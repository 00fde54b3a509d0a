// What stands in k8s/monitoring, by the programs it is for: the rules by promtool, the dashboard's queries by a
// Prometheus that scrapes a Pushgateway which the program has pushed to.
#include "fakes/monitoring.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <fmt/format.h>

#include <fstream>
#include <thread>

using fakes::run_program;
using fakes::ToolEnded;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::pointer;
using integration::World;

using namespace std::chrono_literals;

namespace {

const std::string monitoring = PROJECT_DIR "/k8s/monitoring/";
const std::string rules_test = PROJECT_DIR "/tests/monitoring/rules_test.yaml";

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

struct PanelQuery {
    std::string panel;
    std::string expression;
};

std::vector<PanelQuery> dashboard_queries() {
    std::vector<PanelQuery> queries;
    simdjson::dom::parser parser;
    const simdjson::dom::element dashboard = parser.load(monitoring + "dashboard.json");
    for (const simdjson::dom::element panel : dashboard["panels"].get_array()) {
        simdjson::dom::array targets;
        if (panel["targets"].get(targets) != simdjson::SUCCESS) continue; // a row
        for (const simdjson::dom::element target : targets) {
            queries.push_back(
                {std::string(panel["title"].get_string().value()), std::string(target["expr"].get_string().value())});
        }
    }
    return queries;
}

/// Drift, an error and an indexer: something for every panel.
Environment everything(World& world) {
    world.open_market("odds", contract(1), "50", "50", std::pair{4U, 6U});
    world.resolved_market("outcome", contract(2), 1, 2, 0);
    world.user("balance", account(3), "12.5", 0);
    world.user("bad", "not an address", "1", std::nullopt);
    world.flush();
    Environment environment = environment_of(world);
    environment["SYNC_WATERMARK_SQL"] = "SELECT 900";
    return environment;
}

/// Until the query gives `value`.
void await(const fakes::PrometheusServer& prometheus, const std::string& query, const std::string& value) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (pointer(prometheus.query(query), "/data/result/0/value/1") != value) {
        if (std::chrono::steady_clock::now() > until) FAIL(query << " does not come to be " << value);
        std::this_thread::sleep_for(50ms);
    }
}

} // namespace

TEST_CASE("promtool takes the rules, and each of them fires and does not fire where it should",
          "[integration][monitoring]") {
    const std::string rules = content_of(monitoring + "rules.yaml");
    const ToolEnded checked = fakes::promtool({"check", "rules", monitoring + "rules.yaml"});
    INFO(checked.output);
    CHECK(checked.code == 0);
    const ToolEnded tested = fakes::promtool({"test", "rules", rules_test});
    INFO(tested.output);
    CHECK(tested.code == 0);

    // And there is such a test of every rule.
    const std::vector<std::string> tests = lines_of(content_of(rules_test));
    std::size_t alerts = 0;
    for (const std::string& line : lines_of(rules)) {
        constexpr std::string_view label = "      - alert: ";
        if (!line.starts_with(label)) continue;
        ++alerts;
        const std::string name = line.substr(label.size());
        bool fires = false;
        bool is_silent = false;
        for (std::size_t i = 0; i + 2 < tests.size(); ++i) {
            if (tests[i] != "      - alertname: " + name) continue;
            fires = fires || tests[i + 2] == "        exp_alerts:";
            is_silent = is_silent || tests[i + 2] == "        exp_alerts: []";
        }
        INFO(name);
        CHECK(fires);
        CHECK(is_silent);
        CHECK(content_of(monitoring + "README.md").find("| " + name + " |") != std::string::npos);
    }
    CHECK(alerts == 9);
}

TEST_CASE("The Prometheus Operator gets the same rules", "[integration][monitoring]") {
    const std::string rules = content_of(monitoring + "rules.yaml");
    const std::string resource = content_of(monitoring + "prometheus-rule.yaml");
    const std::size_t spec = resource.find("\nspec:\n");
    REQUIRE(spec != std::string::npos);
    std::string unwrapped;
    for (const std::string& line : lines_of(resource.substr(spec + 7))) {
        unwrapped += (line.starts_with("  ") ? line.substr(2) : line) + '\n';
    }
    CHECK(unwrapped == rules.substr(rules.find("groups:\n")));
}

TEST_CASE("Every query of the dashboard finds data in a Prometheus that scrapes the Pushgateway",
          "[integration][monitoring]") {
    World world;
    Environment environment = everything(world);
    const fakes::PushgatewayServer gateway;
    const fakes::PrometheusServer prometheus(gateway.address());
    environment["SYNC_PUSHGATEWAY_URL"] = gateway.url();
    for (const char* count : {"\"1\"", "\"2\""}) {
        CHECK(run_program({"run"}, environment).code == 1);
        await(prometheus, "sync_duration_seconds_count", count);
    }
    CHECK(pointer(prometheus.query("sync_duration_seconds_count"), "/data/result/0/metric") ==
          R"({"__name__":"sync_duration_seconds_count","job":"stellar_sync","shard":"0-1"})");
    const std::vector<PanelQuery> queries = dashboard_queries();
    CHECK(queries.size() > 20);
    for (const PanelQuery& query : queries) {
        // A scrape that a busy machine makes late leaves a gap until the next one.
        const auto until = std::chrono::steady_clock::now() + 10s;
        std::string answer = prometheus.query(query.expression);
        while (pointer(answer, "/data/result/0") == "(absent)" && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(50ms);
            answer = prometheus.query(query.expression);
        }
        INFO(query.panel << ": " << query.expression << "\n" << answer);
        CHECK(pointer(answer, "/status") == "\"success\"");
        const std::string value = pointer(answer, "/data/result/0/value/1");
        CHECK(value != "(absent)");
        CHECK(value != "\"NaN\"");
    }
}

TEST_CASE("The README lists the dashboard's queries", "[integration][monitoring]") {
    const std::string readme = content_of(monitoring + "README.md");
    std::string table = "| panel | query |\n| --- | --- |\n";
    for (const PanelQuery& query : dashboard_queries()) {
        table += fmt::format("| {} | `{}` |\n", query.panel, replaced(query.expression, "|", "\\|"));
    }
    CHECK_THAT(readme, Catch::EndsWith(table));
}
