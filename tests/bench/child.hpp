// A program run once, and what that has cost it.
#pragma once

#include "bench/cost.hpp"

#include <string>
#include <vector>

namespace bench {

struct Ended {
    int code = 0; // of its exit; 128 + the signal's number where one ended it
    Cost cost;    // the whole process, from its start
    std::string out;
};

/// Runs argv[0] with this environment alone. Its standard output goes by way of `scratch`, a file; its standard error
/// to the file `err`. Throws std::system_error where it cannot be started.
///
/// The kernel counts the peak memory from before the exec, so it is never told lower than the caller's own: the caller
/// must be small.
Ended run_child(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                const std::string& scratch, const std::string& err);

} // namespace bench
