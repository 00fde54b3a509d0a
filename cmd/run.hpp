// `stellar-sync run`: one verification cycle.
#pragma once

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "cmd/options.hpp"
#include "cmd/terminal.hpp"

namespace cmd {

/// Puts the parts together, runs the cycle, writes the result to standard output and the events to standard error. A
/// signal to `interrupt` cuts it short.
base::ExitCode run(const Options& options, const std::string& sync_id, Terminal& terminal, base::Interrupt& interrupt);

} // namespace cmd
