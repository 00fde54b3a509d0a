#include "fakes/program.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/resource.h>
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

std::string content_of(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::string take_file(const std::string& name) {
    std::string content = content_of(name);
    unlink(name.c_str());
    return content;
}

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("test set-up: no pipe");
    return {ends[0], ends[1]};
}

/// Sent to the process, and not taken yet: a second one of its kind would be lost.
bool is_pending(int pid, int signal) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    const std::string field = "ShdPnd:";
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("State:\tZ")) return false; // it has ended
        if (line.starts_with(field))
            return (std::stoull(line.substr(field.size()), nullptr, 16) >> (signal - 1) & 1U) != 0;
    }
    return false;
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
    const Pipe out_pipe = streams.clog_out || streams.break_out ? make_pipe() : Pipe{};
    const Pipe err_pipe = streams.clog_err || streams.break_err ? make_pipe() : Pipe{};
    if (streams.break_out) close(out_pipe.read_end);
    if (streams.break_err) close(err_pipe.read_end);
#ifdef __GLIBC__
    malloc_trim(0); // the child counts what it has of this process's memory before exec as its own
#endif
    pid_ = fork();
    if (pid_ > 0) {
        for (const Pipe& pipe : {out_pipe, err_pipe}) {
            if (pipe.write_end >= 0) close(pipe.write_end);
        }
        if (streams.clog_out) held_.push_back(out_pipe.read_end);
        if (streams.clog_err) held_.push_back(err_pipe.read_end);
    }
    if (pid_ < 0) throw std::runtime_error("test set-up: cannot fork");
    if (pid_ > 0) return;
    // The child: nothing but system calls up to exec.
    const int none = open("/dev/null", O_RDONLY);
    const int out = open(out_file_.c_str(), O_WRONLY);
    const int err = open(err_file_.c_str(), O_WRONLY | O_APPEND);
    dup2(none, STDIN_FILENO);
    dup2(out_pipe.write_end >= 0 ? out_pipe.write_end : out, STDOUT_FILENO);
    dup2(err_pipe.write_end >= 0 ? err_pipe.write_end : err, STDERR_FILENO);
    if (streams.terminal >= 0) {
        setsid();
        ioctl(streams.terminal, TIOCSCTTY, 0);
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(streams.terminal, fd);
    }
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
    for (const int fd : held_) close(fd);
    unlink(out_file_.c_str());
    unlink(err_file_.c_str());
}

std::string Program::err_so_far() const {
    return content_of(err_file_);
}

void Program::await_err(const std::string& text) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (err_so_far().find(text) == std::string::npos) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("not on standard error: " + text);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void Program::signal(int number) const {
    const int pid = pid_;
    if (pid <= 0) return; // waited for: kill(-1) would be for everybody
    kill(pid, number);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (is_pending(pid, number)) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the program takes no signal");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

Ended Program::wait(std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    int status = 0;
    rusage usage{};
    while (wait4(pid_, &status, WNOHANG, &usage) == 0) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the program does not end");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    pid_ = -1;
    Ended ended;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ended.most_memory_kib = usage.ru_maxrss;
    ended.killed = WIFSIGNALED(status);
    ended.out = take_file(out_file_);
    ended.err = take_file(err_file_);
    return ended;
}

Ended run_program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
                  Program::Streams streams) {
    return Program(std::move(arguments), environment, streams).wait();
}

} // namespace fakes
