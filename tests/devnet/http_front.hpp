// HTTP connections: accepted by cpp-httplib, each served by a thread of its own until either side closes it.
#pragma once

#include "devnet/http_library.hpp"
#include "devnet/socket_stream.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace devnet {

class HttpFront : private httplib::Server {
  public:
    struct Hooks {
        /// Every GET, and every POST with its body.
        std::function<void(const httplib::Request&, httplib::Response&, SocketStream&)> handle;
        /// Each request before its body is read; true where it answered already.
        std::function<bool(const httplib::Request&, httplib::Response&)> refuse;
        std::function<void()> connected;
        /// Whether answers are compressed for clients that take gzip.
        std::function<bool()> gzip;
    };

    explicit HttpFront(Hooks hooks);
    ~HttpFront() override;
    HttpFront(const HttpFront&) = delete;
    HttpFront& operator=(const HttpFront&) = delete;

    /// Listens on this port, which is not 0. Throws std::runtime_error where it cannot.
    void start(const std::string& host, int port);
    void stop();

    /// Waits, at most until stop(). False where it was stopped.
    bool pause(std::chrono::milliseconds time);

  private:
    bool process_and_close_socket(int socket) override;
    bool open(int socket);
    void close(int socket);
    bool stopping();

    Hooks hooks_;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::set<int> sockets_;
    std::thread listener_;
};

} // namespace devnet
