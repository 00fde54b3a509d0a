#include "base/interrupt.hpp"

#include <csignal>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace base {
namespace {

sigset_t the_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

Interrupt::Interrupt() {
    std::signal(SIGPIPE, SIG_IGN);
    const sigset_t signals = the_signals();
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    fd_ = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

Interrupt::~Interrupt() {
    close(fd_);
    const sigset_t signals = the_signals();
    sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

std::optional<Descriptor> Interrupt::descriptor() const {
    if (raised_) return std::nullopt;
    return Descriptor{fd_, true, false};
}

std::optional<int> Interrupt::raised() {
    if (raised_) return raised_;
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        raised_ = static_cast<int>(info.ssi_signo);
        const sigset_t signals = the_signals();
        sigprocmask(SIG_UNBLOCK, &signals, nullptr);
    }
    return raised_;
}

} // namespace base
