#include "base/interrupt.hpp"

#include <catch2/catch.hpp>

#include <poll.h>

#include <csignal>

namespace {

bool is_blocked(int signal) {
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, nullptr, &blocked);
    return sigismember(&blocked, signal) == 1;
}

bool is_readable(const base::Descriptor& descriptor) {
    pollfd one{descriptor.fd, POLLIN, 0};
    return poll(&one, 1, 0) == 1;
}

} // namespace

TEST_CASE("The first signal comes as a readable descriptor, and the second would end the process",
          "[base][interrupt]") {
    for (const int signal : {SIGTERM, SIGINT}) {
        base::Interrupt interrupt;
        CHECK(is_blocked(signal));
        REQUIRE(interrupt.descriptor());
        CHECK_FALSE(is_readable(*interrupt.descriptor()));
        CHECK(interrupt.raised() == std::nullopt);
        REQUIRE(std::raise(signal) == 0);
        CHECK(is_readable(*interrupt.descriptor()));
        CHECK(interrupt.raised() == signal);
        CHECK(interrupt.raised() == signal); // it stays
        CHECK(interrupt.descriptor() == std::nullopt);
        CHECK_FALSE(is_blocked(SIGTERM));
        CHECK_FALSE(is_blocked(SIGINT));
    }
}

TEST_CASE("Without a signal both are as they were afterwards", "[base][interrupt]") {
    { const base::Interrupt interrupt; }
    CHECK_FALSE(is_blocked(SIGTERM));
    CHECK_FALSE(is_blocked(SIGINT));
}
