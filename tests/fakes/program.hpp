// The program itself as a child process, with nothing in its environment but what a test gives it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fakes {

struct Ended {
    int code = -1; // exit status, or 128 + the signal that killed it
    std::string out;
    std::string err;
};

class Program {
  public:
    struct Streams {
        bool close_out = false; // start with standard output closed
        bool close_err = false;
    };

    /// Starts build/.../stellar-sync.
    Program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment, Streams streams);
    ~Program(); // kills
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void signal(int number) const;
    /// Waits for the end; fails the test where it takes longer.
    Ended wait(std::chrono::seconds patience = std::chrono::seconds(60));

  private:
    int pid_ = -1;
    std::string out_file_;
    std::string err_file_;
};

Ended run_program(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
                  Program::Streams streams = {});

} // namespace fakes
