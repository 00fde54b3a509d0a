#include "devnet/socket_stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace devnet {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds read_timeout{5'000}; // stellar-rpc's: daemon.go, defaultReadTimeout
constexpr milliseconds write_timeout{30'000};
constexpr milliseconds linger_timeout{1'000};
constexpr std::size_t input_size = 64 * 1024;
constexpr std::size_t output_kept = 1024 * 1024; // more than this is sent before the answer is complete

bool poll_for(int socket, short events, milliseconds time) {
    pollfd wanted{socket, events, 0};
    int ready = 0;
    do {
        ready = ::poll(&wanted, 1, static_cast<int>(time.count()));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

template <class Get>
void ip_and_port(Get get, int socket, std::string& ip, int& port) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (get(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 || address.sin_family != AF_INET) return;
    char text[INET_ADDRSTRLEN] = {};
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    ip = text;
    port = ntohs(address.sin_port);
}

} // namespace

SocketStream::SocketStream(int socket) : socket_(socket), input_(input_size) {}

bool SocketStream::is_readable() const {
    return !abandoned_ && (input_begin_ != input_end_ || poll_for(socket_, POLLIN, read_timeout));
}

bool SocketStream::wait(milliseconds time) const {
    return input_begin_ != input_end_ || poll_for(socket_, POLLIN, time);
}

ssize_t SocketStream::read(char* to, std::size_t size) {
    if (abandoned_) return -1;
    if (input_begin_ == input_end_) {
        flush(); // "100 Continue": the other side waits for it
        if (!poll_for(socket_, POLLIN, read_timeout)) return -1;
        const ssize_t received = ::recv(socket_, input_.data(), input_.size(), 0);
        if (received <= 0) return received;
        input_begin_ = 0;
        input_end_ = static_cast<std::size_t>(received);
    }
    const std::size_t taken = std::min(size, input_end_ - input_begin_);
    std::copy_n(input_.data() + input_begin_, taken, to);
    input_begin_ += taken;
    return static_cast<ssize_t>(taken);
}

ssize_t SocketStream::write(const char* from, std::size_t size) {
    if (abandoned_) return -1;
    output_.append(from, size);
    if (output_.size() >= output_kept) flush();
    return abandoned_ ? -1 : static_cast<ssize_t>(size);
}

void SocketStream::flush() {
    std::size_t sent = 0;
    while (sent < output_.size() && !abandoned_) {
        const ssize_t count = ::send(socket_, output_.data() + sent, output_.size() - sent, MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno != EINTR && (errno != EAGAIN || !poll_for(socket_, POLLOUT, write_timeout))) {
            abandoned_ = true;
        }
    }
    output_.clear();
}

bool SocketStream::closed_by_peer() const {
    pollfd wanted{socket_, POLLRDHUP, 0};
    return ::poll(&wanted, 1, 0) > 0;
}

void SocketStream::abandon(bool reset) {
    abandoned_ = true;
    output_.clear();
    if (!reset) return;
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void SocketStream::finish() {
    if (abandoned_) return;
    flush();
    // Closing a socket with unread bytes resets the connection, and the answer may be lost with it.
    ::shutdown(socket_, SHUT_WR);
    const auto end = std::chrono::steady_clock::now() + linger_timeout;
    while (std::chrono::steady_clock::now() < end && poll_for(socket_, POLLIN, milliseconds{100})) {
        if (::recv(socket_, input_.data(), input_.size(), 0) <= 0) break;
    }
}

void SocketStream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip_and_port(::getpeername, socket_, ip, port);
}

void SocketStream::get_local_ip_and_port(std::string& ip, int& port) const {
    ip_and_port(::getsockname, socket_, ip, port);
}

} // namespace devnet
