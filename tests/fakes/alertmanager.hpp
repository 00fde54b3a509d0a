// Prometheus' Alertmanager as a child process, grouping by alertname and type and telling a webhook within a second.
#pragma once

#include <string>

namespace fakes {

class Alertmanager {
  public:
    /// `webhook` gets what it has to say.
    explicit Alertmanager(const std::string& webhook);
    ~Alertmanager();
    Alertmanager(const Alertmanager&) = delete;
    Alertmanager& operator=(const Alertmanager&) = delete;

    std::string url() const; // its base URL
    /// JSON of /api/v2/<what>: "alerts", "alerts/groups".
    std::string get(const std::string& what) const;

  private:
    std::string directory_;
    int port_ = 0;
    int child_ = -1;
};

} // namespace fakes
