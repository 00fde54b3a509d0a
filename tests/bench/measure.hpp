// The measurement: the program over databases of several sizes and at several latencies, each time beside the floor in
// the same minute, as a table in Markdown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Case {
    std::uint64_t users = 0;
    std::uint64_t markets = 0;
    std::string database_url;
};

struct Plan {
    std::string program;
    std::string floor; // this program, which replays when told so
    std::string node_url;
    std::string scratch; // a directory
    std::vector<Case> cases;
    std::vector<unsigned> latencies{0, 20};
    std::uint64_t drifting = 1000; // users in a million
    unsigned rounds = 3;
    unsigned confirm_delay_ms = 0;
    std::vector<std::string> arguments; // more of them for the program
};

/// Prints the tables on standard output as they are made. Throws std::runtime_error where the program says anything but
/// what is true of the world: only then are its times worth anything.
void measure(const Plan& plan);

} // namespace bench
