#include "bench/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <system_error>

namespace bench {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

void check(int fault, const std::string& what) {
    if (fault != 0) throw std::system_error(fault, std::generic_category(), what);
}

} // namespace

Ended run_child(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                const std::string& scratch, const std::string& err) {
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_t actions;
    check(posix_spawn_file_actions_init(&actions), "posix_spawn");
    check(posix_spawn_file_actions_addopen(&actions, 1, scratch.c_str(), flags, 0600), "posix_spawn");
    check(posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), flags, 0600), "posix_spawn");
    pid_t child = 0;
    const auto start = std::chrono::steady_clock::now();
    const int fault = posix_spawn(&child, argv.front().c_str(), &actions, nullptr, pointers(argv).data(),
                                  pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    check(fault, argv.front());
    int status = 0;
    rusage usage{};
    while (wait4(child, &status, 0, &usage) < 0) check(errno == EINTR ? 0 : errno, "wait4");
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    Ended ended;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ended.cost = {wall.count(), seconds(usage.ru_utime), seconds(usage.ru_stime),
                  static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
    std::ifstream file(scratch, std::ios::binary);
    ended.out.assign(std::istreambuf_iterator<char>(file), {});
    return ended;
}

} // namespace bench
