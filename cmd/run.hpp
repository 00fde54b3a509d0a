// `stellar-sync run`: one verification cycle.
#pragma once

#include "base/errors.hpp"
#include "cmd/options.hpp"
#include "cmd/terminal.hpp"

namespace cmd {

/// Puts the parts together, runs the cycle, writes the result to standard output and the events to standard error.
base::ExitCode run(const Options& options, const std::string& sync_id, const Terminal& terminal);

} // namespace cmd
