// Prometheus, its Pushgateway, its Alertmanager and promtool (Debian's packages), each as a child process of a test.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace fakes {

/// A server on a port of its own, killed at the end.
class MonitoringServer {
  public:
    virtual ~MonitoringServer();
    MonitoringServer(const MonitoringServer&) = delete;
    MonitoringServer& operator=(const MonitoringServer&) = delete;

    std::string address() const; // 127.0.0.1:PORT
    std::string url() const;     // http://127.0.0.1:PORT

  protected:
    MonitoringServer();
    /// Returns once it says that it is ready. The first of `command` is the program.
    void start(std::vector<std::string> command);

    std::string directory_;

  private:
    int port_ = 0;
    pid_t child_ = -1;
};

class PushgatewayServer final : public MonitoringServer {
  public:
    PushgatewayServer();
};

/// Scrapes `target`, four times a second, as a Pushgateway should be: with the labels as they are.
class PrometheusServer final : public MonitoringServer {
  public:
    explicit PrometheusServer(const std::string& target);

    /// The answer to an instant query (JSON).
    std::string query(const std::string& expression) const;
};

/// Groups by alertname and type, and tells a webhook within a second.
class AlertmanagerServer final : public MonitoringServer {
  public:
    explicit AlertmanagerServer(const std::string& webhook);

    /// JSON of /api/v2/<what>: "alerts", "alerts/groups".
    std::string get(const std::string& what) const;
};

/// GET; the body. Throws std::runtime_error where no answer with status 200 comes.
std::string http_get(const std::string& url);

struct ToolEnded {
    int code = -1;
    std::string output; // both streams
};

/// promtool with these arguments, and `input` on its standard input.
ToolEnded promtool(const std::vector<std::string>& arguments, const std::string& input = "");

} // namespace fakes
