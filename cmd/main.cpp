#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "cmd/commands.hpp"
#include "cmd/manual/hidden_arguments.hpp"
#include "cmd/settings/session_settings.hpp"

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

base::ExitCode start(const cmd::Options& options, cycle::Session& session, cmd::Terminal& terminal) {
    try {
        switch (options.command) {
        case cmd::Command::doctor:
            return cmd::run_doctor(options, session, terminal);
        case cmd::Command::explain:
            return cmd::run_explain(options, session, terminal);
        case cmd::Command::run:
            break;
        }
        return cmd::run(options, session, terminal);
    } catch (const base::Misconfigured& fault) {
        session.log().write({base::Level::error, "CONFIG_ERROR", fault.what(), {{"setting", fault.setting()}}});
        return base::ExitCode::misconfigured;
    }
}

base::ExitCode start(int argc, char** argv, cmd::Terminal& terminal, base::Interrupt& interrupt) {
    const std::string sync_id = base::random_uuid();
    const cmd::ParseOutcome outcome = cmd::parse_options(argc, argv, cmd::Environment::of_process());
    cmd::hide_secret_arguments(argc, argv);
    const base::Log::Sink sink = [&terminal](std::string_view line) { terminal.err(line); };
    if (const auto* options = std::get_if<cmd::Options>(&outcome)) {
        terminal.use_colour(options->console.colour);
        cycle::Session session(cmd::session_settings(*options, sync_id, cmd::log_settings(options->log, terminal)),
                               interrupt, sink);
        terminal.hurry_at(session.deadline());
        return start(*options, session, terminal);
    }
    if (const auto* exit = std::get_if<cmd::Exit>(&outcome)) {
        terminal.out(exit->out);
        terminal.err(exit->err);
        return exit->code;
    }
    const auto& faults = std::get<cmd::Faults>(outcome);
    terminal.use_colour(faults.options.console.colour);
    const base::SystemClock clock;
    base::Log log(cmd::log_settings(faults.options.log, terminal), sync_id, clock, sink);
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
