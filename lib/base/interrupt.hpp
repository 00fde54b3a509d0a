// SIGTERM and SIGINT as something the one loop can wait for, without work in a signal handler.
#pragma once

#include "base/descriptor.hpp"

#include <optional>

namespace base {

/// From its construction on the two signals are blocked and come as a readable descriptor. Once the first has been
/// taken they are unblocked again, with their default action: a second one ends the process at once.
/// SIGPIPE is ignored: a closed standard output must not end the cycle.
class Interrupt {
  public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// nullopt once a signal has been taken.
    std::optional<Descriptor> descriptor() const;
    /// The first signal, if one has come. Never blocks.
    std::optional<int> raised();

  private:
    int fd_ = -1;
    std::optional<int> raised_;
};

} // namespace base
