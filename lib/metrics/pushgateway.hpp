// A Pushgateway, which keeps what a job that has ended has to say: https://github.com/prometheus/pushgateway
#pragma once

#include "base/secret.hpp"
#include "metrics/metrics_store.hpp"
#include "net/delivery.hpp"

#include <string>
#include <string_view>

namespace metrics {

/// The group /metrics/job/stellar_sync/shard/<K>-<N>. It is read back from <base>/metrics, where all groups stand in
/// the text format: the gateway answers for no group alone, and its JSON (/api/v1/metrics) holds as many. Requests
/// are tried again as calls to the RPC are. Blocks, but for a signal, which shortens what is left of the time.
class Pushgateway final : public MetricsStore {
  public:
    /// `shard` as in the group's URL: "0-1". `means` outlive this.
    Pushgateway(base::Secret url, std::string shard, const net::DeliveryLimits& limits, net::Means& means);

    std::string name() const override { return base::mask_url(url_.reveal()); }
    Labels group() const override { return {{"job", "stellar_sync"}, {"shard", shard_}}; }
    base::Result<std::string> read() override;
    Stored replace(std::string_view text) override;
    /// That it answers, and with metrics.
    Stored examine() override;

  private:
    base::Result<std::string> exchange(net::HttpRequest request);
    net::HttpOutcome await(net::HttpRequest request);
    void pause(base::TimePoint until);

    base::Secret url_;
    std::string shard_;
    net::DeliveryLimits limits_;
    net::Means& means_;
    net::DeliveryTime time_;
};

} // namespace metrics
