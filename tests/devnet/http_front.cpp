#include "devnet/http_front.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <list>
#include <stdexcept>
#include <utility>

namespace devnet {
namespace {

using std::chrono::milliseconds;

// Go closes an idle connection when the read timeout (5 s) has passed and no idle timeout is set.
constexpr milliseconds idle_timeout{5'000};
constexpr std::size_t max_payload = 64 * 1024 * 1024; // of the control interface; "/" has its own limit
constexpr int backlog = 1024;                         // httplib's own 5 makes a burst of connections wait a second

thread_local SocketStream* current_stream = nullptr;

/// Reads away the body of a request that was answered without it, so that the next request on the connection is one. As
/// Go does it: a long body is not waited for, the connection ends instead.
void skip_body(const httplib::Request& request, SocketStream& stream) {
    constexpr std::uint64_t longest_skipped = 256 * 1024;
    const auto length = request.get_header_value<std::uint64_t>("Content-Length");
    if (request.has_header("Transfer-Encoding") || request.has_header("Expect") || length > longest_skipped) {
        return stream.close_after_answer();
    }
    std::array<char, 4096> ignored{};
    for (std::uint64_t left = length; left > 0;) {
        const ssize_t count = stream.read(ignored.data(), std::min<std::uint64_t>(left, ignored.size()));
        if (count <= 0) return stream.close_after_answer();
        left -= static_cast<std::uint64_t>(count);
    }
}

/// A connection may hang for as long as it likes, so none may take a place in a pool.
class ThreadPerConnection : public httplib::TaskQueue {
  public:
    void enqueue(std::function<void()> task) override {
        workers_.remove_if([](Worker& worker) {
            if (!worker.done) return false;
            worker.thread.join();
            return true;
        });
        Worker& worker = workers_.emplace_back();
        worker.thread = std::thread([&worker, task = std::move(task)] {
            task();
            worker.done = true;
        });
    }
    void shutdown() override {
        for (Worker& worker : workers_) worker.thread.join();
        workers_.clear();
    }

  private:
    struct Worker {
        std::thread thread;
        std::atomic<bool> done{false};
    };
    std::list<Worker> workers_;
};

} // namespace

HttpFront::HttpFront(Hooks hooks) : hooks_(std::move(hooks)) {
    new_task_queue = [] { return new ThreadPerConnection; };
    set_payload_max_length(max_payload);
    set_keep_alive_max_count(std::numeric_limits<int>::max()); // only named in a header: the loop is ours
    set_tcp_nodelay(true);
    // httplib's default is SO_REUSEPORT, with which a second devnet on a port would share it silently.
    set_socket_options([](int socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
        if (!hooks_.refuse(request, response)) return HandlerResponse::Unhandled;
        skip_body(request, *current_stream);
        if (current_stream->ends()) response.set_header("Connection", "close");
        return HandlerResponse::Handled;
    });
    const auto call = [this](const httplib::Request& request, httplib::Response& response) {
        hooks_.handle(request, response, *current_stream);
    };
    Post(".*", Handler(call));
    Get(".*", Handler(call));
}

HttpFront::~HttpFront() {
    stop();
}

void HttpFront::start(const std::string& host, int port) {
    if (!bind_to_port(host, port)) {
        throw std::runtime_error("cannot listen on " + host + ":" + std::to_string(port) + ": " + std::strerror(errno));
    }
    ::listen(svr_sock_, backlog);
    listener_ = std::thread([this] { listen_after_bind(); });
    // stop() of a server that does not run yet would do nothing.
    while (!is_running()) std::this_thread::sleep_for(milliseconds{1});
}

void HttpFront::stop() {
    if (!listener_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    stopped_.notify_all();
    httplib::Server::stop();
    listener_.join();
}

bool HttpFront::pause(milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stopped_.wait_for(lock, time, [this] { return stopping_; });
}

bool HttpFront::stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

bool HttpFront::open(int socket) {
    const std::lock_guard lock(mutex_);
    if (!stopping_) sockets_.insert(socket);
    return !stopping_;
}

void HttpFront::close(int socket) {
    const std::lock_guard lock(mutex_);
    sockets_.erase(socket);
    ::close(socket); // under the lock, for stop() must not meet another's socket of the same number
}

bool HttpFront::process_and_close_socket(int socket) {
    if (!open(socket)) {
        ::close(socket);
        return false;
    }
    hooks_.connected();
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    SocketStream stream(socket);
    current_stream = &stream;
    // httplib compresses by itself, and best of all with brotli, which takes it a tenth of a second for 200 entries.
    const auto choose_encoding = [this](httplib::Request& request) {
        const bool gzip =
            hooks_.gzip() && request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
        request.headers.erase("Accept-Encoding");
        if (gzip) request.set_header("Accept-Encoding", "gzip");
    };
    bool served = true;
    while (served && !stream.ends() && !stopping() && stream.wait(idle_timeout)) {
        bool connection_closed = false;
        served = process_request(stream, false, connection_closed, choose_encoding);
        stream.flush();
        served = served && !connection_closed;
    }
    stream.finish();
    current_stream = nullptr;
    close(socket);
    return served;
}

} // namespace devnet
