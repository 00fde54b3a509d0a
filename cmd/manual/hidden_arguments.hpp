// The command line is there for every user of the machine to read (ps, /proc/PID/cmdline), as long as the process
// lives.
#pragma once

namespace cmd {

/// Overwrites the values of flags that are secrets. To be called once they have been read: what argv points to changes.
void hide_secret_arguments(int argc, char** argv);

} // namespace cmd
