#include "cmd/console/cycle_log.hpp"

#include "report/events.hpp"

namespace cmd {

void CycleLog::exemption_expired(const verify::Exemption& exemption) {
    log_.write(report::exemption_expired_event(exemption));
}
void CycleLog::indexer_lag(const verify::Indexer& indexer) {
    log_.write(report::indexer_lag_event(indexer));
}
void CycleLog::timed_out() {
    log_.write(report::timeout_event(cycle_timeout_));
}
void CycleLog::stopped(int signal) {
    log_.write(report::stopped_event(signal));
}
void CycleLog::warning(std::string_view type, const std::string& text) {
    log_.write({base::Level::warn, std::string(type), text, {}});
}

} // namespace cmd
