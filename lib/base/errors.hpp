// "The cycle cannot go on": the few exceptions of the program, caught once, in cmd; and the exit codes.
#pragma once

#include <stdexcept>
#include <string>

namespace base {

/// What the process exits with; README has the table.
enum class ExitCode : int {
    in_sync = 0,
    mismatch = 1,
    misconfigured = 2, // somebody must change something; nothing was checked
    incomplete = 3,    // no mismatch, but not everything could be verified
    unavailable = 4,   // trying again may help
    interrupted = 130, // SIGINT
    terminated = 143,  // SIGTERM
};

/// Somebody must change something before a cycle can run: exit 2. `setting` names the fault's place where one setting
/// is at fault ("USDC_ASSET"), else it is empty.
class Misconfigured : public std::runtime_error {
  public:
    Misconfigured(std::string setting, const std::string& what)
        : std::runtime_error(what), setting_(std::move(setting)) {}
    const std::string& setting() const { return setting_; }

  private:
    std::string setting_;
};

} // namespace base
