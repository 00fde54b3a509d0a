#include "diagnose/checklist.hpp"

#include <algorithm>
#include <array>
#include <csignal>

namespace diagnose {

std::string_view name(Mark mark) {
    constexpr std::array<std::string_view, 5> names{"ok", "warning", "failed", "unavailable", "skipped"};
    return names[static_cast<std::size_t>(mark)];
}

std::string_view name(Part part) {
    constexpr std::array<std::string_view, 5> names{"configuration", "database", "rpc", "contracts", "alerts"};
    return names[static_cast<std::size_t>(part)];
}

std::size_t Checklist::count(Mark mark) const {
    return static_cast<std::size_t>(
        std::count_if(points_.begin(), points_.end(), [mark](const Point& point) { return point.mark == mark; }));
}

base::ExitCode Checklist::exit_code() const {
    using base::ExitCode;
    if (signal) return *signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated;
    if (count(Mark::failed) > 0) return ExitCode::misconfigured;
    return count(Mark::unavailable) > 0 ? ExitCode::unavailable : ExitCode::in_sync;
}

} // namespace diagnose
