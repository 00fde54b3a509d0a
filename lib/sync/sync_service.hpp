// SyncService: one verification cycle. Read sync_service.cpp from top to bottom: it is the program.
#pragma once

#include "sync/findings.hpp"
#include "sync/loop.hpp"
#include "sync/preparation.hpp"
#include "sync/progress.hpp"
#include "sync/turns.hpp"

namespace cycle {

class SyncService {
  public:
    /// `loop`, `findings` and `watcher`, if there is one, outlive the cycle.
    SyncService(CycleSettings settings, Loop& loop, Findings& findings, Watcher* watcher = nullptr)
        : settings_(std::move(settings)), loop_(loop), findings_(findings), watcher_(watcher) {}

    /// Runs to the end, or until the loop is cut; then what was found so far is complete up to there. Throws
    /// base::Misconfigured if nothing could be checked because somebody must change something.
    void execute_sync_cycle();

  private:
    CycleSettings settings_;
    Loop& loop_;
    Findings& findings_;
    Watcher* watcher_;
};

} // namespace cycle
