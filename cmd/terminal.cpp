#include "cmd/terminal.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cmd {
namespace {

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool wants_colour() {
    const char* no_colour = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return (no_colour == nullptr || *no_colour == '\0') && (term == nullptr || std::string_view(term) != "dumb");
}

} // namespace

Terminal::Terminal()
    : out_is_terminal_(isatty(STDOUT_FILENO) == 1), err_is_terminal_(isatty(STDERR_FILENO) == 1),
      colour_(wants_colour()) {}

void Terminal::out(std::string_view text) const {
    write_all(STDOUT_FILENO, text);
}
void Terminal::err(std::string_view text) const {
    write_all(STDERR_FILENO, text);
}

std::size_t Terminal::width() const {
    constexpr std::size_t usual = 80;
    winsize size{};
    if (!out_is_terminal_ || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
    return size.ws_col;
}

void fill_standard_descriptors() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // open() takes the lowest number that is free, which is this one.
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) < 0) return;
    }
}

base::Log make_log(const LogOptions& options, const std::string& sync_id, const base::Clock& clock,
                   const Terminal& terminal) {
    const base::LogFormat usual = terminal.err_is_terminal() ? base::LogFormat::text : base::LogFormat::json;
    return base::Log({options.format.value_or(usual), options.least, terminal.colour_err()}, sync_id, clock,
                     [&terminal](std::string_view line) { terminal.err(line); });
}

} // namespace cmd
