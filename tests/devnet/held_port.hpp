// A port that stays this process's own while nobody listens on it: connections are refused, and no other process is
// given it meanwhile.
#pragma once

#include <string>

namespace devnet {

class HeldPort {
  public:
    /// On an IPv4 address of this machine; 0: a free one. Throws std::runtime_error where somebody listens there.
    HeldPort(const std::string& host, int port);
    ~HeldPort();
    HeldPort(const HeldPort&) = delete;
    HeldPort& operator=(const HeldPort&) = delete;

    int number() const { return number_; }

  private:
    int socket_;
    int number_ = 0;
};

} // namespace devnet
