#include "devnet/held_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace devnet {

HeldPort::HeldPort(const std::string& host, int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    socklen_t size = sizeof address;
    // With it a second socket may listen on the port; where one does already, this one does not get it.
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    errno = EINVAL; // which inet_pton does not say
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1 ||
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        const std::string why = std::strerror(errno);
        ::close(socket_);
        throw std::runtime_error("cannot listen on " + host + ":" + std::to_string(port) + ": " + why);
    }
    number_ = ntohs(address.sin_port);
}

HeldPort::~HeldPort() {
    ::close(socket_);
}

} // namespace devnet
