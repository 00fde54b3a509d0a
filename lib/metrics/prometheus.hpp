// A cycle's metrics for Prometheus. Counters and histograms go on from those of the cycles before, which are read back
// from where they were written; gauges say how the last cycle was.
#pragma once

#include "base/errors.hpp"
#include "metrics/prometheus_text.hpp"
#include "verify/summary.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace metrics {

/// What the metrics say of a cycle besides its summary.
struct CycleEnd {
    base::ExitCode exit_code{};
    bool complete = false; // went through every row that there is, and not through a few that were named
    std::string_view version;
    unsigned shards = 1; // that share the rows, this one included
};

struct Metrics {
    std::string text;
    std::optional<std::string> anew; // why the counters could not continue from `earlier` and start at 0
};

/// `earlier` is the text of the cycles before, empty where there were none. `group` are the labels by which this
/// program's samples are distinguished from others in it, and which the new ones carry.
Metrics render_metrics(const verify::Summary& summary, const CycleEnd& end, std::string_view earlier,
                       const Labels& group);

} // namespace metrics
