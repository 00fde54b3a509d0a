// What happens to a cycle, for the log; run adds what it finds out about each item.
#pragma once

#include "base/event.hpp"
#include "sync/findings.hpp"

#include <string>
#include <string_view>

namespace cmd {

class CycleLog : public cycle::Listener {
  public:
    /// `log` outlives this.
    CycleLog(base::Log& log, base::Duration cycle_timeout) : log_(log), cycle_timeout_(cycle_timeout) {}

    void mismatch(const verify::Mismatch&) override {}
    void error(const verify::Error&) override {}
    void disagreement(const verify::Disagreement&, const verify::Error&) override {}
    void transient(verify::Check, std::string_view) override {}
    void exempt(const verify::Exempted&) override {}
    void exemption_unused(const verify::Exemption&) override {}
    void exemption_expired(const verify::Exemption& exemption) override;
    void indexer_lag(const verify::Indexer& indexer) override;
    void timed_out() override;
    void stopped(int signal) override;
    void warning(std::string_view type, const std::string& text) override;

  protected:
    base::Log& log() { return log_; }

  private:
    base::Log& log_;
    base::Duration cycle_timeout_;
};

} // namespace cmd
