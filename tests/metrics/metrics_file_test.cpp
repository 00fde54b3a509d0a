#include "metrics/metrics_file.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using metrics::MetricsFile;

namespace {

struct Directory {
    Directory() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~Directory() { std::filesystem::remove_all(path); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    std::size_t entries() const {
        const std::filesystem::directory_iterator all(path);
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    std::string path = "/tmp/stellar-sync-metrics-XXXXXX";
};

} // namespace

TEST_CASE("The file is replaced in one step, for everybody to read, and nothing is left beside it", "[report]") {
    const Directory directory;
    const std::string path = directory.path + "/sync.prom";
    const mode_t before = umask(077);
    {
        MetricsFile file(path, {});
        CHECK(*file.read() == "");
        CHECK(file.replace("sync_a 1\n"));
        CHECK(file.replace("sync_a 2\n"));
        CHECK(*file.read() == "sync_a 2\n");
    }
    umask(before);
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
    CHECK(directory.entries() == 1);
}

TEST_CASE("A file that cannot be read or replaced is said to be so, and stands as it was", "[report]") {
    const Directory directory;
    SECTION("no such directory") {
        MetricsFile file(directory.path + "/none/sync.prom", {});
        CHECK(*file.read() == "");
        const auto replaced = file.replace("x\n");
        REQUIRE_FALSE(replaced);
        CHECK(replaced.error() == "no file can be made in " + directory.path + "/none: No such file or directory");
    }
    SECTION("a directory of its name") {
        std::filesystem::create_directory(directory.path + "/sync.prom");
        MetricsFile file(directory.path + "/sync.prom", {});
        CHECK(file.read().error() == "it is not a regular file");
        CHECK(file.replace("x\n").error() == "it cannot be written: Is a directory");
        CHECK(directory.entries() == 1);
    }
    SECTION("a pipe") {
        REQUIRE(mkfifo((directory.path + "/sync.prom").c_str(), 0600) == 0);
        CHECK(MetricsFile(directory.path + "/sync.prom", {}).read().error() == "it is not a regular file");
    }
    SECTION("somebody else's") {
        const std::string path = directory.path + "/sync.prom";
        std::ofstream(path) << "root:x:0:0\n";
        CHECK(MetricsFile(path, {}).read().error().starts_with("it holds nothing of stellar-sync, and is left alone"));
        CHECK_FALSE(MetricsFile(path, {}).examine());
    }
    SECTION("too large") {
        const std::string path = directory.path + "/sync.prom";
        std::ofstream(path).close();
        std::filesystem::resize_file(path, (std::size_t{16} << 20) + 1);
        CHECK(MetricsFile(path, {}).read().error() == "it is larger than 16 MiB");
    }
}

TEST_CASE("Overlapping runs take turns, so that none loses what another has counted", "[report]") {
    const Directory directory;
    const std::string path = directory.path + "/sync.prom";
    pid_t other = -1;
    {
        MetricsFile first(path, {});
        other = fork();
        if (other == 0) {
            MetricsFile second(path, {});
            const bool in_turn = *second.read() == "sync_a 1\n" && second.replace("sync_a 2\n");
            _exit(in_turn ? 0 : 1);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100)); // time enough to be wrong
        CHECK(*first.read() == "");
        CHECK(first.replace("sync_a 1\n"));
    }
    int status = -1;
    REQUIRE(waitpid(other, &status, 0) == other);
    CHECK(status == 0);
    CHECK(*MetricsFile(path, {}).read() == "sync_a 2\n");
}

TEST_CASE("A run that hangs does not hold up the others for longer than a second", "[report]") {
    const Directory directory;
    const std::string path = directory.path + "/sync.prom";
    const MetricsFile hangs(path, {});
    const auto start = std::chrono::steady_clock::now();
    MetricsFile goes_on(path, {});
    const auto waited = std::chrono::steady_clock::now() - start;
    CHECK(waited >= std::chrono::milliseconds(900));
    CHECK(waited < std::chrono::seconds(10));
    CHECK(goes_on.replace("x\n"));
}

TEST_CASE("Whether the file would be taken is told without changing anything", "[report]") {
    const Directory directory;
    CHECK(MetricsFile(directory.path + "/sync.prom", {}).examine());
    CHECK(directory.entries() == 0);
    const metrics::Stored taken = MetricsFile(directory.path + "/none/sync.prom", {}).examine();
    REQUIRE_FALSE(taken);
    CHECK(taken.error() == "no file can be made in " + directory.path + "/none: No such file or directory");
}
