#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "cmd/doctor.hpp"
#include "cmd/explain.hpp"
#include "cmd/hidden_arguments.hpp"
#include "cmd/options.hpp"
#include "cmd/run.hpp"
#include "cmd/terminal.hpp"

#include <cstdio>
#include <exception>
#include <sys/resource.h>

namespace {

/// A core would hold every secret. One byte is too small for a core file, and keeps the kernel from starting what takes
/// cores through a pipe; a limit of 0 would not (core(5), and do_coredump() in fs/coredump.c).
void forbid_cores() {
    const rlimit one_byte{1, 1};
    setrlimit(RLIMIT_CORE, &one_byte);
}

base::ExitCode start(const cmd::Options& options, const std::string& sync_id, cmd::Terminal& terminal,
                     base::Interrupt& interrupt) {
    switch (options.command) {
    case cmd::Command::doctor:
        return cmd::run_doctor(options, sync_id, terminal, interrupt);
    case cmd::Command::explain:
        return cmd::run_explain(options, sync_id, terminal, interrupt);
    case cmd::Command::run:
        break;
    }
    return cmd::run(options, sync_id, terminal, interrupt);
}

base::ExitCode start(int argc, char** argv, cmd::Terminal& terminal, base::Interrupt& interrupt) {
    const std::string sync_id = base::random_uuid();
    const cmd::ParseOutcome outcome = cmd::parse_options(argc, argv, cmd::Environment::of_process());
    cmd::hide_secret_arguments(argc, argv);
    if (const auto* options = std::get_if<cmd::Options>(&outcome)) {
        terminal.use_colour(options->console.colour);
        return start(*options, sync_id, terminal, interrupt);
    }
    if (const auto* exit = std::get_if<cmd::Exit>(&outcome)) {
        terminal.out(exit->out);
        terminal.err(exit->err);
        return exit->code;
    }
    const auto& faults = std::get<cmd::Faults>(outcome);
    terminal.use_colour(faults.options.console.colour);
    const base::SystemClock clock;
    base::Log log = cmd::make_log(faults.options.log, sync_id, clock, terminal);
    for (const cmd::ConfigWarning& warning : faults.options.warnings) log.write(cmd::config_warning_event(warning));
    for (const cmd::ConfigFault& fault : faults.list) log.write(cmd::config_error_event(fault));
    if (faults.options.command == cmd::Command::doctor) return cmd::run_doctor(faults, terminal);
    return base::ExitCode::misconfigured;
}

} // namespace

int main(int argc, char** argv) {
    cmd::fill_standard_descriptors();
    forbid_cores();
    try {
        base::Interrupt interrupt;
        cmd::Terminal terminal(interrupt);
        return static_cast<int>(start(argc, argv, terminal, interrupt));
    } catch (const std::exception& fault) {
        // No memory, no entropy, a bug: the cycle cannot go on, and trying again may help.
        std::fprintf(stderr, "stellar-sync: %s\n", fault.what());
        return static_cast<int>(base::ExitCode::unavailable);
    }
}
