// The foot of the terminal while a cycle runs: a bar for each check, with counts, rate and remaining time.
#pragma once

#include "base/clock.hpp"
#include "cmd/console/terminal.hpp"
#include "sync/progress.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cmd {

/// Rows a second of late: what was long ago counts for little.
class Rate {
  public:
    void at(base::TimePoint now, std::uint64_t total);
    /// nullopt until two counts are known.
    std::optional<double> per_second() const { return per_second_; }

  private:
    struct Count {
        base::TimePoint time;
        std::uint64_t total;
    };
    std::optional<Count> last_;
    std::optional<double> per_second_;
};

/// One line of plain ASCII, at most `width` columns; the bar is left out where it would be shorter than ten.
std::string progress_line(const cycle::CheckProgress& check, std::optional<double> per_second, std::size_t width);

/// Redraws at most ten times a second.
class ProgressBar final : public cycle::Watcher {
  public:
    /// Both outlive the bar.
    ProgressBar(Terminal& terminal, const base::Clock& clock) : terminal_(terminal), clock_(clock) {}
    ~ProgressBar() override { terminal_.clear_footer(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    base::TimePoint due() const override { return due_; }
    void told(const cycle::Progress& progress) override;

  private:
    Terminal& terminal_;
    const base::Clock& clock_;
    base::TimePoint due_{};
    verify::PerCheck<Rate> rates_;
};

} // namespace cmd
