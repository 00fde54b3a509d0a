#include "fakes/pseudo_terminal.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <pty.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fakes {

std::size_t Screen::rows_of(const std::string& line) const {
    return std::max<std::size_t>(1, (line.size() + columns_ - 1) / columns_);
}

void Screen::up(std::size_t rows) {
    std::size_t row = column_ / columns_; // of the line, in which the cursor stands
    while (rows > row && line_ > 0) {
        rows -= row + 1;
        --line_;
        row = rows_of(lines_[line_]) - 1;
    }
    column_ = (row - std::min(rows, row)) * columns_;
}

void Screen::control(std::string_view sequence) {
    const char what = sequence.back();
    if (what == 'A') {
        up(static_cast<std::size_t>(std::stoul(std::string(sequence.substr(0, sequence.size() - 1)))));
    } else if (what == 'J') {
        lines_.resize(line_ + 1);
        lines_[line_].resize(std::min(lines_[line_].size(), column_));
    } else if (what != 'm') {
        throw std::runtime_error("the screen does not know the sequence " + std::string(sequence));
    }
}

void Screen::feed(std::string_view bytes) {
    for (const char c : bytes) {
        if (!pending_.empty()) {
            pending_ += c;
            if (pending_.size() > 2 && c >= '@' && c <= '~') {
                control(std::string_view(pending_).substr(2));
                pending_.clear();
            }
        } else if (c == '\x1b') {
            pending_ = c;
        } else if (c == '\r') {
            column_ -= column_ % columns_;
        } else if (c == '\n') {
            if (++line_ == lines_.size()) lines_.emplace_back();
            column_ = 0;
        } else {
            std::string& line = lines_[line_];
            line.resize(std::max(line.size(), column_ + 1), ' ');
            line[column_++] = c;
        }
    }
}

PseudoTerminal::PseudoTerminal(unsigned short columns, unsigned short rows) {
    const winsize size{rows, columns, 0, 0};
    if (openpty(&our_end_, &program_end_, nullptr, nullptr, &size) != 0)
        throw std::runtime_error("test set-up: no pseudo-terminal");
    reader_ = std::thread([this] { read_all(); });
}

PseudoTerminal::~PseudoTerminal() {
    close_program_end();
    reader_.join();
    close(our_end_);
}

void PseudoTerminal::close_program_end() {
    if (program_end_ >= 0) close(program_end_);
    program_end_ = -1;
}

void PseudoTerminal::read_all() {
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t size = read(our_end_, buffer.data(), buffer.size());
        if (size <= 0) return; // EIO: nobody has the other end open
        const std::lock_guard lock(mutex_);
        content_.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

void PseudoTerminal::type(const std::string& keys) const {
    if (write(our_end_, keys.data(), keys.size()) < 0) throw std::runtime_error("the terminal takes no keys");
}

void PseudoTerminal::resize(unsigned short columns, unsigned short rows) const {
    const winsize size{rows, columns, 0, 0};
    ioctl(our_end_, TIOCSWINSZ, &size);
}

std::string PseudoTerminal::so_far() const {
    const std::lock_guard lock(mutex_);
    return content_;
}

void PseudoTerminal::await(const std::string& text) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (so_far().find(text) == std::string::npos) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("not on the terminal: " + text);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

std::string PseudoTerminal::rest() {
    close_program_end();
    reader_.join();
    reader_ = std::thread([] {});
    return so_far();
}

} // namespace fakes
