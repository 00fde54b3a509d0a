// A server that speaks PostgreSQL's protocol as badly as a test wants it to. Pure bytes: no libpq.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace db {

/// One message of the protocol: its type, its length, its content.
inline std::string message(char type, std::string_view content) {
    const std::uint32_t length = htonl(static_cast<std::uint32_t>(content.size() + 4));
    return std::string(1, type).append(reinterpret_cast<const char*>(&length), 4).append(content);
}

inline std::string zero_terminated(std::string_view text) {
    return std::string(text) + '\0';
}

/// AuthenticationOk, the parameters that libpq needs, and ReadyForQuery.
inline std::string greeting() {
    return message('R', std::string(4, '\0')) +
           message('S', zero_terminated("server_version") + zero_terminated("15.0")) +
           message('S', zero_terminated("client_encoding") + zero_terminated("UTF8")) + message('Z', "I");
}

/// Answers the start-up packet of every connection with `first`, and whatever the client sends after that with `then`.
/// `endless` follows what was sent last, again and again.
class HostileServer {
  public:
    struct Script {
        std::string first;
        std::string then = {}; // empty: `endless` comes at once
        std::string endless = {};
    };

    explicit HostileServer(Script script)
        : script_(std::move(script)), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        listen(socket_, 16);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~HostileServer() {
        shutdown(socket_, SHUT_RDWR); // accept() returns; a client that is gone ends the sending
        thread_.join();
        close(socket_);
    }
    HostileServer(const HostileServer&) = delete;
    HostileServer& operator=(const HostileServer&) = delete;

    std::string url() const {
        return "postgresql://app:s3cret@127.0.0.1:" + std::to_string(port_) + "/app?sslmode=disable&gssencmode=disable";
    }

  private:
    void serve() {
        for (int client = 0; (client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; close(client)) {
            if (!received(client) || !sent(client, script_.first)) continue;
            while (!script_.then.empty() && received(client) && sent(client, script_.then)) {
                if (!script_.endless.empty()) break;
            }
            while (!script_.endless.empty() && sent(client, script_.endless)) {
            }
        }
    }
    static bool received(int client) {
        char buffer[65536];
        return recv(client, buffer, sizeof buffer, 0) > 0;
    }
    static bool sent(int client, std::string_view text) {
        while (!text.empty()) {
            const ssize_t written = send(client, text.data(), text.size(), MSG_NOSIGNAL);
            if (written <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        return true;
    }

    Script script_;
    int socket_;
    int port_ = 0;
    std::thread thread_;
};

} // namespace db
