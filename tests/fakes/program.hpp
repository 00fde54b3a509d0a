// The program itself as a child process, with nothing in its environment but what a test gives it.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fakes {

struct Ended {
    int code = -1;       // exit status, or 128 + the signal that killed it
    bool killed = false; // by a signal
    std::string out;
    std::string err;
    long most_memory_kib = 0; // resident
};

class Program {
  public:
    struct Streams {
        bool close_out = false; // start with standard output closed
        bool close_err = false;
        bool clog_out = false; // a pipe that nobody reads
        bool clog_err = false;
        bool break_out = false; // a pipe whose reader is gone
        bool break_err = false;
        int terminal = -1; // the program's end of one: its controlling terminal, on which all three streams are
    };

    /// Starts build/.../stellar-sync.
    Program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment, Streams streams);
    ~Program(); // kills
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// Returns when the program has taken it, or has ended.
    void signal(int number) const;
    /// What came on standard error so far.
    std::string err_so_far() const;
    /// Until standard error holds `text`; fails the test where that takes longer than 30 s.
    void await_err(const std::string& text) const;
    /// Waits for the end; fails the test where it takes longer.
    Ended wait(std::chrono::seconds patience = std::chrono::seconds(60));

  private:
    std::atomic<int> pid_ = -1; // a test may send its signals from another thread than the one that waits
    std::string out_file_;
    std::string err_file_;
    std::vector<int> held_; // read ends of clogged pipes
};

Ended run_program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
                  Program::Streams streams = {});

} // namespace fakes
