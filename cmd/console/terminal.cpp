#include "cmd/console/terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cmd {
namespace {

constexpr base::Duration usual_patience = std::chrono::seconds(2);
constexpr base::Duration least_patience = std::chrono::milliseconds(100);

bool no_colour_wanted() {
    const char* no_colour = std::getenv("NO_COLOR"); // no-color.org
    return no_colour != nullptr && *no_colour != '\0';
}

bool terminal_moves_cursor() {
    const char* term = std::getenv("TERM");
    return term == nullptr || std::string_view(term) != "dumb";
}

Terminal::Size size_of(int fd) {
    Terminal::Size size;
    winsize got{};
    if (ioctl(fd, TIOCGWINSZ, &got) != 0) return size;
    if (got.ws_col > 0) size.columns = got.ws_col;
    if (got.ws_row > 0) size.rows = got.ws_row;
    return size;
}

} // namespace

Terminal::Terminal(base::Interrupt& interrupt)
    : interrupt_(interrupt), out_is_terminal_(isatty(STDOUT_FILENO) == 1), err_is_terminal_(isatty(STDERR_FILENO) == 1),
      moves_cursor_(terminal_moves_cursor()) {}

void Terminal::use_colour(When when) {
    colour_ = when;
}

bool Terminal::colour(bool is_terminal) const {
    if (colour_ != When::automatic) return colour_ == When::always;
    return is_terminal && moves_cursor_ && !no_colour_wanted();
}

base::Duration Terminal::patience(int fd) const {
    if (fd == STDOUT_FILENO) return interrupted() ? usual_patience : base::Duration::max();
    if (stalled_) return base::Duration::zero();
    return interrupted() || base::SystemClock().now() >= deadline_ ? least_patience : usual_patience;
}

/// Whether `fd` takes more before the patience ends.
bool Terminal::await(int fd) const {
    for (;;) {
        const base::Duration limit = patience(fd);
        const auto signals = interrupt_.descriptor();
        std::array<pollfd, 2> waited{pollfd{fd, POLLOUT, 0}, pollfd{signals ? signals->fd : -1, POLLIN, 0}};
        const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
        const int ready =
            poll(waited.data(), waited.size(), limit == base::Duration::max() ? -1 : static_cast<int>(ms));
        if (waited[0].revents != 0) return true;
        if (ready == 0) return false;
        // A signal: the patience is less now.
    }
}

/// Takes from `text` what the stream takes; all of it where the stream is closed or broken.
void Terminal::push(int fd, std::string_view& text) {
    while (!text.empty() && await(fd)) {
        // A pipe that says it takes something takes this much without blocking.
        const ssize_t written = ::write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        if (written < 0 && errno != EINTR && errno != EAGAIN) text = {};
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Terminal::out(std::string_view text) {
    clear_footer();
    push(STDOUT_FILENO, text);
}

void Terminal::err(std::string_view line) {
    if (footer_.empty()) return write_err(line);
    write_err(footer_erased().append(line));
}

void Terminal::show_footer(std::vector<std::string> lines) {
    pollfd ready{STDERR_FILENO, POLLOUT, 0};
    if (stalled_ || !unfinished_.empty() || poll(&ready, 1, 0) != 1) return;
    std::string text = footer_erased();
    if (lines.size() < err_size().rows) {
        for (const std::string& line : lines) text.append(line).append(1, '\n');
        footer_ = std::move(lines);
    }
    write_err(text);
}

void Terminal::clear_footer() {
    if (!footer_.empty()) write_err(footer_erased());
}

/// What erases the footer, which from then on is taken for erased.
std::string Terminal::footer_erased() {
    if (footer_.empty()) return "";
    // A terminal that was made narrower since has broken the lines into more.
    const std::size_t columns = err_size().columns;
    std::size_t rows = 0;
    for (const std::string& line : footer_) rows += std::max<std::size_t>(1, (line.size() + columns - 1) / columns);
    footer_.clear();
    return "\r\x1b[" + std::to_string(rows) + "A\x1b[J"; // up, and all below is erased
}

void Terminal::write_err(std::string_view line) {
    std::string_view rest = unfinished_;
    push(STDERR_FILENO, rest);
    const std::string_view before = rest;
    unfinished_ = std::string(rest);
    if (before.empty()) {
        rest = line;
        push(STDERR_FILENO, rest);
        if (rest.size() < line.size()) unfinished_ = std::string(rest); // a line is never lost in part
    }
    stalled_ = !rest.empty();
    if (!before.empty() || (stalled_ && unfinished_.empty())) ++lost_lines_;
}

std::size_t Terminal::width() const {
    return size_of(STDOUT_FILENO).columns;
}

Terminal::Size Terminal::err_size() const {
    return size_of(STDERR_FILENO);
}

void fill_standard_descriptors() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // open() takes the lowest number that is free, which is this one.
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) < 0) return;
    }
}

base::Log::Settings log_settings(const LogOptions& options, const Terminal& terminal) {
    const base::LogFormat usual = terminal.err_is_terminal() ? base::LogFormat::text : base::LogFormat::json;
    return {options.format.value_or(usual), options.least, terminal.colour_err()};
}

} // namespace cmd
