#include "fakes/alertmanager.hpp"

#include "devnet/http_library.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fakes {
namespace {

/// One that the system has just handed out; nobody else gets it soon.
int free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(fd);
    if (!bound) throw std::runtime_error("test set-up: no free port");
    return ntohs(address.sin_port);
}

} // namespace

Alertmanager::Alertmanager(const std::string& webhook) : port_(free_port()) {
    char name[] = "/tmp/stellar-sync-am-XXXXXX";
    if (!mkdtemp(name)) throw std::runtime_error("test set-up: no temporary directory");
    directory_ = name;
    std::ofstream(directory_ + "/config.yml") << fmt::format(
        "route:\n  receiver: tests\n  group_by: [alertname, type]\n  group_wait: 100ms\n  group_interval: 200ms\n"
        "receivers:\n  - name: tests\n    webhook_configs:\n      - url: {}\n        send_resolved: true\n",
        webhook);
    const std::string config = "--config.file=" + directory_ + "/config.yml";
    const std::string storage = "--storage.path=" + directory_;
    const std::string address = fmt::format("--web.listen-address=127.0.0.1:{}", port_);
    const std::string log = directory_ + "/log";
    child_ = fork();
    if (child_ == 0) {
        const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        execl("/usr/bin/prometheus-alertmanager", "prometheus-alertmanager", config.c_str(), storage.c_str(),
              address.c_str(), "--cluster.listen-address=", nullptr);
        _exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (get("status").empty()) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("test set-up: no Alertmanager");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

Alertmanager::~Alertmanager() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    std::filesystem::remove_all(directory_);
}

std::string Alertmanager::url() const {
    return fmt::format("http://127.0.0.1:{}", port_);
}

std::string Alertmanager::get(const std::string& what) const {
    httplib::Client client("127.0.0.1", port_);
    const auto answer = client.Get(("/api/v2/" + what).c_str());
    return answer && answer->status == 200 ? answer->body : "";
}

} // namespace fakes
