// Where a cycle's metrics are kept for the next one to go on from: a file, or a Pushgateway.
#pragma once

#include "base/result.hpp"
#include "metrics/prometheus_text.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace metrics {

using Stored = base::Result<std::monostate>;

class MetricsStore {
  public:
    virtual ~MetricsStore() = default;

    /// For the log: no secrets.
    virtual std::string name() const = 0;
    /// The labels that tell this program's samples from others in the store.
    virtual Labels group() const = 0;
    /// Empty where nothing was stored yet.
    virtual base::Result<std::string> read() = 0;
    /// In one step: who reads meanwhile finds the old metrics or the new. On an error the old ones stand.
    virtual Stored replace(std::string_view text) = 0;
    /// Whether a cycle's metrics would be taken, as far as can be told without changing anything.
    virtual Stored examine() = 0;
};

} // namespace metrics
