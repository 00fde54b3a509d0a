// Whether a cycle could run, point by point: what was tried, how it went, what to do about it.
#pragma once

#include "base/errors.hpp"
#include "base/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diagnose {

enum class Mark {
    ok,
    warning,     // a cycle could run, and somebody should know
    failed,      // somebody must change something
    unavailable, // trying again may help
    skipped,     // not tried, for something else has to work first
};

std::string_view name(Mark mark); // "ok", "warning", ...

enum class Part { configuration, database, rpc, contracts, alerts };

std::string_view name(Part part); // "configuration", ...

struct Point {
    Part part{};
    std::string what; // was tried: "role"
    Mark mark{};
    std::string found;
    std::string advice = {};   // empty where nothing is to be done
    base::Fields details = {}; // the numbers in `found`, for machines
};

class Checklist {
  public:
    void add(Point point) { points_.push_back(std::move(point)); }
    const std::vector<Point>& points() const { return points_; }
    std::size_t count(Mark mark) const;
    /// 0 also with warnings; 2 where a point failed, else 4 where one was unavailable; after a signal what run returns.
    base::ExitCode exit_code() const;

    std::optional<int> signal; // SIGINT or SIGTERM cut it short

  private:
    std::vector<Point> points_;
};

} // namespace diagnose
