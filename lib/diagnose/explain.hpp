// `stellar-sync explain`: one item's verdict, with all that leads to it.
#pragma once

#include "diagnose/explanation.hpp"
#include "sync/session.hpp"
#include "sync/sync_service.hpp"

#include <vector>

namespace diagnose {

/// Runs the very cycle that `run --market ID` or `run --user ID` runs, and returns what it saw on the way; notifies
/// nobody. The cycle's result is in `summary`. Throws base::Misconfigured as the cycle does.
std::vector<Explanation> explain(cycle::Session& session, cycle::CycleSettings settings, verify::Summary& summary,
                                 cycle::Listener& listener);

} // namespace diagnose
