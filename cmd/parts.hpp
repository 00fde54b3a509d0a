// What every command that contacts anything is made of, put together from the options.
#pragma once

#include "base/event.hpp"
#include "base/interrupt.hpp"
#include "cmd/options.hpp"
#include "db/database.hpp"
#include "net/dispatcher.hpp"
#include "net/http.hpp"
#include "sync/loop.hpp"
#include "sync/sync_service.hpp"

#include <functional>

namespace cmd {

/// The jitter of the retries: numbers in [0, 1].
std::function<double()> jitter();

net::HttpClient::Settings http_settings(const RpcOptions& options);
net::Dispatcher::Settings dispatcher_settings(const Options& options, base::TimePoint deadline);
cycle::CycleSettings cycle_settings(const Options& options, base::WallTime start);

/// Does not connect yet; its retries are logged.
db::Database make_database(const Options& options, const base::Clock& clock, base::Log& log);

} // namespace cmd
