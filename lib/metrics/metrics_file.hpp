// The file that node_exporter's textfile collector reads:
// https://github.com/prometheus/node_exporter#textfile-collector
#pragma once

#include "metrics/metrics_store.hpp"

#include <string>
#include <string_view>

namespace metrics {

/// From its construction to its end the file is this process's: overlapping runs take turns, or one would lose what the
/// other has counted. The lock is on the directory, for the file itself is replaced. Where it cannot be had within a
/// second (a run that hangs, a file system without locks) the run goes on without: then the last to write wins, and
/// the file is still whole.
class MetricsFile final : public MetricsStore {
  public:
    /// `group` is empty unless several shards' files are read by one collector.
    MetricsFile(std::string path, Labels group);
    ~MetricsFile() override;
    MetricsFile(const MetricsFile&) = delete;
    MetricsFile& operator=(const MetricsFile&) = delete;

    std::string name() const override { return path_; }
    Labels group() const override { return group_; }
    /// A file without a single metric of this program's is somebody else's: an error, so that it is not replaced.
    base::Result<std::string> read() override;
    /// Written aside and renamed, readable for everybody (mode 0644), and on the disk before it is in its place.
    Stored replace(std::string_view text) override;
    Stored examine() override;

  private:
    std::string path_;
    std::string directory_;
    Labels group_;
    int lock_ = -1;
};

} // namespace metrics
