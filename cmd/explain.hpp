// `stellar-sync explain`: one item's verdict, with all that leads to it.
#pragma once

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "cmd/options.hpp"
#include "cmd/terminal.hpp"

#include <string>

namespace cmd {

/// Runs the very cycle that `run --market ID` or `run --user ID` runs, alerts nobody, and writes to standard output
/// what it saw on the way. The exit code is that of the cycle.
base::ExitCode run_explain(const Options& options, const std::string& sync_id, Terminal& terminal,
                           base::Interrupt& interrupt);

} // namespace cmd
