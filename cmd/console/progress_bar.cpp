#include "cmd/console/progress_bar.hpp"

#include "report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cmd {
namespace {

constexpr base::Duration redraw_interval = std::chrono::milliseconds(100);
constexpr double memory_in_seconds = 5; // of the rate
constexpr std::size_t shortest_bar = 10;
constexpr std::size_t longest_bar = 60;

// "0:08", "2:05", "1:00:00".
std::string shown_time(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::min(std::ceil(seconds), 359'999.0));
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string counts(const cycle::CheckProgress& check) {
    if (!check.rows) return fmt::format("{} rows", check.settled);
    return fmt::format("{} of {}{}", check.settled, check.exact ? "" : "about ", *check.rows);
}

std::string pace(const cycle::CheckProgress& check, std::optional<double> per_second) {
    if (check.rows && check.exact && check.settled >= *check.rows) return "done";
    if (!per_second || *per_second < 0.05) return "";
    std::string out = *per_second < 10 ? fmt::format("{:.1f}/s", *per_second) : fmt::format("{:.0f}/s", *per_second);
    if (check.rows && *check.rows > check.settled)
        out += fmt::format(", {} left", shown_time(static_cast<double>(*check.rows - check.settled) / *per_second));
    return out;
}

} // namespace

void Rate::at(base::TimePoint now, std::uint64_t total) {
    if (last_ && now > last_->time) {
        const double seconds = std::chrono::duration<double>(now - last_->time).count();
        const double current = static_cast<double>(total - std::min(total, last_->total)) / seconds;
        const double weight = per_second_ ? 1 - std::exp(-seconds / memory_in_seconds) : 1;
        per_second_ = per_second_.value_or(0) * (1 - weight) + current * weight;
    }
    last_ = {now, total};
}

std::string progress_line(const cycle::CheckProgress& check, std::optional<double> per_second, std::size_t width) {
    const std::string head = fmt::format("{:<8}", check.check.name());
    const std::string tail = fmt::format("  {:>28}  {:<20}", counts(check), pace(check, per_second));
    std::string line = head + tail;
    if (check.rows && width >= line.size() + shortest_bar + 9) {
        const std::size_t size = std::min(width - line.size() - 9, longest_bar);
        // Full means finished, and nothing else does: what is estimated may turn out to be more.
        const bool finished = check.exact && check.settled >= *check.rows;
        const std::uint64_t percent =
            finished ? 100 : std::min<std::uint64_t>(check.settled * 100 / std::max<std::uint64_t>(*check.rows, 1), 99);
        const std::size_t filled = size * percent / 100;
        line = fmt::format("{}  [{}{}] {:>3}%{}", head, std::string(filled, '#'), std::string(size - filled, '.'),
                           percent, tail);
    }
    line.resize(std::min(line.find_last_not_of(' ') + 1, width));
    return line;
}

void ProgressBar::told(const cycle::Progress& progress) {
    const base::TimePoint now = clock_.now();
    due_ = now + redraw_interval;
    // A line as wide as the terminal would make it wrap.
    const std::size_t width = terminal_.err_size().columns - 1;
    std::vector<std::string> lines;
    for (const cycle::CheckProgress& check : progress.checks) {
        Rate& rate = rates_[check.check];
        rate.at(now, check.settled);
        lines.push_back(progress_line(check, rate.per_second(), width));
    }
    if (progress.suspects > 0) {
        std::string line = report::counted(progress.suspects, "row differs and waits", "rows differ and wait");
        lines.push_back((line + " for the second look").substr(0, width));
    }
    terminal_.show_footer(std::move(lines));
}

} // namespace cmd
