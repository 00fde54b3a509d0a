#include "fakes/program.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fakes {
namespace {

std::string temporary_file() {
    std::string name = "/tmp/stellar-sync-test-XXXXXX";
    const int fd = mkstemp(name.data());
    if (fd < 0) throw std::runtime_error("test set-up: no temporary file");
    close(fd);
    return name;
}

std::string take_file(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    unlink(name.c_str());
    return content;
}

} // namespace

Program::Program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
                 Streams streams)
    : out_file_(temporary_file()), err_file_(temporary_file()) {
    arguments.insert(arguments.begin(), STELLAR_SYNC_PROGRAM);
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
    // The sanitizers' own settings come along.
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
    }
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (std::string& variable : variables) envp.push_back(variable.data());
    envp.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("test set-up: cannot fork");
    if (pid_ > 0) return;
    // The child: nothing but system calls up to exec.
    const int none = open("/dev/null", O_RDONLY);
    const int out = open(out_file_.c_str(), O_WRONLY);
    const int err = open(err_file_.c_str(), O_WRONLY | O_APPEND);
    dup2(none, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    for (int fd = 3; fd < 1024; ++fd) close(fd);
    if (streams.close_out) close(STDOUT_FILENO);
    if (streams.close_err) close(STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
}

Program::~Program() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    unlink(out_file_.c_str());
    unlink(err_file_.c_str());
}

void Program::signal(int number) const {
    kill(pid_, number);
}

Ended Program::wait(std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the program does not end");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    pid_ = -1;
    Ended ended;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ended.out = take_file(out_file_);
    ended.err = take_file(err_file_);
    return ended;
}

Ended run_program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
                  Program::Streams streams) {
    return Program(std::move(arguments), environment, streams).wait();
}

} // namespace fakes
