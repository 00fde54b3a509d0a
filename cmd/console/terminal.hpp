// Standard output and error, what is known of them, and how long they are waited for.
#pragma once

#include "base/clock.hpp"
#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "cmd/settings/options.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmd {

/// Writing never fails and never ends the process: a closed or full stream loses its output, not the cycle.
///
/// A reader that stops reading is waited for: with standard output for as long as it takes (a pager) or until a signal
/// comes; with standard error for two seconds, and less at the end of the cycle. Then lines are lost, whole ones, until
/// it reads again.
class Terminal {
  public:
    /// A signal shortens the waiting. `interrupt` outlives the terminal.
    explicit Terminal(base::Interrupt& interrupt);

    /// From then on standard error is waited for less.
    void hurry_at(base::TimePoint deadline) { deadline_ = deadline; }

    void out(std::string_view text);
    void err(std::string_view line);
    /// Of standard error.
    std::uint64_t lost_lines() const { return lost_lines_; }

    /// Lines at the foot of standard error, in place of those shown before; what is written next takes their place. Of
    /// plain ASCII, narrower than the terminal. Not shown where that would have to be waited for, or on a terminal too
    /// low for them.
    void show_footer(std::vector<std::string> lines);
    void clear_footer();

    /// Colours on terminals alone unless told otherwise; then NO_COLOR and TERM do not count.
    void use_colour(When when);

    bool out_is_terminal() const { return out_is_terminal_; }
    bool err_is_terminal() const { return err_is_terminal_; }
    /// `wanted`, or else text on a terminal and JSON elsewhere.
    Output output(std::optional<Output> wanted) const {
        return wanted.value_or(out_is_terminal_ ? Output::text : Output::json);
    }
    /// Of standard output; 80 if it is not a terminal.
    std::size_t width() const;
    struct Size {
        std::size_t columns = 80;
        std::size_t rows = 24;
    };
    /// Of standard error; as above if it is not a terminal.
    Size err_size() const;
    /// TERM says that it can do more than print, moving the cursor among it.
    bool moves_cursor() const { return moves_cursor_; }
    bool colour_out() const { return colour(out_is_terminal_); }
    bool colour_err() const { return colour(err_is_terminal_); }

  private:
    bool colour(bool is_terminal) const;
    void write_err(std::string_view text);
    std::string footer_erased();
    bool interrupted() const { return interrupt_.raised().has_value(); }
    base::Duration patience(int fd) const;
    bool await(int fd) const;
    void push(int fd, std::string_view& text);

    base::Interrupt& interrupt_;
    base::TimePoint deadline_ = base::never;
    std::string unfinished_; // the rest of a line that was begun on standard error
    bool stalled_ = false;   // standard error was waited for in vain
    std::uint64_t lost_lines_ = 0;
    bool out_is_terminal_;
    bool err_is_terminal_;
    bool moves_cursor_;
    When colour_ = When::automatic;
    std::vector<std::string> footer_; // what is shown
};

/// Descriptors 0, 1 and 2 that came closed are opened on /dev/null, so that no socket takes their number and gets what
/// is written to standard output. Before anything else is opened.
void fill_standard_descriptors();

/// Of a log on standard error.
base::Log::Settings log_settings(const LogOptions& options, const Terminal& terminal);

} // namespace cmd
