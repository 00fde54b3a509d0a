// The commands. Each writes its result to standard output, and the events of its session to standard error; a signal
// cuts it short.
#pragma once

#include "base/errors.hpp"
#include "cmd/console/terminal.hpp"
#include "cmd/settings/options.hpp"
#include "sync/session.hpp"

namespace cmd {

/// One verification cycle. This and run_explain() throw base::Misconfigured.
base::ExitCode run(const Options& options, cycle::Session& session, Terminal& terminal);

/// The checklist of diagnose::examine().
base::ExitCode run_doctor(const Options& options, cycle::Session& session, Terminal& terminal);
/// The checklist of a configuration that is wrong.
base::ExitCode run_doctor(const Faults& faults, Terminal& terminal);

/// One item's verdict, by diagnose::explain(). The exit code is the cycle's.
base::ExitCode run_explain(const Options& options, cycle::Session& session, Terminal& terminal);

} // namespace cmd
