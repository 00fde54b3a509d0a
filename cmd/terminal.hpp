// Standard output and error, and what is known of them.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "cmd/options.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cmd {

/// Writing never fails and never ends the process: a closed or full stream loses its output, not the cycle.
class Terminal {
  public:
    Terminal();

    void out(std::string_view text) const;
    void err(std::string_view text) const;

    bool out_is_terminal() const { return out_is_terminal_; }
    bool err_is_terminal() const { return err_is_terminal_; }
    /// Of standard output; 80 where it is no terminal.
    std::size_t width() const;
    /// Colours are for terminals, and not where NO_COLOR is set or TERM is dumb.
    bool colour_out() const { return out_is_terminal_ && colour_; }
    bool colour_err() const { return err_is_terminal_ && colour_; }

  private:
    bool out_is_terminal_;
    bool err_is_terminal_;
    bool colour_;
};

/// Descriptors 0, 1 and 2 that came closed are opened on /dev/null, so that no socket takes their number and gets what
/// is written to standard output. Before anything else is opened.
void fill_standard_descriptors();

/// A log on standard error.
base::Log make_log(const LogOptions& options, const std::string& sync_id, const base::Clock& clock,
                   const Terminal& terminal);

} // namespace cmd
