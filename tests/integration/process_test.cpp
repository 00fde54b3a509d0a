// What the program leaves open to others on the machine: its command line, its core, the modes of its files.
#include "cmd/settings/settings_table.hpp"
#include "fakes/program.hpp"
#include "integration/marked.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;
using integration::Environment;
using integration::gives_away;
using integration::MarkedWorld;

namespace {

std::string command_line_of(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

/// Of this process's children the program.
int pid_of_program() {
    const std::string self = std::to_string(getpid());
    std::ifstream children("/proc/" + self + "/task/" + self + "/children");
    for (int pid = 0; children >> pid;)
        if (std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe").filename() == "stellar-sync")
            return pid;
    throw std::runtime_error("the program does not run");
}

/// In the middle of a cycle, in which every call hangs.
void await_cycle(const MarkedWorld& marked) {
    while (marked.receiver.received().empty()) std::this_thread::sleep_for(5ms);
}

} // namespace

TEST_CASE("Secrets given by flag do not stay on the command line that others can read", "[integration][secrets]") {
    MarkedWorld marked;
    marked.rpc = integration::Temper::hangs;
    Environment environment = marked.environment();
    const bool joined = GENERATE(false, true); // --flag VALUE, --flag=VALUE
    std::vector<std::string> arguments{"run", "--max-retries", "7"};
    for (const auto& [name, value] : marked.secrets()) {
        environment.erase(name);
        const std::string flag = "--" + cmd::flag_of(name);
        if (joined) {
            arguments.push_back(flag + "=" + value);
        } else {
            arguments.push_back(flag);
            arguments.push_back(value);
        }
    }
    fakes::Program program(arguments, environment, {});
    await_cycle(marked); // so the values have been understood
    const std::string line = command_line_of(pid_of_program());
    INFO(line);
    CHECK(line.find("--database-url") != std::string::npos);
    CHECK(line.find("--max-retries") != std::string::npos);
    CHECK_FALSE(gives_away(line));
}

TEST_CASE("A process that dies leaves no core behind", "[integration][secrets]") {
    MarkedWorld marked;
    marked.rpc = integration::Temper::hangs;
    fakes::Program program({"run"}, marked.environment(), {});
    await_cycle(marked);
    rlimit limit{};
    REQUIRE(prlimit(pid_of_program(), RLIMIT_CORE, nullptr, &limit) == 0);
    CHECK(limit.rlim_max <= 1); // bytes: too little for a file, and at 1 nothing goes through a pipe either
}

TEST_CASE("Of the files a cycle makes, the metrics alone stay, and all may read them", "[integration][secrets]") {
    MarkedWorld marked;
    char name[] = "/tmp/stellar-sync-home-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    const std::filesystem::path home = name;
    Environment environment = marked.environment();
    environment["SYNC_METRICS_FILE"] = (home / "sync.prom").string();
    environment["HOME"] = environment["TMPDIR"] = home.string();
    const mode_t before = umask(GENERATE(mode_t{0000}, mode_t{0077}));
    for (const char* command : {"run", "doctor"}) fakes::run_program({command}, environment);
    umask(before);
    std::vector<std::string> made;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(home))
        made.push_back(entry.path().filename().string());
    CHECK(made == std::vector<std::string>{"sync.prom"});
    struct stat status {};
    REQUIRE(stat((home / "sync.prom").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
    std::filesystem::remove_all(home);
}
