// The metrics of whole cycles, in a file and in a real Pushgateway, judged by promtool.
#include "fakes/http_receiver.hpp"
#include "fakes/monitoring.hpp"
#include "integration/program.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

using fakes::Ended;
using fakes::Program;
using fakes::run_program;
using integration::account;
using integration::contract;
using integration::Environment;
using integration::environment_of;
using integration::events;
using integration::pointer;
using integration::World;

using namespace std::chrono_literals;

namespace {

struct Directory {
    Directory() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~Directory() { std::filesystem::remove_all(path); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    std::string path = "/tmp/stellar-sync-metrics-XXXXXX";
};

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// The value of a series as it stands in the text; "(absent)" where it does not.
std::string value(const std::string& text, const std::string& series) {
    const std::string line = "\n" + series + " ";
    const std::size_t at = text.find(line);
    if (at == std::string::npos) return "(absent)";
    const std::size_t start = at + line.size();
    return text.substr(start, text.find('\n', start) - start);
}

/// A mismatch of each kind, and an error.
void drift(World& world) {
    world.open_market("odds", contract(1), "50", "50", std::pair{4U, 6U});
    world.resolved_market("outcome", contract(2), 1, 2, 0);
    world.user("balance", account(3), "12.5", 0);
    world.user("same", account(4), "1", 10'000'000);
    world.user("bad", "not an address", "1", std::nullopt);
    world.flush();
}

void agree(World& world) {
    world.user("same", account(4), "1", 10'000'000);
    world.flush();
}

Environment with(Environment environment, const Environment& more) {
    for (const auto& [name, value] : more) environment[name] = value;
    return environment;
}

constexpr const char* odds = R"(sync_mismatches_total{priority="NORMAL",type="ODDS"})";
constexpr const char* cycles = "sync_duration_seconds_count";

} // namespace

TEST_CASE("Three runs count on in the file, and promtool finds nothing to say against it", "[integration][metrics]") {
    World world;
    drift(world);
    const Directory directory;
    const std::string path = directory.path + "/stellar-sync.prom";
    const Environment environment = with(environment_of(world), {{"SYNC_METRICS_FILE", path}});
    int requests = 0;
    for (const char* count : {"1", "2", "3"}) {
        const Ended ended = run_program({"run"}, environment);
        INFO(ended.err);
        CHECK(ended.code == 1);
        const std::string text = content_of(path);
        CHECK(value(text, odds) == count);
        CHECK(value(text, R"(sync_mismatches_total{priority="CRITICAL",type="OUTCOME"})") == count);
        CHECK(value(text, R"(sync_errors_total{operation="balances"})") == count);
        CHECK(value(text, R"(sync_rpc_requests_total{method="getNetwork",result="answered"})") == count);
        CHECK(value(text, cycles) == count);
        CHECK(value(text, R"(sync_items{check="balances",result="mismatched"})") == "1");
        CHECK(value(text, "sync_last_exit_code") == "1");
        CHECK(value(text, "sync_ledger") == pointer(ended.out, "/ledger/last"));
        CHECK(value(text, R"(sync_status{status="MISMATCH"})") == "1");
        CHECK(value(text, "sync_last_complete_timestamp_seconds") == value(text, "sync_last_run_timestamp_seconds"));
        // Each request stands in one result, and each that ended in the histogram.
        CHECK(value(text, "sync_rpc_request_duration_seconds_count") ==
              std::to_string(requests += std::stoi(pointer(ended.out, "/rpc/requests"))));
    }
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
    const fakes::ToolEnded checked = fakes::promtool({"check", "metrics"}, content_of(path));
    CHECK(checked.code == 0);
    CHECK(checked.output == "");
}

TEST_CASE("Three runs count on in a Pushgateway, each shard in its own group", "[integration][metrics]") {
    World world;
    drift(world);
    const fakes::PushgatewayServer gateway;
    const Environment environment = with(environment_of(world), {{"SYNC_PUSHGATEWAY_URL", gateway.url() + "/"}});
    for (int i = 0; i < 3; ++i) CHECK(run_program({"run"}, environment).code == 1);
    const Ended shard = run_program({"run", "--shard", "1/2", "--fail-on", "none"}, environment);
    INFO(shard.err);
    CHECK(shard.code == 0);
    const std::string text = fakes::http_get(gateway.url() + "/metrics");
    INFO(text);
    const auto of = [&text](const std::string& group, const std::string& name) {
        return value(text, name + "{instance=\"\",job=\"stellar_sync\",shard=\"" + group + "\"}");
    };
    CHECK(of("0-1", cycles) == "3");
    CHECK(of("1-2", cycles) == "1");
    CHECK(of("0-1", "sync_shards") == "1");
    CHECK(of("1-2", "sync_shards") == "2");
    CHECK(value(text,
                R"(sync_mismatches_total{instance="",job="stellar_sync",priority="NORMAL",shard="0-1",type="ODDS"})") ==
          "3");
    CHECK(value(text, R"(sync_errors_total{instance="",job="stellar_sync",operation="alert",shard="0-1"})") == "0");
    CHECK(of("0-1", "push_failure_time_seconds") == "0");
    const fakes::ToolEnded checked = fakes::promtool({"check", "metrics"}, text);
    CHECK(checked.output.find("sync_") == std::string::npos);
}

TEST_CASE("What cannot be read back is said, and the counters begin anew", "[integration][metrics]") {
    World world;
    agree(world);
    const Directory directory;
    const std::string path = directory.path + "/stellar-sync.prom";
    write(path, "sync_duration_seconds_count 5\nsync_errors_total{operation=\"odds\"\n");
    const Ended ended = run_program({"run"}, with(environment_of(world), {{"SYNC_METRICS_FILE", path}}));
    CHECK(ended.code == 0);
    const auto anew = events(ended, "METRICS_ANEW");
    REQUIRE(anew.size() == 1);
    CHECK(pointer(anew.front(), "/level") == "\"warn\"");
    CHECK(pointer(anew.front(), "/reason") == "\"line 2: labels are not parted by a comma\"");
    CHECK(value(content_of(path), cycles) == "1");
}

TEST_CASE("A file that is somebody else's is not replaced", "[integration][metrics]") {
    World world;
    agree(world);
    const Directory directory;
    const std::string path = directory.path + "/stellar-sync.prom";
    const Environment environment = with(environment_of(world), {{"SYNC_METRICS_FILE", path}});
    const std::string theirs = "# of the backup\nbackup_last_success_seconds 1\n";
    write(path, theirs);
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 3);
    CHECK(content_of(path) == theirs);
    const auto failed = events(ended, "ALERT_FAILED");
    REQUIRE(failed.size() == 1);
    CHECK_THAT(failed[0], Catch::Contains("it holds nothing of stellar-sync, and is left alone"));
    write(path, "\n");
    CHECK(run_program({"run"}, environment).code == 0);
    CHECK(value(content_of(path), cycles) == "1");
}

TEST_CASE("A file that cannot be written is an error, and all else goes on", "[integration][metrics]") {
    World world;
    agree(world);
    const fakes::PushgatewayServer gateway;
    const Environment environment = with(environment_of(world), {{"SYNC_METRICS_FILE", "/nowhere/stellar-sync.prom"},
                                                                 {"SYNC_PUSHGATEWAY_URL", gateway.url()}});
    const Ended ended = run_program({"run"}, environment);
    INFO(ended.err);
    CHECK(ended.code == 3);
    CHECK(pointer(ended.out, "/status") == "\"INCOMPLETE\"");
    CHECK(pointer(ended.out, "/checks/balances/matched") == "1");
    CHECK(pointer(ended.out, "/errors/0/reason") == "\"ALERT\"");
    CHECK(pointer(ended.out, "/errors/0/resourceId") == "\"METRICS\"");
    const auto failed = events(ended, "ALERT_FAILED");
    REQUIRE(failed.size() == 1);
    CHECK(pointer(failed.front(), "/channel") == "\"METRICS\"");
    CHECK(pointer(failed.front(), "/error") == "\"the metrics could not be stored in /nowhere/stellar-sync.prom: "
                                               "no file can be made in /nowhere: No such file or directory\"");
    CHECK(fakes::http_get(gateway.url() + "/metrics").find("sync_last_run_timestamp_seconds{") != std::string::npos);
    SECTION("beside a mismatch it stays exit code 1") {
        world.user("balance", account(3), "12.5", 0);
        world.flush();
        CHECK(run_program({"run"}, environment).code == 1);
    }
}

TEST_CASE("A Pushgateway that cannot be reached is asked again, then told, in the file too", "[integration][metrics]") {
    World world;
    agree(world);
    const Directory directory;
    const std::string path = directory.path + "/stellar-sync.prom";
    const Ended ended =
        run_program({"run", "--max-retries", "2"},
                    with(environment_of(world), {{"SYNC_METRICS_FILE", path},
                                                 {"SYNC_PUSHGATEWAY_URL", "http://user:S3CRET@127.0.0.1:1/S3CRET"}}));
    INFO(ended.err);
    CHECK(ended.code == 3);
    CHECK(events(ended, "RETRY").size() == 2);
    REQUIRE(events(ended, "ALERT_FAILED").size() == 1);
    CHECK((ended.err + ended.out).find("S3CRET") == std::string::npos);
    CHECK(value(content_of(path), R"(sync_errors_total{operation="alert"})") == "1");
    CHECK(value(content_of(path), "sync_last_exit_code") == "3");
    CHECK(value(content_of(path), "sync_last_complete_timestamp_seconds") != "0");
}

TEST_CASE("Metrics are stored after every cycle that began, and only then", "[integration][metrics]") {
    World world;
    agree(world);
    const Directory directory;
    const std::string path = directory.path + "/stellar-sync.prom";
    const Environment environment = with(environment_of(world), {{"SYNC_METRICS_FILE", path}});
    SECTION("exit code 4: no RPC") {
        CHECK(run_program({"run"}, environment).code == 0);
        const std::string before = content_of(path);
        CHECK(run_program({"run", "--soroban-rpc-url", "http://127.0.0.1:1"}, environment).code == 4);
        const std::string text = content_of(path);
        CHECK(value(text, cycles) == "2");
        CHECK(value(text, "sync_last_exit_code") == "4");
        CHECK(value(text, R"(sync_status{status="FAILED"})") == "1");
        CHECK(value(text, R"(sync_errors_total{operation="rpc"})") == "1");
        CHECK(value(text, R"(sync_rpc_requests_total{method="getNetwork",result="connection"})") == "4");
        CHECK(value(text, "sync_last_complete_timestamp_seconds") ==
              value(before, "sync_last_complete_timestamp_seconds"));
        CHECK(value(text, "sync_ledger") == "(absent)");
    }
    SECTION("exit code 2: nothing began") {
        CHECK(run_program({"run", "--stellar-network-passphrase", "another"}, environment).code == 2);
        CHECK_FALSE(std::filesystem::exists(path));
    }
    SECTION("not on a dry run, and not where METRICS is in neither list") {
        CHECK(run_program({"run", "--dry-run"}, environment).code == 0);
        CHECK(run_program({"run", "--alert-channels", "LOG", "--critical-alert-channels", "LOG"}, environment).code ==
              0);
        CHECK_FALSE(std::filesystem::exists(path));
        CHECK(
            run_program({"run", "--alert-channels", "LOG", "--critical-alert-channels", "METRICS"}, environment).code ==
            0);
        CHECK(value(content_of(path), cycles) == "1");
    }
    SECTION("a cycle over one user is no complete one") {
        CHECK(run_program({"run", "--user", "same"}, environment).code == 0);
        CHECK(value(content_of(path), "sync_last_complete_timestamp_seconds") == "0");
        CHECK(value(content_of(path), R"(sync_items{check="balances",result="matched"})") == "1");
    }
}

TEST_CASE("Two runs at once lose nothing of what either has counted", "[integration][metrics]") {
    World world;
    drift(world);
    const Directory directory;
    const std::string path = directory.path + "/stellar-sync.prom";
    const Environment environment = with(environment_of(world), {{"SYNC_METRICS_FILE", path}});
    Program one({"run"}, environment, {});
    Program two({"run"}, environment, {});
    CHECK(one.wait().code == 1);
    CHECK(two.wait().code == 1);
    CHECK(value(content_of(path), odds) == "2");
    CHECK(std::distance(std::filesystem::directory_iterator(directory.path), {}) == 1);
}

TEST_CASE("A signal ends the waiting for a Pushgateway that does not answer", "[integration][metrics]") {
    World world;
    agree(world);
    const fakes::HttpReceiver silent([](const fakes::ReceivedRequest&) {
        fakes::GivenAnswer late;
        late.delay = 60s;
        return late;
    });
    Program program({"run"}, with(environment_of(world), {{"SYNC_PUSHGATEWAY_URL", silent.url()}}), {});
    while (silent.received().empty()) std::this_thread::sleep_for(5ms);
    const auto start = std::chrono::steady_clock::now();
    program.signal(SIGTERM);
    const Ended ended = program.wait();
    CHECK(std::chrono::steady_clock::now() - start < 8s);
    CHECK(events(ended, "ALERT_FAILED").size() == 1);
    CHECK(pointer(ended.out, "/checks/balances/matched") == "1");
}
