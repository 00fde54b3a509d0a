#include "sync/session.hpp"

#include <fmt/format.h>

#include <random>

namespace cycle {
namespace {

db::Database::RetryObserver retry_observer(base::Log& log) {
    return [&log](const db::DatabaseError& why, const base::Retry& retry) {
        log.write(base::retry_event(fmt::format("the database is asked again: {}", why.text),
                                    {{"operation", std::string("database")}}, retry, db::name(why.kind)));
    };
}

SessionSettings with_deadline(SessionSettings settings, const base::Clock& clock) {
    settings.rpc.deadline = clock.now() + settings.timeout;
    return settings;
}

} // namespace

std::function<double()> jitter() {
    return [generator = std::mt19937_64{std::random_device{}()}]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(generator);
    };
}

Session::Session(SessionSettings settings, base::Interrupt& interrupt, base::Log::Sink sink)
    : settings_(with_deadline(std::move(settings), base::SystemClock())), interrupt_(interrupt),
      log_(settings_.log, settings_.sync_id, clock_, std::move(sink)), http_(settings_.http, clock_),
      wrapped_(settings_.wrap ? settings_.wrap(http_) : nullptr),
      dispatcher_(settings_.rpc, channel(), clock_, log_, settings_.random),
      database_(settings_.connection, {settings_.rpc.operation_timeout, settings_.rpc.retry}, clock_, settings_.random,
                retry_observer(log_)),
      loop_(channel(), database_, dispatcher_, clock_, interrupt_, deadline()) {}

Loop Session::loop(net::Dispatcher& dispatcher, base::TimePoint deadline) {
    return {channel(), database_, dispatcher, clock_, interrupt_, deadline};
}

} // namespace cycle
