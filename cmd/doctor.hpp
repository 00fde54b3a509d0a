// `stellar-sync doctor`: prove that a cycle could run; change and alert nothing.
#pragma once

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "cmd/options.hpp"
#include "cmd/terminal.hpp"

#include <string>

namespace cmd {

/// Tries every part of a cycle, whatever becomes of the others, and writes the checklist to standard output.
base::ExitCode run_doctor(const Options& options, const std::string& sync_id, Terminal& terminal,
                          base::Interrupt& interrupt);

/// The checklist of a configuration that is wrong: nothing is contacted.
base::ExitCode run_doctor(const Faults& faults, Terminal& terminal);

} // namespace cmd
