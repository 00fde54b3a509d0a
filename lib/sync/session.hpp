// What a command that contacts anything is made of: clock, log, HTTP client, dispatcher, database and loop. The
// commands and the integration tests share it.
#pragma once

#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "db/database.hpp"
#include "net/delivery.hpp"
#include "net/dispatcher.hpp"
#include "net/http.hpp"
#include "sync/loop.hpp"

#include <functional>
#include <memory>
#include <string>

namespace cycle {

/// Random numbers in [0, 1], for the jitter of the retries.
std::function<double()> jitter();

struct SessionSettings {
    std::string sync_id;
    base::Log::Settings log;
    net::HttpClient::Settings http;
    net::Dispatcher::Settings rpc; // its operation timeout and retries hold for SQL, too; the session sets its deadline
    db::ConnectionParameters connection;
    base::Duration timeout{}; // from the session's construction to its deadline
    std::function<double()> random = jitter();
    /// Wraps the HTTP client, for tests that inject faults; empty: nothing stands between.
    std::function<std::unique_ptr<net::Channel>(net::Channel&)> wrap;
};

class Session {
  public:
    /// Contacts nothing yet. `interrupt` outlives the session; `sink` takes the lines of the log.
    Session(SessionSettings settings, base::Interrupt& interrupt, base::Log::Sink sink);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const SessionSettings& settings() const { return settings_; }
    const base::Clock& clock() const { return clock_; }
    base::TimePoint deadline() const { return settings_.rpc.deadline; }
    base::Interrupt& interrupt() { return interrupt_; }
    base::Log& log() { return log_; }
    net::Channel& channel() { return wrapped_ ? *wrapped_ : http_; }
    Loop& loop() { return loop_; }
    /// Another loop, for a dispatcher and a deadline of its own.
    Loop loop(net::Dispatcher& dispatcher, base::TimePoint deadline);
    /// What alerts and metrics are sent by.
    net::Means means() { return {channel(), clock_, interrupt_, log_, settings_.random}; }

  private:
    SessionSettings settings_;
    base::SystemClock clock_;
    base::Interrupt& interrupt_;
    base::Log log_;
    net::HttpClient http_;
    std::unique_ptr<net::Channel> wrapped_;
    net::Dispatcher dispatcher_;
    db::Database database_;
    Loop loop_;
};

} // namespace cycle
