#include "bench/node.hpp"

#include "bench/answers.hpp"
#include "bench/http_request.hpp"

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t max_request = 1 << 20; // head and body; the RPC's own limit of a body is 512 KiB

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

struct FileClose {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// What has been asked since the last clearing.
struct Stats {
    std::uint64_t requests = 0;
    std::uint64_t entries_requests = 0; // getLedgerEntries
    std::uint64_t simulations = 0;      // simulateTransaction
    std::uint64_t keys = 0;
    std::uint64_t made = 0;     // answers that were not there yet
    std::uint64_t received = 0; // bytes of HTTP, heads included
    std::uint64_t sent = 0;

    std::string text() const {
        return fmt::format("requests {}\nentries_requests {}\nsimulations {}\nkeys {}\nmade {}\nreceived {}\nsent {}\n",
                           requests, entries_requests, simulations, keys, made, received, sent);
    }
};

struct Connection {
    int fd = -1;
    std::vector<char> in = std::vector<char>(max_request);
    std::size_t received = 0;
    std::string head; // of the answer, and of its body what is not kept
    std::shared_ptr<const Answer> answer;
    std::size_t sent = 0;
    bool waits_to_write = false;

    std::string_view tail() const { return answer ? std::string_view(answer->tail) : std::string_view(); }
    ~Connection() { ::close(fd); }
};

} // namespace

class Node::Implementation {
  public:
    Implementation(devnet::Ledger& ledger, int port)
        : answers_(ledger), epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
          listener_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")),
          timer_(checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")) {
        const int yes = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        checked(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
        checked(::listen(listener_, 128), "listen");
        watch(listener_, listener_id, EPOLLIN, EPOLL_CTL_ADD);
        watch(timer_, timer_id, EPOLLIN, EPOLL_CTL_ADD);
    }

    ~Implementation() {
        for (const int fd : {epoll_, listener_, timer_}) ::close(fd);
    }

    int port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
        return ntohs(address.sin_port);
    }

    void serve() {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigprocmask(SIG_BLOCK, &signals, nullptr);
        const int signal_fd = checked(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd");
        watch(signal_fd, signal_id, EPOLLIN, EPOLL_CTL_ADD);
        std::array<epoll_event, 64> events{};
        for (;;) {
            const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
                if (id == signal_id) return;
                happened(id, events[static_cast<std::size_t>(i)].events);
            }
        }
    }

  private:
    enum : std::uint64_t { listener_id, timer_id, signal_id, first_connection_id };

    struct Due {
        Clock::time_point time;
        std::uint64_t connection = 0;
    };

    void watch(int fd, std::uint64_t id, std::uint32_t what, int operation) {
        epoll_event event{};
        event.events = what;
        event.data.u64 = id;
        checked(::epoll_ctl(epoll_, operation, fd, &event), "epoll_ctl");
    }

    void happened(std::uint64_t id, std::uint32_t events) {
        if (id == listener_id) return accept();
        if (id == timer_id) return send_what_is_due();
        const auto found = connections_.find(id);
        if (found == connections_.end()) return;
        Connection& connection = *found->second;
        const bool alive = (events & EPOLLOUT) != 0 ? send(id, connection) : receive(id, connection);
        if (!alive) connections_.erase(id);
    }

    void accept() {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int yes = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        auto connection = std::make_unique<Connection>();
        connection->fd = fd;
        watch(fd, next_id_, EPOLLIN, EPOLL_CTL_ADD);
        connections_.emplace(next_id_++, std::move(connection));
    }

    /// False where the connection is to be closed; so too in the next two.
    bool receive(std::uint64_t id, Connection& connection) {
        const ssize_t count = ::recv(connection.fd, connection.in.data() + connection.received,
                                     connection.in.size() - connection.received, 0);
        if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
        connection.received += static_cast<std::size_t>(count);
        Request request;
        if (!take_request({connection.in.data(), connection.received}, request)) {
            return connection.received < connection.in.size();
        }
        if (request.size != connection.received) return false; // pipelined, which libcurl does not do
        std::uint64_t latency = 0;
        if (request.path.starts_with("/bench/")) {
            control(connection, request);
        } else {
            constexpr std::string_view slow = "/latency/";
            if (request.path.starts_with(slow)) latency = to_number(request.path.substr(slow.size()));
            answer(connection, request);
        }
        connection.received = 0;
        if (latency == 0) return send(id, connection);
        // Where latencies differ, one may wait for another's turn: they are set for a whole run.
        due_.push_back({Clock::now() + std::chrono::milliseconds(latency), id});
        if (due_.size() == 1) set_timer();
        return true;
    }

    void answer(Connection& connection, const Request& request) {
        const Answers::Found found = answers_.find(request.body);
        if (record_) {
            std::fwrite(request.body.data(), 1, request.body.size(), record_.get());
            std::fputc('\n', record_.get());
        }
        ++stats_.requests;
        if (!found.answer) {
            respond(connection, "500 Internal Server Error", "[-32700] invalid request value\n");
        } else {
            if (found.answer->method == "getLedgerEntries") ++stats_.entries_requests;
            if (found.answer->method == "simulateTransaction") ++stats_.simulations;
            stats_.keys += found.answer->keys;
            stats_.made += found.kept ? 0 : 1;
            connection.answer = found.answer;
            respond(connection, "200 OK", fmt::format(R"({{"jsonrpc":"2.0","id":{})", found.id));
        }
        stats_.received += request.size;
        stats_.sent += connection.head.size() + connection.tail().size();
    }

    static void respond(Connection& connection, std::string_view status, std::string_view body) {
        connection.sent = 0;
        connection.head = fmt::format("HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                                      status, body.size() + connection.tail().size(), body);
    }

    void control(Connection& connection, const Request& request) {
        std::string text = "done\n";
        if (request.path == "/bench/stats") text = stats_.text();
        if (request.path == "/bench/clear") stats_ = {};
        if (request.path == "/bench/record") {
            record_.reset();
            const std::string file(request.body);
            if (!file.empty()) record_.reset(std::fopen(file.c_str(), "w"));
        }
        respond(connection, "200 OK", text);
    }

    bool send(std::uint64_t id, Connection& connection) {
        const std::string_view head = connection.head;
        const std::string_view tail = connection.tail();
        const auto part = [](std::string_view text, std::size_t from) {
            text.remove_prefix(std::min(from, text.size()));
            return iovec{const_cast<char*>(text.data()), text.size()};
        };
        while (connection.sent < head.size() + tail.size()) {
            const std::size_t of_tail = connection.sent - std::min(connection.sent, head.size());
            std::array<iovec, 2> parts{part(head, connection.sent), part(tail, of_tail)};
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = parts.size();
            const ssize_t count = ::sendmsg(connection.fd, &message, MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN && errno != EINTR) return false;
            if (count < 0) {
                if (!connection.waits_to_write) watch(connection.fd, id, EPOLLOUT, EPOLL_CTL_MOD);
                connection.waits_to_write = true;
                return true;
            }
            connection.sent += static_cast<std::size_t>(count);
        }
        connection.answer.reset();
        if (connection.waits_to_write) watch(connection.fd, id, EPOLLIN, EPOLL_CTL_MOD);
        connection.waits_to_write = false;
        return true;
    }

    void send_what_is_due() {
        std::uint64_t times = 0;
        static_cast<void>(!::read(timer_, &times, sizeof times));
        while (!due_.empty() && due_.front().time <= Clock::now()) {
            const std::uint64_t id = due_.front().connection;
            due_.pop_front();
            const auto found = connections_.find(id);
            if (found != connections_.end() && !send(id, *found->second)) connections_.erase(found);
        }
        if (!due_.empty()) set_timer();
    }

    /// Clock is CLOCK_MONOTONIC.
    void set_timer() {
        const auto nanoseconds = std::chrono::nanoseconds(due_.front().time.time_since_epoch()).count();
        itimerspec when{};
        when.it_value.tv_sec = nanoseconds / 1'000'000'000;
        when.it_value.tv_nsec = nanoseconds % 1'000'000'000;
        checked(::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr), "timerfd_settime");
    }

    Answers answers_;
    int epoll_;
    int listener_;
    int timer_;
    std::uint64_t next_id_ = first_connection_id;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::deque<Due> due_; // in the order in which they came, which is that of their times
    Stats stats_;
    std::unique_ptr<std::FILE, FileClose> record_;
};

Node::Node(devnet::Ledger& ledger, int port) : implementation_(std::make_unique<Implementation>(ledger, port)) {}
Node::~Node() = default;

int Node::port() const {
    return implementation_->port();
}

void Node::serve() {
    implementation_->serve();
}

} // namespace bench
