#include "fakes/monitoring.hpp"

#include "base/clock.hpp"
#include "net/http.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fakes {
namespace {

/// A port that was free a moment ago: the servers cannot be told to take any and to say which. Of those that the system
/// hands out to nobody by itself, and below the throw-away PostgreSQL's: it is still free when the server starts.
int free_port() {
    std::random_device random;
    std::uniform_int_distribution<int> ports(10'000, 19'999);
    for (int tries = 0; tries < 100; ++tries) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(ports(random)));
        const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        close(fd);
        if (bound) return ntohs(address.sin_port);
    }
    throw std::runtime_error("test set-up: no free port");
}

std::string new_directory() {
    std::string name = "/tmp/stellar-sync-monitoring-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("test set-up: no temporary directory");
    return name;
}

/// With both its streams in a file. Standard input is `input`, a file.
pid_t spawn(std::vector<std::string> command, const std::string& input, const std::string& output) {
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("test set-up: cannot fork");
    if (child > 0) return child;
    dup2(open(input.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    for (int fd = 3; fd < 1024; ++fd) close(fd);
    execv(argv[0], argv.data());
    _exit(127);
}

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

net::HttpOutcome get(const std::string& url) {
    const base::SystemClock clock;
    net::HttpClient client({}, clock);
    net::HttpRequest request;
    request.url = url;
    request.timeout = std::chrono::seconds(10);
    request.method = net::HttpMethod::get;
    client.start(std::move(request));
    while (true) {
        for (net::HttpOutcome& outcome : client.wait({}, base::never)) return std::move(outcome);
    }
}

std::string percent_encoded(const std::string& text) {
    std::string out;
    for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

} // namespace

MonitoringServer::MonitoringServer() : directory_(new_directory()), port_(free_port()) {}

MonitoringServer::~MonitoringServer() {
    if (child_ > 0) {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }
    std::filesystem::remove_all(directory_);
}

std::string MonitoringServer::address() const {
    return fmt::format("127.0.0.1:{}", port_);
}
std::string MonitoringServer::url() const {
    return "http://" + address();
}

void MonitoringServer::start(std::vector<std::string> command) {
    command.push_back("--web.listen-address=" + address());
    child_ = spawn(std::move(command), "/dev/null", directory_ + "/log");
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (get(url() + "/-/ready").status != 200) {
        if (waitpid(child_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > until) {
            child_ = -1;
            throw std::runtime_error("test set-up: a server does not start: " + content_of(directory_ + "/log"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

PushgatewayServer::PushgatewayServer() {
    start({"/usr/bin/prometheus-pushgateway", "--persistence.file="});
}

PrometheusServer::PrometheusServer(const std::string& target) {
    std::ofstream(directory_ + "/prometheus.yml") << fmt::format(
        "scrape_configs:\n  - job_name: pushgateway\n    honor_labels: true\n    scrape_interval: 250ms\n"
        "    scrape_timeout: 250ms\n    static_configs:\n      - targets: [\"{}\"]\n",
        target);
    start({"/usr/bin/prometheus", "--config.file=" + directory_ + "/prometheus.yml",
           "--storage.tsdb.path=" + directory_ + "/data"});
}

std::string PrometheusServer::query(const std::string& expression) const {
    return http_get(url() + "/api/v1/query?query=" + percent_encoded(expression));
}

AlertmanagerServer::AlertmanagerServer(const std::string& webhook) {
    std::ofstream(directory_ + "/config.yml") << fmt::format(
        "route:\n  receiver: tests\n  group_by: [alertname, type]\n  group_wait: 100ms\n  group_interval: 200ms\n"
        "receivers:\n  - name: tests\n    webhook_configs:\n      - url: {}\n        send_resolved: true\n",
        webhook);
    start({"/usr/bin/prometheus-alertmanager", "--config.file=" + directory_ + "/config.yml",
           "--storage.path=" + directory_ + "/data", "--cluster.listen-address="});
}

std::string AlertmanagerServer::get(const std::string& what) const {
    return http_get(url() + "/api/v2/" + what);
}

std::string http_get(const std::string& url) {
    net::HttpOutcome outcome = get(url);
    if (outcome.status != 200) {
        throw std::runtime_error(
            fmt::format("{}: status {}, {}{}", url, outcome.status, outcome.fault_text, outcome.body));
    }
    return std::move(outcome.body);
}

ToolEnded promtool(const std::vector<std::string>& arguments, const std::string& input) {
    const std::string directory = new_directory();
    std::ofstream(directory + "/in", std::ios::binary) << input;
    std::vector<std::string> command{"/usr/bin/promtool"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    int status = 0;
    waitpid(spawn(std::move(command), directory + "/in", directory + "/out"), &status, 0);
    ToolEnded ended{WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(directory + "/out")};
    std::filesystem::remove_all(directory);
    return ended;
}

} // namespace fakes
