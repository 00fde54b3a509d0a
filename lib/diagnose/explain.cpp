#include "diagnose/explain.hpp"

#include "diagnose/recorder.hpp"

namespace diagnose {

std::vector<Explanation> explain(cycle::Session& session, cycle::CycleSettings settings, verify::Summary& summary,
                                 cycle::Listener& listener) {
    cycle::Findings findings(summary, listener, session.clock());
    Recorder recorder(settings.thresholds);
    settings.witness = &recorder;
    settings.selection.shard = {}; // the item is explained whichever shard's settings these are
    cycle::SyncService(std::move(settings), session.loop(), findings).execute_sync_cycle();
    return recorder.explanations(summary);
}

} // namespace diagnose
